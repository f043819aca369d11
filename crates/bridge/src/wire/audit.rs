//! `audit.verify`.

use serde::{Deserialize, Serialize};
use signet_core::{Failure, UnixMillis};

/// How far a verification is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VerifyProgress {
    /// Entries checked.
    pub done: u64,
    /// Entries in all.
    pub total: u64,
}

/// What a verification found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "result")]
pub enum Verified {
    /// Every check holds.
    Unbroken {
        /// Entries.
        entries: u64,
        /// When the first was written.
        since: Option<UnixMillis>,
        /// The root, lower-case hex.
        root: String,
        /// What is worth knowing all the same, as sentences.
        notes: Vec<String>,
    },
    /// It could not be checked.
    CannotCheck {
        /// Why.
        failure: Failure,
    },
    /// A check fails.
    Broken {
        /// The first entry that is affected, if one can be named.
        entry: Option<u64>,
        /// Each check that fails, as a sentence.
        findings: Vec<String>,
    },
}
