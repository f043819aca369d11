//! The two sockets: requests, and the descriptors they name.

mod body;
mod descriptors;
mod folders;
mod requests;

use std::sync::Arc;

pub(crate) use body::read_within;
pub(crate) use folders::{claim, make_private_folders};
use tokio::net::UnixListener;

use crate::agent::Agent;
use crate::unattended;

/// Binds both sockets.
pub(crate) fn bind(agent: &Agent) -> std::io::Result<(UnixListener, UnixListener)> {
    Ok((folders::bind(&agent.home.socket())?, folders::bind(&agent.home.descriptor_socket())?))
}

/// Accepts at both, for ever.
pub(crate) async fn accept(agent: &Arc<Agent>, (requests, descriptors): (UnixListener, UnixListener)) {
    tokio::join!(requests::accept(agent, requests), descriptors::accept(agent, descriptors));
}

/// Serves until the agent is stopped; then locks and removes the sockets.
pub(crate) async fn serve(agent: &Arc<Agent>) -> std::io::Result<()> {
    let (requests, descriptors) = bind(agent)?;
    tokio::spawn(unattended::begin(Arc::clone(agent)));
    tracing::info!(profile = agent.home.profile().as_str(), version = env!("CARGO_PKG_VERSION"), "listening");
    let mut stop = agent.stop.subscribe();
    let end = async {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        Ok::<_, std::io::Error>(())
    };
    tokio::select! {
        () = accept(agent, (requests, descriptors)) => {}
        ended = end => ended?,
    }
    if let Some(owner) = crate::run::owner()
        && let Err(failure) = agent.lock(owner, "agent stopped", crate::agent::LOCK_PATIENCE).await
    {
        tracing::warn!(code = failure.code.as_str(), "locking at the end failed");
    }
    for socket in [agent.home.socket(), agent.home.descriptor_socket()] {
        // It may be gone already; the claim on the folder is what keeps a second agent away.
        let _ = std::fs::remove_file(socket);
    }
    tracing::info!("stopped");
    Ok(())
}
