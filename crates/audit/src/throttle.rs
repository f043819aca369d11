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
        let Some(window) = self.causes.get_mut(&(caller, cause)) else {
            // A device has had its 20 entries already; a stranger's first refusal shows at once.
            let first = caller == Caller::Unauthenticated;
            self.causes.insert((caller, cause), Window { since: now, count: u64::from(!first) });
            return first.then_some(Refusal { caller, cause, count: 1 });
        };
        window.count += 1;
        if !over(window.since, now) {
            return None;
        }
        let count = window.count;
        *window = Window { since: now, count: 0 };
        Some(Refusal { caller, cause, count })
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT: UnixMillis = UnixMillis(1_000_000);

    #[test]
    fn a_stranger_gets_one_entry_per_cause_a_minute_with_the_number() {
        let mut throttle = Throttle::default();
        let stranger = Caller::Unauthenticated;
        assert_eq!(throttle.refuse(AT, stranger, Code::PeerRefused).map(|r| r.count), Some(1));
        for _ in 0..500 {
            assert_eq!(throttle.refuse(AT.plus_seconds(59), stranger, Code::PeerRefused), None);
        }
        assert_eq!(throttle.refuse(AT, stranger, Code::WrongSecret).map(|r| r.count), Some(1));
        assert_eq!(throttle.due(AT.plus_seconds(59)), []);
        let due = throttle.due(AT.plus_seconds(60));
        assert_eq!(due, [Refusal { caller: stranger, cause: Code::PeerRefused, count: 500 }]);
        // That entry began a minute of its own.
        assert_eq!(throttle.refuse(AT.plus_seconds(61), stranger, Code::PeerRefused), None);
        assert_eq!(
            throttle.refuse(AT.plus_seconds(120), stranger, Code::PeerRefused).map(|r| r.count),
            Some(2)
        );
    }

    #[test]
    fn a_device_gets_twenty_a_minute_and_does_not_crowd_out_another() {
        let mut throttle = Throttle::default();
        let (one, two) = (Caller::Device([1; 32]), Caller::Device([2; 32]));
        let recorded = (0..100).filter(|_| throttle.refuse(AT, one, Code::Denied).is_some()).count();
        assert_eq!(recorded, 20);
        assert_eq!(throttle.refuse(AT, two, Code::Denied).map(|r| r.count), Some(1));
        assert_eq!(throttle.due(AT.plus_seconds(60)).iter().map(|r| r.count).sum::<u64>(), 80);
        assert!(throttle.refuse(AT.plus_seconds(60), one, Code::Denied).is_some());
    }

    #[test]
    fn memory_does_not_grow_and_a_clock_set_back_does_not_mute() {
        let mut throttle = Throttle::default();
        for n in 0..1000_u64 {
            let device = std::array::from_fn(|i| n.to_be_bytes().get(i).copied().unwrap_or(0));
            throttle.refuse(AT, Caller::Device(device), Code::Denied);
        }
        throttle.due(AT.plus_seconds(60));
        assert!(throttle.devices.is_empty() && throttle.causes.is_empty());
        throttle.refuse(AT, Caller::Unauthenticated, Code::Denied);
        assert!(throttle.refuse(UnixMillis(5), Caller::Unauthenticated, Code::Denied).is_some());
    }

    proptest! {
        #[test]
        fn no_refusal_is_lost_and_no_minute_has_too_many(
            events in proptest::collection::vec((0_u64..20_000, 0_u8..3, any::<bool>(), any::<bool>()), 1..200),
        ) {
            let mut throttle = Throttle::default();
            let mut now = AT;
            let mut recorded = Vec::new();
            for (wait, who, cause, look) in &events {
                now = UnixMillis(now.0 + wait);
                let caller = if *who == 0 { Caller::Unauthenticated } else { Caller::Device([*who; 32]) };
                let cause = if *cause { Code::Denied } else { Code::Locked };
                recorded.extend(throttle.refuse(now, caller, cause).map(|refusal| (now, refusal)));
                if *look {
                    recorded.extend(throttle.due(now).into_iter().map(|refusal| (now, refusal)));
                }
            }
            let stranger = |refusal: &Refusal| refusal.caller == Caller::Unauthenticated;
            for cause in [Code::Denied, Code::Locked] {
                let times: Vec<_> =
                    recorded.iter().filter(|(_, r)| stranger(r) && r.cause == cause).map(|(at, _)| at.0).collect();
                prop_assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= WINDOW_MS));
            }
            let total: u64 = recorded.iter().map(|(_, refusal)| refusal.count).sum();
            let rest: u64 = throttle.flush(now).iter().map(|refusal| refusal.count).sum();
            prop_assert_eq!(total + rest, events.len() as u64);
        }
    }
}
