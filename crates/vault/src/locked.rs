//! A vault that is locked: nothing secret in memory.

use std::path::Path;
use std::sync::Arc;

use signet_crypto::{Passphrase, RecoveryCode, RecoveryKit, SigningKey, TotpCode};

use crate::{Anchor, Ceremony, Environment, KeychainError, LockedAuditKey, OpenVault, UnlockError, VaultError, VaultInfo};

/// How far from this computer's clock a code may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// The remembered drift and one step to each side: at most three runs of the KDF.
    Near,
    /// Ten steps to each side, after the user said that the phone's clock may be off.
    Wide,
}

/// A vault file, checked for damage and held by this process alone.
pub struct LockedVault {}

impl LockedVault {
    /// Opens `<dir>/vault.db`, takes the directory's lock and checks the file.
    ///
    /// # Errors
    /// [`VaultError::NoVault`], [`VaultError::Elsewhere`] if another process (or another live
    /// `LockedVault`, `OpenVault` or `Ceremony` of this one) has it, [`VaultError::Profile`], and what is
    /// wrong with the file.
    pub fn open(dir: &Path, env: Environment) -> Result<Self, VaultError> {
        todo!()
    }

    /// Facts from the header.
    pub fn info(&self) -> VaultInfo {
        todo!()
    }

    /// Opens the vault. The code is used up, durably, before this returns the open vault. A wrong attempt
    /// changes nothing.
    pub fn unlock(&mut self, passphrase: Passphrase, code: TotpCode, width: Width) -> Result<OpenVault, UnlockError> {
        todo!()
    }

    /// Recovery with a code (phone lost): new authenticator seed, new codes; the passphrase stays.
    pub fn recover_by_code(&mut self, passphrase: Passphrase, code: RecoveryCode) -> Result<Ceremony, UnlockError> {
        todo!()
    }

    /// Recovery with the kit, which opens alone: new passphrase, device secret, authenticator seed, codes.
    pub fn recover_by_kit(&mut self, kit: RecoveryKit, new_passphrase: Passphrase) -> Result<Ceremony, UnlockError> {
        todo!()
    }

    /// The key for audit entries made while locked. Read from the keychain once, then remembered.
    pub fn locked_audit_key(&self) -> Result<Arc<SigningKey>, VaultError> {
        todo!()
    }

    /// The audit log's last known size and root, from the keychain.
    pub fn anchor(&self) -> Result<Option<Anchor>, KeychainError> {
        todo!()
    }

    /// Writes a backup, readable with the recovery kit. The file must not exist.
    pub fn backup_to(&self, file: &Path) -> Result<(), VaultError> {
        todo!()
    }
}
