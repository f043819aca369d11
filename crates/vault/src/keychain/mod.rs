//! The keychain port: small items under opaque names, written once, read back, made durable.

mod deadline;
mod entries;
#[cfg(unix)]
mod files;
mod item;
mod kind;
mod os;
#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "macos", windows)), path = "elsewhere.rs")]
mod platform;
mod port;

use signet_core::{Code, Failure};
use signet_crypto::SecretBytes;

#[cfg(unix)]
pub use files::FileKeychain;
pub use item::ItemName;
pub(crate) use kind::remember;
pub use kind::{KeychainKind, keychain_of};
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

    /// Whether an earlier write under that name was left unanswered and may still take effect.
    fn may_still_be_written(&self, item: &ItemName) -> bool {
        let _ = item;
        false
    }

    /// Returns once everything written so far survives a loss of power, as far as the platform can say.
    fn sync(&self) -> Result<(), KeychainError>;

    /// The provider in a word or two, for the status page.
    fn provider(&self) -> String;

    /// Which kind of keychain it is, as a vault remembers it.
    fn kind(&self) -> KeychainKind {
        KeychainKind::System
    }

    /// Stores a value under a name that has none yet, and reads it back.
    ///
    /// # Errors
    /// [`KeychainError::Exists`] if there is one, or may yet be one; nothing is written then.
    fn create(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        if self.may_still_be_written(item) || self.read(item)?.is_some() {
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
    /// A provider without a default collection to put items into.
    #[error("the keychain has no default collection")]
    NoCollection,
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
    /// An item is not what its name says, or was changed.
    #[error("a keychain item is damaged")]
    ItemDamaged,
    /// There is already an item of that name.
    #[error("the keychain has that item already")]
    Exists,
    /// The value is larger than the platform's keychain takes.
    #[error("the keychain does not take values of that size")]
    TooLarge,
    /// Files or folder of a host's keychain are not its own user's alone.
    #[error("the keychain's files are not closed to others")]
    Exposed,
    /// The folder of a host's keychain is not there.
    #[error("the keychain's folder is gone")]
    FolderGone,
    /// Any other refusal.
    #[error("the keychain refused")]
    Failed,
}

impl KeychainError {
    /// The failure as every face shows it.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Missing => Failure::new(Code::KeychainMissing),
            Self::NoCollection => Failure::new(Code::KeychainMissing)
                .what("The keychain service has no default keyring yet.")
                .remedy(
                    "Make one (on GNOME: Passwords and Keys, New, Password keyring, then Set as default).",
                ),
            Self::Locked => Failure::new(Code::KeychainLocked),
            Self::Hung => Failure::new(Code::KeychainHung),
            Self::LostWrite => Failure::new(Code::KeychainLostWrite),
            Self::ItemGone => Failure::new(Code::KeychainItemMissing),
            Self::ItemDamaged => Failure::new(Code::KeychainItemMissing)
                .what("An item of this vault in the keychain is damaged."),
            Self::Exposed => Failure::new(Code::KeychainFailed)
                .what("The folder with this host's keychain, or a file in it, is not closed to other users.")
                .remedy(
                    "Find out who could read it; then make it the host's own again: 0700 for the folder, 0600 \
                     for the files, no links.",
                ),
            Self::FolderGone => Failure::new(Code::KeychainMissing)
                .what("The folder with this host's keychain is not there.")
                .remedy("Put it back, or open the vault with the recovery kit: `signet recover --kit`."),
            Self::TooLarge => Failure::new(Code::KeyTooLarge),
            Self::Exists | Self::Failed => Failure::new(Code::KeychainFailed),
        }
    }
}
