//! Service-account keys: sealed in the keychain, described in the vault, escrowed for the kit.

use serde::Serialize;
use signet_core::{EmailAddress, GoogleKeyId, KeyId, UnixMillis};
use signet_crypto::SecretBytes;

/// A service-account key to take in.
pub struct NewKey {
    /// The name people see.
    pub name: String,
    /// `client_email` of the key file.
    pub client_email: EmailAddress,
    /// `client_id` of the key file, which the Workspace administrator authorises.
    pub client_id: String,
    /// `project_id` of the key file.
    pub project_id: String,
    /// `private_key_id` of the key file.
    pub google_key_id: GoogleKeyId,
    /// Size of the RSA modulus in bits.
    pub bits: u16,
    /// When Google says the key was made, if it says.
    pub created: Option<UnixMillis>,
    /// The private key, PKCS#8 DER.
    pub der: SecretBytes,
}

/// What may be shown about a key in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyRecord {
    /// The key inside this vault.
    pub id: KeyId,
    /// The name people see.
    pub name: String,
    /// The service account.
    pub client_email: EmailAddress,
    /// The numeric id that the Workspace administrator authorises.
    pub client_id: String,
    /// The Google Cloud project.
    pub project_id: String,
    /// The `kid` of its assertions.
    pub google_key_id: GoogleKeyId,
    /// Size of the RSA modulus in bits.
    pub bits: u16,
    /// When it was taken in.
    pub imported: UnixMillis,
    /// When Google says the key was made, if it says.
    pub created: Option<UnixMillis>,
}
