//! Hours of the week in a time zone.

use std::collections::BTreeSet;

use jiff::civil;
use serde::{Deserialize, Serialize};

use crate::{TimeZoneName, UnixMillis};

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[allow(missing_docs, reason = "the days speak for themselves")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Why hours make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// No day is listed.
    #[error("list at least one day")]
    NoDay,
    /// Minutes of the day go from 0 to 1439, and an end may be 1440.
    #[error("the hours go from 00:00 to 24:00")]
    Minutes,
    /// Beginning and end are the same.
    #[error("the hours begin when they end")]
    Empty,
}

/// Hours of some days of the week, by the clocks of a time zone. Hours that end before they begin
/// (22:00 to 06:00) go on into the day after the listed one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(as = "Written"))]
pub struct Hours(Written);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(rename = "Hours"))]
struct Written {
    /// On which days they begin.
    days: BTreeSet<Weekday>,
    /// The first minute of the day, from 0 to 1439.
    from: u16,
    /// The minute that is no longer in it, from 0 to 1440.
    to: u16,
    /// Whose clocks count.
    zone: TimeZoneName,
}

impl Hours {
    /// From minute `from` of these days until before minute `to`, of the same day or the next.
    ///
    /// # Errors
    /// [`HoursError`]: why that makes no sense.
    pub fn new(
        days: impl IntoIterator<Item = Weekday>,
        from: u16,
        to: u16,
        zone: TimeZoneName,
    ) -> Result<Self, HoursError> {
        Written { days: days.into_iter().collect(), from, to, zone }.try_into()
    }

    /// On which days they begin.
    pub fn days(&self) -> impl Iterator<Item = Weekday> {
        self.0.days.iter().copied()
    }

    /// The first minute of the day.
    pub fn from(&self) -> u16 {
        self.0.from
    }

    /// The minute that is no longer in it; not after [`Self::from`] where it is one of the next day.
    pub fn to(&self) -> u16 {
        self.0.to
    }

    /// Whose clocks count.
    pub fn zone(&self) -> &TimeZoneName {
        &self.0.zone
    }

    /// Whether the time is in these hours; nothing where there is no local time (beyond the year 9999).
    pub fn contain(&self, time: UnixMillis) -> Option<bool> {
        self.contain_local(self.0.zone.local(time)?)
    }

    /// Whether the time that the clocks show there is in these hours.
    pub(super) fn contain_local(&self, local: civil::DateTime) -> Option<bool> {
        let (hour, minute) = (u16::try_from(local.hour()).ok()?, u16::try_from(local.minute()).ok()?);
        let minute = hour * 60 + minute;
        let (from, to) = (self.0.from, self.0.to);
        let listed = |day: civil::Weekday| self.0.days.contains(&ours(day));
        let today = local.weekday();
        Some(if from < to {
            listed(today) && (from..to).contains(&minute)
        } else {
            (listed(today) && minute >= from) || (listed(today.previous()) && minute < to)
        })
    }
}

impl TryFrom<Written> for Hours {
    type Error = HoursError;

    fn try_from(written: Written) -> Result<Self, HoursError> {
        match () {
            () if written.days.is_empty() => Err(HoursError::NoDay),
            () if written.from >= 24 * 60 || written.to > 24 * 60 => Err(HoursError::Minutes),
            () if written.from == written.to => Err(HoursError::Empty),
            () => Ok(Self(written)),
        }
    }
}

impl From<Hours> for Written {
    fn from(hours: Hours) -> Self {
        hours.0
    }
}

