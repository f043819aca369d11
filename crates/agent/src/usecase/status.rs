//! `status`, `agent.stop`. Neither waits for the vault or the keychain.

use std::sync::{Arc, PoisonError};

use signet_api::wire::{Empty, StatusReport, VaultStatus};
use signet_api::{AgentStop, Never, Status};
use signet_core::{Code, Failure, Principal};

use crate::agent::Agent;
use crate::router::{Events, Handle};

impl Handle<Status> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<StatusReport, Failure> {
        self.look().await;
        self.report().await
    }
}

impl Agent {
    /// A look without waiting: if the last look found nothing usable, the next use looks again.
    pub(crate) async fn look(&self) {
        if self.snapshots.is_open() {
            return;
        }
        let vault = self.vault.clone();
        let look = tokio::spawn(async move { vault.run(|_| Ok(())).await });
        // Bounded: a hanging keychain must not make status hang.
        let _ = tokio::time::timeout(std::time::Duration::from_millis(300), look).await;
    }

    /// What is known now.
    pub(crate) async fn report(&self) -> Result<StatusReport, Failure> {
        // Idle means nothing while members may come at any time.
        let locks_at = if self.is_serving() { None } else { self.idle.locks_at() };
        let vault = self
            .snapshots
            .newest()
            .map_or(VaultStatus::Absent, |snapshot| snapshot.status(self.idle.since(), locks_at));
        let log_of = match &vault {
            VaultStatus::Locked { info } | VaultStatus::Unlocked { info, .. } => Some(info.vault_id),
            VaultStatus::Absent | VaultStatus::Unusable { .. } => None,
        };
        let desk = Arc::clone(&self.audit);
        // Opening and reading the log may take a while; it holds up no other request.
        let audit = tokio::task::spawn_blocking(move || {
            // Whether it opens is in the status itself.
            let _ = log_of.map(|vault| desk.open(vault));
            desk.status()
        });
        Ok(StatusReport {
            version: env!("CARGO_PKG_VERSION").into(),
            pid: std::process::id(),
            profile: self.home.profile(),
            folder: self.home.data().display().to_string(),
            log_file: self.home.log_file().display().to_string(),
            vault,
            audit: audit.await.map_err(|_| Failure::new(Code::Internal))?,
            sending: self.sends.count(),
            headless: self.headless(),
            unprotected: self.unprotected.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        })
    }
}

impl Handle<AgentStop> for Agent {
    async fn handle(self: Arc<Self>, _: Principal, _: Empty, _: Events<Never>) -> Result<Empty, Failure> {
        let agent = Arc::clone(&self);
        tokio::spawn(async move {
            // The answer leaves first.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            agent.stop.send_replace(true);
        });
        Ok(Empty {})
    }
}
