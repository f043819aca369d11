//! What a send needs from the rest of Signet, and how it ends.

use std::io;

use async_trait::async_trait;
use signet_core::{Code, Failure};
use url::Url;
use zeroize::Zeroizing;

use crate::Endpoints;

/// How a send ended. There is no fourth way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Gmail took the message, once.
    Sent {
        /// Gmail's id of the message.
        message_id: String,
        /// Gmail's id of its thread.
        thread_id: String,
    },
    /// Gmail did not take it; safe to send again.
    NotSent(Failure),
    /// Gmail may have taken it: never to be sent again by itself.
    Unknown(Failure),
}

/// The encoded message (RFC 5322). Opened at byte offsets, so that an upload can go on from what the
/// server kept.
pub trait Body: Send + Sync {
    /// Bytes in all.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes from `offset` on. A reader must fail before it hands out the last bytes of anything
    /// that changed since it was measured: what it never hands out is never sent.
    fn open(&self, offset: u64) -> io::Result<Box<dyn io::Read + Send>>;

    /// What to show when a reader failed.
    fn failure(&self, error: &io::Error) -> Failure {
        let _ = error;
        Failure::new(Code::AttachmentUnreadable)
    }
}

/// The durable note of a send. Both calls return only when the note would survive a crash; an error
/// stops the send before anything is sent.
#[async_trait]
pub trait Journal: Send + Sync {
    /// An upload session exists; called before its first byte, and again for each further session or
    /// address of the same send, which replaces the one before. `finishing` is noted in the same write, and
    /// then means what [`Journal::finishing`] means: a session that only moved keeps what was said of it, a
    /// new one begins without, and that of a message of one chunk begins with it.
    async fn session_started(&self, session: &SessionUri, finishing: bool) -> Result<(), Failure>;

    /// The next request may complete the message. From here on a session that is gone means *unknown*.
    async fn finishing(&self) -> Result<(), Failure>;
}

/// Looks on. Called from the send's own task, about ten times a second.
pub trait Watch: Send + Sync {
    /// `sent` of `total` bytes are on their way; goes back when the server kept less.
    fn progress(&self, sent: u64, total: u64);
}

impl Watch for () {
    fn progress(&self, _sent: u64, _total: u64) {}
}

/// Where an upload continues. Whoever has it can continue or cancel the upload, so it is a secret:
/// no `Debug`, wiped on drop, never in a log.
pub struct SessionUri(Zeroizing<String>);

impl SessionUri {
    /// Reads an address that came from Google or from the journal, pinned to `endpoints`.
    ///
    /// # Errors
    /// `UnexpectedReply` for an address outside Google (or outside the sandbox).
    pub fn parse(text: &str, endpoints: &Endpoints) -> Result<Self, Failure> {
        let allowed = Url::parse(text).is_ok_and(|url| endpoints.may_upload_to(&url));
        if allowed { Ok(Self(Zeroizing::new(text.into()))) } else { Err(Failure::new(Code::UnexpectedReply)) }
    }

    /// The address; exposed to seal it in the journal and to make the next request.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What the journal says about a send that a restart interrupted.
pub struct Interrupted {
    /// The newest session.
    pub session: SessionUri,
    /// Whether it was noted as finishing.
    pub finishing: bool,
    /// Bytes of the message in all.
    pub len: u64,
}
