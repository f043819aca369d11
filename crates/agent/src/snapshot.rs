//! What `status` answers from: taken after each use of the vault, so that a slow keychain or key
//! derivation never makes status wait.

use std::sync::{Mutex, MutexGuard, PoisonError};

use signet_api::wire::{VaultFacts, VaultStatus};
use signet_core::UnixMillis;
use signet_vault::{KeychainKind, VaultInfo, keychain_of};
use tokio::sync::watch;

use crate::vault_cell::{VaultCell, VaultState};

/// The newest view of the vault.
pub(crate) struct Snapshots {
    newest: watch::Sender<Option<Snapshot>>,
    /// For a vault whose keychain lies in files: whether it opens with nobody there.
    headless: Mutex<Option<bool>>,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self { newest: watch::channel(None).0, headless: Mutex::default() }
    }
}

/// What is known of the vault without touching it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Snapshot {
    Absent,
    Unusable(signet_core::Failure),
    Locked(VaultFacts),
    Open { facts: VaultFacts, keys: usize },
}

impl Snapshots {
    /// Takes a new one.
    pub(crate) fn take(&self, cell: &VaultCell) {
        let snapshot = match &cell.state {
            VaultState::Absent => Snapshot::Absent,
            VaultState::Unusable(failure) => Snapshot::Unusable(failure.clone()),
            VaultState::Locked(vault) => Snapshot::Locked(facts(&vault.info())),
            VaultState::Open(vault) => {
                Snapshot::Open { facts: facts(&vault.info()), keys: vault.keys().len() }
            }
        };
        let in_files = || keychain_of(&cell.folder).is_ok_and(|kind| kind == KeychainKind::Files);
        *self.lock_headless() = cell.info().filter(|_| in_files()).map(|info| info.unattended);
        // Only a change is news.
        self.newest.send_if_modified(|newest| {
            let changed = newest.as_ref() != Some(&snapshot);
            *newest = Some(snapshot);
            changed
        });
    }

    /// Whether the vault opens with nobody there, if its keychain lies in files.
    pub(crate) fn headless(&self) -> Option<bool> {
        *self.lock_headless()
    }

    fn lock_headless(&self) -> MutexGuard<'_, Option<bool>> {
        self.headless.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest one; none before the first look.
    pub(crate) fn newest(&self) -> Option<Snapshot> {
        self.newest.borrow().clone()
    }

    /// Whether the vault is open.
    pub(crate) fn is_open(&self) -> bool {
        matches!(&*self.newest.borrow(), Some(Snapshot::Open { .. }))
    }

    /// Follows the changes.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<Snapshot>> {
        self.newest.subscribe()
    }

    /// Waits until the vault is not open, however it was closed.
    pub(crate) async fn closed(&self) {
        let is_closed = |newest: &Option<Snapshot>| !matches!(newest, Some(Snapshot::Open { .. }));
        // The sender lives as long as this.
        let _ = self.subscribe().wait_for(is_closed).await;
    }
}

impl Snapshot {
    /// As the wire has it.
    pub(crate) fn status(self, since: UnixMillis, locks_at: Option<UnixMillis>) -> VaultStatus {
        match self {
            Self::Absent => VaultStatus::Absent,
            Self::Unusable(failure) => VaultStatus::Unusable { failure },
            Self::Locked(info) => VaultStatus::Locked { info },
            Self::Open { facts, keys } => VaultStatus::Unlocked { info: facts, since, locks_at, keys },
        }
    }
}

/// The header's facts, as the wire has them.
pub(crate) fn facts(info: &VaultInfo) -> VaultFacts {
    let kdf = &info.kdf;
    VaultFacts {
        vault_id: info.vault_id,
        profile: info.profile,
        kit_fingerprint: info.kit_fingerprint.clone(),
        kdf: format!("Argon2id, {} MiB, {} passes, {} lanes", kdf.m_kib() / 1024, kdf.t(), kdf.p()),
        codes_left: u8::try_from(info.codes_left).unwrap_or(u8::MAX),
    }
}
