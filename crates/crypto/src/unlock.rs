//! Opening a vault with passphrase and code, as a pure function over bytes.

use signet_core::{Code, Failure, UnixMillis};

use crate::secret::secret_type;
use crate::totp::distance;
use crate::{
    CheckedHeader, Drift, KdfError, Mask, OffsetTable, Passphrase, STEP_SECONDS, Step, Stretch, TotpCode,
    Width,
};

secret_type! {
    /// The vault's root key (VMK): 32 random bytes. It wraps keys and derives none.
    RootKey, 32
}

secret_type! {
    /// The device secret D: 32 bytes, in the OS keychain.
    DeviceSecret, 32
}

secret_type! {
    /// The epoch secret E: 32 bytes, in the OS keychain, new at every unlock.
    EpochSecret, 32
}

/// How far before the table's start the clock may be until it counts as wrong: ten minutes.
const BEHIND: u64 = 20;

/// Why the vault did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// Passphrase or code is wrong; which one, nobody can tell.
    #[error("passphrase and code do not open this vault")]
    WrongSecret,
    /// The code of this time has been used already.
    #[error("that code has already been used")]
    CodeUsed {
        /// Seconds until the app shows a code that can be used.
        wait_seconds: u64,
    },
    /// The computer's clock is far before the last unlock.
    #[error("the clock is behind the time that this vault last saw")]
    ClockBehind {
        /// By how many seconds.
        seconds: u64,
    },
    /// The clock is after the end of the table: 400 days unused, or the clock is far ahead.
    #[error("the code table has ended")]
    TableEnded,
    /// The key derivation failed.
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

impl From<UnlockError> for Failure {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::WrongSecret => Self::new(Code::WrongSecret),
            UnlockError::CodeUsed { wait_seconds } => {
                Self::new(Code::CodeUsed).fact("wait_seconds", wait_seconds)
            }
            UnlockError::ClockBehind { seconds } => Self::new(Code::ClockOff).fact("behind_seconds", seconds),
            UnlockError::TableEnded => Self::new(Code::TableEnded),
            UnlockError::Kdf(error) => error.into(),
        }
    }
}

/// What opening gives. The code is not consumed before the continued table is durable.
pub struct Unlocked {
    /// The vault's root key.
    pub root: RootKey,
    /// The hidden number, for continuing the table.
    pub mask: Mask,
    /// The step whose code was used.
    pub used: Step,
    /// The drift to remember.
    pub drift: Drift,
}

/// Opens the root key. Runs the key derivation at most three times ([`Width::Near`]); steps that the
/// table does not cover cost nothing.
///
/// # Errors
/// [`UnlockError`]: what the user can do something about.
#[expect(clippy::too_many_arguments, reason = "each is one input of the construction")]
pub fn unlock(
    header: &CheckedHeader,
    device: &DeviceSecret,
    table: &OffsetTable,
    passphrase: &Passphrase,
    code: &TotpCode,
    now: UnixMillis,
    width: Width,
    stretch: &impl Stretch,
) -> Result<Unlocked, UnlockError> {
    let header = header.header();
    let here = Step::at(now);
    for step in header.drift.candidates(here, width) {
        let Some(mask) = table.unmask(step, code) else { continue };
        if let Ok(root) = header.primary.open(&header.core, passphrase, &mask, device, stretch)? {
            return Ok(Unlocked { root, mask, used: step, drift: header.drift.after(distance(here, step)) });
        }
    }
    Err(reason(table, header.drift, now))
}

/// Why no step opened, judged by the time alone.
fn reason(table: &OffsetTable, drift: Drift, now: UnixMillis) -> UnlockError {
    // The step that the phone is at, if its clock is where it was last.
    let expected = Step::at(now).plus(drift.centre()).unwrap_or(Step::new(0));
    let first = table.first();
    if expected >= table.end() {
        return UnlockError::TableEnded;
    }
    let Some(behind) = first.number().checked_sub(expected.number()).filter(|behind| *behind > 0) else {
        return UnlockError::WrongSecret;
    };
    let into_step = now.seconds() % STEP_SECONDS;
    let seconds = (behind * STEP_SECONDS).saturating_sub(into_step);
    if behind > BEHIND {
        UnlockError::ClockBehind { seconds }
    } else {
        UnlockError::CodeUsed { wait_seconds: seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_code_and_the_facts_that_people_need() {
        let failure = |error: UnlockError| Failure::from(error);
        assert_eq!(failure(UnlockError::WrongSecret).code, Code::WrongSecret);
        let used = failure(UnlockError::CodeUsed { wait_seconds: 21 });
        assert_eq!((used.code, used.facts["wait_seconds"].as_str()), (Code::CodeUsed, "21"));
        let behind = failure(UnlockError::ClockBehind { seconds: 7200 });
        assert_eq!((behind.code, behind.facts["behind_seconds"].as_str()), (Code::ClockOff, "7200"));
        assert_eq!(failure(UnlockError::TableEnded).code, Code::TableEnded);
        assert_eq!(failure(UnlockError::Kdf(KdfError::Parameters)).code, Code::VaultParameters);
    }
}
