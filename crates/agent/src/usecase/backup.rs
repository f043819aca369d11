//! `backup*`, `restore`, `vault.destroy`. None of them waits for the log.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signet_api::wire::{
    BackupListReply, BackupRequest, BackupView, DestroyRequest, Destroyed, Empty, RestoreReply,
    RestoreRequest,
};
use signet_api::{Backup, BackupList, Never, Restore, VaultDestroy};
use signet_audit::Verdict;
use signet_core::{Action, Clock, Code, Failure, Principal, UnixMillis, VaultId};
use signet_vault::VaultError;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::host::restored_mark;
use crate::router::{Events, Handle};
use crate::vault_cell::{VaultCell, VaultState};

impl Handle<Backup> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: BackupRequest,
        _: Events<Never>,
    ) -> Result<BackupView, Failure> {
        self.door.authorise(caller, Action::Backup).await?;
        let path = request.path.map(absolute).transpose()?;
        let now = SystemClock.now();
        let written = self
            .vault
            .run(move |cell| match (&mut cell.state, path) {
                (VaultState::Open(vault), None) => vault.backup_now().map(view).map_err(|e| e.failure()),
                (VaultState::Open(vault), Some(path)) => {
                    vault.backup_to(&path).map_err(|e| e.failure()).and_then(|()| view_of(&path, now))
                }
                (VaultState::Locked(vault), path) => {
                    let path = path.ok_or_else(|| Failure::new(Code::Locked))?;
                    vault.backup_to(&path).map_err(|e| e.failure()).and_then(|()| view_of(&path, now))
                }
                (VaultState::Absent, _) => Err(Failure::new(Code::NoVault)),
                (VaultState::Unusable(failure), _) => Err(failure.clone()),
            })
            .await?;
        if let Err(failure) = self.door.note(caller, Action::Backup, String::new(), Verdict::Allowed).await {
            tracing::warn!(code = failure.code.as_str(), "a backup could not be recorded");
        }
        Ok(written)
    }
}

impl Handle<BackupList> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<BackupListReply, Failure> {
        let folder = self.home.data().to_path_buf();
        let mut backups = beside(move || signet_vault::backups(&folder).map_err(|e| e.failure())).await?;
        backups.reverse();
        Ok(BackupListReply { backups: backups.into_iter().map(view).collect() })
    }
}

impl Handle<Restore> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: RestoreRequest,
        _: Events<Never>,
    ) -> Result<RestoreReply, Failure> {
        self.door.authorise(caller, Action::Restore).await?;
        let path = absolute(request.path)?;
        let (replace, headless) = (request.replace, request.headless == Some(true));
        // Asked before anything is closed: a refusal leaves the vault as it is.
        self.vault.run(move |cell| require_place(cell, replace && !headless)).await?;
        if !path.is_file() {
            return Err(Failure::new(Code::BackupUnreadable).what("There is no such file."));
        }
        self.lock(caller, "restore", crate::agent::LOCK_PATIENCE).await?;
        self.audit.release();
        let (info, replaced) = self
            .vault
            .run(move |cell| {
                let exists = require_place(cell, replace && !headless)?;
                cell.release();
                // Where a marker is left, it still says where the keychain is.
                let environment = if headless { cell.keychains.choose(true)? } else { cell.environment()? };
                // Before anything can use what is restored: a host's devices have moved on since the backup. A
                // crash in between only has them confirmed once more.
                let marked = mark_restored(&cell.folder).map_err(|_| Failure::new(Code::ReadOnly))?;
                let before = identity_of(&cell.folder);
                let restored =
                    signet_vault::restore(&cell.folder, &path, environment).map_err(|e| e.failure());
                if restored.is_err() && marked && identity_of(&cell.folder) == before {
                    // The vault is as it was.
                    let _ = std::fs::remove_file(restored_mark(&cell.folder));
                }
                let kept =
                    signet_vault::backups(&cell.folder).ok().and_then(|backups| backups.last().cloned());
                cell.refresh();
                let info = restored?;
                Ok((info, kept.filter(|_| exists).map(|backup| backup.file.display().to_string())))
            })
            .await?;
        // The log may belong to another vault now; whether it opens is shown by status.
        let audit = Arc::clone(&self.audit);
        let vault_id = info.vault_id;
        let _ = beside(move || audit.open(vault_id)).await;
        if let Err(failure) = self.door.note(caller, Action::Restore, String::new(), Verdict::Allowed).await {
            tracing::warn!(code = failure.code.as_str(), "a restore could not be recorded");
        }
        let needs_kit = self.vault.run(|cell| Ok(needs_kit(cell))).await?;
        Ok(RestoreReply { vault_id, replaced, needs_kit })
    }
}

/// Whether there is a vault that a backup would replace; refused unless that is meant.
/// Which file the vault is: another one after a restore.
fn identity_of(folder: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(folder.join("vault.db")).ok()?;
    Some((file.dev(), file.ino()))
}

/// Durably says that the vault comes from a backup. False if something said so already.
fn mark_restored(folder: &Path) -> std::io::Result<bool> {
    let mark = restored_mark(folder);
    if mark.exists() {
        return Ok(false);
    }
    std::fs::create_dir_all(folder)?;
    std::fs::File::create(mark)?.sync_all()?;
    std::fs::File::open(folder)?.sync_all()?;
    Ok(true)
}

