//! Why a vault operation did not happen. One enum per operation; each maps to one failure.

use signet_core::{Code, Failure};
use signet_crypto::{
    HeaderError, ItemError, KdfError, MacError, OpenError, RecoverError, TableError, WeakPassphrase,
};

use crate::KeychainError;

/// Why an operation on a vault failed. Nothing was changed unless the variant says so.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No `vault.db` in the folder.
    #[error("there is no vault here")]
    NoVault,
    /// There is a `vault.db` already.
    #[error("there is a vault here already")]
    Exists,
    /// Another process, or another vault value of this one, holds the folder's lock.
    #[error("another process uses this vault")]
    Elsewhere,
    /// The vault is of the other profile.
    #[error("the vault is of the other profile")]
    Profile,
    /// The marker beside the vault, which says where its keychain items are, says something unknown, or
    /// another place than the one that is used.
    #[error("the vault's keychain marker is wrong")]
    Marker,
    /// The file does not pass its checks.
    #[error("the vault file is damaged")]
    Damaged,
    /// The file needs a newer version of Signet.
    #[error("the vault file is of a newer version")]
    Newer,
    /// The file asks for key-derivation settings outside the allowed range.
    #[error("the vault file asks for refused parameters")]
    Parameters,
    /// The file is older than the keychain.
    #[error("the vault file is older than the keychain expects")]
    RolledBack,
    /// The secrets were changed since this vault was opened; use the vault that `finish` returned.
    #[error("the vault was changed by another ceremony")]
    Superseded,
    /// No such key or record.
    #[error("no such item")]
    NotFound,
    /// A key with the same Google key id is in the vault.
    #[error("the key is in the vault already")]
    KeyDuplicate,
    /// The key's sealed form does not fit every keychain.
    #[error("the key is too large")]
    KeyTooLarge,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The folder or file cannot be written.
    #[error("the folder cannot be written")]
    ReadOnly,
    /// The file is not a backup, or is damaged.
    #[error("the backup cannot be read")]
    BackupUnreadable,
    /// The keychain.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The key derivation could not run.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// Any other fault of the file system or the database.
    #[error("the vault file could not be used")]
    Io,
}

impl VaultError {
    /// The failure as every face shows it.
    pub fn failure(&self) -> Failure {
        Failure::new(match self {
            Self::Marker => {
                return Failure::new(Code::KeychainFailed)
                    .what("The file `keychain` beside the vault does not say where its keys are.")
                    .remedy(
                        "Put the file back as it was: the line `credential-file` for a host on a server, no \
                         such file for any other vault.",
                    );
            }
            Self::NoVault => Code::NoVault,
            Self::Exists => Code::VaultExists,
            Self::Elsewhere => Code::AgentElsewhere,
            Self::Profile => Code::ProfileMismatch,
            Self::Damaged => Code::VaultDamaged,
            Self::Newer => Code::VaultNewer,
            Self::Parameters => Code::VaultParameters,
            Self::RolledBack => Code::VaultRolledBack,
            Self::Superseded => Code::Locked,
            Self::NotFound => Code::NotFound,
            Self::KeyDuplicate => Code::KeyDuplicate,
            Self::KeyTooLarge => Code::KeyTooLarge,
            Self::DiskFull => Code::DiskFull,
            Self::ReadOnly => Code::ReadOnly,
            Self::BackupUnreadable => Code::BackupUnreadable,
            Self::Keychain(error) => return error.failure(),
            Self::Kdf(error) => return (*error).into(),
            Self::Io => Code::Internal,
        })
    }
}

impl From<HeaderError> for VaultError {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Newer => Self::Newer,
            HeaderError::Parameters => Self::Parameters,
            HeaderError::Foreign | HeaderError::Damaged => Self::Damaged,
        }
    }
}

impl From<OpenError> for VaultError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Unknown => Self::Newer,
            OpenError::Short | OpenError::Refused => Self::Damaged,
        }
    }
}

impl From<MacError> for VaultError {
    fn from(_: MacError) -> Self {
        Self::Damaged
    }
}

impl From<TableError> for VaultError {
    fn from(_: TableError) -> Self {
        Self::Damaged
    }
}

impl From<ItemError> for VaultError {
    fn from(_: ItemError) -> Self {
        Self::Keychain(KeychainError::ItemDamaged)
    }
}

