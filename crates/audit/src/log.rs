//! The log as its one writer holds it.

use std::path::Path;

use crate::{Anchor, AppendError, CheckpointKey, Draft, OpenError, Origin, Signer};

/// What an append proves: the entries are durable and covered by this checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Place of the first entry of this append; the others follow it.
    pub first_seq: u64,
    /// Number of entries in the log after the commit.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: [u8; 32],
    /// The signed note (C2SP tlog-checkpoint).
    pub checkpoint: String,
}

impl Receipt {
    /// Size and root, as the keychain keeps them.
    pub const fn anchor(&self) -> Anchor {
        Anchor { size: self.size, root: self.root }
    }
}

/// The log, open for appending. One process at a time; the agent's own lock sees to that.
pub struct Log {}

impl Log {
    /// Makes the log of a new vault, with a signed checkpoint of size 0. `unlocked` is the vault's
    /// audit key, kept for the life of the vault; `locked_public` the keychain key's public half.
    pub fn create(
        path: &Path,
        origin: &Origin,
        unlocked: &dyn CheckpointKey,
        locked_public: [u8; 32],
    ) -> Result<Self, OpenError> {
        let _ = (path, origin, unlocked, locked_public);
        Err(OpenError::Missing)
    }

    /// Opens the log and compares its newest part with its newest checkpoint.
    pub fn open(path: &Path, origin: &Origin) -> Result<Self, OpenError> {
        let _ = (path, origin);
        Err(OpenError::Missing)
    }

    /// Appends in one transaction, with a checkpoint. On return the entries are durable.
    pub fn append(&mut self, drafts: &[Draft], signer: &Signer) -> Result<Receipt, AppendError> {
        let _ = (drafts, signer);
        Err(AppendError::Stopped)
    }

    /// Names another locked key from here on, for example after the keychain was reset.
    pub fn replace_locked_key(
        &mut self,
        unlocked: &dyn CheckpointKey,
        locked_public: [u8; 32],
    ) -> Result<(), AppendError> {
        let _ = (unlocked, locked_public);
        Err(AppendError::Stopped)
    }

    /// Whether the log still contains the state that the keychain remembers. `Ok(false)`: it was
    /// rolled back or replaced.
    pub fn contains(&self, anchor: &Anchor) -> Result<bool, crate::ReadError> {
        let _ = anchor;
        Ok(false)
    }

    /// Size and root now, as the keychain keeps them.
    pub fn anchor(&self) -> Anchor {
        Anchor { size: 0, root: [0; 32] }
    }
}
