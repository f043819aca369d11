//! HKDF-SHA-256 (RFC 5869) and HMAC-SHA-256 (RFC 2104), as the formats use them.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{Secret, SecretBytes};

/// `HKDF-SHA-256(salt, ikm, info)`, 32 bytes, with the parts of `info` joined.
///
/// # Panics
/// Never: 32 bytes are one block.
pub fn derive_key(salt: &[u8], ikm: &SecretBytes, info: &[&[u8]]) -> Secret<32> {
    // Input to the derivation; the joined copy is wiped by its owner.
    let hkdf = Hkdf::<Sha256>::new(Some(salt), ikm.expose());
    let mut key = Secret::zero();
    let expanded = hkdf.expand_multi_info(info, key.expose_mut());
    // It can fail over 255 blocks only; this is one.
    assert!(expanded.is_ok(), "HKDF gives 32 bytes");
    key
}

/// SHA-256 of the parts, joined.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// HMAC-SHA-256 of the parts, joined.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        // HMAC takes keys of every length (RFC 2104, 2).
        unreachable!("HMAC accepts any key length")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Whether two tags are equal, in constant time.
pub fn same_tag(left: &[u8; 32], right: &[u8; 32]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Case {
        ikm: String,
        salt: String,
        info: String,
        okm: String,
    }

    #[test]
    fn rfc_5869_appendix_a() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../vectors/rfc5869.json")).unwrap();
        assert_eq!(cases.len(), 3);
        for case in cases {
            let hex = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
            let ikm = SecretBytes::from_vec(hex(&case.ikm));
            let key = derive_key(&hex(&case.salt), &ikm, &[&hex(&case.info)]);
            assert_eq!(key.expose().as_slice(), &hex(&case.okm)[..32]);
        }
    }
}
