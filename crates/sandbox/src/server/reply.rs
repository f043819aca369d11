//! Replies, and how they go out: dated by the sandbox's clock, perhaps slowly.

use std::convert::Infallible;
use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use hyper::ext::ReasonPhrase;
use hyper::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderValue, SERVER,
};
use hyper::{Response, StatusCode};
use serde_json::Value;
use signet_core::UnixMillis;

use crate::state::system_time;

/// A reply whose body is complete.
pub(super) type Reply = Response<Bytes>;
/// A reply as it goes out.
pub(super) type Outgoing = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// A JSON reply; `null` is an empty one.
pub(super) fn json(status: u16, value: &Value) -> Reply {
    if value.is_null() {
        return empty(204);
    }
    let body = serde_json::to_vec_pretty(value).unwrap_or_default();
    with_type(status, "application/json; charset=UTF-8", body)
}

/// A reply without a body.
pub(super) fn empty(status: u16) -> Reply {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = status_code(status);
    reply
}

/// A page as Google's front ends send it.
pub(super) fn page(status: u16, title: &str) -> Reply {
    let body = format!(
        "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error {status} ({title})!!1</title>\n  <p><b>{status}.</b> <ins>That’s an error.</ins>\n  <p>{title}. <ins>That’s all we know.</ins>\n"
    );
    with_type(status, "text/html; charset=UTF-8", body.into_bytes())
}

/// 308 with Google's reason phrase and what was kept.
pub(super) fn incomplete(kept: u64, unit: &str) -> Reply {
    let mut reply = empty(308);
    reply.extensions_mut().insert(ReasonPhrase::from_static(b"Resume Incomplete"));
    if let Some(last) = kept.checked_sub(1) {
        set(&mut reply, "range", &format!("{unit}0-{last}"));
    }
    reply
}

/// Sets a header; a value that cannot be one is left out.
pub(super) fn set(reply: &mut Reply, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}

/// The same, compressed.
pub(super) fn gzip(reply: &mut Reply) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    if let Ok(bytes) = encoder.write_all(reply.body()).and_then(|()| encoder.finish()) {
        *reply.body_mut() = Bytes::from(bytes);
        reply.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
}

/// Puts the last headers on and makes it ready to go; `slow` spreads the body over that time.
pub(super) fn outgoing(mut reply: Reply, now: UnixMillis, slow: Option<Duration>) -> Outgoing {
    let length = HeaderValue::from(reply.body().len());
    let headers = reply.headers_mut();
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(system_time(now))) {
        headers.insert(DATE, date);
    }
    headers.insert(SERVER, HeaderValue::from_static("ESF"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private"));
    headers.insert(CONTENT_LENGTH, length);
    reply.map(|body| match slow {
        None => Full::new(body).boxed_unsync(),
        Some(time) => drip(body, time),
    })
}

/// The body in eight pieces.
fn drip(body: Bytes, time: Duration) -> UnsyncBoxBody<Bytes, Infallible> {
    let size = body.len().div_ceil(8).max(1);
    let pieces = stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(time / 8).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok(Frame::data(piece)), rest))
    });
    StreamBody::new(pieces).boxed_unsync()
}

fn with_type(status: u16, kind: &'static str, body: Vec<u8>) -> Reply {
    let mut reply = Response::new(Bytes::from(body));
    *reply.status_mut() = status_code(status);
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
