//! Who is who: an Ed25519 public key as TLS sends it, and its SHA-256.

use std::fmt;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use signet_core::DeviceHash;
use signet_crypto::{VerifyingKey, sha256};

/// The DER before the 32 bytes of an Ed25519 key (RFC 8410, 4).
const SPKI_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Why bytes are not an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not the 44 bytes of an Ed25519 `SubjectPublicKeyInfo`, or a key that nobody may use.
    #[error("not an Ed25519 public key")]
    Key,
    /// Not 64 lower-case hex digits.
    #[error("not a hash in hex")]
    Hash,
}

/// The `SubjectPublicKeyInfo` of a key (RFC 8410): what a raw public key is in TLS (RFC 7250). 44 bytes.
pub fn spki(key: &VerifyingKey) -> [u8; 44] {
    let mut der = [0; 44];
    der[..12].copy_from_slice(&SPKI_HEAD);
    der[12..].copy_from_slice(&key.to_bytes());
    der
}

/// Reads what [`spki`] wrote.
///
/// # Errors
/// [`IdentityError::Key`] for every other encoding, other algorithms and weak keys.
pub fn parse_spki(der: &[u8]) -> Result<VerifyingKey, IdentityError> {
    let key = der.strip_prefix(&SPKI_HEAD).and_then(|key| key.try_into().ok()).ok_or(IdentityError::Key)?;
    VerifyingKey::parse(key).map_err(|_| IdentityError::Key)
}

/// The name of a device: SHA-256 of its key's [`spki`].
pub fn device_hash(key: &VerifyingKey) -> DeviceHash {
    DeviceHash::from_bytes(sha256(&[&spki(key)]))
}

/// The name of a host: SHA-256 of its key's [`spki`]. Invites carry it, so that a member's first
/// connection already knows whom to expect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostHash([u8; 32]);

impl HostHash {
    /// The hash of a host's key.
    pub fn of(key: &VerifyingKey) -> Self {
        Self(sha256(&[&spki(key)]))
    }

    /// The hash with these 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hex digits.
    ///
    /// # Errors
    /// [`IdentityError::Hash`] for any other text.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| IdentityError::Hash)?;
        Ok(Self(bytes.try_into().map_err(|_| IdentityError::Hash)?))
    }
}

impl fmt::Display for HostHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for HostHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostHash({self})")
    }
}

impl Serialize for HostHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HostHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use signet_crypto::{Secret, SigningKey};

    use super::*;

    fn key(seed: u8) -> VerifyingKey {
        SigningKey::from_seed(&Secret::from_bytes(&mut [seed; 32])).public()
    }

    #[test]
    fn rfc_8410_section_10_1() {
        let printed = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        let der = data_encoding::BASE64.decode(printed.as_bytes()).unwrap();
        assert_eq!(spki(&parse_spki(&der).unwrap()).as_slice(), der);
    }

    #[test]
    fn every_changed_head_and_length_is_refused() {
        let der = spki(&key(1));
        assert!(parse_spki(&der).is_ok());
        for bit in 0..12 * 8 {
            let mut changed = der;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(parse_spki(&changed), Err(IdentityError::Key), "bit {bit}");
        }
        for len in 0..44 {
            assert_eq!(parse_spki(&der[..len]), Err(IdentityError::Key));
        }
        assert_eq!(parse_spki(&[&der[..], &[0]].concat()), Err(IdentityError::Key));
        let mut weak = der;
        weak[12..].fill(0);
        assert_eq!(parse_spki(&weak), Err(IdentityError::Key));
    }

    #[test]
    fn a_host_hash_is_read_back_and_nothing_else_is() {
        let hash = HostHash::of(&key(1));
        assert_eq!(HostHash::parse(&hash.to_string()), Ok(hash));
        assert_ne!(hash, HostHash::of(&key(2)));
        assert_eq!(hash.as_bytes(), device_hash(&key(1)).as_bytes());
        let text = hash.to_string();
        for bad in [&text[1..], &text.to_uppercase(), &format!("{text}00"), ""] {
            assert_eq!(HostHash::parse(bad), Err(IdentityError::Hash), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, tail: [u8; 32]) {
            prop_assert!(parse_spki(&bytes).is_err());
            if let Ok(key) = parse_spki(&[&SPKI_HEAD[..], &tail].concat()) {
                prop_assert_eq!(&spki(&key)[12..], &tail);
            }
        }
    }
}
