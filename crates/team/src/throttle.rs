//! A member's one-time codes on the host: each is accepted once, and few may be guessed.

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;
use signet_crypto::{Drift, Step, TotpCode, TotpSeed, Width, verify_code};

/// So many wrong codes in a [`WINDOW_MS`]; then no code is looked at.
const MAX_WRONG: usize = 5;
const WINDOW_MS: u64 = 5 * 60 * 1000;

/// What a code led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeAnswer {
    /// It is right.
    Accepted,
    /// It is wrong, or was used before, or is older than one that was.
    Wrong {
        /// How many more may be wrong now.
        left: usize,
    },
    /// Too many were wrong: this one was not looked at.
    Wait {
        /// When the next one will be.
        until: UnixMillis,
    },
}

/// What the host remembers of one member's codes. Store it before answering.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeThrottle {
    /// The step after the last accepted one.
    first: u64,
    /// How far the member's clock is off, in quarter steps.
    drift: i16,
    /// When the last wrong codes came; at most five.
    wrong: Vec<UnixMillis>,
}

impl CodeThrottle {
    /// A member with a new seed, whose clock was `drift` off when the set-up's code, of the step before
    /// `first`, was accepted.
    pub const fn new(first: Step, drift: Drift) -> Self {
        Self { first: first.number(), drift: drift.quarters(), wrong: Vec::new() }
    }

    /// Tries a code. A wrong one and a used one get the same answer, so that nobody learns which codes
    /// were right.
    pub fn check(&mut self, now: UnixMillis, seed: &TotpSeed, code: &TotpCode) -> CodeAnswer {
        self.forget(now);
        if let Some(until) = self.closed_until() {
            return CodeAnswer::Wait { until };
        }
        let (drift, first) = (Drift::from_quarters(self.drift), Step::new(self.first));
        if let Some((step, drift)) = verify_code(seed, code, Step::at(now), drift, Width::Near, first) {
            self.first = step.number().saturating_add(1);
            self.drift = drift.quarters();
            return CodeAnswer::Accepted;
        }
        self.wrong.push(now);
        CodeAnswer::Wrong { left: MAX_WRONG.saturating_sub(self.wrong.len()) }
    }

    /// Until when no code is looked at, if that is so.
    pub fn waits_until(&self, now: UnixMillis) -> Option<UnixMillis> {
        let mut later = self.clone();
        later.forget(now);
        later.closed_until()
    }

    /// Drops what is over. A try that seems to lie in the future, after the clock was set back, counts
    /// as one of now, so that it holds the member up for five minutes and not until then.
    fn forget(&mut self, now: UnixMillis) {
        for time in &mut self.wrong {
            *time = (*time).min(now);
        }
        self.wrong.retain(|time| now.0 - time.0 < WINDOW_MS);
        // Stored by us, but read back from a disk: keep no more than there can be.
        self.wrong.sort_unstable();
        let over = self.wrong.len().saturating_sub(MAX_WRONG);
        self.wrong.drain(..over);
    }

