//! macOS: the login keychain. Not yet verified: compiled by release automation only.

use apple_native_keyring_store::keychain::Store;

use super::KeychainError;
use super::entries::{Encoding, Entries};

/// The login keychain.
pub(super) fn open() -> Result<Entries, KeychainError> {
    let store = Store::new().map_err(|_| KeychainError::Missing)?;
    Ok(Entries { store, encoding: Encoding::Raw, modifiers: &[] })
}

/// Nothing is known about delays here.
pub(super) fn explain_delay() -> Option<KeychainError> {
    None
}

/// The provider's name.
pub(super) fn provider() -> String {
    "macOS Keychain".into()
}

/// The keychain makes its own writes durable.
#[allow(clippy::unnecessary_wraps)] // the same signature on every platform
pub(super) fn sync() -> Result<(), KeychainError> {
    Ok(())
}
