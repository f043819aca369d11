//! A fault as it meets a request: before the work, in the middle of it, or after it.

use std::time::Duration;

use signet_core::UnixMillis;

use super::reply::{self, Reply, set};
use crate::fault::{Effect, Fault, effect};
use crate::gmail::{ChunkFault, ErrorContext};
use crate::google::Google;

/// Bytes each second that a slow upload takes unless told otherwise: a message with the largest files takes
/// more than a minute, and one without takes no time that anybody sees.
const USUAL_CRAWL: u64 = 256 * 1024;

/// The fault of one request, or none.
pub(super) struct Struck {
    fault: Option<Fault>,
}

/// What happens in place of the work.
pub(super) enum Before {
    Reply(Reply),
    Reset,
    /// The upload is gone; then this status.
    Expire(u16),
    Nothing,
}

impl Struck {
    pub(super) fn new(fault: Option<Fault>) -> Self {
        Self { fault }
    }

    fn effect(&self) -> Option<Effect> {
        self.fault.as_ref().map(effect)
    }

    /// What happens in place of the work.
    pub(super) fn before(
        &self,
        google: &Google,
        user: Option<&str>,
        method: &str,
        now: UnixMillis,
    ) -> Before {
        let (Some(fault), Some(effect)) = (&self.fault, self.effect()) else { return Before::Nothing };
        let script = &fault.script;
        let mut reply = match effect {
            Effect::Token(make) => super::token::refused(&make()),
            Effect::Gmail(make) => {
                let context = ErrorContext {
                    user: user.unwrap_or("nobody@example.com"),
                    project_number: google.look(|books| books.project_number),
                    method,
                    retry_at: now.plus_seconds(u64::from(script.retry_after.unwrap_or(30))),
                };
                let error = make(&context);
                reply::json(error.status, &error.json(!script.no_errors))
            }
            Effect::Html(status, title) => reply::page(status, title),
            Effect::ResetBefore => return Before::Reset,
            Effect::ExpireBefore(status) => return Before::Expire(status),
            _ => return Before::Nothing,
        };
        if script.html {
            reply =
                reply::page(reply.status().as_u16(), reply.status().canonical_reason().unwrap_or("Error"));
        }
        if let Some(seconds) = script.retry_after.filter(|_| !script.no_retry_header) {
            set(&mut reply, "retry-after", &seconds.to_string());
        }
        Before::Reply(reply)
    }

    /// What goes wrong with a chunk.
    pub(super) fn chunk(&self) -> ChunkFault {
        match self.effect() {
            Some(Effect::KeepFewer) => ChunkFault { keep: Some(self.amount().unwrap_or(0)), forget: false },
            Some(Effect::RangeMissing) => ChunkFault { keep: None, forget: true },
            _ => ChunkFault::default(),
        }
    }

    /// How `Range` is written.
    pub(super) fn range_unit(&self) -> &'static str {
        if matches!(self.effect(), Some(Effect::RangeWithoutUnit)) { "" } else { "bytes=" }
    }

    /// Whether the connection is reset in place of the reply.
    pub(super) fn resets_after(&self) -> bool {
        matches!(self.effect(), Some(Effect::ResetAfter))
    }

    /// The status of an upload that expires with this request.
    pub(super) fn expires_after(&self) -> Option<u16> {
        match self.effect() {
            Some(Effect::ExpireAfter(status)) => Some(status),
            _ => None,
        }
    }

    /// Whether a send bounces later.
    pub(super) fn bounces(&self) -> bool {
        matches!(self.effect(), Some(Effect::Bounce))
    }

    /// Compresses the reply, if that is wanted.
    pub(super) fn dress(&self, reply: &mut Reply) {
        let gzip = self
            .fault
            .as_ref()
            .is_some_and(|fault| fault.script.gzip || fault.script.name.as_str() == "gzip");
        if gzip {
            reply::gzip(reply);
        }
    }

    /// How long the reply takes.
    pub(super) fn slow(&self) -> Option<Duration> {
        matches!(self.effect(), Some(Effect::Slow))
            .then(|| Duration::from_millis(self.amount().unwrap_or(2000)))
    }

    /// How many bytes of an upload are taken each second; `None` is all at once.
    pub(super) fn bytes_per_second(&self) -> Option<u64> {
        matches!(self.effect(), Some(Effect::SlowUpload)).then(|| self.amount().unwrap_or(USUAL_CRAWL).max(1))
    }

    fn amount(&self) -> Option<u64> {
        self.fault.as_ref()?.script.amount
    }
}
