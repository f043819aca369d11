//! Generated passphrases: words of the EFF long list (7,776 words, 12.9 bits each).

use diceware_wordlists::EFF_LONG_WORDLIST;
use rand_core::CryptoRng;

use crate::SecretText;

/// A passphrase of so many random words, joined with hyphens. Five words hold 64.6 bits.
pub fn make_passphrase(rng: &mut impl CryptoRng, words: usize) -> SecretText {
    // The longest word has 9 letters; reserving keeps copies from being left by a growing buffer.
    let mut text = String::with_capacity(words * 12);
    for i in 0..words {
        if i > 0 {
            text.push('-');
        }
        text.push_str(pick(rng));
    }
    SecretText::new(text)
}

fn pick(rng: &mut impl CryptoRng) -> &'static str {
    // Reject the top of the range, so that each word is equally likely.
    let count = u32::try_from(EFF_LONG_WORDLIST.len()).unwrap_or(1);
    let limit = u32::MAX - u32::MAX % count;
    loop {
        let number = rng.next_u32();
        if number < limit {
            return EFF_LONG_WORDLIST[(number % count) as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_list_has_7776_different_plain_words() {
        let words: HashSet<_> = EFF_LONG_WORDLIST.iter().collect();
        assert_eq!(words.len(), 7776);
        assert!(words.iter().all(|word| (3..=9).contains(&word.len())));
    }

    #[test]
    fn five_words_are_strong_and_never_the_same() {
        let mut rng = crate::system_rng();
        let mut seen = HashSet::new();
        for _ in 0..50 {
            let text = make_passphrase(&mut rng, 5);
            assert!(crate::Passphrase::parse(text.expose().into()).require_strong().is_ok());
            assert!(seen.insert(text.expose().to_owned()));
        }
    }
}
