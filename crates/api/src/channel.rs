//! The local socket: both ends ask the kernel who the other is before anything is said.

use std::os::fd::AsFd;

use signet_core::{Code, Failure};

/// Why a channel cannot be trusted or used.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// Nobody listens.
    #[error("nobody listens at the socket")]
    Away,
    /// The other end runs as another user.
    #[error("the other end runs as user {0}")]
    OtherUser(u32),
    /// The operating system refused.
    #[error("the socket failed: {0}")]
    Io(#[from] std::io::Error),
}

impl ChannelError {
    /// What the user is told.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Away => Failure::new(Code::AgentAway),
            Self::OtherUser(uid) => Failure::new(Code::AgentUntrusted).fact("uid", uid),
            Self::Io(error) => Failure::new(Code::AgentAway)
                .what("The agent broke off the connection.")
                .remedy("Try again; `signet status` shows whether it runs.")
                .fact("error", error),
        }
    }
}

/// The user id of the process at the other end, as the kernel recorded it when it connected
/// (`SO_PEERCRED`, unix(7)).
///
/// # Errors
/// What the kernel answers.
#[cfg(target_os = "linux")]
pub fn peer_uid(socket: impl AsFd) -> std::io::Result<u32> {
    Ok(rustix::net::sockopt::socket_peercred(socket)?.uid.as_raw())
}

/// The user id of this process.
pub fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// A connected stream whose other end runs as this user.
pub(crate) async fn connect(path: &std::path::Path) -> Result<tokio::net::UnixStream, ChannelError> {
    use std::io::ErrorKind::{ConnectionRefused, NotFound};
    let stream = match tokio::net::UnixStream::connect(path).await {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), NotFound | ConnectionRefused) => return Err(ChannelError::Away),
        Err(error) => return Err(error.into()),
    };
    let uid = peer_uid(&stream)?;
    if uid == own_uid() { Ok(stream) } else { Err(ChannelError::OtherUser(uid)) }
}
