//! Copies of the log on their way to auditors: each is a whole file, so there are few at once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use signet_core::{Code, DeviceHash, Failure};

/// Copies at once, made or under way.
const ALL: usize = 2;
/// Copies of one device in a minute.
const A_MINUTE: usize = 6;
const MINUTE: Duration = Duration::from_mins(1);

/// The copies of a host.
#[derive(Clone, Default)]
pub(crate) struct Copies(Arc<Mutex<HashMap<DeviceHash, State>>>);

#[derive(Default)]
struct State {
    begun: VecDeque<Instant>,
    open: bool,
}

/// One copy; dropped when it has been sent, or nobody wants it any more.
pub(crate) struct Copying {
    device: DeviceHash,
    all: Copies,
}

impl Copies {
    /// A place for one copy. A device has one at a time, and a few in a minute.
    pub(crate) fn begin(&self, device: DeviceHash) -> Result<Copying, Failure> {
        self.begin_at(device, Instant::now())
    }

    fn begin_at(&self, device: DeviceHash, now: Instant) -> Result<Copying, Failure> {
        let mut all = self.lock();
        for one in all.values_mut() {
            one.begun.retain(|then| now.duration_since(*then) < MINUTE);
        }
        all.retain(|_, one| one.open || !one.begun.is_empty());
        let full = all.values().filter(|one| one.open).count() >= ALL;
        let own = all.entry(device).or_default();
        if full || own.open || own.begun.len() >= A_MINUTE {
            return Err(Failure::new(Code::Busy)
                .what("The host makes only a few copies of its log at a time.")
                .remedy("Ask again in a minute."));
        }
        own.begun.push_back(now);
        own.open = true;
        Ok(Copying { device, all: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<DeviceHash, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Copying {
    fn drop(&mut self) {
        if let Some(one) = self.all.lock().get_mut(&self.device) {
            one.open = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_at_once_and_one_of_each_device() {
        let (copies, now) = (Copies::default(), Instant::now());
        let device = |byte| DeviceHash::from_bytes([byte; 32]);
        let first = copies.begin_at(device(1), now).unwrap();
        assert!(copies.begin_at(device(1), now).is_err(), "one of each device");
        let second = copies.begin_at(device(2), now).unwrap();
        assert!(copies.begin_at(device(3), now).is_err(), "two at once");
        drop(first);
        let third = copies.begin_at(device(3), now).unwrap();
        drop((second, third));
        for _ in 1..A_MINUTE {
            copies.begin_at(device(1), now).unwrap();
        }
        assert!(copies.begin_at(device(1), now).is_err(), "a few in a minute");
        assert!(copies.begin_at(device(1), now + MINUTE).is_ok());
    }
}
