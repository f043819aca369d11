//! A request on an open upload: a chunk, the whole message at once, or the question what was kept.

use std::sync::Arc;

use hyper::HeaderMap;
use hyper::body::{Body, Bytes};
use hyper::header::{CONTENT_LENGTH, CONTENT_RANGE};
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;

use super::commit::{Complete, commit, resource};
use super::error::ApiError;
use super::receive::{LARGEST, ReceiveError, piece};
use crate::google::Google;
use crate::state::{Finished, UNIT, Upload};

/// How long an upload stays open, in seconds: a week.
const LIFE: u64 = 7 * 86_400;

/// What goes wrong with a chunk, on request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ChunkFault {
    /// Keep at most this many bytes of it.
    pub(crate) keep: Option<u64>,
    /// Keep nothing at all, also of earlier ones, and leave `Range` out.
    pub(crate) forget: bool,
}

/// The answer to such a request.
pub(crate) enum ChunkReply {
    /// 308: so many bytes are kept.
    Kept(u64),
    /// 200: the message was complete.
    Done(Value),
}

/// What `Content-Range` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    /// Nothing: the body is the whole message.
    Whole,
    /// `bytes */N`: a question.
    Query { total: Option<u64> },
    /// `bytes A-B/N`.
    Part { first: u64, last: u64, total: Option<u64> },
}

/// Whether the request carries the last byte (`Some(true)`), other bytes, or none (`None`).
pub(crate) fn is_last(headers: &HeaderMap) -> Option<bool> {
    match span(headers) {
        Ok(Span::Query { .. }) => None,
        Ok(Span::Part { last, total, .. }) => Some(total == Some(last + 1)),
        Ok(Span::Whole) | Err(_) => Some(true),
    }
}

/// Carries the request out.
pub(crate) async fn chunk<B>(
    google: &Arc<Google>,
    upload_id: &str,
    headers: &HeaderMap,
    body: &mut B,
    fault: ChunkFault,
) -> Result<ChunkReply, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let upload = google.uploads.find(upload_id).ok_or_else(ApiError::not_found)?;
    let mut upload = upload.lock_owned().await;
    if upload.record.expired {
        return Err(ApiError::gone().into());
    }
    if let Some(reply) = done(google, &upload) {
        return Ok(ChunkReply::Done(reply));
    }
    if upload.record.created.plus_seconds(LIFE) <= google.now() {
        return Err(ApiError::gone().into());
    }
    // Left over from a request that broke off.
    let kept = upload.incoming()?.length();
    upload.keep(kept / UNIT * UNIT)?;

    let span = span(headers)?;
    let total = agreed_total(&upload, span, headers)?;
    if !matches!(span, Span::Query { .. }) {
        let start = upload.incoming()?.length();
        let received = receive(&mut upload, span, total, body).await;
        let length = upload.incoming()?.length();
        if fault.forget {
            upload.keep(0)?;
        } else if let Some(keep) = fault.keep {
            upload.keep((start + keep.min(length - start)) / UNIT * UNIT)?;
        } else if received.is_err() {
            upload.keep(length / UNIT * UNIT)?;
        }
        received?;
        if !fault.forget && fault.keep.is_none() && span == Span::Whole {
            return finish(google, upload).await;
        }
    }
    let kept = upload.incoming()?.length();
    if total == Some(kept) { finish(google, upload).await } else { Ok(ChunkReply::Kept(kept)) }
}

/// The reply of an upload that is complete already, also when a restart came in between.
fn done(google: &Google, upload: &Upload) -> Option<Value> {
    let finished = upload.finished.as_ref().map(|finished| finished.body.clone());
    finished.or_else(|| google.mailbox.find(&upload.record.message_id).map(|record| resource(&record)))
}

/// The length of the message, which must be the same wherever it is named.
fn agreed_total(upload: &Upload, span: Span, headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    let here = match span {
        Span::Query { total } | Span::Part { total, .. } => total,
        Span::Whole => headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok()),
    };
    match (upload.record.total, here) {
        (Some(announced), Some(here)) if announced != here => Err(ApiError::bad_request(format!(
            "Invalid request. X-Upload-Content-Length announced {announced} byte(s), but this request names {here}."
        ))),
        (announced, here) => {
            let total = announced.or(here);
            if total.is_some_and(|total| total > LARGEST) { Err(ApiError::too_large()) } else { Ok(total) }
        }
    }
}

