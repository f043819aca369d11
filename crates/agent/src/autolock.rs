//! Locks the vault when nobody has used it for a while. A send under way counts as use.

use std::sync::Arc;
use std::time::Duration;

use signet_core::Clock;

use crate::agent::Agent;
use crate::clock::SystemClock;

/// Starts the watch.
pub(crate) fn start(agent: &Arc<Agent>) {
    let agent = Arc::clone(agent);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if !agent.snapshots.is_open() {
                continue;
            }
            if agent.sends.count() > 0 {
                agent.idle.touch();
            }
            if agent.idle.locks_at().is_some_and(|at| at <= SystemClock.now())
                && let Some(owner) = crate::run::owner()
                && let Err(failure) = agent.lock(owner, "idle", crate::agent::LOCK_PATIENCE).await
            {
                tracing::warn!(code = failure.code.as_str(), "the idle lock failed");
            }
        }
    });
}
