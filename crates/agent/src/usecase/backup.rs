//! `backup*`, `restore`, `vault.destroy`. None of them waits for the log.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signet_api::wire::{
    BackupListReply, BackupRequest, BackupView, DestroyRequest, Destroyed, Empty, RestoreReply,
    RestoreRequest,
};
use signet_api::{Backup, BackupList, Never, Restore, VaultDestroy};
use signet_audit::Verdict;
use signet_core::{Action, Clock, Code, Failure, Principal, UnixMillis};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::router::{Events, Handle};
use crate::vault_cell::VaultState;

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
        let mut backups = signet_vault::backups(self.home.data()).map_err(|e| e.failure())?;
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
        let replace = request.replace;
        self.lock(caller, "restore", crate::agent::LOCK_PATIENCE).await?;
        self.audit.release();
        let (info, replaced) = self
            .vault
            .run(move |cell| {
                let exists = cell.folder.join("vault.db").exists();
                if exists && !replace {
                    return Err(Failure::new(Code::VaultExists)
                        .remedy("Add --replace to put the backup in its place; the vault that is there is kept as a backup."));
                }
                cell.release();
                let restored =
                    signet_vault::restore(&cell.folder, &path, cell.environment.clone()).map_err(|e| e.failure());
                let kept = signet_vault::backups(&cell.folder).ok().and_then(|backups| backups.last().cloned());
                cell.refresh();
                let info = restored?;
                Ok((info, kept.filter(|_| exists).map(|backup| backup.file.display().to_string())))
            })
            .await?;
        // The log may belong to another vault now; whether it opens is shown by status.
        let _ = self.audit.open(info.vault_id);
        if let Err(failure) = self.door.note(caller, Action::Restore, String::new(), Verdict::Allowed).await {
            tracing::warn!(code = failure.code.as_str(), "a restore could not be recorded");
        }
        let needs_kit = self
            .vault
            .run(|cell| Ok(matches!(&cell.state, VaultState::Unusable(failure) if failure.code == Code::VaultRolledBack)))
            .await?;
        Ok(RestoreReply { vault_id: info.vault_id, replaced, needs_kit })
    }
}

impl Handle<VaultDestroy> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: DestroyRequest,
        _: Events<Never>,
    ) -> Result<Destroyed, Failure> {
        self.lock(caller, "destroy", crate::agent::LOCK_PATIENCE).await?;
        let audit = Arc::clone(&self.audit);
        self.vault
            .run(move |cell| {
                let info = cell.info().ok_or_else(|| Failure::new(Code::NoVault))?;
                if info.vault_id != request.vault_id {
                    return Err(Failure::new(Code::NotFound).what("That is not the id of the vault here."));
                }
                cell.release();
                audit.release();
                let destroyed =
                    signet_vault::destroy(&cell.folder, cell.environment.clone()).map_err(|e| e.failure());
                cell.refresh();
                destroyed?;
                remove_log(audit.path());
                Ok(Destroyed { vault_id: info.vault_id })
            })
            .await
    }
}

/// The log goes with its vault: nothing could be verified against it any more.
fn remove_log(log: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut path = log.as_os_str().to_owned();
        path.push(suffix);
        // What is not there needs no removing.
        let _ = std::fs::remove_file(path);
    }
    let _ = std::fs::remove_file(log.with_extension("reserve"));
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
