//! `status`.

use serde::{Deserialize, Serialize};
use signet_core::{Failure, Profile, UnixMillis, VaultId};

/// What state everything is in. Holds no secret and nothing about messages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct StatusReport {
    /// Version of the agent.
    pub version: String,
    /// Process id of the agent.
    pub pid: u32,
    /// Which profile it serves.
    pub profile: Profile,
    /// The folder with vault and log.
    pub folder: String,
    /// The agent's own log file.
    pub log_file: String,
    /// The vault.
    pub vault: VaultStatus,
    /// Entries in the audit log, if there is one.
    pub audit: AuditStatus,
    /// Sends under way.
    pub sending: usize,
    /// For a host on a server: its keychain items lie in files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub headless: Option<super::HeadlessView>,
    /// Why process protection is incomplete, if it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unprotected: Vec<String>,
}

/// The vault's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum VaultStatus {
    /// There is none.
    Absent,
    /// It is there and cannot be used.
    Unusable {
        /// Why.
        failure: Failure,
    },
    /// Closed.
    Locked {
        /// What is known without opening it.
        info: VaultFacts,
    },
    /// Open.
    Unlocked {
        /// What is known without opening it.
        info: VaultFacts,
        /// Since when.
        since: UnixMillis,
        /// When it will lock itself unless it is used.
        locks_at: Option<UnixMillis>,
        /// How many keys it holds.
        keys: usize,
    },
}

/// What anybody with the file can read of a vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct VaultFacts {
    /// Its id.
    pub vault_id: VaultId,
    /// Its profile.
    pub profile: Profile,
    /// Fingerprint of the recovery kit's public key, as printed on the kit.
    pub kit_fingerprint: String,
    /// Key derivation, for people: `Argon2id, 256 MiB, 3 passes, 4 lanes`.
    pub kdf: String,
    /// Recovery codes not used yet.
    pub codes_left: u8,
}

/// The audit log's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AuditStatus {
    /// Entries.
    pub size: u64,
    /// Fingerprint of the log's signing key, if there is a log.
    pub fingerprint: Option<String>,
    /// Why it cannot be written, if so: sending is refused until it can.
    pub failure: Option<Failure>,
}
