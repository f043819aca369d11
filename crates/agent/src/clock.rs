//! The system's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use signet_core::{Clock, UnixMillis};

/// The time as the operating system tells it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}
