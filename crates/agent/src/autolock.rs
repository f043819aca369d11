//! Locks the vault when nobody has used it for a while. A send under way counts as use.

use std::sync::Arc;
use std::time::Duration;

use crate::agent::Agent;

/// Starts the watch.
pub(crate) fn start(agent: &Arc<Agent>) {
    let agent = Arc::clone(agent);
    tokio::spawn(async move {
        let mut was_open = false;
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let is_open = agent.snapshots.is_open();
            if was_open && !is_open {
                // However it was closed, even by a fault: no token outlives the open vault.
                agent.tokens.wipe();
            }
            was_open = is_open;
            if !is_open {
                continue;
            }
            if agent.sends.count() > 0 {
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