const fn ours(day: civil::Weekday) -> Weekday {
    match day {
        civil::Weekday::Monday => Weekday::Monday,
        civil::Weekday::Tuesday => Weekday::Tuesday,
        civil::Weekday::Wednesday => Weekday::Wednesday,
        civil::Weekday::Thursday => Weekday::Thursday,
        civil::Weekday::Friday => Weekday::Friday,
        civil::Weekday::Saturday => Weekday::Saturday,
        civil::Weekday::Sunday => Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Weekday::*;

    fn hours(days: &[Weekday], from: u16, to: u16, zone: &str) -> Hours {
        Hours::new(days.iter().copied(), from, to, TimeZoneName::parse(zone).unwrap()).unwrap()
    }

    fn at(text: &str) -> UnixMillis {
        UnixMillis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond().try_into().unwrap())
    }

    #[test]
    fn the_same_hours_by_the_clock_in_summer_and_in_winter() {
        let office = hours(&[Monday, Tuesday, Wednesday, Thursday, Friday], 9 * 60, 17 * 60, "Europe/Berlin");
        // Berlin is two hours ahead of UTC in summer, one in winter. Both days are Wednesdays.
        for (time, expected) in [
            ("2026-07-15T06:59:59.999Z", false),
            ("2026-07-15T07:00:00Z", true),
            ("2026-07-15T14:59:59.999Z", true),
            ("2026-07-15T15:00:00Z", false),
            ("2026-01-14T07:59:59.999Z", false),
            ("2026-01-14T08:00:00Z", true),
            ("2026-01-14T15:59:59Z", true),
            ("2026-01-14T16:00:00Z", false),
            ("2026-07-18T10:00:00Z", false), // a Saturday
        ] {
            assert_eq!(office.contain(at(time)), Some(expected), "{time}");
        }
    }

    #[test]
    fn the_hour_that_comes_twice_counts_twice_and_the_one_that_is_left_out_never() {
        // 2026-10-25: at 03:00 summer time the clocks go back to 02:00.
        let night = hours(&[Sunday], 2 * 60, 3 * 60, "Europe/Berlin");
        for (time, expected) in [
            ("2026-10-24T23:59:59Z", false),
            ("2026-10-25T00:30:00Z", true),
            ("2026-10-25T01:30:00Z", true),
            ("2026-10-25T02:00:00Z", false),
        ] {
            assert_eq!(night.contain(at(time)), Some(expected), "{time}");
        }
        // 2026-03-29: at 02:00 the clocks go on to 03:00.
        for minute in 0..24 * 60 {
            let time = at("2026-03-28T23:00:00Z").plus_seconds(minute * 60);
            assert_eq!(night.contain(time), Some(false), "minute {minute}");
        }
    }

    #[test]
    fn hours_past_midnight_belong_to_the_day_they_began() {
        let shift = hours(&[Friday], 22 * 60, 6 * 60, "UTC");
        for (time, expected) in [
            ("2026-07-17T21:59:00Z", false), // Friday
            ("2026-07-17T22:00:00Z", true),
            ("2026-07-18T00:00:00Z", true),
            ("2026-07-18T05:59:59Z", true),
            ("2026-07-18T06:00:00Z", false),
            ("2026-07-18T22:00:00Z", false),
            ("2026-07-17T03:00:00Z", false),
        ] {
            assert_eq!(shift.contain(at(time)), Some(expected), "{time}");
        }
        let to_midnight = hours(&[Friday], 22 * 60, 24 * 60, "UTC");
        assert_eq!(to_midnight.contain(at("2026-07-17T23:59:59Z")), Some(true));
        assert_eq!(to_midnight.contain(at("2026-07-18T00:00:00Z")), Some(false));
    }

    #[test]
    fn hours_that_make_no_sense_are_refused_also_when_read() {
        let utc = || TimeZoneName::parse("UTC").unwrap();
        assert_eq!(Hours::new([], 0, 60, utc()), Err(HoursError::NoDay));
        assert_eq!(Hours::new([Monday], 1440, 60, utc()), Err(HoursError::Minutes));
        assert_eq!(Hours::new([Monday], 0, 1441, utc()), Err(HoursError::Minutes));
        assert_eq!(Hours::new([Monday], 60, 60, utc()), Err(HoursError::Empty));
        for bad in [
            r#"{"days":[],"from":0,"to":60,"zone":"UTC"}"#,
            r#"{"days":["monday"],"from":60,"to":60,"zone":"UTC"}"#,
            r#"{"days":["monday"],"from":0,"to":60,"zone":"Mars/Olympus"}"#,
            r#"{"days":["mon"],"from":0,"to":60,"zone":"UTC"}"#,
            r#"{"days":["monday"],"from":0,"to":60,"zone":"UTC","but":1}"#,
        ] {
            assert!(serde_json::from_str::<Hours>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_without_a_date_is_in_no_hours() {
        assert_eq!(hours(&[Monday], 0, 1440, "UTC").contain(UnixMillis(u64::MAX)), None);
        assert_eq!(hours(&[Monday], 0, 1440, "UTC").contain(UnixMillis(1 << 60)), None);
    }
}
