//! `message.read`, `send*`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signet_core::{Failure, RequestId, UnixMillis};

/// A message as a person writes it. The agent checks every field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "bindings", ts(optional_fields = nullable))]
pub struct Draft {
    /// Sender: an address, or a name with an address.
    pub from: String,
    /// Recipients.
    pub to: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Blind copies.
    pub bcc: Vec<String>,
    /// Where answers go, if not to the sender.
    pub reply_to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: Option<String>,
    /// HTML.
    pub html: Option<String>,
    /// Attachments and inline images.
    pub attachments: Vec<Attachment>,
}

/// One attachment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "bindings", ts(optional_fields = nullable))]
pub struct Attachment {
    /// Handle of the open descriptor, for a send.
    pub handle: Option<String>,
    /// Where the file lies, for people and for sending again.
    pub path: Option<String>,
    /// The name its reader sees; by default the file's own.
    pub name: Option<String>,
    /// The content type; by default guessed from the name.
    pub content_type: Option<String>,
    /// Content-ID, for an inline image.
    pub content_id: Option<String>,
}

/// A message file to be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MessageFileRequest {
    /// The text of the file (TOML).
    pub text: String,
    /// Values for its variables.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// Contents of the files that it names as its text or HTML, by their path as written there.
    #[serde(default)]
    pub bodies: BTreeMap<String, String>,
}

/// What a message file says. Paths are as written there: relative to the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MessageFileReply {
    /// The message; attachments carry paths. None while `needs` is not empty.
    pub draft: Option<Draft>,
    /// The key it names, if it does.
    pub key: Option<String>,
    /// Files that it names as its text or HTML, and that were not given: read them and ask again with
    /// their contents in `bodies`.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// A message to be looked at before it is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MessageCheckRequest {
    /// The message.
    pub draft: Draft,
    /// Bytes of each attachment, in order.
    pub attachment_bytes: Vec<u64>,
    /// Which key, if there are several.
    #[serde(default)]
    pub key: Option<String>,
}

/// What a look at a message found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MessageChecked {
    /// Bytes of the whole message after encoding, as sending would build it; without the parts that are
    /// not valid yet.
    pub encoded_bytes: u64,
    /// Google's limit on that.
    pub limit_bytes: u64,
    /// Raw bytes of attachment for which there is still room.
    pub room_bytes: u64,
    /// Bytes of the HTML part.
    pub html_bytes: u64,
    /// Recipients in To, Cc and Bcc.
    pub recipients: usize,
    /// What a person may want to know; those that block come first.
    pub findings: Vec<Finding>,
}

/// A draft to be written as a message file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MessageWriteRequest {
    /// The message; attachments are written by their paths.
    pub draft: Draft,
    /// The key, if the file shall name it.
    #[serde(default)]
    pub key: Option<String>,
    /// `{{name}}` in addresses, subject and bodies is a variable, not text.
    #[serde(default)]
    pub template: bool,
}

/// The text of a message file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MessageFileText {
    /// TOML.
    pub text: String,
}

/// The variables of a message file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MessageVariables {
    /// Names that want a value, in the order in which they appear.
    pub names: Vec<String>,
    /// Names that the file itself gives a value, which another may replace.
    pub defaults: BTreeMap<String, String>,
    /// Names that have a value of their own, such as `date`, `time`, `uuid`, `n`.
    pub built_in: Vec<String>,
}

/// Sends a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SendRequest {
    /// The message.
    pub draft: Draft,
    /// Which key, if there are several.
    #[serde(default)]
    pub key: Option<String>,
    /// What to do with it.
    #[serde(default)]
    pub mode: SendMode,
    /// Send even if Gmail is known to block an attachment's type.
    #[serde(default)]
    pub allow_blocked: bool,
}

/// What to do with a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SendMode {
    /// Send it.
    #[default]
    Send,
    /// Everything but the Google calls.
    DryRun,
    /// Write the message to the descriptor with that handle instead.
    Eml(String),
}