    fn closed_until(&self) -> Option<UnixMillis> {
        let full = self.wrong.len() >= MAX_WRONG;
        self.wrong.first().filter(|_| full).map(|oldest| UnixMillis(oldest.0.saturating_add(WINDOW_MS)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use signet_crypto::hotp;

    use super::*;

    const START: UnixMillis = UnixMillis(1_800_000_000_000);

    fn seed() -> TotpSeed {
        TotpSeed::from_bytes(&mut [7; 20])
    }

    /// A code that is right at no time of these tests.
    static WRONG: LazyLock<String> = LazyLock::new(|| {
        let around = Step::at(START).number() - 40..Step::at(START).number() + 4000;
        let right: BTreeSet<_> =
            around.map(|step| hotp(&seed(), Step::new(step)).text().expose().to_owned()).collect();
        (0..10_000).map(|n| format!("{n:06}")).find(|text| !right.contains(text)).unwrap()
    });

    fn wrong() -> TotpCode {
        TotpCode::parse(&WRONG).unwrap()
    }

    fn at(ms: u64) -> UnixMillis {
        UnixMillis(START.0 + ms)
    }

    #[test]
    fn a_code_is_accepted_once_and_no_older_one_after_it() {
        let (mut throttle, seed) = (CodeThrottle::default(), seed());
        let step = Step::at(START);
        assert_eq!(throttle.check(START, &seed, &hotp(&seed, step)), CodeAnswer::Accepted);
        assert_eq!(throttle.check(START, &seed, &hotp(&seed, step)), CodeAnswer::Wrong { left: 4 });
        let older = hotp(&seed, step.plus(-1).unwrap());
        assert_eq!(throttle.check(START, &seed, &older), CodeAnswer::Wrong { left: 3 });
        let next = hotp(&seed, step.plus(1).unwrap());
        assert_eq!(throttle.check(START, &seed, &next), CodeAnswer::Accepted);
    }

    #[test]
    fn five_wrong_ones_close_it_for_five_minutes_even_for_the_right_one() {
        let (mut throttle, seed) = (CodeThrottle::default(), seed());
        for (i, left) in [4, 3, 2, 1, 0].into_iter().enumerate() {
            let now = at(i as u64 * 1000);
            assert_eq!(throttle.waits_until(now), None);
            assert_eq!(throttle.check(now, &seed, &wrong()), CodeAnswer::Wrong { left });
        }
        let until = at(300_000);
        let right = |now| hotp(&seed, Step::at(now));
        for now in [at(4000), at(299_999)] {
            assert_eq!(throttle.check(now, &seed, &right(now)), CodeAnswer::Wait { until });
            assert_eq!(throttle.waits_until(now), Some(until));
        }
        assert_eq!(throttle.check(until, &seed, &right(until)), CodeAnswer::Accepted);
    }

    #[test]
    fn a_thousand_wrong_ones_cost_bounded_memory_and_are_mostly_not_looked_at() {
        let (mut throttle, seed) = (CodeThrottle::default(), seed());
        let looked_at = (0..1000u64)
            .filter(|i| matches!(throttle.check(at(i * 1000), &seed, &wrong()), CodeAnswer::Wrong { .. }))
            .count();
        assert_eq!(looked_at, 20);
        assert!(throttle.wrong.len() <= 5);
    }

    #[test]
    fn a_clock_set_back_holds_up_for_five_minutes_at_most() {
        let (mut throttle, seed) = (CodeThrottle::default(), seed());
        for _ in 0..5 {
            throttle.check(at(1_000_000), &seed, &wrong());
        }
        assert_eq!(throttle.waits_until(at(0)), Some(at(300_000)));
        assert_eq!(throttle.check(at(0), &seed, &wrong()), CodeAnswer::Wait { until: at(300_000) });
        assert_eq!(throttle.check(at(300_000), &seed, &wrong()), CodeAnswer::Wrong { left: 4 });
    }

    #[test]
    fn a_clock_that_is_a_little_off_is_followed() {
        let (mut throttle, seed) = (CodeThrottle::default(), seed());
        for i in 0..20u64 {
            let now = at(i * 60_000);
            let drift = if i < 8 { 1 } else { 2 };
            let code = hotp(&seed, Step::at(now).plus(drift).unwrap());
            assert_eq!(throttle.check(now, &seed, &code), CodeAnswer::Accepted, "code {i}");
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Try {
        Wrong,
        Step(i64),
    }

    fn tries() -> impl Strategy<Value = Vec<(u64, Try)>> {
        let one = prop_oneof![1 => Just(Try::Wrong), 2 => (-3i64..=3).prop_map(Try::Step)];
        prop::collection::vec((0..70_000u64, one), 1..60)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn it_agrees_with_a_list_of_everything(tries in tries()) {
            let seed = seed();
            let mut throttle = CodeThrottle::default();
            let mut now = START;
            let mut failed: Vec<u64> = Vec::new();
            let mut used = BTreeSet::new();
            for (later, one) in tries {
                now = UnixMillis(now.0 + later);
                let step = match one {
                    Try::Wrong => None,
                    Try::Step(offset) => Step::at(now).plus(offset),
                };
                let code = step.map_or_else(wrong, |step| hotp(&seed, step));
                let recent = failed.iter().filter(|time| now.0 - **time < 300_000).count();
                let answer = throttle.check(now, &seed, &code);
                match answer {
                    CodeAnswer::Wait { until } => {
                        prop_assert!(recent >= 5);
                        prop_assert_eq!(until.0, failed[failed.len() - 5] + 300_000);
                    }
                    CodeAnswer::Accepted => {
                        prop_assert!(recent < 5);
                        let step = step.map(Step::number);
                        // Later than everything accepted before, and so never twice.
                        prop_assert!(used.last().copied() < step);
                        used.insert(step.unwrap());
                    }
                    CodeAnswer::Wrong { left } => {
                        prop_assert_eq!(left, 4 - recent);
                        failed.push(now.0);
                    }
                }
                throttle = serde_json::from_str(&serde_json::to_string(&throttle).unwrap()).unwrap();
            }
        }
    }
}