/// Why a vault did not open, or a proof was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// Passphrase or code is wrong; which one cannot be known.
    #[error("wrong passphrase or code")]
    WrongSecret,
    /// The code is from before the vault's last use.
    #[error("that code has been used")]
    CodeUsed {
        /// Seconds until the first code that can work.
        wait_seconds: u64,
    },
    /// The clock is before the time that the vault last saw, by more than a few steps.
    #[error("the clock disagrees with the vault")]
    ClockOff {
        /// By how many seconds the clock is behind.
        behind_seconds: u64,
    },
    /// Not opened for 400 days: only a recovery code or the kit opens it now.
    #[error("the table of codes has ended")]
    TableEnded,
    /// The vault does not open by itself.
    #[error("the vault has no unattended slot")]
    NoUnattended,
    /// Passphrase or recovery code is wrong.
    #[error("wrong passphrase or recovery code")]
    WrongRecoveryCode,
    /// The kit is not this vault's.
    #[error("the kit is of another vault")]
    WrongKit,
    /// The new passphrase is too easy to guess.
    #[error(transparent)]
    WeakPassphrase(WeakPassphrase),
    /// Anything that is not about the secrets.
    #[error(transparent)]
    Vault(VaultError),
}

impl<E: Into<VaultError>> From<E> for UnlockError {
    fn from(error: E) -> Self {
        Self::Vault(error.into())
    }
}

impl UnlockError {
    pub(crate) fn of_unlock(error: signet_crypto::UnlockError) -> Self {
        use signet_crypto::UnlockError as E;
        match error {
            E::WrongSecret => Self::WrongSecret,
            E::CodeUsed { wait_seconds } => Self::CodeUsed { wait_seconds },
            E::ClockBehind { seconds } => Self::ClockOff { behind_seconds: seconds },
            E::TableEnded => Self::TableEnded,
            E::Kdf(error) => Self::Vault(error.into()),
        }
    }

    pub(crate) fn of_recovery(error: RecoverError) -> Self {
        match error {
            RecoverError::WrongCode => Self::WrongRecoveryCode,
            RecoverError::WrongKit => Self::WrongKit,
            RecoverError::Damaged => Self::Vault(VaultError::Damaged),
            RecoverError::Kdf(error) => Self::Vault(error.into()),
        }
    }

    /// The failure as every face shows it.
    pub fn failure(&self) -> Failure {
        match self {
            Self::WrongSecret => Failure::new(Code::WrongSecret),
            Self::CodeUsed { wait_seconds } => {
                Failure::new(Code::CodeUsed).fact("wait_seconds", wait_seconds)
            }
            Self::ClockOff { behind_seconds } => {
                Failure::new(Code::ClockOff).fact("behind_seconds", behind_seconds)
            }
            Self::TableEnded => Failure::new(Code::TableEnded),
            Self::NoUnattended => Failure::new(Code::WrongSecret)
                .what("This host does not start by itself: that was switched off, or ended with a change of secrets.")
                .remedy("Unlock it, then `signet host unattended enable`."),
            Self::WrongRecoveryCode => Failure::new(Code::WrongRecoveryCode),
            Self::WrongKit => Failure::new(Code::WrongKit),
            Self::WeakPassphrase(error) => error.clone().into(),
            Self::Vault(error) => error.failure(),
        }
    }
}

/// Why a ceremony did not take effect. It stays open for another try.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// The code typed back does not belong to the new seed.
    #[error("the code typed back is wrong")]
    WrongCode,
    /// The kit groups typed back are wrong or not those asked for.
    #[error("the kit groups typed back are wrong")]
    WrongGroups,
    /// The ceremony has taken effect already.
    #[error("the ceremony is over")]
    Finished,
    /// Anything that is not about the answers.
    #[error(transparent)]
    Vault(VaultError),
}

impl<E: Into<VaultError>> From<E> for CeremonyError {
    fn from(error: E) -> Self {
        Self::Vault(error.into())
    }
}

impl CeremonyError {
    /// The failure as every face shows it.
    pub fn failure(&self) -> Failure {
        match self {
            Self::WrongCode => Failure::new(Code::ProofFailed).fact("wrong", "code"),
            Self::WrongGroups => Failure::new(Code::ProofFailed).fact("wrong", "kit_groups"),
            Self::Finished => Failure::new(Code::SetupExpired),
            Self::Vault(error) => error.failure(),
        }
    }
}
