//! Locks the vault when nobody has used it for a while. A send under way
//! counts as use, and so does serving a team.

use std::sync::Arc;
use std::time::Duration;

use crate::agent::Agent;
use crate::snapshot::Snapshot;

/// Starts the watch.
pub(crate) fn start(agent: &Arc<Agent>) {
    let closing = Arc::clone(agent);
    tokio::spawn(async move {
        let mut snapshots = closing.snapshots.subscribe();
        let is_open = |newest: &Option<Snapshot>| matches!(newest, Some(Snapshot::Open { .. }));
        // The sender lives as long as the agent.
        while snapshots.wait_for(is_open).await.is_ok() {
            closing.snapshots.closed().await;
            // However it was closed, even by a fault: no token outlives the open vault.
            closing.let_go();
        }
    });
    let agent = Arc::clone(agent);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if !agent.snapshots.is_open() {
                continue;
            }
            // A host serves for as long as its owner chose, whether or not anybody sits at the machine.
            if agent.sends.count() > 0 || agent.is_serving() {
                agent.idle.touch();
            }
            if agent.idle.is_over()
                && let Some(owner) = crate::run::owner()
                && let Err(failure) = agent.lock(owner, "idle", crate::agent::LOCK_PATIENCE).await
            {
                tracing::warn!(code = failure.code.as_str(), "the idle lock failed");
            }
        }
    });
}
