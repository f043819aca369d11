//! Who an end of a connection is: an Ed25519 key, named by the SHA-256 of its `SubjectPublicKeyInfo`.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use signet_crypto::{SigningKey, VerifyingKey};
use signet_team::spki;
use zeroize::Zeroizing;

use crate::LinkError;

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
        let spki = CertificateDer::from(spki(&public).to_vec());
        Ok(Self { certified: Arc::new(CertifiedKey::new(vec![spki], signing)), public })
    }

    /// The public half.
    pub const fn public(&self) -> VerifyingKey {
        self.public
    }
}
