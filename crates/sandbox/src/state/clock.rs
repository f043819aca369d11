//! The sandbox's clock: real time moved by an offset, so that a test need not wait for an hour.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use signet_core::{Clock, UnixMillis};

/// The computer's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// A clock plus an offset in milliseconds.
pub(crate) struct SandboxClock {
    base: Arc<dyn Clock>,
    offset: AtomicI64,
}

impl SandboxClock {
    pub(crate) fn new(base: Arc<dyn Clock>, offset_ms: i64) -> Self {
        Self { base, offset: AtomicI64::new(offset_ms) }
    }

    pub(crate) fn now(&self) -> UnixMillis {
        UnixMillis(self.base.now().0.saturating_add_signed(self.offset.load(Ordering::Relaxed)))
    }

    pub(crate) fn set_offset(&self, offset_ms: i64) {
        self.offset.store(offset_ms, Ordering::Relaxed);
    }
}

/// The time as the standard library has it.
pub(crate) fn system_time(time: UnixMillis) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(time.0)
}
