//! Reading beside the writer: listing, export, proofs.

use std::io::Write;
use std::path::Path;

use signet_core::{Action, RequestId, UnixMillis};

use crate::{Entry, ReadError};

/// A state of the log that somebody remembers: the keychain, another device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Number of entries.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: [u8; 32],
}

/// Which entries to show; everything set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Not before.
    pub from: Option<UnixMillis>,
    /// Before.
    pub until: Option<UnixMillis>,
    /// This action only.
    pub action: Option<Action>,
    /// This target only, for example a key id.
    pub target: Option<String>,
    /// This decision only: `allowed`, `intent`, `refused`, `done`, `failed` or `unknown`.
    pub decision: Option<String>,
    /// This request only.
    pub request: Option<RequestId>,
    /// Entries with this recipient HMAC only (the answer to "is this address in the log?").
    pub recipient: Option<[u8; 32]>,
    /// Entries in which this text occurs, in any case, in action, target, decision, reason, role,
    /// a recipient domain or the message id.
    pub text: Option<String>,
}

/// One page of a listing, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Pass this as `before` to get the next page; none at the end.
    pub next: Option<u64>,
}

/// The log, open for reading. Never waits for the writer.
pub struct Reader {}

impl Reader {
    /// Opens the log.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let _ = path;
        Err(ReadError::OutOfRange)
    }

    /// At most `limit` entries that pass, newest first, older than `before` if given.
    pub fn list(&self, filter: &Filter, before: Option<u64>, limit: usize) -> Result<Page, ReadError> {
        let _ = (filter, before, limit);
        Err(ReadError::OutOfRange)
    }

    /// Writes the entries that pass as JSON Lines, oldest first; returns how many.
    pub fn export_jsonl(&self, filter: &Filter, out: &mut dyn Write) -> Result<u64, ReadError> {
        let _ = (filter, out);
        Err(ReadError::OutOfRange)
    }

    /// Intents without an outcome, oldest first: what a crash interrupted.
    pub fn open_intents(&self) -> Result<Vec<Entry>, ReadError> {
        Err(ReadError::OutOfRange)
    }

    /// Number of entries.
    pub fn size(&self) -> Result<u64, ReadError> {
        Err(ReadError::OutOfRange)
    }

    /// The newest checkpoint.
    pub fn checkpoint(&self) -> Result<String, ReadError> {
        Err(ReadError::OutOfRange)
    }

    /// RFC 6962 root of the first `size` entries.
    pub fn root(&self, size: u64) -> Result<[u8; 32], ReadError> {
        let _ = size;
        Err(ReadError::OutOfRange)
    }

    /// RFC 6962 inclusion proof of entry `seq` in the tree of the first `size` entries.
    pub fn inclusion_proof(&self, seq: u64, size: u64) -> Result<Vec<[u8; 32]>, ReadError> {
        let _ = (seq, size);
        Err(ReadError::OutOfRange)
    }

    /// RFC 6962 consistency proof between the trees of the first `old` and `new` entries.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<[u8; 32]>, ReadError> {
        let _ = (old, new);
        Err(ReadError::OutOfRange)
    }
}
