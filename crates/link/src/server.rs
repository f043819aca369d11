//! The host's end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use signet_crypto::VerifyingKey;
use signet_team::parse_spki;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::keys::{AnyKey, provider};
use crate::{EXPORTER_LABEL, Exporter, Identity, LinkError, PROTOCOL};

/// Makes handshakes in the host's name.
#[derive(Clone)]
pub struct Acceptor(TlsAcceptor);

/// A connection whose client has proven to hold a key.
pub struct ClientConnection {
    /// The encrypted stream.
    pub stream: TlsStream<TcpStream>,
    /// The client's key. Holding it is all that is proven.
    pub key: VerifyingKey,
    /// What binds a proof to this connection.
    pub exporter: Exporter,
    /// The address that the host sees.
    pub address: SocketAddr,
}

impl Acceptor {
    /// An acceptor in that identity's name.
    ///
    /// # Errors
    /// [`LinkError::Key`] if TLS cannot be set up with it.
    pub fn new(identity: &Identity) -> Result<Self, LinkError> {
        let provider = provider();
        let verifier = Arc::new(AnyKey { provider: Arc::clone(&provider) });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|_| LinkError::Key)?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(Arc::clone(
                &identity.certified,
            ))));
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        config.max_early_data_size = 0;
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// The handshake, within `patience`.
    ///
    /// # Errors
    /// [`LinkError`]: the client has no usable key, does not speak this protocol, or takes too long.
    pub async fn accept(&self, tcp: TcpStream, patience: Duration) -> Result<ClientConnection, LinkError> {
        tcp.set_nodelay(true)?;
        let address = tcp.peer_addr()?;
        let stream =
            tokio::time::timeout(patience, self.0.accept(tcp)).await.map_err(|_| LinkError::TooSlow)?;
        let stream = stream.map_err(LinkError::of)?;
        let (_, session) = stream.get_ref();
        let key = session
            .peer_certificates()
            .and_then(|keys| keys.first())
            .and_then(|key| parse_spki(key).ok())
            .ok_or(LinkError::Key)?;
        if session.alpn_protocol() != Some(PROTOCOL) {
            return Err(LinkError::Refused(rustls::Error::NoApplicationProtocol));
        }
        let exporter =
            session.export_keying_material([0; 32], EXPORTER_LABEL, Some(b"")).map_err(LinkError::Refused)?;
        Ok(ClientConnection { stream, key, exporter, address })
    }
}
