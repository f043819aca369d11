//! Platforms without a keychain that Signet knows: an error with the remedy, never a fall-back to a file.

use super::KeychainError;
use super::entries::Entries;

/// There is none.
pub(super) fn open() -> Result<Entries, KeychainError> {
    Err(KeychainError::Missing)
}

/// Nothing is known about delays here.
pub(super) fn explain_delay() -> Option<KeychainError> {
    None
}

/// There is none.
pub(super) fn provider() -> String {
    "none".into()
}

/// There is none.
pub(super) fn sync() -> Result<(), KeychainError> {
    Err(KeychainError::Missing)
}
