//! Times for people: relative under 24 hours, with the exact time; then the date, month as a word.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use signet_core::UnixMillis;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Now, and where.
pub(crate) struct Moment {
    now: UnixMillis,
    zone: TimeZone,
}

impl Moment {
    /// By this machine.
    pub(crate) fn now() -> Self {
        let now = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
        Self { now: UnixMillis(now), zone: TimeZone::system() }
    }

    /// Now.
    pub(crate) const fn instant(&self) -> UnixMillis {
        self.now
    }

    /// 2026-11-22 12:00:00 UTC.
    #[cfg(test)]
    pub(crate) const fn fixed() -> Self {
        Self { now: UnixMillis(1_795_348_800_000), zone: TimeZone::UTC }
    }

    /// `3 min ago (11:57)`, `in 10 min (12:10)`, `20 Nov 2026, 12:00`.
    pub(crate) fn when(&self, time: UnixMillis) -> String {
        let exact = |format| self.format(time, format);
        let (apart, past) = match self.now.0.checked_sub(time.0) {
            Some(apart) => (apart / 1000, true),
            None => ((time.0 - self.now.0).div_ceil(1000), false),
        };
        let span = match apart {
            _ if apart >= DAY => return exact("%-d %b %Y, %H:%M"),
            0..MINUTE if past => return format!("just now ({})", exact("%H:%M")),
            0..MINUTE => format!("{apart} s"),
            MINUTE..HOUR => format!("{} min", apart / MINUTE),
            _ => format!("{} h", apart / HOUR),
        };
        let exact = exact("%H:%M");
        if past { format!("{span} ago ({exact})") } else { format!("in {span} ({exact})") }
    }

    /// The exact time, to the second, with the offset from UTC.
    pub(crate) fn exact(&self, time: UnixMillis) -> String {
        self.format(time, "%-d %b %Y, %H:%M:%S (UTC%:z)")
    }

    /// `22 Nov 2026`.
    pub(crate) fn date(&self, time: UnixMillis) -> String {
        self.format(time, "%-d %b %Y")
    }

    /// Whole days from that time until now.
    pub(crate) const fn days_since(&self, time: UnixMillis) -> u64 {
        self.now.0.saturating_sub(time.0) / 1000 / DAY
    }

    /// Today's date.
    pub(crate) fn today(&self) -> String {
        self.date(self.now)
    }

    fn format(&self, time: UnixMillis, format: &str) -> String {
        let time = i64::try_from(time.0).ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
        time.map_or_else(
            || "at a time that no calendar has".into(),
            |time| time.to_zoned(self.zone.clone()).strftime(format).to_string(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_times_are_relative_and_far_ones_are_dates() {
        let moment = Moment::fixed();
        let when =
            |seconds: i64| moment.when(UnixMillis(moment.now.0.checked_add_signed(seconds * 1000).unwrap()));
        assert_eq!(when(0), "just now (12:00)");
        assert_eq!(when(-59), "just now (11:59)");
        assert_eq!(when(-180), "3 min ago (11:57)");
        assert_eq!(when(-7200), "2 h ago (10:00)");
        assert_eq!(when(-86_400), "21 Nov 2026, 12:00");
        assert_eq!(when(30), "in 30 s (12:00)");
        assert_eq!(when(600), "in 10 min (12:10)");
        assert_eq!(when(2 * 86_400), "24 Nov 2026, 12:00");
        assert_eq!(moment.when(UnixMillis(u64::MAX)), "at a time that no calendar has");
    }
}
