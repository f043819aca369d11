//! A vault that is open: the only state that holds keys. Dropping it wipes them.

use std::path::Path;

use signet_core::{KeyId, UnixMillis};
use signet_crypto::{AuditHmacKey, Passphrase, SecretBytes, SigningKey, TotpCode};

use crate::{Anchor, Backup, Ceremony, Change, KeyRecord, KeychainError, LockedAuditKey, LockedVault, NewKey, Table, UnlockError, VaultError, VaultInfo};

/// An open vault.
pub struct OpenVault {}

impl OpenVault {
    /// Facts from the header.
    pub fn info(&self) -> VaultInfo { todo!() }

    /// Wipes every secret.
    pub fn lock(self) -> LockedVault { todo!() }

    /// Checks passphrase and a fresh code without changing anything but using up the code.
    pub fn step_up(&mut self, passphrase: Passphrase, code: TotpCode) -> Result<(), UnlockError> { todo!() }

    /// Begins a change of secrets, proven by passphrase and a fresh code. Nothing takes effect before
    /// `finish`.
    pub fn ceremony(&mut self, change: Change, passphrase: Passphrase, code: TotpCode) -> Result<Ceremony, UnlockError> { todo!() }

    /// The service-account keys, in the order they were taken in.
    pub fn keys(&self) -> Vec<KeyRecord> { todo!() }
    /// Takes a key in: keychain first, then the vault file, then a rolling backup.
    pub fn import_key(&mut self, key: NewKey) -> Result<KeyRecord, VaultError> { todo!() }
    /// Changes the name people see.
    pub fn rename_key(&mut self, id: KeyId, name: &str) -> Result<KeyRecord, VaultError> { todo!() }
    /// Sets when Google says the key was made.
    pub fn set_key_created(&mut self, id: KeyId, created: UnixMillis) -> Result<KeyRecord, VaultError> { todo!() }
    /// Removes a key from vault and keychain.
    pub fn remove_key(&mut self, id: KeyId) -> Result<(), VaultError> { todo!() }
    /// Lends the key to `use_key`; it is wiped when that returns.
    pub fn with_key<T>(&self, id: KeyId, use_key: impl FnOnce(&KeyRecord, &SecretBytes) -> T) -> Result<T, VaultError> { todo!() }

    /// Seals a record, new or in place of the row's earlier one.
    pub fn put(&mut self, table: Table, row: [u8; 16], value: &[u8]) -> Result<(), VaultError> { todo!() }
    /// A record's value.
    pub fn fetch(&self, table: Table, row: [u8; 16]) -> Result<Option<SecretBytes>, VaultError> { todo!() }
    /// The rows of a table, in the order they were first put: newest last.
    pub fn rows(&self, table: Table) -> Vec<[u8; 16]> { todo!() }
    /// Removes a record. One that is not there is no error.
    pub fn delete(&mut self, table: Table, row: [u8; 16]) -> Result<(), VaultError> { todo!() }

    /// Signs audit checkpoints while unlocked.
    pub fn audit_signing_key(&self) -> &SigningKey { todo!() }
    /// Hides addresses and attachments in audit entries.
    pub fn audit_hmac_key(&self) -> &AuditHmacKey { todo!() }
    /// The owner's signature, for member and grant records.
    pub fn owner_key(&self) -> &SigningKey { todo!() }
    /// Every key that may have signed audit entries while locked, oldest first.
    pub fn locked_audit_keys(&self) -> Vec<LockedAuditKey> { todo!() }

    /// The audit log's last known size and root, from the keychain.
    pub fn anchor(&self) -> Result<Option<Anchor>, KeychainError> { todo!() }
    /// Keeps the audit log's size and root in the keychain.
    pub fn set_anchor(&self, anchor: Anchor) -> Result<(), KeychainError> { todo!() }

    /// Makes a rolling backup now and drops the oldest beyond five.
    pub fn backup_now(&self) -> Result<Backup, VaultError> { todo!() }
    /// Writes a backup, readable with the recovery kit. The file must not exist.
    pub fn backup_to(&self, file: &Path) -> Result<(), VaultError> { todo!() }
}
