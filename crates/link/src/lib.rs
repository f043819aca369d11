//! The way between two agents: TLS 1.3 with raw public keys (RFC 7250), Ed25519 only, no certificates, no
//! resumption, no early data, no server name. The client pins the host's key; the host learns the client's
//! key, which proves possession and nothing else: what that key may do is the agent's business.

mod client;
mod identity;
mod keys;
mod server;

pub use client::{Connector, HostConnection};
pub use identity::Identity;
pub use server::{Acceptor, ClientConnection};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The address does not answer, or the connection broke.
    #[error("the connection failed: {0}")]
    Io(#[from] std::io::Error),
    /// The other end is not who it should be, or does not speak this protocol.
    #[error("the other end was refused: {0}")]
    Refused(rustls::Error),
    /// The handshake took too long.
    #[error("the handshake took too long")]
    TooSlow,
    /// The key cannot be used.
    #[error("the key cannot be used for a connection")]
    Key,
}

impl LinkError {
    /// Whether the host at that address has another key than the pinned one.
    pub const fn is_impostor(&self) -> bool {
        matches!(
            self,
            Self::Refused(rustls::Error::InvalidCertificate(
                rustls::CertificateError::ApplicationVerificationFailure
            ))
        )
    }

    /// The cause as rustls hides it in an I/O error.
    fn of(error: std::io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(refused) => Self::Refused(refused.clone()),
            None => Self::Io(error),
        }
    }
}

/// 32 bytes that only the two ends of one connection can compute, and that differ in every connection
/// (RFC 9266, `tls-exporter`).
pub type Exporter = [u8; 32];

const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";
const PROTOCOL: &[u8] = b"signet/1";
