//! Service accounts, their keys, and what Workspace administrators let them do.

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

/// A service account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    /// Its e-mail address.
    pub email: String,
    /// Its numeric id, 21 digits: what an administrator types into the delegation page.
    pub client_id: String,
    /// The project it belongs to.
    pub project_id: String,
    /// Whether it may be used.
    pub state: AccountState,
    /// Its keys, oldest first.
    pub keys: Vec<GoogleKey>,
}

/// Whether a service account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// It works.
    Active,
    /// Switched off; its tokens stop at once.
    Disabled,
    /// Gone.
    Deleted,
}

/// A key of a service account: the public half, as Google keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GoogleKey {
    /// The key id, 40 hex digits (`private_key_id` in the key file, `kid` in an assertion).
    pub id: String,
    /// The RSA public key (RFC 8017 `RSAPublicKey`, DER), base64.
    pub public_key: String,
    /// The self-signed certificate that the public endpoint shows, PEM.
    pub certificate: String,
    /// When it was made; the certificate's `notBefore`.
    pub created: UnixMillis,
    /// Whether it may be used.
    pub state: KeyState,
}

/// Whether a key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyState {
    /// It works.
    Active,
    /// Switched off.
    Disabled,
    /// Gone.
    Deleted,
    /// Its time has passed.
    Expired,
    /// Made, but the token endpoint does not know it yet.
    NotPropagated,
}

/// One entry of the domain-wide delegation page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// The numeric id of the service account.
    pub client_id: String,
    /// The scopes it may ask for as any user of the domain.
    pub scopes: Vec<String>,
    /// From when on; earlier it is as if it were not there.
    pub from: UnixMillis,
}

impl Account {
    /// The key with that id.
    pub fn key(&self, id: &str) -> Option<&GoogleKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}
