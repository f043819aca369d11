//! Time as an argument.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// Whole seconds.
    pub const fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The time that many seconds after 1970; the latest time there is where that does not fit.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// The time `seconds` later; the latest time there is where that does not fit.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> UnixMillis;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_ends_instead_of_beginning_anew() {
        assert_eq!(UnixMillis(500).plus_seconds(2), UnixMillis(2500));
        assert_eq!(UnixMillis(500).plus_seconds(u64::MAX), UnixMillis(u64::MAX));
        assert_eq!(UnixMillis(u64::MAX).plus_seconds(1), UnixMillis(u64::MAX));
        assert_eq!(UnixMillis::from_seconds(u64::MAX), UnixMillis(u64::MAX));
    }
}
