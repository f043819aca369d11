//! Backups: compact copies of the vault file. They open with the recovery kit; without it only until the
//! next code is used in the original.

use std::fs;
use std::path::{Path, PathBuf};

use signet_core::UnixMillis;

use crate::info::{check_whole, read_info};
use crate::keychain::remember;
use crate::store::{DirectoryLock, Store, backups_dir, make_private_dir, sync_dir, vault_file};
use crate::{Environment, VaultError, VaultInfo, keychain_of};

/// A rolling backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub file: PathBuf,
    /// When it was made.
    pub made: UnixMillis,
    /// Its size in bytes.
    pub bytes: u64,
}

/// How the names of temporary folders begin.
const TEMPORARY: &str = ".signet-backup-";

/// How many rolling backups are kept.
const KEPT: usize = 5;

/// The rolling backups of the vault in `dir`, newest last.
pub fn backups(dir: &Path) -> Result<Vec<Backup>, VaultError> {
    let entries = match fs::read_dir(backups_dir(dir)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if let Some(made) = entry.file_name().to_str().and_then(made_at) {
            found.push(Backup { file: entry.path(), made, bytes: entry.metadata()?.len() });
        }
    }
    found.sort_by_key(|backup| backup.made);
    Ok(found)
}

/// Puts a backup in the place of `<dir>/vault.db`; the file it replaces becomes a rolling backup. A copy
/// from before the last use of a code opens with the recovery kit only. No vault of `dir` may be held.
///
/// # Errors
/// [`VaultError::BackupUnreadable`], [`VaultError::Newer`] or [`VaultError::Profile`] for the file;
/// [`VaultError::Exists`] if `dir` holds another vault.
pub fn restore(dir: &Path, file: &Path, env: Environment) -> Result<VaultInfo, VaultError> {
    make_private_dir(dir)?;
    let _lock = DirectoryLock::take(dir)?;
    let incoming = dir.join("restore.tmp");
    remove_with_log(&incoming)?;
    let info = bring_in(file, &incoming, &env).inspect_err(|_| drop(remove_with_log(&incoming)))?;
    let current = vault_file(dir);
    if current.try_exists()? {
        // The vault that takes its place keeps its items where this one has them.
        if keychain_of(dir)? != env.keychain.kind() {
            drop(remove_with_log(&incoming));
            return Err(VaultError::Marker);
        }
        set_aside(dir, &current, &info, &env)?;
    } else {
        remember(dir, env.keychain.kind())?;
    }
    fs::rename(&incoming, &current)?;
    sync_dir(dir)?;
    Ok(info)
}

/// Makes a rolling backup and drops the oldest beyond [`KEPT`].
pub(crate) fn make_rolling(store: &Store, dir: &Path, now: UnixMillis) -> Result<Backup, VaultError> {
    let file = fresh_name(dir, now)?;
    write_copy(store, &file)?;
    let mut all = backups(dir)?;
    let made = all.iter().position(|backup| backup.file == file).ok_or(VaultError::Io)?;
    let made = all[made].clone();
    remove_strays(dir)?;
    let extra = all.len().saturating_sub(KEPT);
    for old in all.drain(..extra).filter(|old| old.file != file) {
        fs::remove_file(old.file)?;
    }
    Ok(made)
}

/// One rolling backup of the vault as it is now; those from before would open what was just closed. A fault
/// is reported and no more: what was closed is closed.
pub(crate) fn replace_rolling(store: &Store, dir: &Path, now: UnixMillis) {
    let made = make_rolling(store, dir, now);
    let kept = made.as_ref().ok().map(|backup| &*backup.file);
    if let Err(error) = drop_rolling(dir, kept) {
        tracing::warn!(%error, "earlier rolling backups were not all removed");
    }
    if let Err(error) = made {
        tracing::warn!(%error, "no rolling backup was made");
    }
}

