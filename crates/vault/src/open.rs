//! A vault that is open: the only state that holds keys. Dropping it wipes them.

use std::path::Path;
use std::sync::Arc;

use signet_crypto::{
    Anchor, AuditHmacKey, Passphrase, SigningKey, TotpCode, UnattendedSecret, UnattendedSlot,
};

use crate::backup::{make_rolling, replace_rolling, write_copy};
use crate::inside::Inside;
use crate::locked::Folder;
use crate::store::Store;
use crate::{
    Backup, Ceremony, Change, Environment, LockedAuditKey, LockedVault, UnlockError, VaultError, VaultInfo,
    anchor, unlock,
};

/// An open vault.
pub struct OpenVault {
    pub(crate) env: Environment,
    pub(crate) folder: Folder,
    pub(crate) store: Store,
    pub(crate) inside: Inside,
    pub(crate) locked_audit: Option<Arc<SigningKey>>,
}

impl OpenVault {
    /// Facts from the header.
    pub fn info(&self) -> VaultInfo {
        VaultInfo::of(&self.inside.header, &self.inside.state)
    }

    /// Wipes every secret of the vault.
    pub fn lock(self) -> LockedVault {
        let info = self.info();
        let Self { env, folder, store, inside, locked_audit } = self;
        drop(inside);
        LockedVault::over(env, folder, store, info, locked_audit)
    }

    /// Proves passphrase and a fresh code, which is used up, durably, before this returns.
    ///
    /// # Errors
    /// [`UnlockError`], as for an unlock.
    pub fn step_up(&mut self, passphrase: Passphrase, code: TotpCode) -> Result<(), UnlockError> {
        unlock::step_up(self, &passphrase, &code)
    }

    /// Proves a fresh code alone, for what an open vault does but not without its owner being there. The
    /// code is used up, durably, before this returns. Whoever calls limits the tries.
    ///
    /// # Errors
    /// [`UnlockError::WrongSecret`] for a wrong code and for one that was used before.
    pub fn fresh_code(&mut self, code: TotpCode) -> Result<(), UnlockError> {
        unlock::fresh_code(self, &code)
    }

    /// Lets the machine open this vault with nobody there: makes a secret for it and a slot that opens with
    /// that secret and the device secret. The secret is returned once and kept nowhere; an earlier one opens
    /// nothing any more. Every change of secrets ends it.
    ///
    /// # Errors
    /// [`VaultError`], and then nothing has changed.
    pub fn make_unattended(&mut self) -> Result<UnattendedSecret, VaultError> {
        let secret = UnattendedSecret::make(&mut self.env.random);
        self.edit(|edit| {
            let inside = &edit.inside;
            let slot =
                UnattendedSlot::make(&inside.header.core, &secret, &inside.device, &inside.root, edit.rng);
            edit.header.unattended = Some(slot);
            Ok(())
        })?;
        self.back_up_after_change();
        Ok(secret)
    }

    /// The vault opens with somebody there only. Returns whether it did otherwise before.
    ///
    /// # Errors
    /// [`VaultError`], and then nothing has changed.
    pub fn end_unattended(&mut self) -> Result<bool, VaultError> {
        let was = self.inside.header.unattended.is_some();
        if was {
            self.edit(|edit| {
                edit.header.unattended = None;
                Ok(())
            })?;
            replace_rolling(&self.store, &self.folder.dir, self.env.now());
        }
        Ok(was)
    }

    /// Begins a change of secrets, proven by passphrase and a fresh code, which is used up. Nothing else
    /// takes effect before `finish`; the vault that it returns replaces this one.
    ///
    /// # Errors
    /// [`UnlockError`], as for an unlock; [`UnlockError::WeakPassphrase`] for a new passphrase.
    pub fn ceremony(
        &mut self,
        change: Change,
        passphrase: Passphrase,
        code: TotpCode,
    ) -> Result<Ceremony, UnlockError> {
        Ceremony::change(self, &change, passphrase, &code)
    }

    /// Signs audit checkpoints while unlocked.
    pub fn audit_signing_key(&self) -> &SigningKey {
        &self.inside.keys.audit_signing
    }

    /// Hides addresses and attachments in audit entries.
    pub fn audit_hmac_key(&self) -> &AuditHmacKey {
        &self.inside.keys.audit_hmac
    }

    /// The owner's signature, for member and grant records.
    pub fn owner_key(&self) -> &SigningKey {
        &self.inside.keys.owner
    }

    /// Every key that may have signed audit entries while locked, oldest first.
    pub fn locked_audit_keys(&self) -> &[LockedAuditKey] {
        &self.inside.locked_audit_keys
    }

    /// The audit log's last known size and root, from the keychain.
    pub fn anchor(&self) -> Result<Option<Anchor>, VaultError> {
        anchor::read(&*self.env.keychain, self.inside.vault_id())
    }

    /// Keeps the audit log's size and root in the keychain.
    pub fn set_anchor(&self, anchor: &Anchor) -> Result<(), VaultError> {
        anchor::write(&*self.env.keychain, self.inside.vault_id(), anchor)
    }

    /// Makes a rolling backup now and drops the oldest beyond five.
    pub fn backup_now(&self) -> Result<Backup, VaultError> {
        make_rolling(&self.store, &self.folder.dir, self.env.now())
    }

    /// Writes a backup; it opens with the recovery kit.
    ///
    /// # Errors
    /// [`VaultError::Exists`] if there is a file of that name.
    pub fn backup_to(&self, file: &Path) -> Result<(), VaultError> {
        write_copy(&self.store, file)
    }

    /// A rolling backup after a change of keys. The change is durable by then, so a backup that cannot be
    /// made is reported and no more.
    pub(crate) fn back_up_after_change(&self) {
        if let Err(error) = self.backup_now() {
            tracing::warn!(%error, "no rolling backup was made");
        }
    }
}
