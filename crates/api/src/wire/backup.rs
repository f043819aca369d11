//! `backup*`, `restore`, `vault.destroy`.

use serde::{Deserialize, Serialize};
use signet_core::{UnixMillis, VaultId};

/// Writes a backup.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "bindings", ts(optional_fields = nullable))]
pub struct BackupRequest {
    /// Absolute path of the file to write; without, a rolling backup in the vault's folder.
    pub path: Option<String>,
}

/// A backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct BackupView {
    /// Where it lies.
    pub path: String,
    /// When it was written.
    pub written: UnixMillis,
    /// Bytes.
    pub bytes: u64,
}

/// The rolling backups.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct BackupListReply {
    /// Newest first.
    pub backups: Vec<BackupView>,
}

/// Puts a backup in place.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RestoreRequest {
    /// Absolute path of the backup.
    pub path: String,
    /// Replace a vault that is there; it is kept beside as a backup.
    #[serde(default)]
    pub replace: bool,
    /// For a host on a server: keep the keychain items in files. Only where there is no vault yet.
    #[serde(default)]
    #[cfg_attr(feature = "bindings", ts(optional = nullable))]
    pub headless: Option<bool>,
}

/// The backup is in place, locked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RestoreReply {
    /// The vault.
    pub vault_id: VaultId,
    /// Where the vault that was there is kept.
    pub replaced: Option<String>,
    /// Whether it opens with passphrase and code, or with the kit only.
    pub needs_kit: bool,
}

/// Removes the vault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DestroyRequest {
    /// The vault's id, so that nothing is removed by mistake.
    pub vault_id: VaultId,
}

/// The vault is gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Destroyed {
    /// The vault that was.
    pub vault_id: VaultId,
    /// Where its audit log is kept, if there was one; it still verifies by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}