/// Removes every rolling backup except `kept`: after a change of secrets, they would open what the change
/// was meant to close.
pub(crate) fn drop_rolling(dir: &Path, kept: Option<&Path>) -> Result<(), VaultError> {
    remove_strays(dir)?;
    let all = backups(dir)?;
    for backup in all.iter().filter(|backup| Some(&*backup.file) != kept) {
        fs::remove_file(&backup.file)?;
    }
    if all.is_empty() { Ok(()) } else { sync_dir(&backups_dir(dir)) }
}

/// Removes what an interrupted backup left.
fn remove_strays(dir: &Path) -> Result<(), VaultError> {
    let folder = backups_dir(dir);
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                fs::remove_dir_all(entry.path())?;
            }
        }
    }
    Ok(())
}

/// Writes a copy: a temporary file beside it, synced, then renamed. The file must not exist.
pub(crate) fn write_copy(store: &Store, file: &Path) -> Result<(), VaultError> {
    if file.try_exists()? {
        return Err(VaultError::Exists);
    }
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    // Removed on every way out but the last.
    let folder = tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(dir)?;
    let copy = folder.path().join("copy.db");
    store.copy_into(&copy)?;
    fs::rename(&copy, file)?;
    sync_dir(dir)
}

/// Copies a backup to `incoming` and checks everything that can be checked without its secrets.
fn bring_in(file: &Path, incoming: &Path, env: &Environment) -> Result<VaultInfo, VaultError> {
    fs::copy(file, incoming).map_err(|error| match VaultError::from(error) {
        full @ VaultError::DiskFull => full,
        _ => VaultError::BackupUnreadable,
    })?;
    let readable = || -> Result<VaultInfo, VaultError> {
        let store = Store::open(incoming)?;
        let info = read_info(&store)?;
        check_whole(&store)?;
        store.truncate_log()?;
        Ok(info)
    };
    let info = readable().map_err(|error| match error {
        VaultError::Damaged | VaultError::NoVault => VaultError::BackupUnreadable,
        other => other,
    })?;
    fs::File::open(incoming)?.sync_all()?;
    if info.profile == env.profile() { Ok(info) } else { Err(VaultError::Profile) }
}

/// Keeps the current file as a rolling backup, even a damaged one, and folds its log in, so that none of
/// its pages can reach the file that takes its place.
fn set_aside(dir: &Path, current: &Path, incoming: &VaultInfo, env: &Environment) -> Result<(), VaultError> {
    if let Ok(store) = Store::reopen(current) {
        if read_info(&store).is_ok_and(|info| info.vault_id != incoming.vault_id) {
            return Err(VaultError::Exists);
        }
        // A log that cannot be folded in belongs to a damaged file.
        drop(store.truncate_log());
    }
    let kept = fresh_name(dir, env.now())?;
    if fs::hard_link(current, &kept).is_err() {
        fs::copy(current, &kept)?;
    }
    sync_dir(&backups_dir(dir))?;
    for log in ["-wal", "-shm"] {
        remove_if_there(&with_suffix(current, log))?;
    }
    Ok(())
}

/// Removes a database file with its log.
pub(crate) fn remove_with_log(file: &Path) -> Result<(), VaultError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        remove_if_there(&with_suffix(file, suffix))?;
    }
    Ok(())
}

fn remove_if_there(file: &Path) -> Result<(), VaultError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A name for a rolling backup made now; a later millisecond if there is one of this.
fn fresh_name(dir: &Path, now: UnixMillis) -> Result<PathBuf, VaultError> {
    let folder = backups_dir(dir);
    make_private_dir(&folder)?;
    for millis in now.0.. {
        let file = folder.join(format!("vault-{millis:015}.db"));
        if !file.try_exists()? {
            return Ok(file);
        }
    }
    Err(VaultError::Io)
}

fn made_at(name: &str) -> Option<UnixMillis> {
    let millis = name.strip_prefix("vault-")?.strip_suffix(".db")?;
    millis.bytes().all(|b| b.is_ascii_digit()).then(|| millis.parse().ok().map(UnixMillis))?
}
