//! Boundaries between parts (RFC 2046, 5.1.1).

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A boundary that none of the texts contains, derived from seed and level (0 is the outermost).
///
/// It starts with `=_`, which neither base64 nor quoted-printable can produce, so attachments need no
/// search; the texts are searched because they may be sent as they are.
pub(crate) fn derive_boundary(seed: [u8; 16], level: u8, texts: &[&str]) -> String {
    let mut attempt = 0_u64;
    loop {
        let mut hash = Sha256::new_with_prefix(b"signet1/boundary");
        hash.update(seed);
        hash.update([level]);
        hash.update(attempt.to_be_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let boundary: String = "=_".chars().chain(HEXLOWER.encode(&digest).chars().take(32)).collect();
        if !texts.iter().any(|text| text.contains(&boundary)) {
            return boundary;
        }
        attempt += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_holds_the_boundary_gets_another_one() {
        let first = derive_boundary([7; 16], 0, &["plain"]);
        assert_eq!(first.len(), 34);
        assert_eq!(derive_boundary([7; 16], 0, &[]), first);
        let hostile = format!("x\r\n--{first}--\r\n");
        let second = derive_boundary([7; 16], 0, &["plain", &hostile]);
        assert_ne!(second, first);
        assert_ne!(derive_boundary([7; 16], 1, &[]), first);
        assert_ne!(derive_boundary([8; 16], 0, &[]), first);
    }
}
