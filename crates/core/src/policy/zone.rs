//! Time zones by name.

use std::cmp::Ordering;
use std::fmt;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::UnixMillis;

/// There is no time zone of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time zone such as Europe/Berlin or UTC")]
pub struct ZoneError;

/// A time zone of the IANA database, such as `Europe/Berlin`. The database is part of the program, so an
/// unknown zone cannot exist, and no two hosts of one version disagree.
#[derive(Clone)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(as = "String"))]
pub struct TimeZoneName(#[cfg_attr(feature = "bindings", ts(skip))] TimeZone);

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

impl TimeZoneName {
    /// Reads a name, in any case.
    ///
    /// # Errors
    /// [`ZoneError`] if the database has no such zone.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let zone = ZONES.get(text).map_err(|_| ZoneError)?;
        if zone.is_unknown() || zone.iana_name().is_none() { Err(ZoneError) } else { Ok(Self(zone)) }
    }

    /// The name as the database writes it.
    pub fn as_str(&self) -> &str {
        self.0.iana_name().unwrap_or_default()
    }

    /// What the clocks show there; nothing for times beyond the year 9999.
    pub(super) fn local(&self, time: UnixMillis) -> Option<DateTime> {
        let timestamp = Timestamp::from_millisecond(i64::try_from(time.0).ok()?).ok()?;
        Some(self.0.to_datetime(timestamp))
    }
}

impl PartialEq for TimeZoneName {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for TimeZoneName {}

impl PartialOrd for TimeZoneName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TimeZoneName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Display for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimeZoneName({self})")
    }
}

impl Serialize for TimeZoneName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeZoneName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_known_by_their_names_and_by_nothing_else() {
        assert_eq!(TimeZoneName::parse("europe/BERLIN").unwrap().as_str(), "Europe/Berlin");
        assert_eq!(TimeZoneName::parse("utc").unwrap().as_str(), "UTC");
        for bad in [
            "",
            "Etc/Unknown",
            "Europe/Atlantis",
            "+02:00",
            "CET-1CEST",
            "../../etc/passwd",
            "/etc/localtime",
        ] {
            assert!(TimeZoneName::parse(bad).is_err(), "{bad:?}");
        }
    }
}
