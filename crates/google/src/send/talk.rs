//! What the answers of an upload mean together: tokens, waits, and whether the message may be out.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use signet_core::{Code, Failure};

use super::backoff::Backoff;
use super::range::kept;
use super::verdict::{self, Verdict};
use super::wire::{Answer, Wire};
use super::{Outcome, SessionUri};
use crate::reply::Reply;
use crate::{AccessToken, Freshness, TokenSource};

/// More tries for a message that may be out: an honest answer is worth the wait.
const TRIES_IN_DOUBT: u32 = 8;

/// How long a send in doubt that is cancelled waits for an answer about it.
const LAST_WORD: Duration = Duration::from_secs(5);

/// Which request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// For a session, or for what the server kept.
    Query,
    /// To take a chunk that cannot complete the message.
    Chunk,
    /// To take the chunk that completes it.
    Last,
}

/// Whether the message may have been accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// It has not been.
    None,
    /// The last chunk was answered with a server error: a later 308 with a range says that it was not taken.
    Answered,
    /// The last chunk got no answer, or a gateway's: it may still be under way.
    Unanswered,
}

/// Why to wait, and for how long at least.
pub(super) type Wait = (Failure, Option<Duration>);

/// What an answer leads to.
pub(super) enum Next {
    /// The server has this many bytes; a new address replaces the session's.
    Kept(u64, Option<String>),
    /// Sent once.
    Sent(Outcome),
    /// Wait, then ask what the server has.
    Wait(Failure, Option<Duration>),
    /// Ask at once, with the new token.
    Again,
    /// The session is gone before its last chunk went out: the message is certainly not sent.
    Lost(Failure),
    /// The session is gone since: nobody can tell any more whether the message is sent.
    Vanished(Failure),
}

/// One conversation with Gmail.
pub(super) struct Talk<'a> {
    pub(super) wire: Wire<'a>,
    tokens: &'a dyn TokenSource,
    pub(super) token: Option<Arc<AccessToken>>,
    /// Whether the token was renewed since something last moved.
    renewed: bool,
    backoff: Backoff<'a>,
    pub(super) doubt: Doubt,
    /// Whether the last chunk went to this session, ever: from then on a session that is gone can have
    /// taken the message with it, whatever was said in between.
    pub(super) last_out: bool,
}

impl<'a> Talk<'a> {
    pub(super) fn new(wire: Wire<'a>, tokens: &'a dyn TokenSource) -> Self {
        let pace = wire.google.pace.as_ref();
        let backoff = Backoff::new(pace, pace.tries());
        Self { wire, tokens, token: None, renewed: false, backoff, doubt: Doubt::None, last_out: false }
    }

    /// Gets the token to begin with.
    pub(super) async fn begin(&mut self) -> Result<(), Outcome> {
        self.mint(Freshness::Cached).await
    }

    /// Gets a session: its address, not yet checked.
    pub(super) async fn initiate(&mut self) -> Result<String, Outcome> {
        loop {
            let answer = self.wire.initiate(self.token.as_deref()).await;
            if let Answer::Reply(reply) = &answer
                && matches!(reply.status, 200 | 201)
            {
                let location = reply.header("location").map(str::to_owned);
                return location.ok_or_else(|| self.stop(Failure::new(Code::UnexpectedReply)));
            }
            match self.judge(answer, Asked::Query).await? {
                Next::Wait(failure, asked) => self.wait(failure, asked).await?,
                Next::Again => {}
                Next::Lost(failure) | Next::Vanished(failure) => return Err(self.stop(failure)),
                Next::Kept(..) | Next::Sent(_) => {
                    return Err(self.stop(Failure::new(Code::UnexpectedReply)));
                }
            }
        }
    }

    /// The server has more than before: trouble is counted anew.
    pub(super) fn progress(&mut self) {
        self.renewed = false;
        self.backoff.progress();
    }

    /// How it ends if it stops here.
    pub(super) fn stop(&self, failure: Failure) -> Outcome {
        if self.doubt == Doubt::None {
            Outcome::NotSent(failure)
        } else {
            Outcome::Unknown(in_doubt(failure))
        }
    }

    /// Waits before the next try, or stops.
    pub(super) async fn wait(&mut self, failure: Failure, asked: Option<Duration>) -> Result<(), Outcome> {
        match self.backoff.next(failure, asked) {
            Ok(wait) => self.pause(wait).await.map_err(|failure| self.stop(failure)),
            Err(failure) => Err(self.stop(failure)),
        }
    }

    /// Asks, after a wait if there is a reason for one, until the server says what it has. Never answers
    /// `Wait` or `Again`.
    pub(super) async fn ask(&mut self, session: &SessionUri, after: Option<Wait>) -> Result<Next, Outcome> {
        let mut after = after;
        loop {
            let mut given_up = None;
            if let Some((failure, asked)) = after.take() {
                match self.backoff.next(failure, asked) {
                    Ok(wait) => given_up = self.pause(wait).await.err(),
                    Err(failure) => given_up = Some(failure),
                }
            }
            // In doubt, the last word is the server's.
            if let Some(failure) = given_up.take_if(|_| self.doubt == Doubt::None) {
                return Err(Outcome::NotSent(failure));
            }
            let answer = self.query(session).await;
            match (self.judge(answer, Asked::Query).await?, given_up) {
                (next @ (Next::Sent(_) | Next::Vanished(_)), _) => return Ok(next),
                (_, Some(failure)) => return Err(self.stop(failure)),
                (Next::Wait(failure, asked), None) => after = Some((failure, asked)),
                (Next::Again, None) => {}
                (next, None) => return Ok(next),
            }
        }
    }

