//! How refusals are recorded without letting a caller fill the log. Pure: time is an argument.

use std::collections::BTreeMap;

use signet_core::{Code, UnixMillis};

const WINDOW_MS: u64 = 60_000;
const PER_DEVICE: u64 = 20;

/// Whose refusal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caller {
    /// Nothing authenticated the caller: one entry per cause a minute.
    Unauthenticated,
    /// A device, by the SHA-256 of its key: 20 entries a minute, then one per cause a minute.
    Device([u8; 32]),
}

/// A refusal to record: `count` alike ones, from this caller and for this cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whose.
    pub caller: Caller,
    /// Why.
    pub cause: Code,
    /// How many it stands for.
    pub count: u64,
}

/// Counts refusals. A suppressed one is never lost: it is in the count of a later entry, which
/// [`Throttle::due`] hands out when its minute is over.
#[derive(Clone, Debug, Default)]
pub struct Throttle {
    devices: BTreeMap<[u8; 32], Window>,
    causes: BTreeMap<(Caller, Code), Window>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    since: UnixMillis,
    count: u64,
}

impl Throttle {
    /// Takes note of a refusal; `Some` is to be recorded now.
    pub fn refuse(&mut self, now: UnixMillis, caller: Caller, cause: Code) -> Option<Refusal> {
        if let Caller::Device(device) = caller {
            let window = self.devices.entry(device).or_insert(Window { since: now, count: 0 });
            if over(window.since, now) {
                *window = Window { since: now, count: 0 };
            }
            if window.count < PER_DEVICE {
                window.count += 1;
                return Some(Refusal { caller, cause, count: 1 });
            }
        }
        match self.causes.get_mut(&(caller, cause)) {
            Some(window) => {
                window.count += 1;
                if !over(window.since, now) {
                    return None;
                }
                let count = window.count;
                *window = Window { since: now, count: 0 };
                Some(Refusal { caller, cause, count })
            }
            None => {
                // A device has had its 20 entries already; a stranger's first refusal shows at once.
                let first = caller == Caller::Unauthenticated;
                self.causes.insert((caller, cause), Window { since: now, count: u64::from(!first) });
                first.then_some(Refusal { caller, cause, count: 1 })
            }
        }
    }

    /// The counted refusals whose minute is over. Call it about once a minute.
    pub fn due(&mut self, now: UnixMillis) -> Vec<Refusal> {
        self.take(|window| over(window.since, now), now)
    }

    /// All counted refusals, for shutting down.
    pub fn flush(&mut self, now: UnixMillis) -> Vec<Refusal> {
        self.take(|_| true, now)
    }

    fn take(&mut self, ripe: impl Fn(&Window) -> bool, now: UnixMillis) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        self.causes.retain(|&(caller, cause), window| {
            if !ripe(window) {
                return true;
            }
            // Nothing was suppressed in that minute: forget it, so that memory stays bounded.
            if window.count == 0 {
                return false;
            }
            refusals.push(Refusal { caller, cause, count: window.count });
            *window = Window { since: now, count: 0 };
            true
        });
        self.devices.retain(|_, window| !ripe(window));
        refusals
    }
}

/// Whether a minute has passed. A clock that was set back ends the minute, too: it must not mute the log.
const fn over(since: UnixMillis, now: UnixMillis) -> bool {
    now.0 < since.0 || now.0 - since.0 >= WINDOW_MS
}
