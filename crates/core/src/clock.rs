//! Time as an argument.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// Whole seconds.
    pub const fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The time that many seconds after 1970.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds * 1000)
    }

    /// The time `seconds` later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u64) -> Self {
        Self(self.0 + seconds * 1000)
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> UnixMillis;
}
