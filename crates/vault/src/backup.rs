//! Backups.
use std::path::{Path, PathBuf};
use signet_core::UnixMillis;
use crate::{Environment, VaultError, VaultInfo};
/// A rolling backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup { /// The file.
    pub file: PathBuf, /// When it was made.
    pub made: UnixMillis, /// Its size in bytes.
    pub bytes: u64 }
/// The rolling backups of the vault in `dir`, newest last.
pub fn backups(dir: &Path) -> Result<Vec<Backup>, VaultError> { todo!() }
/// Puts a backup in the place of `<dir>/vault.db`; the file it replaces becomes a rolling backup. A restored
/// copy that is older than the last unlock opens with the recovery kit only. No vault of `dir` may be held.
pub fn restore(dir: &Path, file: &Path, env: Environment) -> Result<VaultInfo, VaultError> { todo!() }
