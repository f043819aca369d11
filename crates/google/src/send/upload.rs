//! One send: a session, its chunks, and the last one held back until the whole body has been verified.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use signet_core::{Code, Failure};

use super::feed::{Feed, PIECE};
use super::talk::{Asked, Doubt, Next, Talk, Wait};
use super::wire::Wire;
use super::{Body, Journal, Outcome, SessionUri, Watch};
use crate::{Cancel, Google, TokenSource};

/// Bytes of a chunk at most, a multiple of [`PIECE`]. Large: each costs a round trip. They are streamed.
const CHUNK: u64 = 8 * 1024 * 1024;

/// Sessions that a send may use up.
const SESSIONS: u32 = 3;

pub(super) struct Upload<'a> {
    talk: Talk<'a>,
    body: Arc<dyn Body>,
    journal: &'a dyn Journal,
    session: Option<SessionUri>,
}

impl<'a> Upload<'a> {
    pub(super) fn new(
        google: &'a Google,
        body: Arc<dyn Body>,
        tokens: &'a dyn TokenSource,
        journal: &'a dyn Journal,
        watch: &'a dyn Watch,
        cancel: &'a Cancel,
    ) -> Self {
        let wire = Wire { google, watch, cancel, total: body.len() };
        Self { talk: Talk::new(wire, tokens), body, journal, session: None }
    }

    pub(super) async fn run(mut self) -> Outcome {
        let outcome = self.upload().await.unwrap_or_else(|stopped| stopped);
        if let (Outcome::NotSent(_), Some(session)) = (&outcome, &self.session) {
            self.talk.wire.abandon(session).await;
        }
        outcome
    }

    async fn upload(&mut self) -> Result<Outcome, Outcome> {
        if self.total() == 0 {
            return Err(self.talk.stop(Failure::new(Code::Internal).fact("detail", "an empty message")));
        }
        self.talk.begin().await?;
        let mut lost = Failure::new(Code::GoogleUnavailable);
        for _ in 0..SESSIONS {
            let address = self.talk.initiate().await?;
            // Of a message of one piece the first chunk is the last: one durable note says both.
            self.talk.last_out = self.total() <= PIECE;
            self.adopt(&address).await?;
            match self.fill().await? {
                Filled::Sent(outcome) => return Ok(outcome),
                Filled::Lost(failure) => lost = failure,
            }
            self.session = None;
            self.talk.last_out = false;
        }
        let lost = Failure { facts: lost.facts, ..Failure::new(Code::GoogleUnavailable) };
        Err(self.talk.stop(lost.what("Google lost the upload several times.")))
    }

    fn total(&self) -> u64 {
        self.talk.wire.total
    }

    /// Takes up a session, or follows one to its new address: checked, then durable, before a byte goes there.
    async fn adopt(&mut self, address: &str) -> Result<(), Outcome> {
        let session = SessionUri::parse(address, &self.talk.wire.google.endpoints)
            .map_err(|failure| self.talk.stop(failure))?;
        // In one write: a crash must never find a session that moved in doubt without its doubt.
        let noted = self.journal.session_started(&session, self.talk.last_out).await;
        noted.map_err(|failure| self.talk.stop(failure))?;
        self.session = Some(session);
        Ok(())
    }

    /// Sends chunks until the message is complete or the session is gone.
    async fn fill(&mut self) -> Result<Filled, Outcome> {
        self.talk.progress();
        let (mut at, mut high) = (0, 0);
        let mut feed = None;
        loop {
            let mut waited = true;
            let next = match self.chunk(at, &mut feed).await? {
                Next::Wait(failure, asked) => self.ask(Some((failure, asked))).await?,
                Next::Again => self.ask(None).await?,
                next => {
                    waited = false;
                    next
                }
            };
            match next {
                Next::Kept(kept, moved_to) => {
                    if let Some(address) = moved_to {
                        self.adopt(&address).await?;
                    }
                    at = kept;
                    if kept > high {
                        high = kept;
                        self.talk.progress();
                    } else if !waited {
                        self.talk.wait(Failure::new(Code::GoogleUnavailable), None).await?;
                    }
                }
                Next::Sent(outcome) => {
                    self.talk.wire.watch.progress(self.total(), self.total());
                    return Ok(Filled::Sent(outcome));
                }
                Next::Lost(failure) => return Ok(Filled::Lost(failure)),
                Next::Vanished(failure) | Next::Wait(failure, _) => return Err(self.talk.stop(failure)),
                Next::Again => {}
            }
        }
    }

    /// Sends the chunk at `at`. `feed` stays for the next one if all of this one was kept.
    async fn chunk(&mut self, at: u64, feed: &mut Option<Feed>) -> Result<Next, Outcome> {
        let total = self.total();
        if at == total {
            // All bytes are there, and yet it is not complete: wait for what becomes of it.
            self.talk.doubt = Doubt::Unanswered;
            return Ok(Next::Wait(Failure::new(Code::UnexpectedReply), None));
        }
        let body = Arc::clone(&self.body);
        let mut source = feed.take().filter(|feed| feed.at() == at).unwrap_or_else(|| Feed::open(body, at));
        let last = at + (total - 1 - at) / PIECE * PIECE;
        if at == last {
            return self.last_chunk(at, source).await;
        }
        let len = CHUNK.min(last - at);
        let moved = Arc::new(AtomicU64::new(0));
        let chunk = reqwest::Body::wrap(source.stream(len, Arc::clone(&moved)));
        let session = self.session.as_ref().ok_or_else(no_session)?;
        let answer = self.talk.wire.put(session, self.talk.token.as_deref(), (at, len), chunk, &moved).await;
        if let Some(failure) = source.failure() {
            return Err(self.talk.stop(failure));
        }
        let next = self.talk.judge(answer, Asked::Chunk).await?;
        let whole = moved.load(Ordering::Relaxed) == len;
        if whole && matches!(next, Next::Kept(kept, _) if kept == at + len) {
            *feed = Some(source);
        }
        Ok(next)
    }

    /// Sends the chunk that completes the message, read and so verified to its end before.
    async fn last_chunk(&mut self, at: u64, mut source: Feed) -> Result<Next, Outcome> {
        let len = self.total() - at;
        let piece = self.talk.unless_cancelled(source.last(len)).await;
        let Some(piece) = piece.map_err(|failure| self.talk.stop(failure))? else {
            let failure = source.failure().unwrap_or_else(|| Failure::new(Code::AttachmentUnreadable));
            return Err(self.talk.stop(failure));
        };
        if self.talk.wire.cancel.is_cancelled() {
            return Err(self.talk.stop(Failure::new(Code::Cancelled)));
        }
        if !self.talk.last_out {
            self.journal.finishing().await.map_err(|failure| self.talk.stop(failure))?;
            self.talk.last_out = true;
        }
        let session = self.session.as_ref().ok_or_else(no_session)?;
        let moved = Arc::new(AtomicU64::new(0));
        let answer =
            self.talk.wire.put(session, self.talk.token.as_deref(), (at, len), piece.into(), &moved).await;
        self.talk.judge(answer, Asked::Last).await
    }

    async fn ask(&mut self, after: Option<Wait>) -> Result<Next, Outcome> {
        let session = self.session.as_ref().ok_or_else(no_session)?;
        self.talk.ask(session, after).await
    }
}

/// How a session ended.
enum Filled {
    Sent(Outcome),
    /// Gone before its last chunk went out.
    Lost(Failure),
}

/// A fault of our own: chunks go to a session only.
fn no_session() -> Outcome {
    Outcome::Unknown(Failure::new(Code::Internal))
}
