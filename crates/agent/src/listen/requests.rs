//! The socket of requests: HTTP/1.1, one principal a connection, from the kernel's word.

use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use signet_api::{own_uid, peer_uid};
use signet_core::{Action, Code, Principal};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

use crate::agent::Agent;
use crate::listen::body;
use crate::peer::Peer;
use crate::router::{MAX_BODY, router};

/// Connections at once; more wait in the kernel's queue.
const CONNECTIONS: usize = 64;

/// Accepts for ever.
pub(crate) async fn accept(agent: &Arc<Agent>, listener: UnixListener) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let whole =
        axum::middleware::from_fn(|request, next| body::read_within(body::PATIENCE, MAX_BODY, request, next));
    let router = router(agent).layer(whole);
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "accepting failed");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Some(principal) = principal_of(agent, &stream) else { continue };
        let peer = Peer::of(&stream);
        let service = router.clone().layer(axum::Extension(principal)).layer(axum::Extension(peer));
        tokio::spawn(async move {
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(10))
                .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(slot);
        });
    }
}

/// Who is at the other end; nobody gets an answer but the agent's own user.
pub(crate) fn principal_of(agent: &Arc<Agent>, stream: &UnixStream) -> Option<Principal> {
    let principal = peer_uid(stream).ok().and_then(|uid| Principal::local_owner(uid, own_uid()));
    if principal.is_none() {
        tracing::warn!("a process of another user was turned away");
        let agent = Arc::clone(agent);
        tokio::spawn(async move { agent.door.refuse(None, Action::Unlock, Code::PeerRefused).await });
    }
    principal
}
