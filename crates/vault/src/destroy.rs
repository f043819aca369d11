//! The end of a vault.

use std::fs;
use std::path::Path;

use signet_core::KeyId;

use crate::backup::{drop_rolling, remove_with_log};
use crate::generations::remove_all;
use crate::info::read_parts;
use crate::keychain::remember;
use crate::store::{DirectoryLock, Store, backups_dir, sync_dir, vault_file};
use crate::{Environment, ItemName, KeychainKind, VaultError, keychain_of};

/// Removes the keychain items, the vault file and its rolling backups. No vault of `dir` may be held.
///
/// The keychain comes first: the file is what names its items, so a call that was interrupted can be
/// repeated.
///
/// # Errors
/// [`VaultError::NoVault`]; [`VaultError::Profile`]; a keychain that does not answer. A damaged file can
/// be removed by hand.
pub fn destroy(dir: &Path, env: Environment) -> Result<(), VaultError> {
    let file = vault_file(dir);
    if !file.try_exists()? {
        return Err(VaultError::NoVault);
    }
    if keychain_of(dir)? != env.keychain.kind() {
        return Err(VaultError::Marker);
    }
    let _lock = DirectoryLock::take(dir)?;
    {
        let store = Store::reopen(&file)?;
        let (header, state) = read_parts(&store)?;
        let vault = header.core.vault_id;
        if header.core.profile != env.profile() {
            return Err(VaultError::Profile);
        }
        let keychain = &*env.keychain;
        for (id, generation) in &state.keys {
            remove_all(keychain, *generation, |g| ItemName::key(vault, KeyId::from_bytes(*id), g))?;
        }
        remove_all(keychain, header.epoch, |epoch| ItemName::epoch(vault, epoch))?;
        remove_all(keychain, header.device_generation, |generation| ItemName::device(vault, generation))?;
        remove_all(keychain, state.locked_audit, |generation| ItemName::locked_audit(vault, generation))?;
        keychain.delete(&ItemName::anchor(vault))?;
        keychain.sync()?;
    }
    drop_rolling(dir, None)?;
    drop(fs::remove_dir(backups_dir(dir)));
    remove_with_log(&file)?;
    // The next vault here chooses for itself.
    remember(dir, KeychainKind::System)?;
    sync_dir(dir)
}
