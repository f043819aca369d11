//! What has to be typed back, and whether it is right.

use signet_crypto::{Drift, SecretText, Step, TotpCode, Width, verify_code};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Pending, Shown, ShownKit};
use crate::{CeremonyError, Environment};

/// What has to be typed back before the ceremony takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// A code of the new authenticator seed.
    pub code: bool,
    /// Two groups of the new kit, counted from 0.
    pub kit_groups: Option<[usize; 2]>,
}

/// What was typed back.
#[derive(Default)]
pub struct Answers {
    /// The code that the app shows.
    pub code: Option<TotpCode>,
    /// Groups of the kit: which, from 0, and its four characters.
    pub kit_groups: Vec<(usize, SecretText)>,
}

/// The step of a code that proved a new seed, and the drift of the phone that made it.
#[derive(Clone, Copy)]
pub(super) struct Proof(pub(super) Option<(Step, Drift)>);

pub(super) fn check(
    answers: &Answers,
    shown: &Shown,
    pending: &Pending,
    env: &Environment,
) -> Result<Proof, CeremonyError> {
    if let Some(kit) = &shown.kit {
        check_groups(&answers.kit_groups, kit)?;
    }
    if shown.totp.is_none() {
        return Ok(Proof(None));
    }
    let code = answers.code.as_ref().ok_or(CeremonyError::WrongCode)?;
    // Wide: the phone's clock is met here for the first time, and its drift is remembered.
    let now = Step::at(env.code_time());
    verify_code(pending.new.seed(), code, now, Drift::ZERO, Width::Wide, Step::new(0))
        .map(|found| Proof(Some(found)))
        .ok_or(CeremonyError::WrongCode)
}

fn check_groups(answers: &[(usize, SecretText)], kit: &ShownKit) -> Result<(), CeremonyError> {
    let right = kit.asked.iter().all(|asked| {
        answers.iter().any(|(group, text)| {
            // Compared with what was shown.
            group == asked && plain(text.expose()).ct_eq(kit.groups[*asked].expose().as_bytes()).into()
        })
    });
    if right { Ok(()) } else { Err(CeremonyError::WrongGroups) }
}

/// As the kit prints it: upper case, no spaces, letters for the digits that base32 lacks.
fn plain(text: &str) -> Zeroizing<Vec<u8>> {
    let letters = text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'-').map(|b| match b {
        b'0' => b'O',
        b'8' => b'B',
        other => other.to_ascii_uppercase(),
    });
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    plain.extend(letters);
    plain
}
