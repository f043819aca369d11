//! The requests of a resumable upload (developers.google.com/workspace/gmail/api/guides/uploads).

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE};
use signet_core::{Code, Failure};
use tokio::time::{MissedTickBehavior, interval};

use super::range::{content_range, status_range};
use super::{SessionUri, Watch};
use crate::reply::{Reply, unreachable};
use crate::{AccessToken, Cancel, Google};

/// How long a courtesy may take: telling Google that a session is given up.
const COURTESY: Duration = Duration::from_secs(2);

/// What came of a request.
pub(super) enum Answer {
    /// Something answered.
    Reply(Reply),
    /// Nothing did, or not in time: the request may or may not have arrived.
    Silent(Failure),
    /// The user cancelled while it ran.
    Cancelled,
}

/// One message's upload on the wire.
pub(super) struct Wire<'a> {
    pub(super) google: &'a Google,
    pub(super) watch: &'a dyn Watch,
    pub(super) cancel: &'a Cancel,
    /// Bytes of the message in all.
    pub(super) total: u64,
}

impl Wire<'_> {
    /// Asks for an upload session.
    pub(super) async fn initiate(&self, token: Option<&AccessToken>) -> Answer {
        let request = self.google.http.post(self.google.endpoints.upload());
        let request = request
            .header("X-Upload-Content-Type", "message/rfc822")
            .header("X-Upload-Content-Length", self.total)
            .header(CONTENT_TYPE, "application/json; charset=UTF-8")
            .body("{}");
        self.drive(authorised(request, token), &AtomicU64::new(0), None, true).await
    }

    /// Sends `len` bytes from `at`; `moved` counts them as they go. Only a chunk that cannot complete the
    /// message can be cancelled.
    pub(super) async fn put(
        &self,
        session: &SessionUri,
        token: Option<&AccessToken>,
        (at, len): (u64, u64),
        body: reqwest::Body,
        moved: &Arc<AtomicU64>,
    ) -> Answer {
        // exposed: the address of this very request
        let request = self.google.http.put(session.expose());
        let request = request
            .header(CONTENT_TYPE, "message/rfc822")
            .header(CONTENT_LENGTH, len)
            .header(CONTENT_RANGE, content_range(at, len, self.total))
            .body(body);
        self.drive(authorised(request, token), moved, Some(at), at + len < self.total).await
    }

    /// Asks what the server kept.
    pub(super) async fn query(
        &self,
        session: &SessionUri,
        token: Option<&AccessToken>,
        may_cancel: bool,
    ) -> Answer {
        // exposed: the address of this very request
        let request = self.google.http.put(session.expose());
        let request = request
            .header(CONTENT_LENGTH, 0)
            .header(CONTENT_RANGE, status_range(self.total))
            .body(Vec::new());
        self.drive(authorised(request, token), &AtomicU64::new(0), None, may_cancel).await
    }

    /// Gives a session up. A courtesy: a session that never gets its last chunk sends nothing anyway.
    pub(super) async fn abandon(&self, session: &SessionUri) {
        // exposed: the address of this very request
        let request = self.google.http.delete(session.expose()).header(CONTENT_LENGTH, 0).timeout(COURTESY);
        let _ = request.send().await;
    }

    /// Runs a request until it is answered, cancelled, or nothing has moved for the pace's stall time.
    async fn drive(
        &self,
        request: RequestBuilder,
        moved: &AtomicU64,
        base: Option<u64>,
        may_cancel: bool,
    ) -> Answer {
        let stall = self.google.pace.stall();
        let mut exchange = pin!(async { Reply::read(request.send().await?).await });
        let mut beat = interval((stall / 4).clamp(Duration::from_millis(1), Duration::from_millis(100)));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut seen, mut since) = (0, Instant::now());
        loop {
            tokio::select! {
                biased;
                result = &mut exchange => return match result {
                    Ok(reply) => Answer::Reply(reply),
                    Err(error) => Answer::Silent(unreachable(error, self.google.endpoints.profile())),
                },
                () = self.cancel.cancelled(), if may_cancel => return Answer::Cancelled,
                _ = beat.tick() => {
                    let now = moved.load(Ordering::Relaxed);
                    if now != seen {
                        (seen, since) = (now, Instant::now());
                        if let Some(base) = base {
                            self.watch.progress(base + now, self.total);
                        }
                    } else if since.elapsed() >= stall {
                        return Answer::Silent(stalled(stall));
                    }
                }
            }
        }
    }
}

fn authorised(request: RequestBuilder, token: Option<&AccessToken>) -> RequestBuilder {
    // exposed: the header that it exists for; marked sensitive there
    match token {
        Some(token) => request.bearer_auth(token.expose()),
        None => request,
    }
}

fn stalled(stall: Duration) -> Failure {
    Failure::new(Code::Network).fact("detail", format!("nothing moved for {} seconds", stall.as_secs_f32()))
}
