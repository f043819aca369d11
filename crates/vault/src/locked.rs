//! A vault that is locked: no key of the vault in memory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use signet_crypto::{
    Anchor, ItemKind, Passphrase, RecoveryCode, RecoveryKit, SigningKey, StoredHeader, TotpCode,
    UnattendedSecret, Width, item_decode,
};

use crate::backup::write_copy;
use crate::info::{read_info, read_parts};
use crate::store::{DirectoryLock, Head, Store, vault_file};
use crate::{
    Ceremony, Environment, ItemName, KeychainError, OpenVault, UnlockError, VaultError, VaultInfo, anchor,
    keychain_of, unlock,
};

/// A vault file, checked for damage and held by this process alone.
pub struct LockedVault {
    pub(crate) env: Environment,
    pub(crate) folder: Folder,
    pub(crate) store: Store,
    info: VaultInfo,
    locked_audit: OnceLock<Arc<SigningKey>>,
}

/// The folder of a vault, locked for this process.
#[derive(Clone)]
pub(crate) struct Folder {
    pub(crate) dir: PathBuf,
    #[expect(dead_code, reason = "held, never read")]
    pub(crate) lock: DirectoryLock,
}

impl LockedVault {
    /// Opens `<dir>/vault.db`, takes the folder's lock and checks the file. Does not speak to the keychain.
    ///
    /// # Errors
    /// [`VaultError::NoVault`], [`VaultError::Elsewhere`] if another process (or another live
    /// `LockedVault`, `OpenVault` or `Ceremony` of this one) has it, [`VaultError::Profile`], and what is
    /// wrong with the file.
    pub fn open(dir: &Path, env: Environment) -> Result<Self, VaultError> {
        let file = vault_file(dir);
        if !file.try_exists()? {
            return Err(VaultError::NoVault);
        }
        // Where this vault has its items is not for the caller to choose.
        if keychain_of(dir)? != env.keychain.kind() {
            return Err(VaultError::Marker);
        }
        let folder = Folder { dir: dir.into(), lock: DirectoryLock::take(dir)? };
        let store = Store::open(&file)?;
        let info = read_info(&store)?;
        if info.profile == env.profile() {
            Ok(Self::over(env, folder, store, info, None))
        } else {
            Err(VaultError::Profile)
        }
    }

    /// Facts from the header.
    pub fn info(&self) -> VaultInfo {
        self.info.clone()
    }

    /// Opens the vault. The code is used up, durably, before this returns. A wrong attempt changes nothing,
    /// and this value stays usable as the locked view of the vault.
    ///
    /// # Errors
    /// [`UnlockError`]; a wrong passphrase and a wrong code look the same.
    pub fn unlock(
        &mut self,
        passphrase: Passphrase,
        code: TotpCode,
        width: Width,
    ) -> Result<OpenVault, UnlockError> {
        unlock::unlock(self, &passphrase, &code, width)
    }

    /// Opens the vault with the machine's own secret, where its owner has set that up. No code is used up,
    /// but file and keychain move on to a new epoch: an older copy of the file does not open after it.
    ///
    /// # Errors
    /// [`UnlockError::NoUnattended`] if this vault has no such slot, [`UnlockError::WrongSecret`] if the
    /// secret is another one; else as for [`LockedVault::unlock`].
    pub fn unlock_unattended(&mut self, secret: &UnattendedSecret) -> Result<OpenVault, UnlockError> {
        unlock::unlock_unattended(self, secret)
    }

    /// Recovery with a code, when the phone is lost: new authenticator seed, new codes; the passphrase and
    /// the kit stay. The code is used up when the ceremony finishes.
    ///
    /// # Errors
    /// [`UnlockError::WrongRecoveryCode`]; a keychain without the device secret.
    pub fn recover_by_code(
        &mut self,
        passphrase: Passphrase,
        code: RecoveryCode,
    ) -> Result<Ceremony, UnlockError> {
        Ceremony::recover_by_code(self, &passphrase, &code)
    }

