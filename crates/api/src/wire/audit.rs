//! `audit.*`.

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

/// What to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "bindings", ts(optional_fields = nullable))]
pub struct AuditQuery {
    /// At most so many; 50 by default.
    pub limit: Option<usize>,
    /// Only entries with a smaller number.
    pub before: Option<u64>,
    /// Only this entry.
    pub seq: Option<u64>,
    /// Only this action, such as `send`.
    pub action: Option<String>,
    /// Only from this time on.
    pub since: Option<UnixMillis>,
    /// Only until this time.
    pub until: Option<UnixMillis>,
    /// Only refusals.
    pub refused: bool,
    /// Only `sends`, `refusals` or `changes`.
    pub kind: Option<String>,
    /// Only entries whose sentence or fields contain this.
    pub text: Option<String>,
}

/// A page of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AuditListReply {
    /// Newest first.
    pub entries: Vec<AuditEntryView>,
    /// Whether there are older ones that match.
    pub more: bool,
}

/// An entry as people read it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AuditEntryView {
    /// Its number, from 0.
    pub seq: u64,
    /// When.
    pub time: UnixMillis,
    /// One sentence.
    pub sentence: String,
    /// Every field, as exported.
    pub fields: serde_json::Value,
}

/// What a client needs to verify the log by itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AuditAnchorReply {
    /// Where the log is.
    pub path: String,
    /// Fingerprint of the signing key, from the vault or the log.
    pub fingerprint: Option<String>,
    /// Entries at the last lock or send, as the keychain remembers.
    pub size: Option<u64>,
    /// The root then, lower-case hex.
    pub root: Option<String>,
    /// Why the keychain could not be asked, if so.
    pub anchor_failure: Option<signet_core::Failure>,
}

/// An address to look for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ConfirmAddressRequest {
    /// The address.
    pub address: String,
}

/// Where the address is in the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ConfirmAddressReply {
    /// Numbers of the entries.
    pub entries: Vec<u64>,
}
