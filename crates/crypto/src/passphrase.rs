//! The passphrase: normalised to NFKC, so that the same keys give the same bytes on every system.

use signet_core::{Code, Failure};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroize;

use crate::SecretText;

/// The lowest score of a new passphrase, on zxcvbn's scale of 0 to 4 (about 10^8 guesses).
const LOWEST_SCORE: u8 = 3;

/// A passphrase, normalised to Unicode NFKC (UAX 15).
pub struct Passphrase(SecretText);

/// How hard a passphrase is to guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// zxcvbn's score, 0 to 4.
    pub score: u8,
    /// What would make it better, if anything.
    pub hint: Option<String>,
}

/// A new passphrase that is too easy to guess.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the passphrase is too easy to guess")]
pub struct WeakPassphrase {
    /// How hard it is to guess.
    pub strength: Strength,
}

impl From<WeakPassphrase> for Failure {
    fn from(error: WeakPassphrase) -> Self {
        let failure = Self::new(Code::WeakPassphrase).fact("score", error.strength.score);
        match error.strength.hint {
            Some(hint) => failure.fact("hint", hint),
            None => failure,
        }
    }
}

impl Passphrase {
    /// Normalises the text and wipes the input.
    pub fn parse(mut text: String) -> Self {
        // NFKC makes at most 18 bytes from 2 (U+FDFA); reserving for it keeps copies from being left
        // behind by a growing buffer.
        let mut normal = String::with_capacity(text.len() * 18);
        normal.extend(text.nfkc());
        text.zeroize();
        Self(SecretText::new(normal))
    }

    /// How hard it is to guess.
    pub fn strength(&self) -> Strength {
        // The estimator needs the text; what it copies is freed through the wiping allocator.
        let entropy = zxcvbn::zxcvbn(self.0.expose(), &["signet"]);
        let hint = entropy.feedback().and_then(|feedback| {
            let warning = feedback.warning().map(|warning| warning.to_string());
            warning.or_else(|| feedback.suggestions().first().map(ToString::to_string))
        });
        Strength { score: entropy.score().into(), hint }
    }

    /// Refuses a new passphrase that is too easy to guess.
    ///
    /// # Errors
    /// [`WeakPassphrase`] below score 3.
    pub fn require_strong(&self) -> Result<(), WeakPassphrase> {
        let strength = self.strength();
        if strength.score < LOWEST_SCORE { Err(WeakPassphrase { strength }) } else { Ok(()) }
    }

    /// Input to the key derivation, and nothing else.
    pub(crate) fn expose(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_keys_give_the_same_bytes() {
        let composed = Passphrase::parse("Schlu\u{0308}ssel ﬁx Å".into());
        let single = Passphrase::parse("Schlüssel fix \u{212B}".into());
        assert_eq!(composed.expose(), single.expose());
        assert_eq!(single.expose(), "Schlüssel fix Å".as_bytes());
    }

    #[test]
    fn the_longest_expansion_fits_the_reserved_space() {
        let text = "\u{FDFA}".repeat(50);
        let reserved = text.len() * 18;
        assert!(Passphrase::parse(text).expose().len() <= reserved);
    }

    #[test]
    fn weak_ones_are_refused_and_five_words_pass() {
        for weak in ["", "password", "signet2026", "Tr0ub4dour", "qwertyuiop"] {
            let passphrase = Passphrase::parse(weak.into());
            assert!(passphrase.require_strong().is_err(), "{weak}");
        }
        let strong = Passphrase::parse("gravel-unpaired-mossy-litmus-outboard".into());
        assert_eq!(strong.require_strong(), Ok(()));
        assert_eq!(strong.strength().score, 4);
    }

    #[test]
    fn a_weak_one_says_what_would_help() {
        let failure = Failure::from(Passphrase::parse("password".into()).require_strong().unwrap_err());
        assert_eq!(failure.code, Code::WeakPassphrase);
        assert!(failure.facts.contains_key("hint"), "{failure:?}");
        assert!(!format!("{failure:?}").contains("\"password\""));
    }
}
