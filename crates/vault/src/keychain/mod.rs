//! The keychain port: small items under opaque names, written once, read back, made durable.

mod deadline;
mod item;
mod os;
mod platform;

use std::io;

use signet_core::{Code, Failure};
use signet_crypto::SecretBytes;
use zeroize::Zeroizing;

pub use item::ItemName;
pub use os::OsKeychain;

/// A store for small secret items. Adapters supply the plain operations; [`Keychain::create`] and
/// [`Keychain::overwrite`] add what no provider can be trusted with: nothing there before, and the same
/// bytes read back after.
pub trait Keychain: Send + Sync {
    /// The item's value; `None` if there is no such item.
    fn read(&self, item: &ItemName) -> Result<Option<SecretBytes>, KeychainError>;

    /// Stores the value under that name, whether or not there was one. Callers use `create`.
    fn write(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError>;

    /// Removes the item. An item that is not there is no error.
    fn delete(&self, item: &ItemName) -> Result<(), KeychainError>;

    /// Returns once everything written so far survives a loss of power, as far as the platform can say.
    fn sync(&self) -> Result<(), KeychainError>;

    /// The provider in a word or two, for the status page.
    fn provider(&self) -> String;

    /// Stores a value under a name that has none yet, and reads it back.
    ///
    /// # Errors
    /// [`KeychainError::Exists`] if there is one; nothing is written then.
    fn create(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        if self.read(item)?.is_some() {
            return Err(KeychainError::Exists);
        }
        self.overwrite(item, value)
    }

    /// Stores a value in place and reads it back.
    fn overwrite(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        self.write(item, value)?;
        // Exposed to compare what the provider kept with what it was given.
        match self.read(item)? {
            Some(kept) if kept.expose() == value => Ok(()),
            _ => Err(KeychainError::LostWrite),
        }
    }
}

/// Why the keychain did not do what was asked. Carries no provider text: that can hold secret bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// No provider in this session.
    #[error("no keychain answers")]
    Missing,
    /// The keychain is locked, or its prompt was dismissed.
    #[error("the keychain is locked")]
    Locked,
    /// No answer within the deadline.
    #[error("the keychain did not answer in time")]
    Hung,
    /// The provider accepted a value and does not have it.
    #[error("the keychain lost a write")]
    LostWrite,
    /// An item that the vault file names is not there.
    #[error("the keychain lacks an item")]
    ItemGone,
    /// There is already an item of that name.
    #[error("the keychain has that item already")]
    Exists,
    /// The value is larger than the platform's keychain takes.
    #[error("the keychain does not take values of that size")]
    TooLarge,
    /// Any other refusal.
    #[error("the keychain refused")]
    Failed,
}

impl KeychainError {
    /// The failure as every face shows it.
    pub fn failure(&self) -> Failure {
        Failure::new(match self {
            Self::Missing => Code::KeychainMissing,
            Self::Locked => Code::KeychainLocked,
            Self::Hung => Code::KeychainHung,
            Self::LostWrite => Code::KeychainLostWrite,
            Self::ItemGone => Code::KeychainItemMissing,
            Self::TooLarge => Code::KeyTooLarge,
            Self::Exists | Self::Failed => Code::KeychainFailed,
        })
    }
}
