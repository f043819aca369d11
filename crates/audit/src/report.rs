//! What `verify` was asked and what it found.

use serde::Serialize;

use crate::{Fingerprint, Origin};

/// What the reader knows from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// The log that it should be; without it any origin passes.
    pub origin: Option<Origin>,
    /// Fingerprint of the vault's audit key, as printed on the kit; without it the file's own key is
    /// believed, and the report says so.
    pub fingerprint: Option<Fingerprint>,
}

/// How many signatures to check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Those that cover everything else: the newest, each one of the locked key, and the last one of
    /// the vault's key before each of those. All other checkpoints hang on them by their hashes.
    #[default]
    Covering,
    /// Every one.
    Every,
}

/// The name of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckName {
    /// The file can be read and is an audit log of a known format.
    File,
    /// Origin and keys are the expected ones, and the vault's key named each locked key.
    Identity,
    /// Each entry is canonical CBOR with known fields.
    EntryEncoding,
    /// Entries are numbered 0, 1, 2 without a gap, in the entry as in the row.
    Sequence,
    /// Each checkpoint's root is the root of the entries before it; nothing follows the newest.
    TreeRoot,
    /// The stored tree nodes, from which proofs are made, are those of the entries.
    TreeNodes,
    /// Each commit names the checkpoint before it, so that none was removed, added or exchanged.
    CheckpointChain,
    /// The signatures.
    CheckpointSignature,
    /// The locked key signed no key use and no HMACs.
    LockedKeyUse,
    /// The log contains the state that the keychain or another device remembers.
    Anchor,
}

impl CheckName {
    /// All, in the order of a report.
    pub const ALL: [Self; 10] = [
        Self::File,
        Self::Identity,
        Self::EntryEncoding,
        Self::Sequence,
        Self::TreeRoot,
        Self::TreeNodes,
        Self::CheckpointChain,
        Self::CheckpointSignature,
        Self::LockedKeyUse,
        Self::Anchor,
    ];

    /// The name as printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Identity => "identity",
            Self::EntryEncoding => "entry-encoding",
            Self::Sequence => "sequence",
            Self::TreeRoot => "tree-root",
            Self::TreeNodes => "tree-nodes",
            Self::CheckpointChain => "checkpoint-chain",
            Self::CheckpointSignature => "checkpoint-signature",
            Self::LockedKeyUse => "locked-key-use",
            Self::Anchor => "anchor",
        }
    }
}

/// One check and how it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which.
    pub name: CheckName,
    /// `Some(true)` passed, `Some(false)` failed, `None` not possible with what was given.
    pub passed: Option<bool>,
    /// A sentence: what was checked, or the first thing that is wrong and where.
    pub detail: String,
}

/// What [`crate::verify`] found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// All checks, in the order of [`CheckName`].
    pub checks: Vec<Check>,
    /// The origin line that the file names.
    pub origin: String,
    /// Fingerprint of the vault's audit key that the file names.
    pub fingerprint: String,
    /// Number of entries.
    pub size: u64,
    /// Root over them, in hex.
    pub root: String,
    /// How many of the entries the locked key signed first.
    pub locked_entries: u64,
    /// Number of checkpoints.
    pub checkpoints: u64,
    /// How many of their signatures were checked.
    pub signatures_checked: u64,
}

impl Report {
    /// Whether no check failed.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed != Some(false))
    }

    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = CheckName> + '_ {
        self.checks.iter().filter(|check| check.passed == Some(false)).map(|check| check.name)
    }
}
