//! The three words that a member reads out and the owner compares before approving.

use std::fmt;

use diceware_wordlists::EFF_LONG_WORDLIST;
use serde::Serialize;
use signet_crypto::{SecretBytes, VerifyingKey, derive_key};

use crate::{Exporter, spki};

/// Three words of the EFF long list: 38.7 bits of one connection between two keys. Both ends derive the
/// same ones; somebody in the middle has two connections, so two sets of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Words([&'static str; 3]);

impl Words {
    /// The words of a connection: `HKDF(salt = "", exporter || host key || client key, "signet1/words")`,
    /// the keys as [`spki`]; each of its first three u64 chooses a word by its remainder of 7,776. No
    /// word is likelier than another by more than 2^-50.
    pub fn derive(exporter: &Exporter, host: &VerifyingKey, client: &VerifyingKey) -> Self {
        let input = SecretBytes::joined(&[exporter, &spki(host), &spki(client)]);
        let key = derive_key(b"", &input, &[b"signet1/words"]);
        // The words are there to be shown.
        let bytes = key.expose();
        Self([0, 8, 16].map(|at| word(&bytes[at..at + 8])))
    }

    /// The three words.
    pub const fn as_array(&self) -> &[&'static str; 3] {
        &self.0
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

fn word(bytes: &[u8]) -> &'static str {
    let number = bytes.iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
    // The remainder is below 7,776, whatever the width of usize.
    EFF_LONG_WORDLIST[usize::try_from(number % EFF_LONG_WORDLIST.len() as u64).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use signet_crypto::{Secret, SigningKey};

    use super::*;

    fn key(seed: u8) -> VerifyingKey {
        SigningKey::from_seed(&Secret::from_bytes(&mut [seed; 32])).public()
    }

    #[test]
    fn another_connection_or_key_has_other_words() {
        let ours = Words::derive(&[1; 32], &key(1), &key(2));
        assert_eq!(ours, Words::derive(&[1; 32], &key(1), &key(2)));
        assert_ne!(ours, Words::derive(&[2; 32], &key(1), &key(2)));
        assert_ne!(ours, Words::derive(&[1; 32], &key(3), &key(2)));
        assert_ne!(ours, Words::derive(&[1; 32], &key(1), &key(3)));
        assert_ne!(ours, Words::derive(&[1; 32], &key(2), &key(1)));
    }

    #[test]
    fn the_whole_list_is_used_and_words_are_different_and_plain() {
        assert_eq!(EFF_LONG_WORDLIST.len(), 7776);
        assert_eq!(EFF_LONG_WORDLIST.iter().collect::<HashSet<_>>().len(), 7776);
        assert!(EFF_LONG_WORDLIST.iter().all(|word| !word.contains(' ')));
        assert_eq!(word(&0u64.to_be_bytes()), "abacus");
        assert_eq!(word(&7775u64.to_be_bytes()), "zoom");
        assert_eq!(word(&7776u64.to_be_bytes()), "abacus");
        assert_eq!(word(&u64::MAX.to_be_bytes()), EFF_LONG_WORDLIST[(u64::MAX % 7776) as usize]);
    }

    #[test]
    fn a_thousand_connections_hardly_ever_share_words() {
        let seen: HashSet<_> = (0..1000u32)
            .map(|i| {
                let mut exporter = [0; 32];
                exporter[..4].copy_from_slice(&i.to_be_bytes());
                *Words::derive(&exporter, &key(1), &key(2)).as_array()
            })
            .collect();
        assert_eq!(seen.len(), 1000);
    }
}
