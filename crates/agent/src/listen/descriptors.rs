//! The socket of descriptors: one in, its handle out, done.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use rustix::net::RecvFlags;
use tokio::io::Interest;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

use crate::agent::Agent;
use crate::handles::Handles;
use crate::listen::requests::principal_of;

/// Connections at once; more wait in the kernel's queue.
const CONNECTIONS: usize = 64;
/// How long a caller may take to say what it has connected for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Accepts for ever.
pub(crate) async fn accept(agent: &Arc<Agent>, listener: UnixListener) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
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
        tokio::spawn(async move {
            if let Err(error) = receive(stream, &handles, PATIENCE).await {
                tracing::debug!(%error, "no descriptor came");
            }
            drop(slot);
        });
    }
}

/// Receives one descriptor, and answers with its handle. Takes no thread: it waits until there is
/// something to receive, and the few bytes of the answer fit into the empty socket.
async fn receive(stream: UnixStream, handles: &Handles, patience: Duration) -> std::io::Result<()> {
    tokio::time::timeout(patience, something_to_receive(&stream)).await??;
    let mut stream = stream.into_std()?;
    signet_api::receive_descriptor(&mut stream, |file| handles.keep(file))
}

/// Readiness may be reported where there is nothing yet, so the first byte is looked at.
async fn something_to_receive(stream: &UnixStream) -> std::io::Result<()> {
    loop {
        stream.readable().await?;
        let look = || Ok(rustix::net::recv(stream, &mut [0; 1], RecvFlags::PEEK)?);
        match stream.try_io(Interest::READABLE, look) {
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::os::fd::AsFd;

    fn pair() -> (std::os::unix::net::UnixStream, UnixStream) {
        let (client, server) = std::os::unix::net::UnixStream::pair().unwrap();
        server.set_nonblocking(true).unwrap();
        (client, UnixStream::from_std(server).unwrap())
    }

    #[tokio::test]
    async fn a_descriptor_gets_its_handle_while_others_say_nothing() {
        let handles = Arc::new(Handles::default());
        let mut silent = Vec::new();
        for _ in 0..32 {
            let (client, server) = pair();
            let handles = Arc::clone(&handles);
            let waits = tokio::spawn(async move { receive(server, &handles, PATIENCE).await });
            silent.push((client, waits));
        }
        let (mut client, server) = pair();
        let asked = tokio::task::spawn_blocking(move || {
            let file = File::open("/dev/null").unwrap();
            signet_api::send_descriptor(&mut client, file.as_fd()).unwrap()
        });
        receive(server, &handles, PATIENCE).await.unwrap();
        assert!(handles.take(&asked.await.unwrap()).is_ok());
        assert!(silent.iter().all(|(_, waits)| !waits.is_finished()));
    }

    #[tokio::test]
    async fn a_silent_caller_is_left_after_a_while() {
        let (_client, server) = pair();
        let error = receive(server, &Handles::default(), Duration::from_millis(20)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }
}
