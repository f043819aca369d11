//! The quota engine: units a minute for a user and for the project, and messages a day.

use std::collections::HashMap;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

/// Which of Google's two schemes of 2026 the project is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaScheme {
    /// Projects from 2026-05-01 on: 6,000 units a user and minute.
    #[default]
    New,
    /// Earlier projects: 15,000 units a user and minute.
    Old,
}

/// The limits in force.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QuotaSettings {
    /// The scheme.
    pub scheme: QuotaScheme,
    /// Messages one user may send in 24 hours.
    pub messages_per_day: u32,
    /// Units one user may use in a minute; `None` is the scheme's own number.
    #[serde(default)]
    pub units_per_user_minute: Option<u32>,
    /// Units the project may use in a minute.
    pub units_per_project_minute: u32,
}

impl Default for QuotaSettings {
    fn default() -> Self {
        Self {
            scheme: QuotaScheme::New,
            messages_per_day: 2000,
            units_per_user_minute: None,
            units_per_project_minute: 1_200_000,
        }
    }
}

impl QuotaSettings {
    /// Units one user may use in a minute.
    pub fn per_user(&self) -> u32 {
        self.units_per_user_minute.unwrap_or(match self.scheme {
            QuotaScheme::New => 6_000,
            QuotaScheme::Old => 15_000,
        })
    }
}

/// Which limit a request met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
    UserMinute,
    ProjectMinute,
    MessagesPerDay,
}

/// What has been used. Minutes start over with the process; the daily count is rebuilt from the mail.
#[derive(Debug, Default)]
pub(crate) struct Meters {
    minute: u64,
    project: u32,
    users: HashMap<String, u32>,
    sent: HashMap<String, VecDeque<UnixMillis>>,
}

impl Meters {
    /// Takes the units of a call, or says which limit is met (then nothing is taken).
    pub(crate) fn charge(
        &mut self,
        limits: &QuotaSettings,
        user: &str,
        units: u32,
        now: UnixMillis,
    ) -> Result<(), Exceeded> {
        let minute = now.seconds() / 60;
        if minute != self.minute {
            self.minute = minute;
            self.project = 0;
            self.users.clear();
        }
        let spent = self.users.entry(user.to_owned()).or_default();
        if *spent + units > limits.per_user() {
            return Err(Exceeded::UserMinute);
        }
        if self.project + units > limits.units_per_project_minute {
            return Err(Exceeded::ProjectMinute);
        }
        *spent += units;
        self.project += units;
        Ok(())
    }

    /// Whether the user may send one more message within 24 hours.
    pub(crate) fn may_send(
        &mut self,
        limits: &QuotaSettings,
        user: &str,
        now: UnixMillis,
    ) -> Result<(), Exceeded> {
        let sent = self.sent.entry(user.to_owned()).or_default();
        while sent.front().is_some_and(|time| time.plus_seconds(86_400) <= now) {
            sent.pop_front();
        }
        if sent.len() >= limits.messages_per_day as usize {
            return Err(Exceeded::MessagesPerDay);
        }
        Ok(())
    }

    /// Counts a message that was sent.
    pub(crate) fn count_sent(&mut self, user: &str, time: UnixMillis) {
        self.sent.entry(user.to_owned()).or_default().push_back(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_sixty_sends_a_minute_and_then_the_next_minute() {
        let (mut meters, limits) = (Meters::default(), QuotaSettings::default());
        let now = UnixMillis::from_seconds(60_000);
        for _ in 0..60 {
            assert_eq!(meters.charge(&limits, "a@x.y", 100, now), Ok(()));
        }
        assert_eq!(meters.charge(&limits, "a@x.y", 100, now), Err(Exceeded::UserMinute));
        assert_eq!(meters.charge(&limits, "b@x.y", 100, now), Ok(()));
        assert_eq!(meters.charge(&limits, "a@x.y", 100, now.plus_seconds(60)), Ok(()));
    }

    #[test]
    fn the_old_scheme_and_the_project_have_their_own_numbers() {
        let limits = QuotaSettings { scheme: QuotaScheme::Old, ..QuotaSettings::default() };
        assert_eq!(limits.per_user(), 15_000);
        let limits = QuotaSettings { units_per_project_minute: 150, ..limits };
        let mut meters = Meters::default();
        assert_eq!(meters.charge(&limits, "a@x.y", 100, UnixMillis(0)), Ok(()));
        assert_eq!(meters.charge(&limits, "b@x.y", 100, UnixMillis(0)), Err(Exceeded::ProjectMinute));
    }

    #[test]
    fn the_daily_count_rolls_over_after_24_hours_each_message_by_itself() {
        let limits = QuotaSettings { messages_per_day: 2, ..QuotaSettings::default() };
        let mut meters = Meters::default();
        for hour in [0u64, 10] {
            let now = UnixMillis::from_seconds(hour * 3600);
            assert_eq!(meters.may_send(&limits, "a@x.y", now), Ok(()));
            meters.count_sent("a@x.y", now);
        }
        let at = |hour: u64| UnixMillis::from_seconds(hour * 3600);
        assert_eq!(meters.may_send(&limits, "a@x.y", at(23)), Err(Exceeded::MessagesPerDay));
        assert_eq!(meters.may_send(&limits, "a@x.y", at(24)), Ok(()));
    }
}
