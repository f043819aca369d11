//! The vault's folder: names, permissions, the lock, and making names durable.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::VaultError;

/// The vault file in `dir`.
pub(crate) fn vault_file(dir: &Path) -> PathBuf {
    dir.join("vault.db")
}

/// The rolling backups of the vault in `dir`.
pub(crate) fn backups_dir(dir: &Path) -> PathBuf {
    dir.join("backups")
}

/// Held while a vault of this folder is in use: one process, one vault. Released when the last clone drops.
#[derive(Clone)]
pub(crate) struct DirectoryLock(#[allow(dead_code)] Arc<File>);

impl DirectoryLock {
    pub(crate) fn take(dir: &Path) -> Result<Self, VaultError> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        private(&mut options);
        let file = options.open(dir.join("vault.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Arc::new(file))),
            Err(TryLockError::WouldBlock) => Err(VaultError::Elsewhere),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

/// Makes a folder that only this user can enter, if it is not there.
pub(crate) fn make_private_dir(dir: &Path) -> Result<(), VaultError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(dir)?)
}

/// Makes an empty file that only this user can read. It must not exist.
pub(super) fn create_private(file: &Path) -> Result<(), VaultError> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    private(&mut options);
    options.open(file)?;
    Ok(())
}

/// The path with the links above the file resolved.
pub(super) fn resolved(file: &Path) -> Result<PathBuf, VaultError> {
    let (Some(parent), Some(name)) = (file.parent(), file.file_name()) else { return Err(VaultError::Io) };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    Ok(parent.canonicalize()?.join(name))
}

/// Makes new and removed names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), VaultError> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}