async fn receive<B>(
    upload: &mut Upload,
    span: Span,
    total: Option<u64>,
    body: &mut B,
) -> Result<(), ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let incoming = upload.incoming()?;
    let kept = incoming.length();
    let (first, announced) = match span {
        Span::Part { first, last, .. } => (first, Some(last + 1 - first)),
        Span::Whole | Span::Query { .. } => (0, total),
    };
    if first > kept {
        return Err(ApiError::bad_request(format!(
            "Invalid request. The chunk starts at offset {first}, but only {kept} byte(s) have been received."
        ))
        .into());
    }
    if let Span::Part { last, .. } = span {
        check_size(last + 1 - first, total == Some(last + 1))?;
    }
    // Bytes that were kept earlier are read again and dropped.
    let (mut at, mut received) = (first, 0);
    while let Some(data) = piece(body).await? {
        let length = data.len() as u64;
        received += length;
        let wrong = announced.is_some_and(|announced| received > announced);
        if wrong || at + length > LARGEST {
            return Err(
                if wrong { wrong_length(received, announced, first) } else { ApiError::too_large() }.into()
            );
        }
        let skip = usize::try_from(kept.saturating_sub(at)).unwrap_or(usize::MAX).min(data.len());
        incoming.push(&data[skip..])?;
        at += length;
    }
    if announced.is_some_and(|announced| received != announced) {
        return Err(wrong_length(received, announced, first).into());
    }
    Ok(())
}

/// Every chunk but the last one is a multiple of 256 KiB.
fn check_size(length: u64, last: bool) -> Result<(), ApiError> {
    if last || (length > 0 && length.is_multiple_of(UNIT)) {
        return Ok(());
    }
    Err(ApiError::bad_request(format!(
        "Invalid request.  The number of bytes uploaded is required to be equal or greater than 262144, except for the final request (it's recommended to be the exact multiple of 262144).  The received request contained {length} bytes, which does not meet this requirement."
    )))
}

fn wrong_length(received: u64, announced: Option<u64>, first: u64) -> ApiError {
    let announced = announced.unwrap_or_default();
    let last = first + announced.saturating_sub(1);
    ApiError::bad_request(format!(
        "Invalid request.  There were {received} byte(s) in the request body.  There should have been {announced} byte(s) (starting at offset {first} and ending at offset {last}) according to the Content-Range header."
    ))
}

/// Sends the message once. Carries on when the client has gone: then the same reply waits for it.
async fn finish(
    google: &Arc<Google>,
    mut upload: OwnedMutexGuard<Upload>,
) -> Result<ChunkReply, ReceiveError> {
    let google = Arc::clone(google);
    let finishing = tokio::spawn(async move {
        let complete = Complete {
            incoming: upload.take()?,
            purpose: upload.record.purpose.clone(),
            user: upload.record.user.clone(),
            message_id: upload.record.message_id.clone(),
            thread_id: upload.record.thread_id.clone(),
            way: "resumable",
        };
        match commit(&google, complete).await {
            Ok(body) => {
                upload.finished = Some(Finished { body: body.clone() });
                Ok(ChunkReply::Done(body))
            }
            Err(error) => {
                google.uploads.expire(&mut upload)?;
                Err(error)
            }
        }
    });
    finishing.await.map_err(|error| ReceiveError::Disk(error.to_string()))?
}

fn span(headers: &HeaderMap) -> Result<Span, ApiError> {
    let Some(value) = headers.get(CONTENT_RANGE) else { return Ok(Span::Whole) };
    let text = value.to_str().unwrap_or_default();
    parse_span(text)
        .ok_or_else(|| ApiError::bad_request(format!("Failed to parse Content-Range header: {text}")))
}

fn parse_span(text: &str) -> Option<Span> {
    let (range, total) = text.trim().strip_prefix("bytes")?.trim_start().split_once('/')?;
    let total = if total == "*" { None } else { Some(number(total)?) };
    if range == "*" {
        return Some(Span::Query { total });
    }
    let (first, last) = range.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    let fits = first <= last && total.is_none_or(|total| last < total);
    fits.then_some(Span::Part { first, last, total })
}

/// Digits only, and small enough to count with.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten().filter(|n| *n < 1 << 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_are_read() {
        let part = |first, last, total| Some(Span::Part { first, last, total });
        assert_eq!(parse_span("bytes 0-262143/700000"), part(0, 262_143, Some(700_000)));
        assert_eq!(parse_span("bytes 5-9/*"), part(5, 9, None));
        assert_eq!(parse_span("bytes */10"), Some(Span::Query { total: Some(10) }));
        assert_eq!(parse_span("bytes */*"), Some(Span::Query { total: None }));
        for bad in [
            "",
            "bytes",
            "bytes 5-4/10",
            "bytes 0-10/10",
            "bytes -1-4/10",
            "0-4/10",
            "bytes 0-4",
            "bytes +0-4/9",
        ] {
            assert_eq!(parse_span(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_the_last_chunk_may_have_an_odd_size() {
        assert!(check_size(UNIT, false).is_ok() && check_size(3 * UNIT, false).is_ok());
        assert!(check_size(1, true).is_ok());
        for odd in [1, UNIT - 1, UNIT + 1] {
            assert!(check_size(odd, false).is_err(), "{odd}");
        }
    }
}
