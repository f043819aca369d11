//! Sending by JSON: the message as base64url in `raw`. Google's front end takes only small ones.

use std::sync::Arc;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use hyper::body::{Body, Bytes};
use serde_json::Value;

use super::commit::{Complete, Purpose, commit, make_id};
use super::error::ApiError;
use super::receive::{ReceiveError, parse_error, small};
use super::start::Spool;
use crate::google::Google;

/// The largest JSON body: that of a message of about 6.5 MiB.
const LARGEST_JSON: usize = 9 * 1024 * 1024;

/// `{"raw": …, "threadId": …}`, or the same under `message` for drafts.
pub(super) async fn send<B>(
    google: &Arc<Google>,
    user: String,
    purpose: Purpose,
    body: &mut B,
) -> Result<Value, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let bytes =
        small(body, LARGEST_JSON).await?.ok_or(ReceiveError::Page(413, "Request Entity Too Large"))?;
    let mut value: Value = serde_json::from_slice(&bytes).map_err(|_| parse_error())?;
    drop(bytes);
    let message = if purpose == Purpose::Send { &mut value } else { &mut value["message"] };
    let thread_id = thread_id(message)?;
    let raw = message["raw"].as_str().filter(|raw| !raw.is_empty()).ok_or_else(ApiError::raw_required)?;
    let bytes = decode(raw, google.look(|books| books.strict))?;
    drop(value);
    let id = make_id();
    let spool = Spool::new(google, &id);
    let mut incoming = spool.incoming()?;
    incoming.push(&bytes)?;
    drop(bytes);
    commit(google, Complete { incoming, purpose, user, message_id: id, thread_id, way: "json" }).await
}

/// `threadId` of a message resource, when it has one.
pub(super) fn thread_id(message: &Value) -> Result<Option<String>, ApiError> {
    // Drafts carry it one level down.
    let given = message.get("threadId").or_else(|| message.get("message")?.get("threadId"));
    match given {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) if id.len() <= 16 && u64::from_str_radix(id, 16).is_ok() => {
            Ok(Some(id.clone()))
        }
        Some(_) => Err(ApiError::invalid_argument("Invalid id value")),
    }
}

/// base64url, padded or not; the standard alphabet too unless strict.
fn decode(raw: &str, strict: bool) -> Result<Vec<u8>, ApiError> {
    let text = raw.trim_end_matches('=').as_bytes();
    let encoding = if !strict && (text.contains(&b'+') || text.contains(&b'/')) {
        BASE64_NOPAD
    } else {
        BASE64URL_NOPAD
    };
    encoding.decode(text).map_err(|_| {
        ApiError::bad_request("Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed")
    })
}
