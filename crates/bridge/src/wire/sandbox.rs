//! `sandbox.*`.

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

use super::{PreviewPlace, SourceView};

/// The sandbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SandboxState {
    /// Whether it answers.
    pub running: bool,
    /// Where, on this computer.
    pub url: Option<String>,
    /// Messages in its inbox.
    pub messages: usize,
}

/// What to list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[derive(Default)]
#[cfg_attr(test, ts(optional_fields = nullable))]
#[serde(deny_unknown_fields, default)]
pub struct InboxQuery {
    /// Only messages that have this in an address, the subject or a file's name.
    pub text: Option<String>,
    /// At most so many; 200 by default.
    pub limit: Option<usize>,
    /// Leave out so many.
    pub skip: Option<usize>,
}

/// The inbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Inbox {
    /// Newest first.
    pub messages: Vec<InboxRow>,
    /// How many match in all.
    pub total: usize,
}

/// A delivered message in the list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InboxRow {
    /// Its id.
    pub id: String,
    /// When.
    pub time: UnixMillis,
    /// Sender.
    pub from: String,
    /// Recipients in To, Cc and Bcc.
    pub to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Bytes as delivered.
    pub bytes: u64,
    /// Number of attachments.
    pub attachments: usize,
}

/// Chooses a delivered message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct InboxChoice {
    /// Its id.
    pub id: String,
}

/// A delivered message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Delivered {
    /// Its row.
    pub row: InboxRow,
    /// Headers in their order: name and decoded value.
    pub headers: Vec<(String, String)>,
    /// The text part.
    pub text: Option<String>,
    /// The HTML part.
    pub html: Option<String>,
    /// Where its HTML is shown, with its inline images.
    pub preview: Option<PreviewPlace>,
    /// Attachments.
    pub attachments: Vec<DeliveredFile>,
    /// The source, with attachments folded.
    pub source: SourceView,
    /// HTML and CSS that mail programs do not all show, as sentences with names of programs.
    pub support: Vec<SupportNote>,
}

/// An attachment as delivered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveredFile {
    /// Its name.
    pub name: String,
    /// Its content type.
    pub content_type: String,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// Something that not every mail program shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SupportNote {
    /// The feature: `display: flex`, `<video>`.
    pub feature: String,
    /// What is known of it.
    pub note: String,
}

/// Chooses an attachment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AttachmentChoice {
    /// The message.
    pub id: String,
    /// Which, from 0.
    pub index: usize,
}

/// Faults.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Faults {
    /// What there is to choose from.
    pub known: Vec<FaultKind>,
    /// Those that are set.
    pub set: Vec<FaultSet>,
}

/// A fault to choose.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FaultKind {
    /// Its stable name.
    pub name: String,
    /// What it does, in a sentence.
    pub what: String,
    /// Where it strikes: `token`, `start`, `chunk`, `last-chunk`.
    pub at: String,
}

/// A fault that is set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FaultSet {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// How often it still strikes; none = until it is cleared.
    pub left: Option<u64>,
}

/// Sets a fault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct FaultWish {
    /// Its name.
    pub name: String,
    /// How often it strikes; none = until it is cleared.
    #[serde(default)]
    pub times: Option<u64>,
}
