//! `approval.*`: messages that wait for somebody's yes.

use serde::{Deserialize, Serialize};
use signet_core::{RequestId, UnixMillis};

use crate::wire::{Draft, SentAttachment};

/// Messages that wait.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ApprovalListReply {
    /// Oldest first.
    pub waiting: Vec<ApprovalView>,
}

/// A message that waits: the whole of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ApprovalView {
    /// The request.
    pub request: RequestId,
    /// Who asks.
    pub member: String,
    /// With which key, by its name.
    pub key: String,
    /// Since when.
    pub since: UnixMillis,
    /// When it is denied unless somebody answers.
    pub until: UnixMillis,
    /// The message, as parsed from the frozen bytes' own draft.
    pub message: Draft,
    /// Attachments with their hashes.
    pub attachments: Vec<SentAttachment>,
    /// Bytes of the encoded message.
    pub bytes: u64,
    /// SHA-256 of the exact bytes that would be sent, lower-case hex.
    pub sha256: String,
}

/// Answers a request for approval.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ApprovalDecideRequest {
    /// The request.
    pub request: RequestId,
    /// Whether it may be sent.
    pub approve: bool,
    /// SHA-256 of the bytes that were looked at, lower-case hex.
    pub sha256: String,
    /// A fresh code, for a yes.
    #[serde(default)]
    pub code: Option<String>,
}