    /// Asks once. Cancelling ends it, in doubt after a last chance for an answer.
    async fn query(&self, session: &SessionUri) -> Answer {
        let in_doubt = self.doubt != Doubt::None;
        let patience = async {
            self.wire.cancel.cancelled().await;
            tokio::time::sleep(LAST_WORD).await;
        };
        tokio::select! {
            answer = self.wire.query(session, self.token.as_deref(), !in_doubt) => answer,
            () = patience => Answer::Cancelled,
        }
    }

    /// Lets time pass, unless the user cancels.
    async fn pause(&self, wait: Duration) -> Result<(), Failure> {
        self.unless_cancelled(self.wire.google.pace.sleep(wait)).await
    }

    /// What comes of it, unless the user cancels first.
    pub(super) async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.wire.cancel.cancelled() => Err(Failure::new(Code::Cancelled)),
            done = work => Ok(done),
        }
    }

    /// Reads an answer.
    pub(super) async fn judge(&mut self, answer: Answer, asked: Asked) -> Result<Next, Outcome> {
        let reply = match answer {
            Answer::Cancelled => return Err(self.stop(Failure::new(Code::Cancelled))),
            Answer::Silent(failure) => {
                self.doubt_if(asked == Asked::Last, Doubt::Unanswered);
                return Ok(Next::Wait(failure, None));
            }
            Answer::Reply(reply) => reply,
        };
        match reply.status {
            308 => Ok(self.incomplete(&reply, asked)),
            200 | 201 => Ok(self.complete(&reply)),
            _ => self.error(&reply, asked).await,
        }
    }

    fn incomplete(&mut self, reply: &Reply, asked: Asked) -> Next {
        let range = reply.header("range");
        // Google's 308 is empty, and without a range it kept nothing; a page with that status is not Google's.
        let kept = kept(range).filter(|_| range.is_some() || reply.is_empty());
        let Some(kept) = kept.filter(|kept| *kept <= self.wire.total) else {
            self.doubt_if(asked == Asked::Last, Doubt::Unanswered);
            return Next::Wait(Failure::new(Code::UnexpectedReply).fact("status", 308), None);
        };
        // Only a range says in so many words what is missing.
        if self.doubt == Doubt::Answered && range.is_some() && kept < self.wire.total {
            self.doubt = Doubt::None;
        }
        Next::Kept(kept, reply.header("location").map(str::to_owned))
    }

    fn complete(&mut self, reply: &Reply) -> Next {
        let expected = self.last_out || self.doubt != Doubt::None;
        match sent(reply) {
            Some(outcome) if expected => Next::Sent(outcome),
            // Something says "done" without naming the message, or before the message was complete.
            _ => {
                self.doubt_if(true, Doubt::Unanswered);
                Next::Wait(Failure::new(Code::UnexpectedReply).fact("status", reply.status), None)
            }
        }
    }

    async fn error(&mut self, reply: &Reply, asked: Asked) -> Result<Next, Outcome> {
        let judged = verdict::of(reply, self.wire.google.clock.now());
        let gone = matches!(judged.verdict, Verdict::Gone(_));
        let gateway = matches!(reply.status, 408 | 502 | 504);
        let doubt = if gateway { Doubt::Unanswered } else { Doubt::Answered };
        self.doubt_if(asked == Asked::Last && !judged.definite && !gone, doubt);
        match judged.verdict {
            Verdict::Retry(failure, asked) => Ok(Next::Wait(failure, asked)),
            Verdict::Final(failure) if self.doubt == Doubt::None => Err(Outcome::NotSent(failure)),
            // Refused, but an earlier try may have been accepted: only the session can tell.
            Verdict::Final(failure) => Ok(Next::Wait(failure, None)),
            Verdict::Gone(failure) if self.doubt == Doubt::None && !self.last_out => Ok(Next::Lost(failure)),
            // Also if this answers the last chunk itself: the upload may be gone because it was completed.
            Verdict::Gone(failure) => {
                self.doubt_if(true, Doubt::Unanswered);
                Ok(Next::Vanished(failure))
            }
            Verdict::Unauthorised(failure) => self.renew(failure).await,
        }
    }

    /// Google no longer takes the token: once, a new one may help.
    async fn renew(&mut self, failure: Failure) -> Result<Next, Outcome> {
        if self.renewed {
            return Err(self.stop(failure));
        }
        self.renewed = true;
        self.mint(Freshness::New).await?;
        Ok(Next::Again)
    }

    async fn mint(&mut self, freshness: Freshness) -> Result<(), Outcome> {
        let token = self.unless_cancelled(self.tokens.token(freshness)).await;
        self.token = Some(token.flatten().map_err(|failure| self.stop(failure))?);
        Ok(())
    }

    fn doubt_if(&mut self, condition: bool, doubt: Doubt) {
        if condition {
            self.doubt = self.doubt.max(doubt);
            self.backoff.extend(TRIES_IN_DOUBT);
        }
    }
}

/// Gmail's reply to a message that it took.
fn sent(reply: &Reply) -> Option<Outcome> {
    let body = reply.json()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| text.len() <= 128);
    let message_id = text("id")?.to_owned();
    Some(Outcome::Sent { message_id, thread_id: text("threadId").unwrap_or_default().to_owned() })
}

/// The failure of a send that may be out, with what led to it as facts.
fn in_doubt(failure: Failure) -> Failure {
    let mut unknown = Failure::new(Code::SendUnknown).fact("cause", failure.code.as_str());
    for (name, value) in failure.facts {
        unknown.facts.entry(name).or_insert(value);
    }
    unknown
}
