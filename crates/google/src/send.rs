//! Sends a message as a resumable upload: each send ends as sent once, not sent, or unknown.

mod backoff;
mod feed;
mod pace;
mod port;
mod probe;
mod range;
mod settle;
mod talk;
mod upload;
mod verdict;
mod wire;

use std::sync::Arc;

use signet_core::{Code, Failure};

use crate::{Cancel, Google, TokenSource};

pub(crate) use backoff::Backoff;
pub use pace::{Jitter, Pace, Sleeper, SystemPace};
pub use port::{Body, Interrupted, Journal, Outcome, SessionUri, Watch};

impl Google {
    /// Sends the message in `body`, whatever its size, as one resumable upload: the session is in the
    /// journal before its first byte, and the last chunk goes only after the body's reader came to its end
    /// without an error. `cancel` works until then. Never fails in a fourth way, see [`Outcome`].
    pub async fn send(
        &self,
        body: Arc<dyn Body>,
        tokens: &dyn TokenSource,
        journal: &dyn Journal,
        watch: &dyn Watch,
        cancel: &Cancel,
    ) -> Outcome {
        upload::Upload::new(self, body, tokens, journal, watch, cancel).run().await
    }

    /// Settles a send that a restart interrupted, by asking the session what became of it. Sends nothing
    /// itself: an upload that Google says is incomplete, twice and in its own words, is given up and
    /// reported as not sent; a session that is gone is unknown. `None` if Google gave no such answer now:
    /// ask again later.
    pub async fn settle_now(&self, interrupted: &Interrupted, tokens: &dyn TokenSource) -> Option<Outcome> {
        settle::settle(self, interrupted, tokens).await
    }

    /// Like [`Google::settle_now`] for whoever will not ask again: no answer is unknown.
    pub async fn settle(&self, interrupted: &Interrupted, tokens: &dyn TokenSource) -> Outcome {
        let outcome = self.settle_now(interrupted, tokens).await;
        outcome.unwrap_or_else(|| Outcome::Unknown(Failure::new(Code::SendUnknown)))
    }

    /// Checks that Gmail would let this token's subject start a message: the API is enabled, the scope is
    /// there, the mailbox exists as far as Gmail says. Opens an upload session and gives it up; nothing is
    /// sent.
    ///
    /// # Errors
    /// A [`Failure`] with what to change.
    pub async fn check_gmail(&self, tokens: &dyn TokenSource) -> Result<(), Failure> {
        probe::probe(self, tokens).await
    }
}
