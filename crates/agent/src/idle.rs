//! When the vault was last used, and so when it locks itself.

use std::sync::atomic::{AtomicU64, Ordering};

use signet_core::{Clock, UnixMillis};

use crate::clock::SystemClock;

/// The idle clock. Times are wall-clock milliseconds; after a suspend they have moved on, as they should.
pub(crate) struct Idle {
    unlocked: AtomicU64,
    used: AtomicU64,
    limit_seconds: AtomicU64,
}

impl Idle {
    /// An idle clock with the default limit.
    pub(crate) const fn new() -> Self {
        Self { unlocked: AtomicU64::new(0), used: AtomicU64::new(0), limit_seconds: AtomicU64::new(600) }
    }

    /// The vault was opened now.
    pub(crate) fn opened(&self) {
        self.unlocked.store(SystemClock.now().0, Ordering::Relaxed);
        self.touch();
    }

    /// The vault was used now.
    pub(crate) fn touch(&self) {
        self.used.store(SystemClock.now().0, Ordering::Relaxed);
    }

    /// Sets the limit; 0 = never.
    pub(crate) fn limit(&self, seconds: u64) {
        self.limit_seconds.store(seconds, Ordering::Relaxed);
    }

    /// Since when the vault is open.
    pub(crate) fn since(&self) -> UnixMillis {
        UnixMillis(self.unlocked.load(Ordering::Relaxed))
    }

    /// When the vault locks itself, unless it is used.
    pub(crate) fn locks_at(&self) -> Option<UnixMillis> {
        let limit = self.limit_seconds.load(Ordering::Relaxed);
        (limit > 0).then(|| UnixMillis(self.used.load(Ordering::Relaxed)).plus_seconds(limit))
    }
}
