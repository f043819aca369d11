//! `message.*`, `template.*`, `preview.*`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use signet_api::wire::{Attachment, Draft, MessageVariables};

use super::FileFacts;

/// A message in the page: attachments by handle.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PageMessage {
    /// The message.
    pub draft: Draft,
    /// Which key, if there are several.
    #[serde(default)]
    pub key: Option<String>,
}

/// The exact bytes of a message, for reading.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SourceView {
    /// Bytes in all.
    pub bytes: u64,
    /// The text, with the bytes of attachments folded away.
    pub parts: Vec<SourcePart>,
}

/// A piece of the source.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum SourcePart {
    /// Header lines.
    Headers {
        /// As they are.
        text: String,
    },
    /// Body lines and boundaries.
    Text {
        /// As they are.
        text: String,
    },
    /// The encoded bytes of an attachment.
    Folded {
        /// Encoded bytes.
        bytes: u64,
        /// How they are encoded, such as `base64`.
        encoding: String,
    },
}

/// A picked message file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TemplateChoice {
    /// Its handle.
    pub file: String,
}

/// A message file that was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TemplateRead {
    /// Its handle, to fill it in.
    pub file: String,
    /// Its name.
    pub name: String,
    /// What it wants to know.
    pub variables: MessageVariables,
}

/// Fills in a message file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TemplateFillRequest {
    /// Its handle.
    pub file: String,
    /// Values.
    pub variables: BTreeMap<String, String>,
}

/// A message from a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DraftFromFile {
    /// The message; attachments by handle.
    pub draft: Draft,
    /// The key that it names.
    pub key: Option<String>,
    /// Its attachments.
    pub files: Vec<FileFacts>,
}

/// HTML to be shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PreviewWish {
    /// The HTML.
    pub html: String,
    /// A dark ground instead of a white one.
    pub dark: bool,
    /// The message's attachments: inline images are shown from them.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// Where it is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PreviewPlace {
    /// The address for a frame.
    pub url: String,
    /// Every link in it.
    pub links: Vec<LinkFound>,
    /// Addresses that it would fetch, and that stay unfetched.
    pub remote: Vec<String>,
}

/// A link.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LinkFound {
    /// What is shown.
    pub text: String,
    /// Where it leads.
    pub target: String,
}
