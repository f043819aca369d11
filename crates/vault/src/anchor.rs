//! The audit log's last known size and root, kept where the log is not: in the keychain.

use signet_core::VaultId;
use signet_crypto::Anchor;

use crate::{ItemName, Keychain, VaultError};

pub(crate) fn read(keychain: &dyn Keychain, vault: VaultId) -> Result<Option<Anchor>, VaultError> {
    let Some(item) = keychain.read(&ItemName::anchor(vault))? else { return Ok(None) };
    // No secret: size and root of a log.
    Ok(Some(Anchor::decode(vault, item.expose())?))
}

/// Overwritten in place: a crash leaves the earlier one or none, and either shows as staleness only.
pub(crate) fn write(keychain: &dyn Keychain, vault: VaultId, anchor: &Anchor) -> Result<(), VaultError> {
    keychain.overwrite(&ItemName::anchor(vault), &anchor.encode(vault))?;
    Ok(keychain.sync()?)
}
