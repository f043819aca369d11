//! `users.drafts`: messages that wait.

use std::fs;
use std::sync::Arc;

use hyper::body::{Body, Bytes};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::commit::{Complete, Purpose, commit, make_id};
use super::error::ApiError;
use super::messages::{Format, message_resource};
use super::receive::{self, ReceiveError};
use super::start::Spool;
use crate::google::Google;
use crate::message::Incoming;
use crate::state::{StateError, write_atomic};

/// A draft; its message is beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Draft {
    id: String,
    user: String,
    message_id: String,
    thread_id: String,
}

/// Keeps a message as a draft, new or in the place of an earlier one.
pub(super) fn keep(google: &Google, id: Option<String>, complete: Complete) -> Result<Value, ReceiveError> {
    if let Some(id) = &id {
        find(google, &complete.user, id)?;
    }
    let draft = Draft {
        id: id.unwrap_or_else(|| format!("r{}", make_id())),
        thread_id: complete.thread_id.unwrap_or_else(|| complete.message_id.clone()),
        user: complete.user,
        message_id: complete.message_id,
    };
    fs::rename(complete.incoming.path(), path(google, &draft.id, "eml"))?;
    let bytes = serde_json::to_vec(&draft).map_err(|error| ReceiveError::Disk(error.to_string()))?;
    write_atomic(&path(google, &draft.id, "json"), &bytes)?;
    Ok(resource(&draft))
}

/// `drafts.send`: `{"id": …}`. The draft is gone afterwards.
pub(super) async fn send<B>(google: &Arc<Google>, user: &str, body: &mut B) -> Result<Value, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let request = receive::json(body).await?;
    let id = request["id"].as_str().ok_or_else(|| ApiError::invalid_argument("Invalid draft"))?;
    let draft = find(google, user, id)?;
    let message_id = make_id();
    let spool = Spool::new(google, &message_id);
    fs::copy(path(google, id, "eml"), &spool.0)?;
    let length = fs::metadata(&spool.0)?.len();
    let complete = Complete {
        incoming: Incoming::reopen(&spool.0, length)?,
        purpose: Purpose::Send,
        user: user.to_owned(),
        message_id,
        thread_id: Some(draft.thread_id),
        way: "draft",
    };
    let sent = commit(google, complete).await?;
    delete(google, user, id)?;
    Ok(sent)
}

/// `drafts.list`.
pub(super) fn list(google: &Google, user: &str) -> Result<Value, ReceiveError> {
    let mut drafts = Vec::new();
    for entry in fs::read_dir(google.dir.drafts()).map_err(StateError::io(&google.dir.drafts()))?.flatten() {
        let path = entry.path();
        if let Some(id) = path
            .file_stem()
            .and_then(|s| s.to_str())
            .filter(|_| path.extension().is_some_and(|e| e == "json"))
            && let Ok(draft) = find(google, user, id)
        {
            drafts.push(resource(&draft));
        }
    }
    Ok(json!({ "resultSizeEstimate": drafts.len(), "drafts": drafts }))
}

/// `drafts.get`.
pub(super) fn fetch(google: &Google, user: &str, id: &str, format: Format) -> Result<Value, ReceiveError> {
    let draft = find(google, user, id)?;
    let message = message_resource(
        &path(google, id, "eml"),
        json!({ "id": draft.message_id, "threadId": draft.thread_id, "labelIds": ["DRAFT"] }),
        format,
    )?;
    Ok(json!({ "id": draft.id, "message": message }))
}

/// `drafts.delete`.
pub(super) fn delete(google: &Google, user: &str, id: &str) -> Result<Value, ReceiveError> {
    find(google, user, id)?;
    fs::remove_file(path(google, id, "json"))?;
    fs::remove_file(path(google, id, "eml"))?;
    Ok(Value::Null)
}

fn find(google: &Google, user: &str, id: &str) -> Result<Draft, ApiError> {
    let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric());
    let bytes = plain.then(|| fs::read(path(google, id, "json")).ok()).flatten();
    bytes
        .and_then(|bytes| serde_json::from_slice::<Draft>(&bytes).ok())
        .filter(|draft| draft.user == user)
        .ok_or_else(ApiError::not_found)
}

fn resource(draft: &Draft) -> Value {
    json!({
        "id": draft.id,
        "message": { "id": draft.message_id, "threadId": draft.thread_id, "labelIds": ["DRAFT"] },
    })
}

fn path(google: &Google, id: &str, end: &str) -> std::path::PathBuf {
    google.dir.drafts().join(format!("{id}.{end}"))
}
