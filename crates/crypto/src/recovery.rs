//! Recovery codes: eight of them, each works once, with passphrase and device secret. For a lost phone.

use data_encoding::BASE32;
use rand_core::CryptoRng;
use signet_core::{Code, Failure};
use zeroize::Zeroize;

use crate::{Secret, SecretText};

/// A text is not a recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a recovery code has ten letters and digits")]
pub struct RecoveryCodeError;

impl From<RecoveryCodeError> for Failure {
    fn from(_: RecoveryCodeError) -> Self {
        Self::new(Code::WrongRecoveryCode).what("That is not a recovery code: it has ten letters and digits.")
    }
}

/// 50 random bits, kept as the ten base32 characters (RFC 4648) that are printed.
pub struct RecoveryCode(Secret<10>);

impl RecoveryCode {
    /// How many a vault has after each renewal.
    pub const COUNT: usize = 8;

    /// A fresh code.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        let random = Secret::<10>::make(rng);
        let mut code = Secret::zero();
        for (target, byte) in code.expose_mut().iter_mut().zip(random.expose()) {
            *target = character(*byte);
        }
        Self(code)
    }

    /// Reads a code; case, spaces and hyphens do not matter, and 0 and 8 are read as O and B.
    ///
    /// # Errors
    /// [`RecoveryCodeError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, RecoveryCodeError> {
        let mut plain = plain_base32(text);
        let code = if is_base32(&plain) { Secret::parse(&plain) } else { None };
        plain.zeroize();
        code.map(Self).ok_or(RecoveryCodeError)
    }

    /// `XXXXX-XXXXX`, for printing.
    pub fn text(&self) -> SecretText {
        let mut text = String::with_capacity(11);
        for (i, byte) in self.0.expose().iter().enumerate() {
            if i == 5 {
                text.push('-');
            }
            text.push(char::from(*byte));
        }
        SecretText::new(text)
    }

    /// Input to the key derivation.
    pub(crate) fn expose(&self) -> &[u8; 10] {
        self.0.expose()
    }
}

/// The base32 character of the low five bits.
fn character(byte: u8) -> u8 {
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(byte & 31)]
}

/// Upper case, without spaces and hyphens, with digits that base32 lacks read as the letters that
/// they look like.
pub(crate) fn plain_base32(text: &str) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    plain.extend(text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'-').map(|b| match b {
        b'0' => b'O',
        b'8' => b'B',
        other => other.to_ascii_uppercase(),
    }));
    plain
}

pub(crate) fn is_base32(plain: &[u8]) -> bool {
    let symbols = BASE32.specification().symbols;
    plain.iter().all(|byte| symbols.as_bytes().contains(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_may_type_it_as_they_like() {
        let code = RecoveryCode::parse("OBAAA-ZZ234").unwrap();
        for typed in ["obaaazz234", " 0baaa zz234 ", "O8AAA-ZZ234", "o-b-a-a-a-z-z-2-3-4"] {
            assert_eq!(RecoveryCode::parse(typed).unwrap().expose(), code.expose(), "{typed}");
        }
        for bad in ["", "OBAAA-ZZ23", "OBAAA-ZZ2345", "OBAAA-ZZ231", "OBAAA-ZZ23!", "OBAAA-ZZ23é"] {
            assert!(RecoveryCode::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn codes_use_the_whole_alphabet() {
        let mut rng = crate::system_rng();
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            seen.extend(*RecoveryCode::make(&mut rng).expose());
        }
        assert_eq!(seen.len(), 32);
    }

    proptest! {
        #[test]
        fn printed_codes_read_back(random in any::<[u8; 10]>()) {
            let code = RecoveryCode(Secret::from_bytes(&mut random.map(character)));
            let again = RecoveryCode::parse(code.text().expose()).unwrap();
            prop_assert_eq!(again.expose(), code.expose());
        }
    }
}
