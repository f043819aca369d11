//! A clock that moves only when told.

use std::sync::atomic::{AtomicU64, Ordering};

use signet_core::{Clock, UnixMillis};

/// Stands still until [`FixedClock::advance`] or [`FixedClock::set`].
#[derive(Debug)]
pub struct FixedClock(AtomicU64);

impl FixedClock {
    /// Starts at `time`.
    pub const fn at(time: UnixMillis) -> Self {
        Self(AtomicU64::new(time.0))
    }

    /// Moves forward by whole seconds.
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Jumps to `time`, forwards or backwards.
    pub fn set(&self, time: UnixMillis) {
        self.0.store(time.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_only_when_told() {
        let clock = FixedClock::at(UnixMillis(5));
        assert_eq!((clock.now(), clock.now()), (UnixMillis(5), UnixMillis(5)));
        clock.advance(2);
        assert_eq!(clock.now(), UnixMillis(2005));
        clock.set(UnixMillis(1));
        assert_eq!(clock.now(), UnixMillis(1));
    }
}
