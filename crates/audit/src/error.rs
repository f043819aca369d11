//! What can go wrong, one enum per operation.

use signet_core::{Code, Failure, UnixMillis};

/// Why a log could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no log at that path.
    #[error("there is no audit log at that path")]
    Missing,
    /// There is a log already where a new one was to be made.
    #[error("there is an audit log at that path already")]
    Exists,
    /// The file is not an audit log, is of another vault, or does not match its last checkpoint.
    #[error("the audit log is damaged: {0}")]
    Damaged(String),
    /// Written by a newer version.
    #[error("the audit log was written by a newer version")]
    Newer,
    /// The file cannot be read or written.
    #[error("the audit log cannot be opened: {0}")]
    Unavailable(String),
}

impl OpenError {
    /// The failure as every face shows it.
    pub fn failure(&self) -> Failure {
        let code = match self {
            Self::Damaged(_) | Self::Exists => Code::AuditDamaged,
            Self::Newer => Code::VaultNewer,
            Self::Missing | Self::Unavailable(_) => Code::AuditUnwritable,
        };
        Failure::new(code).fact("audit_log", self)
    }
}

/// Why entries were not recorded. Whatever it is: none of them is in the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The disk is full, the reserve included.
    #[error("the disk is full")]
    DiskFull,
    /// The file cannot be written.
    #[error("the audit log cannot be written: {0}")]
    Unwritable(String),
    /// The log does not match what this process wrote before.
    #[error("the audit log is damaged: {0}")]
    Damaged(String),
    /// The locked key may not sign key use or HMACs.
    #[error("the vault is locked: this entry needs the vault's own audit key")]
    NeedsUnlocked,
    /// The signing key is not the one that this log names.
    #[error("the signing key does not belong to this log")]
    WrongKey,
    /// The entry is larger than 64 KiB, or no entry was given.
    #[error("the entry is not valid")]
    Invalid,
    /// The grant's limit is used up, until then.
    #[error("the limit is used up")]
    OverBudget {
        /// When the next request fits.
        free_at: UnixMillis,
    },
    /// The request was recorded before.
    #[error("the request was recorded before")]
    Repeated,
    /// The writer has stopped.
    #[error("the audit writer has stopped")]
    Stopped,
}

impl AppendError {
    /// The failure as every face shows it.
    pub fn failure(&self) -> Failure {
        let code = match self {
            Self::DiskFull | Self::Unwritable(_) | Self::Stopped => Code::AuditUnwritable,
            Self::Damaged(_) => Code::AuditDamaged,
            Self::NeedsUnlocked => Code::Locked,
            Self::WrongKey | Self::Invalid => Code::Internal,
            Self::OverBudget { free_at } => {
                return Failure::new(Code::DeniedRate).fact("free_at", free_at.0);
            }
            Self::Repeated => Code::Repeated,
        };
        Failure::new(code).fact("audit_log", self)
    }
}

/// Why the log could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("the audit log cannot be read: {0}")]
    Unavailable(String),
    /// What it holds is not an audit log's.
    #[error("the audit log is damaged: {0}")]
    Damaged(String),
    /// No such entry, or no such size.
    #[error("the audit log has no such entry")]
    OutOfRange,
    /// The export could not be written.
    #[error("the export could not be written: {0}")]
    Output(String),
}

impl ReadError {
    /// The failure as every face shows it.
    pub fn failure(&self) -> Failure {
        let code = match self {
            Self::Unavailable(_) | Self::Damaged(_) => Code::AuditDamaged,
            Self::OutOfRange => Code::NotFound,
            Self::Output(_) => Code::ReadOnly,
        };
        Failure::new(code).fact("audit_log", self)
    }
}
