//! What a fault does. The table of names is here and in the two files of error rows.

use super::script::{At, Fault, FaultName};
use super::{gmail_rows, token_rows};
use crate::gmail::{ApiError, ErrorContext};
use crate::token::TokenError;

/// One named fault.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) at: At,
    pub(crate) what: &'static str,
    pub(crate) effect: Effect,
}

/// What happens.
#[derive(Clone, Copy)]
pub(crate) enum Effect {
    /// The token endpoint answers with this error.
    Token(fn() -> TokenError),
    /// The Gmail API answers with this error.
    Gmail(fn(&ErrorContext<'_>) -> ApiError),
    /// A front end answers with a page.
    Html(u16, &'static str),
    /// The connection is reset before anything is done.
    ResetBefore,
    /// Everything is done; then the connection is reset in place of the reply.
    ResetAfter,
    /// The reply comes, slowly.
    Slow,
    /// The bytes of an upload are taken slowly.
    SlowUpload,
    /// The reply comes as it is (compressed, if asked for).
    Plain,
    /// Fewer bytes of the chunk are kept than were sent.
    KeepFewer,
    /// `Range: 0-42` in place of `Range: bytes=0-42`.
    RangeWithoutUnit,
    /// 308 without `Range`, and nothing kept.
    RangeMissing,
    /// The upload has expired before this request.
    ExpireBefore(u16),
    /// This request is carried out; then the upload has expired.
    ExpireAfter(u16),
    /// The send succeeds and bounces.
    Bounce,
}

const BEHAVIOURS: &[Row] = &[
    row("html-400", At::Start, "an HTML page with status 400", Effect::Html(400, "Bad Request")),
    row("html-413", At::Start, "an HTML page with status 413", Effect::Html(413, "Request Entity Too Large")),
    row("html-502", At::Start, "an HTML page with status 502", Effect::Html(502, "Bad Gateway")),
    row("html-503", At::Start, "an HTML page with status 503", Effect::Html(503, "Service Unavailable")),
    row("reset-before", At::Start, "the connection is reset, nothing is done", Effect::ResetBefore),
    row("reset-after", At::LastChunk, "all is done, then the connection is reset", Effect::ResetAfter),
    row("slow", At::Start, "the reply comes slowly (--amount milliseconds)", Effect::Slow),
    row("slow-upload", At::Chunk, "the upload crawls (--amount bytes each second)", Effect::SlowUpload),
    row("gzip", At::Start, "the usual reply, compressed", Effect::Plain),
    row("keep-fewer", At::Chunk, "308 with fewer bytes kept than sent (--amount bytes)", Effect::KeepFewer),
    row("range-without-unit", At::Chunk, "Range: 0-42 in place of bytes=0-42", Effect::RangeWithoutUnit),
    row("range-missing", At::Chunk, "308 without Range: nothing is kept", Effect::RangeMissing),
    row(
        "session-gone-404",
        At::LastChunk,
        "the upload expired before this request: 404",
        Effect::ExpireBefore(404),
    ),
    row(
        "session-gone-410",
        At::LastChunk,
        "the upload expired before this request: 410",
        Effect::ExpireBefore(410),
    ),
    row(
        "session-gone-after-404",
        At::LastChunk,
        "the request is done, the upload then 404",
        Effect::ExpireAfter(404),
    ),
    row(
        "session-gone-after-410",
        At::LastChunk,
        "the request is done, the upload then 410",
        Effect::ExpireAfter(410),
    ),
    row("bounce", At::Start, "the send succeeds, and a bounce arrives", Effect::Bounce),
];

pub(crate) const fn row(name: &'static str, at: At, what: &'static str, effect: Effect) -> Row {
    Row { name, at, what, effect }
}

pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    token_rows::ROWS.iter().chain(gmail_rows::ROWS).chain(BEHAVIOURS)
}

pub(crate) fn named(name: FaultName) -> &'static Row {
    rows().find(|row| row.name == name.as_str()).unwrap_or(&BEHAVIOURS[0])
}

/// What that fault does.
pub(crate) fn effect(fault: &Fault) -> Effect {
    named(fault.script.name).effect
}
