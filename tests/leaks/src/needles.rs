//! What is looked for.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

use crate::search::Search;

/// Secrets in all their spellings, ready to be searched for.
#[derive(Debug, Default)]
pub struct Needles {
    named: Vec<(String, Vec<u8>)>,
}

/// How a secret may be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// The bytes, both ways round, as hex and as base64: numbers and keys.
    Binary,
    /// The bytes as they are, as hex and as base64: text.
    Text,
}

impl Needles {
    /// Adds a secret of at least 16 bytes under a name that findings will show.
    pub fn add(&mut self, name: &str, secret: &[u8], spelling: Spelling) {
        assert!(secret.len() >= 16, "{name} has only {} bytes", secret.len());
        let mut add = |form: &str, bytes: Vec<u8>| self.named.push((format!("{name} ({form})"), bytes));
        add("as it is", secret.to_vec());
        if spelling == Spelling::Binary {
            add("backwards", secret.iter().rev().copied().collect());
            add("base32", BASE32_NOPAD.encode(secret).into_bytes());
        }
        add("hex", HEXLOWER.encode(secret).into_bytes());
        add("HEX", HEXUPPER.encode(secret).into_bytes());
        // Inside a longer base64 text the secret may begin at any of three positions; the characters
        // at either end then also depend on its neighbours and are left out.
        for shift in 0..3 {
            let mut shifted = vec![0; shift];
            shifted.extend_from_slice(secret);
            for (form, encoding) in [("base64", BASE64_NOPAD), ("base64url", BASE64URL_NOPAD)] {
                let text = encoding.encode(&shifted).into_bytes();
                let first = (shift * 8).div_ceil(6);
                let last = shifted.len() * 8 / 6;
                add(form, text[first..last].to_vec());
            }
        }
    }

    /// The names of all secrets in all spellings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|(name, _)| name.as_str())
    }

    /// Builds the search.
    pub fn search(&self) -> Search<'_> {
        Search::new(&self.named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Vec<u8> {
        (0..48).map(|i: u8| i.wrapping_mul(97).wrapping_add(13)).collect()
    }

    fn found(haystack: &[u8]) -> Option<String> {
        let mut needles = Needles::default();
        needles.add("s", &secret(), Spelling::Binary);
        let mut found = None;
        needles.search().each(haystack, |name, _| found = Some(name.to_owned()));
        found
    }

    #[test]
    fn every_window_in_every_spelling_is_found() {
        let secret = secret();
        let backwards: Vec<u8> = secret.iter().rev().copied().collect();
        for text in [
            secret.clone(),
            backwards,
            HEXLOWER.encode(&secret).into_bytes(),
            HEXUPPER.encode(&secret).into_bytes(),
            BASE32_NOPAD.encode(&secret).into_bytes(),
        ] {
            for window in text.windows(16) {
                assert!(found(&[b"..", window, b".."].concat()).is_some(), "{window:02x?}");
            }
        }
    }

    #[test]
    fn base64_is_found_at_every_position() {
        for before in 0..7 {
            let text = [vec![b'#'; before], secret(), b"tail".to_vec()].concat();
            assert!(found(BASE64_NOPAD.encode(&text).as_bytes()).is_some(), "after {before} bytes");
            assert!(found(BASE64URL_NOPAD.encode(&text).as_bytes()).is_some(), "after {before} bytes");
        }
    }

    #[test]
    fn fifteen_bytes_are_not_enough_and_other_bytes_are_not_found() {
        let secret = secret();
        for window in secret.windows(15) {
            assert_eq!(found(&[&[0xFF], window, &[0xFE]].concat()), None);
        }
        assert_eq!(found(&vec![0; 4096]), None);
        assert_eq!(found(b""), None);
    }
}
