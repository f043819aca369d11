//! `key.*`.

use serde::{Deserialize, Serialize};
use signet_core::{GoogleKeyId, KeyId, UnixMillis};

/// Imports a key.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct KeyImportRequest {
    /// Handle of the descriptor that holds the key file.
    pub handle: String,
    /// A name for it; by default the account's.
    #[serde(default)]
    pub name: Option<String>,
}

/// The key is sealed and has been read back.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeyImported {
    /// The key.
    pub key: KeyView,
    /// Names this import for `key.remove-original`; for a regular file only.
    pub original: Option<String>,
}

/// A key, as everybody may see it. There is no way to see more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeyView {
    /// Its id in this vault.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// The service account.
    pub client_email: String,
    /// The number that a Workspace administrator authorises.
    pub client_id: Option<String>,
    /// The Google Cloud project.
    pub project_id: Option<String>,
    /// Google's id of the key.
    pub google_key_id: GoogleKeyId,
    /// Size of the RSA key in bits.
    pub bits: u16,
    /// When it was imported.
    pub imported: UnixMillis,
    /// When Google made it, where Google's public certificate tells.
    pub created: Option<UnixMillis>,
    /// When it was last used.
    pub last_used: Option<UnixMillis>,
    /// The scopes that a Workspace administrator must authorise.
    pub scopes: Vec<String>,
}

/// All keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeyListReply {
    /// In order of import.
    pub keys: Vec<KeyView>,
}

/// Chooses a key by id (or its first digits), name, account or Google's key id.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct KeyChoice {
    /// The text to match.
    pub key: String,
}

/// Renames a key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct KeyRenameRequest {
    /// Which.
    pub key: String,
    /// The new name.
    pub name: String,
}

/// How a key has been used.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeyUse {
    /// Messages that Google accepted in each of the last 12 weeks, oldest first.
    pub weeks: Vec<u32>,
    /// Senders in the history that is kept, most used first.
    pub senders: Vec<String>,
    /// The last refusal by Google, if nothing was accepted since.
    pub last_failure: Option<signet_core::Failure>,
    /// Whether the file it was imported from is still there, unchanged; none if nobody can say.
    pub original_there: Option<bool>,
}

/// Removes the imported file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RemoveOriginalRequest {
    /// The import, as `key.import` named it.
    pub original: String,
    /// Where the file lies.
    pub path: String,
}

/// The imported file is gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct OriginalRemoved {
    /// Where copies may remain, and how to replace the key at Google.
    pub advice: String,
}
