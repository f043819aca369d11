//! `users.messages.get` and `list`: what the sender's own mailbox holds.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use data_encoding::BASE64URL;
use serde_json::{Value, json};

use super::error::ApiError;
use super::receive::ReceiveError;
use crate::google::Google;
use crate::message::fields;

/// How much of a message is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Ids and labels.
    Minimal,
    /// The header fields too.
    Metadata,
    /// The whole message in `raw`.
    Raw,
}

impl Format {
    pub(super) fn parse(text: Option<&str>) -> Result<Self, ApiError> {
        match text {
            Some("raw") => Ok(Self::Raw),
            Some("minimal") => Ok(Self::Minimal),
            // `full` would add the parsed parts, which nothing here needs.
            None | Some("full" | "metadata") => Ok(Self::Metadata),
            Some(other) => Err(ApiError::invalid_argument(format!("Invalid value at 'format': {other}"))),
        }
    }
}

/// `messages.get`.
pub(super) fn fetch(google: &Google, user: &str, id: &str, format: Format) -> Result<Value, ReceiveError> {
    let record =
        google.mailbox.find(id).filter(|record| record.user == user).ok_or_else(ApiError::not_found)?;
    let ids = json!({
        "id": record.id,
        "threadId": record.thread_id,
        "labelIds": record.labels,
        "internalDate": record.time.0.to_string(),
        "historyId": record.time.0.to_string(),
    });
    message_resource(&google.mailbox.sent(id), ids, format)
}

/// `messages.list`.
pub(super) fn list(google: &Google, user: &str) -> Value {
    let list = google.mailbox.list();
    let messages: Vec<_> = list
        .iter()
        .rev()
        .filter(|record| record.user == user)
        .map(|record| json!({ "id": record.id, "threadId": record.thread_id }))
        .collect();
    json!({ "resultSizeEstimate": messages.len(), "messages": messages })
}

/// A message resource: `resource` with what the format adds from the file.
pub(super) fn message_resource(
    path: &Path,
    mut resource: Value,
    format: Format,
) -> Result<Value, ReceiveError> {
    resource["sizeEstimate"] = json!(fs::metadata(path)?.len());
    match format {
        Format::Minimal => {}
        Format::Raw => resource["raw"] = json!(BASE64URL.encode(&fs::read(path)?)),
        Format::Metadata => {
            let mut block = Vec::new();
            File::open(path)?.take(1 << 20).read_to_end(&mut block)?;
            let headers: Vec<_> = fields(&block)
                .filter_map(|field| {
                    let text = String::from_utf8_lossy(field.bytes);
                    let (name, value) = text.split_once(':')?;
                    Some(json!({ "name": name, "value": value.trim().replace("\r\n", "") }))
                })
                .collect();
            resource["payload"] = json!({ "headers": headers });
        }
    }
    Ok(resource)
}