/// Progress of a send.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum SendEvent {
    /// Accepted by the agent: this is its id, for cancelling.
    Started {
        /// The send.
        request_id: RequestId,
        /// Bytes of the whole encoded message.
        bytes: u64,
        /// What a person may want to know before it goes out.
        findings: Vec<Finding>,
    },
    /// A new phase.
    Phase {
        /// Which.
        phase: SendPhase,
    },
    /// Bytes handed to Google so far.
    Progress {
        /// Bytes sent.
        sent: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Google asked to wait, or a fault is being retried.
    Waiting {
        /// How long, in milliseconds.
        millis: u64,
        /// Why.
        reason: String,
    },
}

/// Phases of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SendPhase {
    /// Reading and hashing the attachments.
    Reading,
    /// Recording the intent.
    Recording,
    /// Asking Google for a token.
    Token,
    /// Uploading.
    Uploading,
    /// Waiting for Google's answer.
    Confirming,
}

/// Something worth knowing about a message.
///
/// Names: the code of the failure where sending would fail with it (`no-recipient`, `invalid-address`,
/// `non-ascii-address`, `too-many-recipients`, `invalid-header`, `invalid-file-name`,
/// `invalid-content-type`, `message-too-large`, `blocked-type`), and `no-sender`, `empty-subject`,
/// `empty-body`, `duplicate-recipient`, `empty-attachment`, `large-attachments`, `unused-inline-image`,
/// `html-clip`, `unfilled-variable`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Finding {
    /// A stable name.
    pub name: String,
    /// Whether it stops the send.
    pub blocks: bool,
    /// One sentence.
    pub what: String,
    /// One sentence: what to do.
    #[serde(default)]
    pub remedy: String,
    /// What it is about: `field`, `address`, `attachment`, `variable`, `over_bytes` and the like.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

/// How a send ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SendReport {
    /// The send.
    pub request_id: RequestId,
    /// How it ended.
    pub outcome: SendOutcome,
    /// Bytes of the whole encoded message.
    pub bytes: u64,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// Recipients in To, Cc and Bcc.
    pub recipients: usize,
    /// What was found before sending.
    pub findings: Vec<Finding>,
    /// The attachments as they went out.
    pub attachments: Vec<SentAttachment>,
    /// What the message would be, for a dry run: its headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// Entries in the audit log after this send, and its root.
    pub audit: Option<AuditReceipt>,
    /// How long each phase took, in order.
    #[serde(default)]
    pub timeline: Vec<SendStep>,
    /// It ended so before: this request only asked for what is known of it, and sent nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub earlier: bool,
}

/// A phase of a send, as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SendStep {
    /// Which.
    pub phase: SendPhase,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

/// How a send ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum SendOutcome {
    /// Google accepted it, once.
    Sent {
        /// Gmail's id of the message.
        message_id: String,
        /// Gmail's id of the thread.
        thread_id: String,
    },
    /// It was not sent.
    NotSent {
        /// Why.
        failure: Failure,
    },
    /// Nobody can say.
    Unknown {
        /// Why.
        failure: Failure,
    },
    /// Nothing was to be sent.
    DryRun,
    /// It was written to a file.
    Written,
}

/// An attachment as it went out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SentAttachment {
    /// The name its reader sees.
    pub name: String,
    /// Content type.
    pub content_type: String,
    /// Bytes before encoding.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Where the file lay.
    #[serde(default)]
    pub path: Option<String>,
}

/// What the log said when the send ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AuditReceipt {
    /// Entries.
    pub size: u64,
    /// Root of the tree, lower-case hex.
    pub root: String,
}

/// Chooses a send under way.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SendChoice {
    /// The send.
    pub request_id: RequestId,
}

/// The sends under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SendListReply {
    /// Oldest first.
    pub sends: Vec<SendUnderWay>,
}

/// A send under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SendUnderWay {
    /// The send.
    pub request_id: RequestId,
    /// Since when.
    pub since: UnixMillis,
    /// The sender.
    pub sender: String,
    /// The subject.
    pub subject: String,
    /// Bytes handed to Google so far.
    pub sent: u64,
    /// Bytes in all.
    pub total: u64,
}