fn require_place(cell: &VaultCell, replace: bool) -> Result<bool, Failure> {
    let exists = cell.folder.join("vault.db").exists();
    if exists && !replace {
        return Err(Failure::new(Code::VaultExists).remedy(
            "Add --replace to put the backup in its place; the vault that is there is kept as a backup.",
        ));
    }
    Ok(exists)
}

/// Whether only the kit opens the vault now. Where the keychain does not answer that is not known; it
/// says so itself at the next unlock.
fn needs_kit(cell: &VaultCell) -> bool {
    let VaultState::Locked(vault) = &cell.state else { return false };
    vault.needs_kit().unwrap_or_else(|error| {
        let code = error.failure().code.as_str();
        tracing::warn!(code, "it is not known whether the backup needs the kit");
        false
    })
}

impl Handle<VaultDestroy> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: DestroyRequest,
        _: Events<Never>,
    ) -> Result<Destroyed, Failure> {
        self.door.authorise(caller, Action::VaultDestroy).await?;
        let vault_id = request.vault_id;
        self.vault.run(move |cell| require_id(cell, vault_id)).await?;
        self.lock(caller, "destroy", crate::agent::LOCK_PATIENCE).await?;
        let audit = Arc::clone(&self.audit);
        // A log that does not open keeps nobody from removing the vault.
        let _ = beside(move || audit.open(vault_id)).await;
        let target = vault_id.to_string();
        let noted = self.door.note(caller, Action::VaultDestroy, target, Verdict::Allowed).await;
        if let Err(failure) = noted {
            tracing::warn!(code = failure.code.as_str(), "destroying the vault could not be recorded");
        }
        let audit = Arc::clone(&self.audit);
        self.vault
            .run(move |cell| {
                // Again: the file may be another one since.
                require_id(cell, vault_id)?;
                cell.release();
                audit.release();
                let destroyed = cell.environment().and_then(|environment| {
                    signet_vault::destroy(&cell.folder, environment).map_err(|e| e.failure())
                });
                cell.refresh();
                destroyed?;
                let log = set_log_aside(audit.path(), vault_id);
                Ok(Destroyed { vault_id, log: log.map(|log| log.display().to_string()) })
            })
            .await
    }
}

/// Whether the vault here is the one that is meant; of an unusable one the file's header tells.
fn require_id(cell: &VaultCell, wanted: VaultId) -> Result<(), Failure> {
    let found = match (&cell.state, cell.info()) {
        (_, Some(info)) => info.vault_id,
        (VaultState::Unusable(failure), None) => match signet_vault::inspect(&cell.folder) {
            Ok(info) => info.vault_id,
            Err(VaultError::Damaged) => {
                return Err(Failure::new(Code::VaultDamaged)
                    .what("The vault's file cannot be read, so it cannot be told whether it is that vault.")
                    .remedy("Restore a backup, or remove the folder by hand.")
                    .fact("folder", cell.folder.display()));
            }
            Err(_) => return Err(failure.clone()),
        },
        _ => return Err(Failure::new(Code::NoVault)),
    };
    if found == wanted {
        Ok(())
    } else {
        Err(Failure::new(Code::NotFound).what("That is not the id of the vault here."))
    }
}

/// The log stays as evidence under the vault's name: it verifies by itself, and the next vault here
/// begins one of its own.
fn set_log_aside(log: &Path, vault: VaultId) -> Option<PathBuf> {
    if !log.exists() {
        return None;
    }
    let name = |n: u32| match n {
        1 => log.with_file_name(format!("audit-{vault}.db")),
        n => log.with_file_name(format!("audit-{vault}-{n}.db")),
    };
    // The same vault may have been restored and destroyed before.
    let aside = (1..u32::MAX).map(name).find(|path| !path.exists())?;
    for suffix in ["-wal", "-shm", "-journal", ""] {
        let with = |path: &Path| {
            let mut path = path.as_os_str().to_owned();
            path.push(suffix);
            path
        };
        match std::fs::rename(with(log), with(&aside)) {
            Err(error) if suffix.is_empty() => {
                tracing::warn!(%error, "the log of the vault that was could not be set aside");
                return Some(log.to_owned());
            }
            // What is not there needs no other name.
            _ => {}
        }
    }
    // Room kept free for the log's last entries.
    let _ = std::fs::remove_file(log.with_extension("reserve"));
    Some(aside)
}

/// Runs what may take a while beside the other requests.
async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Failure::new(Code::Internal))?
}

fn absolute(path: String) -> Result<PathBuf, Failure> {
    let path = PathBuf::from(path);
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(Failure::new(Code::Usage).what("The path is not absolute."))
    }
}

fn view(backup: signet_vault::Backup) -> BackupView {
    BackupView { path: backup.file.display().to_string(), written: backup.made, bytes: backup.bytes }
}

fn view_of(path: &Path, written: UnixMillis) -> Result<BackupView, Failure> {
    let bytes = std::fs::metadata(path).map_err(|_| Failure::new(Code::Internal))?.len();
    Ok(BackupView { path: path.display().to_string(), written, bytes })
}
