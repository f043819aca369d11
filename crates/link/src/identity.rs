//! Who an end of a connection is: an Ed25519 key, named by the SHA-256 of its `SubjectPublicKeyInfo`.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};
use signet_crypto::{SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::LinkError;

/// SHA-256 of a key's `SubjectPublicKeyInfo`: 32 bytes.
pub type KeyHash = [u8; 32];

/// DER before the 32 bytes of an Ed25519 public key (RFC 8410, 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// DER before the 32 bytes of an Ed25519 seed (RFC 8410, 7; `OneAsymmetricKey` version 1).
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A private key as TLS uses it.
#[derive(Clone)]
pub struct Identity {
    pub(crate) certified: Arc<CertifiedKey>,
    public: VerifyingKey,
}

impl Identity {
    /// The identity of that key.
    ///
    /// # Errors
    /// [`LinkError::Key`] if TLS cannot use it.
    pub fn new(key: &SigningKey) -> Result<Self, LinkError> {
        let mut der = Zeroizing::new(PKCS8.to_vec());
        // Exposed to the TLS library, which holds it as long as the identity lives.
        der.extend_from_slice(key.seed().expose());
        let private = PrivatePkcs8KeyDer::from(der.as_slice());
        let signing =
            rustls::crypto::aws_lc_rs::sign::any_eddsa_type(&private).map_err(|_| LinkError::Key)?;
        let public = key.public();
        let spki = CertificateDer::from(spki_of(&public).to_vec());
        Ok(Self { certified: Arc::new(CertifiedKey::new(vec![spki], signing)), public })
    }

    /// The public half.
    pub const fn public(&self) -> VerifyingKey {
        self.public
    }

    /// The name of the key.
    pub fn hash(&self) -> KeyHash {
        key_hash(&self.public)
    }
}

/// The name of a key: SHA-256 of its `SubjectPublicKeyInfo`.
pub fn key_hash(key: &VerifyingKey) -> KeyHash {
    Sha256::digest(spki_of(key)).into()
}

fn spki_of(key: &VerifyingKey) -> [u8; 44] {
    let mut spki = [0; 44];
    let (head, tail) = spki.split_at_mut(SPKI.len());
    head.copy_from_slice(&SPKI);
    tail.copy_from_slice(&key.to_bytes());
    spki
}

/// Reads a `SubjectPublicKeyInfo` as this protocol allows it: Ed25519, 44 bytes, no weak point.
pub(crate) fn parse_spki(der: &[u8]) -> Option<VerifyingKey> {
    let key: &[u8; 32] = der.strip_prefix(&SPKI)?.try_into().ok()?;
    VerifyingKey::parse(key).ok()
}
