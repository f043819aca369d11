//! Sends a message as a resumable upload: each send ends as sent once, not sent, or unknown.

mod pace;
mod port;

pub use pace::{Jitter, Pace, Sleeper, SystemPace};
pub use port::{Body, Interrupted, Journal, Outcome, SessionUri, Watch};

use std::sync::Arc;

use crate::{Cancel, Google, TokenSource};

impl Google {
    /// Sends the message in `body`, whatever its size, as one resumable upload.
    pub async fn send(
        &self,
        body: Arc<dyn Body>,
        tokens: &dyn TokenSource,
        journal: &dyn Journal,
        watch: &dyn Watch,
        cancel: &Cancel,
    ) -> Outcome {
        todo!()
    }

    /// Settles a send that a restart interrupted, by asking the session what became of it. Sends
    /// nothing itself: an upload that is not complete is given up and reported as not sent.
    pub async fn settle(&self, interrupted: &Interrupted, tokens: &dyn TokenSource) -> Outcome {
        todo!()
    }
}
