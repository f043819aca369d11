//! `history.*`, `draft.*`.

use serde::{Deserialize, Serialize};
use signet_core::{RequestId, UnixMillis};

use super::{Draft, SendReport};

/// What to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "bindings", ts(optional_fields = nullable))]
pub struct HistoryQuery {
    /// At most so many; 50 by default.
    pub limit: Option<usize>,
    /// Only older than this item.
    pub before: Option<RequestId>,
    /// Only those whose sender, recipients or subject contain this.
    pub text: Option<String>,
    /// Only those in this state; see [`HistoryRow::state`].
    pub state: Option<String>,
    /// Only those signed with the key of this account.
    pub key: Option<String>,
}

/// A page of history.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct HistoryListReply {
    /// Newest first.
    pub items: Vec<HistoryRow>,
    /// Whether there are older ones.
    pub more: bool,
}

/// A line of history.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct HistoryRow {
    /// The send.
    pub id: RequestId,
    /// When.
    pub time: UnixMillis,
    /// Sender.
    pub from: String,
    /// Recipients in To.
    pub to: Vec<String>,
    /// Recipients in all.
    pub recipients: usize,
    /// Subject.
    pub subject: String,
    /// Number of attachments.
    pub attachments: usize,
    /// `sent`, `not-sent`, `unknown` or `sending`.
    pub state: String,
    /// The account whose key signed.
    #[serde(default)]
    pub key: String,
    /// The error's code, if it failed.
    pub code: Option<signet_core::Code>,
}

/// One sent message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct HistoryItem {
    /// The send.
    pub id: RequestId,
    /// When.
    pub time: UnixMillis,
    /// The account whose key signed.
    pub key: String,
    /// The message.
    pub draft: Draft,
    /// How it ended; none while it is under way.
    pub report: Option<SendReport>,
}

/// Chooses a row by its id or its first digits.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RowChoice {
    /// The text to match.
    pub id: String,
}

/// What to forget.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum HistoryRemoveRequest {
    /// One.
    One(String),
    /// Everything.
    All,
}

/// How many were removed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Removed {
    /// Number of rows.
    pub removed: usize,
}

/// Saves a draft.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DraftSaveRequest {
    /// The draft to replace; a new one without.
    #[serde(default)]
    pub id: Option<RequestId>,
    /// The message.
    pub draft: Draft,
    /// The key chosen for it.
    #[serde(default)]
    pub key: Option<String>,
    /// What the window wants back, such as the caret's place.
    #[serde(default)]
    pub view: Option<String>,
}

/// A saved draft.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DraftItem {
    /// Its id.
    pub id: RequestId,
    /// When it was saved.
    pub saved: UnixMillis,
    /// The message.
    pub draft: Draft,
    /// The key chosen for it.
    pub key: Option<String>,
    /// What the window wants back.
    pub view: Option<String>,
}

/// The drafts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DraftListReply {
    /// Newest first.
    pub drafts: Vec<DraftItem>,
}