    /// Recovery with the kit, which opens alone: new passphrase, device secret, authenticator seed and
    /// codes; the kit stays. Works for a backup on another machine, and when the keychain was reset.
    ///
    /// # Errors
    /// [`UnlockError::WrongKit`], [`UnlockError::WeakPassphrase`].
    pub fn recover_by_kit(
        &mut self,
        kit: RecoveryKit,
        new_passphrase: Passphrase,
    ) -> Result<Ceremony, UnlockError> {
        Ceremony::recover_by_kit(self, &kit, &new_passphrase)
    }

    /// Whether passphrase and code cannot open this file, because the keychain does not have, or no longer
    /// has, what it takes: a copy from before the last use of a code, or from another computer.
    ///
    /// # Errors
    /// A keychain that does not answer.
    pub fn needs_kit(&self) -> Result<bool, VaultError> {
        let (_, stored) = self.read_head()?;
        let keychain = &*self.env.keychain;
        let Some(device) = unlock::read_device(keychain, stored.header())? else { return Ok(true) };
        match unlock::read_epoch(keychain, stored.header()) {
            Ok(_) => Ok(stored.check_device(&device).is_err()),
            Err(VaultError::RolledBack | VaultError::Keychain(KeychainError::ItemGone)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// The key for audit entries made while locked. Read from the keychain once, then remembered.
    ///
    /// # Errors
    /// A keychain that does not answer or lacks the item; the next unlock makes a new one.
    pub fn locked_audit_key(&self) -> Result<Arc<SigningKey>, VaultError> {
        if let Some(key) = self.locked_audit.get() {
            return Ok(Arc::clone(key));
        }
        let (header, state) = read_parts(&self.store)?;
        let key = read_locked_audit(&self.env, header.core.vault_id, state.locked_audit)?;
        let key = Arc::new(key.ok_or(KeychainError::ItemGone)?);
        Ok(Arc::clone(self.locked_audit.get_or_init(|| key)))
    }

    /// Keeps the audit log's size and root in the keychain: no secret of the vault is needed for it.
    ///
    /// # Errors
    /// [`VaultError::Keychain`].
    pub fn set_anchor(&self, anchor: &Anchor) -> Result<(), VaultError> {
        anchor::write(&*self.env.keychain, self.info().vault_id, anchor)
    }

    /// The audit log's last known size and root, from the keychain.
    pub fn anchor(&self) -> Result<Option<Anchor>, VaultError> {
        anchor::read(&*self.env.keychain, self.info.vault_id)
    }

    /// Writes a backup; it opens with the recovery kit.
    ///
    /// # Errors
    /// [`VaultError::Exists`] if there is a file of that name.
    pub fn backup_to(&self, file: &Path) -> Result<(), VaultError> {
        write_copy(&self.store, file)
    }

    pub(crate) fn over(
        env: Environment,
        folder: Folder,
        store: Store,
        info: VaultInfo,
        locked_audit: Option<Arc<SigningKey>>,
    ) -> Self {
        let remembered = OnceLock::new();
        if let Some(key) = locked_audit {
            drop(remembered.set(key));
        }
        Self { env, folder, store, info, locked_audit: remembered }
    }

    /// The header as it is in the file now.
    pub(crate) fn read_head(&self) -> Result<(Head, StoredHeader), VaultError> {
        let head = Head::read(self.store.connection())?;
        let stored = StoredHeader::decode(&head.header)?;
        Ok((head, stored))
    }
}

/// The locked-time key of a generation; `None` if the keychain has none.
pub(crate) fn read_locked_audit(
    env: &Environment,
    vault: signet_core::VaultId,
    generation: u64,
) -> Result<Option<SigningKey>, VaultError> {
    let Some(item) = env.keychain.read(&ItemName::locked_audit(vault, generation))? else { return Ok(None) };
    // Exposed to read the seed that the item holds.
    let seed = item_decode(ItemKind::LockedAudit, vault, generation, item.expose())?;
    Ok(Some(SigningKey::from_seed(&seed)))
}
