//! Windows: the Credential Manager, kept on this machine. Not yet verified: compiled by release automation
//! only.

use windows_native_keyring_store::Store;

use super::KeychainError;
use super::entries::{Encoding, Entries};

/// The user's credentials, with local persistence: device secrets do not roam.
pub(super) fn open() -> Result<Entries, KeychainError> {
    let store = Store::new().map_err(|_| KeychainError::Missing)?;
    Ok(Entries { store, encoding: Encoding::Raw, modifiers: &[("persistence", "Local")] })
}

/// Nothing is known about delays here.
pub(super) fn explain_delay() -> Option<KeychainError> {
    None
}

/// The provider's name.
pub(super) fn provider() -> String {
    "Windows Credential Manager".into()
}

/// The Credential Manager makes its own writes durable.
#[allow(clippy::unnecessary_wraps)] // the same signature on every platform
pub(super) fn sync() -> Result<(), KeychainError> {
    Ok(())
}
