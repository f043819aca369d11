//! The audit log's last known size and root, kept where the log is not: in the keychain.

/// A point that the audit log had reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Entries in the log.
    pub size: u64,
    /// The Merkle root over them (RFC 6962).
    pub root: [u8; 32],
}
