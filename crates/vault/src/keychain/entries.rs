//! keyring's store interface, spoken in our terms. Its errors are never printed: `{:?}` of one can show
//! the secret bytes, so only the kind of error leaves this file.

use std::collections::HashMap;
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use keyring::Error;
use keyring_core::{CredentialStore, Entry};
use signet_crypto::SecretBytes;
use zeroize::{Zeroize, Zeroizing};

use super::port::Items;
use super::{ItemName, KeychainError};

/// How a platform keeps values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code)] // each platform uses one
pub(super) enum Encoding {
    /// base64url without padding, for stores that take text only (`KWallet`).
    Text,
    /// The bytes themselves, where the size is limited (Windows: 2,560 bytes).
    Raw,
}

/// One of keyring's stores, built and owned by the port.
pub(super) struct Entries {
    pub(super) store: Arc<CredentialStore>,
    pub(super) encoding: Encoding,
    /// Modifiers for new entries, such as local persistence on Windows.
    pub(super) modifiers: &'static [(&'static str, &'static str)],
}

/// The `service` attribute of every item.
const SERVICE: &str = "signet";

impl Items for Entries {
    fn read(&self, item: &ItemName) -> Result<Option<SecretBytes>, KeychainError> {
        match self.entry(item)?.get_secret() {
            Ok(kept) => self.decode(kept).map(Some),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(kind(&error)),
        }
    }

    fn write(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        let text;
        let bytes = match self.encoding {
            Encoding::Text => {
                text = Zeroizing::new(BASE64URL_NOPAD.encode(value));
                text.as_bytes()
            }
            Encoding::Raw => value,
        };
        self.entry(item)?.set_secret(bytes).map_err(|error| kind(&error))
    }

    fn delete(&self, item: &ItemName) -> Result<(), KeychainError> {
        match self.entry(item)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(kind(&error)),
        }
    }
}

impl Entries {
    fn entry(&self, item: &ItemName) -> Result<Entry, KeychainError> {
        let label = format!("{SERVICE} {item}");
        let mut modifiers: HashMap<&str, &str> = self.modifiers.iter().copied().collect();
        if cfg!(target_os = "linux") {
            modifiers.insert("label", &label);
        }
        let modifiers = (!modifiers.is_empty()).then_some(&modifiers);
        self.store.build(SERVICE, item.as_str(), modifiers).map_err(|error| kind(&error))
    }

    fn decode(&self, mut kept: Vec<u8>) -> Result<SecretBytes, KeychainError> {
        match self.encoding {
            Encoding::Raw => Ok(SecretBytes::from(kept)),
            Encoding::Text => {
                let value = BASE64URL_NOPAD.decode(&kept);
                kept.zeroize();
                value.map(SecretBytes::from).map_err(|_| KeychainError::ItemDamaged)
            }
        }
    }
}

/// The kind of a keyring error, and nothing else of it.
pub(super) fn kind(error: &Error) -> KeychainError {
    match error {
        Error::NoStorageAccess(_) => KeychainError::Locked,
        Error::NoEntry => KeychainError::ItemGone,
        Error::TooLong(..) => KeychainError::TooLarge,
        Error::NoDefaultStore => KeychainError::Missing,
        _ => KeychainError::Failed,
    }
}
