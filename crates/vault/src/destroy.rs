//! The end of a vault.
use std::path::Path;
use crate::{Environment, VaultError};
/// Removes the keychain items, the vault file and its rolling backups. No vault of `dir` may be held.
pub fn destroy(dir: &Path, env: Environment) -> Result<(), VaultError> { todo!() }
