//! A service-account key on its way to one mint.

use signet_core::{EmailAddress, GoogleKeyId};
use zeroize::Zeroizing;

/// A service-account key for one mint: whose it is, and the private key. No `Debug`, no `Clone`,
/// wiped on drop; [`crate::Google::mint`] consumes it.
pub struct ServiceKey {
    client_email: EmailAddress,
    client_id: String,
    google_key_id: GoogleKeyId,
    der: Zeroizing<Vec<u8>>,
}

impl ServiceKey {
    /// The key with this PKCS#8 DER, as [`crate::KeyFile::der`] gave it. The bytes are copied once;
    /// the copy is wiped on drop.
    pub fn new(
        client_email: EmailAddress,
        client_id: String,
        google_key_id: GoogleKeyId,
        der: &[u8],
    ) -> Self {
        Self { client_email, client_id, google_key_id, der: Zeroizing::new(der.to_vec()) }
    }

    /// The service account (`iss` of its assertions).
    pub fn client_email(&self) -> &EmailAddress {
        &self.client_email
    }

    /// The numeric id that a Workspace administrator authorises.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Google's id of the key.
    pub fn google_key_id(&self) -> &GoogleKeyId {
        &self.google_key_id
    }

    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }
}
