//! The start of a send by upload: media, multipart, or the opening of a resumable upload.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use hyper::HeaderMap;
use hyper::body::{Body, Bytes};
use hyper::header::CONTENT_TYPE;
use serde_json::Value;

use super::commit::{Complete, Purpose, commit, make_id};
use super::error::ApiError;
use super::receive::{LARGEST, ReceiveError, json, message};
use super::{json_send, multipart};
use crate::google::{Google, make_bytes};
use crate::message::Incoming;
use crate::state::UploadRecord;

/// A message that is being received: a temporary file that goes when it is not kept.
pub(super) struct Spool(pub(super) std::path::PathBuf);

impl Spool {
    pub(super) fn new(google: &Google, id: &str) -> Self {
        Self(google.dir.uploads().join(format!("{id}.new")))
    }

    pub(super) fn incoming(&self) -> std::io::Result<Incoming> {
        Incoming::create(self.0.clone())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // It is gone already when the message was kept.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// `uploadType=media`: the body is the message.
pub(super) async fn media<B>(
    google: &Arc<Google>,
    user: String,
    purpose: Purpose,
    headers: &HeaderMap,
    body: &mut B,
) -> Result<Value, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let media = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    check_media_type(media)?;
    refuse_announced(headers, "content-length")?;
    let id = make_id();
    let spool = Spool::new(google, &id);
    let mut incoming = spool.incoming()?;
    message(body, &mut incoming).await?;
    commit(google, Complete { incoming, purpose, user, message_id: id, thread_id: None, way: "media" }).await
}

/// `uploadType=multipart`: metadata and message in one body.
pub(super) async fn related<B>(
    google: &Arc<Google>,
    user: String,
    purpose: Purpose,
    headers: &HeaderMap,
    body: &mut B,
) -> Result<Value, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let id = make_id();
    let spool = Spool::new(google, &id);
    let mut incoming = spool.incoming()?;
    let metadata = multipart::read(headers, body, &mut incoming).await?;
    let thread_id = json_send::thread_id(&metadata)?;
    commit(google, Complete { incoming, purpose, user, message_id: id, thread_id, way: "multipart" }).await
}

/// `uploadType=resumable`: opens an upload and says its id.
pub(super) async fn resumable<B>(
    google: &Google,
    user: String,
    purpose: Purpose,
    headers: &HeaderMap,
    body: &mut B,
) -> Result<String, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let metadata = json(body).await?;
    let media =
        headers.get("x-upload-content-type").and_then(|v| v.to_str().ok()).unwrap_or("message/rfc822");
    check_media_type(media)?;
    let total = refuse_announced(headers, "x-upload-content-length")?;
    let record = UploadRecord {
        id: BASE64URL_NOPAD.encode(&make_bytes::<24>()),
        user,
        purpose,
        message_id: make_id(),
        thread_id: json_send::thread_id(&metadata)?,
        total,
        created: google.now(),
        expired: false,
    };
    let id = record.id.clone();
    google.uploads.start(record)?;
    Ok(id)
}

/// The upload methods accept `message/*` (discovery document).
fn check_media_type(media: &str) -> Result<(), ApiError> {
    if media.trim().to_ascii_lowercase().starts_with("message/") {
        return Ok(());
    }
    Err(ApiError::bad_request(format!(
        "Media type '{media}' is not supported. Valid media types: [message/*]"
    )))
}

/// A length that a header announces, unless it is over the limit.
fn refuse_announced(headers: &HeaderMap, name: &str) -> Result<Option<u64>, ApiError> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let length = value.to_str().ok().and_then(|v| v.trim().parse::<u64>().ok());
    let length = length.ok_or_else(|| ApiError::bad_request(format!("Invalid value for header {name}")))?;
    if length > LARGEST { Err(ApiError::too_large()) } else { Ok(Some(length)) }
}
