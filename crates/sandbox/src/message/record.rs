//! What the sandbox keeps about a message, beside the message itself.

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

use super::Finding;

/// One message that was sent. Its existence on disk is what makes the message sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessageRecord {
    /// Counts the messages of this sandbox, in the order in which they were sent.
    #[serde(default)]
    pub number: u64,
    /// The message id that the API returned, 16 hex digits.
    pub id: String,
    /// The thread, 16 hex digits.
    pub thread_id: String,
    /// Whose mailbox sent it (or, for a bounce, got it).
    pub user: String,
    /// The labels in that mailbox: `SENT`, or `INBOX` for a bounce.
    pub labels: Vec<String>,
    /// When, by the sandbox's clock.
    pub time: UnixMillis,
    /// How it came in: `json`, `media`, `multipart`, `resumable` or `draft`.
    pub way: String,
    /// The address in `From` as delivered.
    pub from: String,
    /// The address in `From` as uploaded, when Gmail replaced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_uploaded: Option<String>,
    /// The addresses in `To`.
    pub to: Vec<String>,
    /// The addresses in `Cc`.
    pub cc: Vec<String>,
    /// The addresses in `Bcc`; the delivered copy does not show them.
    pub bcc: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// `Message-ID` without its brackets.
    pub message_id: String,
    /// Bytes of the message as uploaded.
    pub bytes: u64,
    /// SHA-256 of the message as uploaded, hex.
    pub sha256: String,
    /// What strict servers would refuse.
    #[serde(default)]
    pub findings: Vec<Finding>,
}
