//! When the vault was last used, and so when it locks itself.

use std::sync::atomic::{AtomicU64, Ordering};

use rustix::time::{ClockId, clock_gettime};
use signet_core::{Clock, UnixMillis};
use tokio::sync::watch;

use crate::clock::SystemClock;

/// The idle clock. What decides is the time since boot, which goes on during a suspend and which nobody
/// sets back (`CLOCK_BOOTTIME` in `clock_gettime(2)`); the time of day is for showing only.
pub(crate) struct Idle {
    /// Milliseconds since 1970.
    unlocked: AtomicU64,
    /// Milliseconds since boot.
    used: AtomicU64,
    limit_seconds: AtomicU64,
    /// Told when the time to the lock has become another by whole seconds.
    moved: watch::Sender<u64>,
}

/// Moves of the lock's time that are smaller than this are not told, in milliseconds.
const MOVE: u64 = 5_000;

impl Idle {
    /// An idle clock with the default limit.
    pub(crate) fn new() -> Self {
        Self {
            unlocked: AtomicU64::new(0),
            used: AtomicU64::new(0),
            limit_seconds: AtomicU64::new(600),
            moved: watch::channel(0).0,
        }
    }

    /// Follows the time at which the vault locks itself.
    pub(crate) fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    /// The vault was opened now.
    pub(crate) fn opened(&self) {
        self.unlocked.store(SystemClock.now().0, Ordering::Relaxed);
        self.touch();
    }

    /// The vault was used now.
    pub(crate) fn touch(&self) {
        let now = since_boot();
        self.used.store(now, Ordering::Relaxed);
        self.moved.send_if_modified(|told| {
            let far = now.abs_diff(*told) >= MOVE;
            if far {
                *told = now;
            }
            far
        });
    }

    /// Sets the limit; 0 = never.
    pub(crate) fn limit(&self, seconds: u64) {
        self.limit_seconds.store(seconds, Ordering::Relaxed);
    }

    /// Since when the vault is open.
    pub(crate) fn since(&self) -> UnixMillis {
        UnixMillis(self.unlocked.load(Ordering::Relaxed))
    }

    /// Whether nobody has used the vault for as long as the limit says.
    pub(crate) fn is_over(&self) -> bool {
        self.left(since_boot()) == Some(0)
    }

    /// When the vault locks itself, unless it is used.
    pub(crate) fn locks_at(&self) -> Option<UnixMillis> {
        let left = self.left(since_boot())?;
        Some(UnixMillis(SystemClock.now().0.saturating_add(left)))
    }

    /// Milliseconds until the vault locks itself.
    fn left(&self, since_boot: u64) -> Option<u64> {
        let limit = self.limit_seconds.load(Ordering::Relaxed);
        let end = self.used.load(Ordering::Relaxed).saturating_add(limit.saturating_mul(1000));
        (limit > 0).then(|| end.saturating_sub(since_boot))
    }
}

/// Milliseconds since boot.
fn since_boot() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    seconds.saturating_mul(1000).saturating_add(u64::try_from(now.tv_nsec / 1_000_000).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vault_locks_when_the_limit_is_over_and_never_with_none() {
        let idle = Idle::new();
        idle.used.store(5_000, Ordering::Relaxed);
        idle.limit(60);
        assert_eq!(idle.left(5_000), Some(60_000));
        assert_eq!(idle.left(64_999), Some(1));
        assert_eq!(idle.left(65_000), Some(0));
        assert_eq!(idle.left(u64::MAX), Some(0));
        idle.limit(u64::MAX);
        assert!(idle.left(u64::MAX - 1).is_some_and(|left| left > 0));
        idle.limit(0);
        assert_eq!(idle.left(u64::MAX), None);
    }

    #[test]
    fn use_starts_the_time_anew() {
        let idle = Idle::new();
        idle.limit(60);
        idle.opened();
        assert!(!idle.is_over());
        let shown = idle.locks_at().unwrap().0.abs_diff(SystemClock.now().0);
        assert!((59_000..=60_000).contains(&shown), "{shown}");
    }
}
