//! How often a question may be asked: so often a minute, and no more.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use signet_core::{Code, Failure};

const WINDOW: Duration = Duration::from_mins(1);
const MOST: usize = 20;

/// The times of the last questions.
#[derive(Debug)]
pub(crate) struct Quota(VecDeque<Instant>);

impl Quota {
    /// No question yet.
    pub(crate) const fn new() -> Self {
        Self(VecDeque::new())
    }

    /// Takes one of the 20 questions of any 60 seconds.
    pub(crate) fn take(&mut self) -> Result<(), Failure> {
        self.take_at(Instant::now())
    }

    fn take_at(&mut self, now: Instant) -> Result<(), Failure> {
        while self.0.front().is_some_and(|asked| now.saturating_duration_since(*asked) >= WINDOW) {
            self.0.pop_front();
        }
        if self.0.len() >= MOST {
            return Err(Failure::new(Code::Busy)
                .what(format!("That can be asked {MOST} times a minute."))
                .remedy("Wait a minute and ask again."));
        }
        self.0.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_questions_a_minute() {
        let start = Instant::now();
        let mut quota = Quota::new();
        for second in 0..20 {
            quota.take_at(start + Duration::from_secs(second)).unwrap();
        }
        let refused = quota.take_at(start + Duration::from_secs(59)).unwrap_err();
        assert_eq!(refused.code, Code::Busy);
        quota.take_at(start + Duration::from_mins(1)).unwrap();
        quota.take_at(start + Duration::from_mins(1)).unwrap_err();
        quota.take_at(start + Duration::from_secs(61)).unwrap();
    }
}
