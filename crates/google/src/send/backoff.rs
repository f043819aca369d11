//! When to try again, and when to stop trying.

use std::time::Duration;

use signet_core::{Code, Failure};

use crate::Pace;

/// Counts tries without progress. Waits double from the pace's first one, half of each is jitter.
pub(crate) struct Backoff<'a> {
    pace: &'a dyn Pace,
    tries: u32,
    done: u32,
}

impl<'a> Backoff<'a> {
    /// `tries` requests in all before it stops.
    pub(crate) fn new(pace: &'a dyn Pace, tries: u32) -> Self {
        Self { pace, tries, done: 0 }
    }

    /// Something moved: the count starts anew.
    pub(crate) fn progress(&mut self) {
        self.done = 0;
    }

    /// Allows more tries: a send in doubt is worth waiting for.
    pub(crate) fn extend(&mut self, tries: u32) {
        self.tries = self.tries.max(tries);
    }

    /// How long to wait after `failure`, or the failure to stop with: the last of the tries, or Google
    /// asks for a longer wait than a send may take (facts `wait_seconds` and `retry_after`).
    pub(crate) fn next(&mut self, failure: Failure, asked: Option<Duration>) -> Result<Duration, Failure> {
        let longest = self.pace.longest_wait();
        if let Some(asked) = asked.filter(|asked| *asked > longest) {
            return Err(stopped(failure, asked));
        }
        self.done += 1;
        if self.done >= self.tries {
            return Err(failure);
        }
        let doubled = self.pace.first_wait().saturating_mul(1 << (self.done - 1).min(16)).min(longest);
        let wait = doubled / 2 + self.pace.below(doubled / 2);
        // Never before the time that Google named, and not all clients at that very moment.
        Ok(asked.map_or(wait, |asked| asked.max(wait)))
    }
}

fn stopped(failure: Failure, asked: Duration) -> Failure {
    let seconds = asked.as_secs() + u64::from(asked.subsec_nanos() > 0);
    let failure = match failure.code {
        Code::RateLimited | Code::GoogleUnavailable => {
            failure.remedy(format!("Send it again in {seconds} seconds; nothing was sent."))
        }
        _ => failure,
    };
    failure.fact("wait_seconds", seconds).fact("retry_after", seconds)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::{Jitter, Sleeper};

    /// Jitter at one end of its range.
    struct Fixed(bool);

    #[async_trait]
    impl Sleeper for Fixed {
        async fn sleep(&self, _: Duration) {}
    }

    impl Jitter for Fixed {
        fn below(&self, bound: Duration) -> Duration {
            if self.0 { bound } else { Duration::ZERO }
        }
    }

    impl Pace for Fixed {}

    fn waits(pace: &Fixed, asked: Option<Duration>) -> Vec<u128> {
        let mut backoff = Backoff::new(pace, 6);
        let mut waits = Vec::new();
        while let Ok(wait) = backoff.next(Failure::new(Code::GoogleUnavailable), asked) {
            waits.push(wait.as_millis());
        }
        waits
    }

    #[test]
    fn waits_double_and_half_of_each_is_jitter() {
        assert_eq!(waits(&Fixed(true), None), [1000, 2000, 4000, 8000, 16_000]);
        assert_eq!(waits(&Fixed(false), None), [500, 1000, 2000, 4000, 8000]);
    }

    #[test]
    fn it_never_comes_back_before_the_time_that_google_named() {
        assert_eq!(waits(&Fixed(false), Some(Duration::from_secs(5))), [5000, 5000, 5000, 5000, 8000]);
    }

    #[test]
    fn a_wait_over_a_minute_stops_the_send_and_says_how_long() {
        let mut backoff = Backoff::new(&Fixed(false), 6);
        let asked = Some(Duration::from_millis(60_001));
        let failure = backoff.next(Failure::new(Code::RateLimited), asked).unwrap_err();
        assert_eq!(failure.code, Code::RateLimited);
        assert_eq!(failure.facts["retry_after"], "61");
    }

    #[test]
    fn progress_starts_the_count_anew() {
        let mut backoff = Backoff::new(&Fixed(false), 2);
        let failure = || Failure::new(Code::Network);
        assert!(backoff.next(failure(), None).is_ok());
        backoff.progress();
        assert!(backoff.next(failure(), None).is_ok());
        assert!(backoff.next(failure(), None).is_err());
    }
}
