//! Ed25519 (RFC 8032) for checkpoints and the owner's signature, and the audit log's keyed hash.

use ed25519_dalek::Signer;
use rand_core::CryptoRng;

use crate::Secret;
use crate::derive::hmac_sha256;
use crate::secret::secret_type;

secret_type! {
    /// The key of the audit log's hashes of addresses and attachments: 32 bytes. It never leaves.
    AuditHmacKey, 32
}

impl AuditHmacKey {
    /// HMAC-SHA-256 of the bytes.
    pub fn tag(&self, bytes: &[u8]) -> [u8; 32] {
        hmac_sha256(self.expose(), &[bytes])
    }
}

/// A signature does not verify, or a key is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct SignatureError;

/// An Ed25519 signing key. Wiped when dropped.
pub struct SigningKey(Box<ed25519_dalek::SigningKey>);

impl SigningKey {
    /// A fresh key.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self::from_seed(&Secret::make(rng))
    }

    /// The key with this 32-byte seed (RFC 8032, 5.1.5).
    pub fn from_seed(seed: &Secret<32>) -> Self {
        Self(Box::new(ed25519_dalek::SigningKey::from_bytes(seed.expose())))
    }

    /// The seed, for wrapping it or storing it as a keychain item.
    pub fn seed(&self) -> Secret<32> {
        Secret::from_bytes(&mut self.0.to_bytes())
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The public half.
    pub fn public(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }
}

/// An Ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// Reads 32 bytes; weak points are refused.
    ///
    /// # Errors
    /// [`SignatureError`] if it is not a usable key.
    pub fn parse(bytes: &[u8; 32]) -> Result<Self, SignatureError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| SignatureError)?;
        if key.is_weak() { Err(SignatureError) } else { Ok(Self(key)) }
    }

    /// The 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Verifies strictly: no small-order point, no malleable signature.
    ///
    /// # Errors
    /// [`SignatureError`] if it does not verify.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).map_err(|_| SignatureError)
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Case {
        seed: String,
        public: String,
        message: String,
        signature: String,
    }

    #[test]
    fn rfc_8032_section_7_1() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../vectors/rfc8032.json")).unwrap();
        assert!(cases.len() >= 3);
        for case in cases {
            let hex = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
            let key = SigningKey::from_seed(&Secret::parse(&hex(&case.seed)).unwrap());
            assert_eq!(HEXLOWER.encode(&key.public().to_bytes()), case.public);
            let message = hex(&case.message);
            let signature = key.sign(&message);
            assert_eq!(HEXLOWER.encode(&signature), case.signature);
            assert_eq!(key.public().verify(&message, &signature), Ok(()));
            for bit in 0..512 {
                let mut changed = signature;
                changed[bit / 8] ^= 1 << (bit % 8);
                assert!(key.public().verify(&message, &changed).is_err(), "bit {bit}");
            }
        }
    }

    #[test]
    fn the_seed_brings_the_key_back() {
        let key = SigningKey::make(&mut crate::system_rng());
        assert_eq!(SigningKey::from_seed(&key.seed()).public(), key.public());
    }

    #[test]
    fn weak_public_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert!(VerifyingKey::parse(&identity).is_err());
        assert!(VerifyingKey::parse(&[0; 32]).is_err());
    }
}
