//! What has to be typed back, and whether it is right.

use std::collections::BTreeSet;

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

/// What was proven so far.
#[derive(Clone, Default)]
pub(super) struct Proven {
    code: Option<(Step, Drift)>,
    /// Groups of the kit, from 0.
    groups: BTreeSet<usize>,
}

impl Proven {
    /// Checks what is given and keeps what is right of it.
    pub(super) fn add(
        &mut self,
        answers: &Answers,
        shown: &Shown,
        pending: &Pending,
        env: &Environment,
    ) -> Result<(), CeremonyError> {
        let groups = shown.kit.as_ref().is_none_or(|kit| self.add_groups(&answers.kit_groups, kit));
        let code = match &answers.code {
            Some(code) if shown.totp.is_some() => {
                // Wide: the phone's clock is met here for the first time, and its drift is remembered.
                let now = Step::at(env.code_time());
                let found =
                    verify_code(pending.new.seed(), code, now, Drift::ZERO, Width::Wide, Step::new(0));
                self.code = found.or(self.code);
                found.is_some()
            }
            _ => true,
        };
        match (groups, code) {
            (false, _) => Err(CeremonyError::WrongGroups),
            (true, false) => Err(CeremonyError::WrongCode),
            (true, true) => Ok(()),
        }
    }

    /// Whether every asked group that is given is right; others do not count.
    fn add_groups(&mut self, answers: &[(usize, SecretText)], kit: &ShownKit) -> bool {
        let mut right = true;
        for (group, text) in answers.iter().filter(|(group, _)| kit.asked.contains(group)) {
            let shown = kit.groups.get(*group);
            // Compared with what was shown.
            if shown.is_some_and(|shown| plain(text.expose()).ct_eq(shown.expose().as_bytes()).into()) {
                self.groups.insert(*group);
            } else {
                right = false;
            }
        }
        right
    }

    /// Whether the code is proven, or none is asked.
    pub(super) fn has_code(&self, shown: &Shown) -> bool {
        shown.totp.is_none() || self.code.is_some()
    }

    /// Whether the groups are proven, or none are asked.
    pub(super) fn has_groups(&self, shown: &Shown) -> bool {
        shown.kit.as_ref().is_none_or(|kit| kit.asked.iter().all(|asked| self.groups.contains(asked)))
    }

    /// The proof, if nothing is missing.
    pub(super) fn complete(&self, shown: &Shown) -> Result<Proof, CeremonyError> {
        match (self.has_groups(shown), self.has_code(shown)) {
            (false, _) => Err(CeremonyError::WrongGroups),
            (true, false) => Err(CeremonyError::WrongCode),
            (true, true) => Ok(Proof(self.code)),
        }
    }
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
