//! How often a code may be guessed against a vault that is open: five times in five minutes.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use signet_core::{Code, Failure};
use signet_crypto::TotpCode;

use crate::agent::Agent;

const MOST: usize = 5;
const WINDOW: Duration = Duration::from_mins(5);

/// The wrong codes of the last minutes.
#[derive(Default)]
pub(crate) struct CodeTries(Mutex<Vec<Instant>>);

impl CodeTries {
    fn left(&self, now: Instant) -> Result<(), Failure> {
        let mut wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.retain(|at| now.saturating_duration_since(*at) < WINDOW);
        match wrong.first().filter(|_| wrong.len() >= MOST) {
            None => Ok(()),
            Some(oldest) => Err(Failure::new(Code::MemberCodeWrong)
                .what("Too many wrong codes.")
                .fact("wait_seconds", (*oldest + WINDOW).saturating_duration_since(now).as_secs())),
        }
    }

    fn wrong(&self, now: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(now);
    }
}

impl Agent {
    /// Proves a fresh code of the open vault, which is used up.
    pub(crate) async fn fresh_code(&self, text: &str) -> Result<(), Failure> {
        self.code_tries.left(Instant::now())?;
        let code = TotpCode::parse(text).map_err(|_| Failure::new(Code::MemberCodeWrong))?;
        let proven = self
            .vault
            .run(move |cell| {
                let proven = cell.open()?.fresh_code(code);
                proven.map_err(|error| match error.failure() {
                    failure if failure.code == Code::WrongSecret => Failure::new(Code::MemberCodeWrong),
                    failure => failure,
                })
            })
            .await;
        if proven.as_ref().is_err_and(|failure| failure.code == Code::MemberCodeWrong) {
            self.code_tries.wrong(Instant::now());
        }
        proven
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_guess_waits() {
        let tries = CodeTries::default();
        let now = Instant::now();
        for _ in 0..MOST {
            tries.left(now).unwrap();
            tries.wrong(now);
        }
        let refused = tries.left(now + Duration::from_mins(1)).unwrap_err();
        assert_eq!((refused.code, refused.facts["wait_seconds"].as_str()), (Code::MemberCodeWrong, "240"));
        tries.left(now + WINDOW).unwrap();
    }
}
