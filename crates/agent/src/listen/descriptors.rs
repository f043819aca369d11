//! The socket of descriptors: one in, its handle out, done.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixListener;
use tokio::sync::Semaphore;

use crate::agent::Agent;
use crate::listen::requests::principal_of;

/// Accepts for ever.
pub(crate) async fn accept(agent: &Arc<Agent>, listener: UnixListener) {
    // Each transfer takes a thread for a moment; a caller that says nothing holds it for two seconds.
    let slots = Arc::new(Semaphore::new(8));
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
        if principal_of(agent, &stream).is_none() {
            continue;
        }
        let handles = Arc::clone(&agent.handles);
        tokio::task::spawn_blocking(move || {
            let received = stream.into_std().and_then(|mut stream| {
                stream.set_nonblocking(false)?;
                stream.set_read_timeout(Some(Duration::from_secs(2)))?;
                stream.set_write_timeout(Some(Duration::from_secs(2)))?;
                signet_api::receive_descriptor(&mut stream, |file| handles.keep(file))
            });
            if let Err(error) = received {
                tracing::debug!(%error, "no descriptor came");
            }
            drop(slot);
        });
    }
}
