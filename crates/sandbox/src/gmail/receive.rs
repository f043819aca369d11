//! Reading a request body into a message, in pieces, within a limit.

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use serde_json::Value;

use super::error::ApiError;
use crate::message::Incoming;
use crate::state::StateError;

/// The largest message that Gmail takes to send (discovery document).
pub(super) const LARGEST: u64 = 36_700_160;

/// The longest JSON body of a call that carries no message.
const LONGEST_JSON: usize = 256 * 1024;

/// Why a body was not taken.
#[derive(Debug)]
pub(crate) enum ReceiveError {
    /// Google says no.
    Api(ApiError),
    /// A page of a front end, with that status.
    Page(u16, &'static str),
    /// The client went away.
    Aborted,
    /// The disk or another part of this computer failed.
    Disk(String),
}

impl From<ApiError> for ReceiveError {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<std::io::Error> for ReceiveError {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error.to_string())
    }
}

impl From<StateError> for ReceiveError {
    fn from(error: StateError) -> Self {
        Self::Disk(error.to_string())
    }
}

/// The next piece of a body; `None` at its end.
pub(super) async fn piece<B>(body: &mut B) -> Result<Option<Bytes>, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Err(_)) => return Err(ReceiveError::Aborted),
            // Trailers say nothing here.
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// A body that is the message itself.
pub(super) async fn message<B>(body: &mut B, incoming: &mut Incoming) -> Result<(), ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    while let Some(data) = piece(body).await? {
        if incoming.length() + data.len() as u64 > LARGEST {
            return Err(ApiError::too_large().into());
        }
        incoming.push(&data)?;
    }
    Ok(())
}

/// A body that is held in memory; `None` when it is longer than `limit`.
pub(crate) async fn small<B>(body: &mut B, limit: usize) -> Result<Option<Vec<u8>>, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut bytes = Vec::new();
    while let Some(data) = piece(body).await? {
        if bytes.len() + data.len() > limit {
            return Ok(None);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Some(bytes))
}

/// A JSON body that carries no message; an empty one is an empty object.
pub(super) async fn json<B>(body: &mut B) -> Result<Value, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let bytes = small(body, LONGEST_JSON).await?.ok_or_else(ApiError::too_large)?;
    if bytes.trim_ascii().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    match serde_json::from_slice(&bytes) {
        Ok(value @ Value::Object(_)) => Ok(value),
        _ => Err(parse_error().into()),
    }
}

pub(super) fn parse_error() -> ApiError {
    ApiError::bad_request("Parse Error")
}
