//! The member's end.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::pki_types::ServerName;
use signet_crypto::VerifyingKey;
use signet_team::{HostHash, parse_spki};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::keys::{Pinned, provider};
use crate::{EXPORTER_LABEL, Exporter, Identity, LinkError, PROTOCOL};

/// Connects to one pinned host.
#[derive(Clone)]
pub struct Connector(TlsConnector);

/// A connection to the pinned host.
pub struct HostConnection {
    /// The encrypted stream.
    pub stream: TlsStream<TcpStream>,
    /// The host's key, which is the pinned one.
    pub key: VerifyingKey,
    /// What binds a proof to this connection.
    pub exporter: Exporter,
}

impl Connector {
    /// Connects as that identity, to the host with that key and to no other.
    ///
    /// # Errors
    /// [`LinkError::Key`] if TLS cannot be set up with it.
    pub fn new(identity: &Identity, host: HostHash) -> Result<Self, LinkError> {
        let provider = provider();
        let verifier = Arc::new(Pinned { host, provider: Arc::clone(&provider) });
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|_| LinkError::Key)?
            .dangerous() // the verifier pins one key, which is stricter than any authority
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(Arc::clone(
                &identity.certified,
            ))));
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        config.resumption = Resumption::disabled();
        config.enable_sni = false;
        config.enable_early_data = false;
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Connects to `address`, written `host:port`, within `patience`.
    ///
    /// # Errors
    /// [`LinkError`]: nobody answers there, or not the pinned host.
    pub async fn connect(&self, address: &str, patience: Duration) -> Result<HostConnection, LinkError> {
        let connecting = async {
            let tcp = TcpStream::connect(address).await?;
            tcp.set_nodelay(true)?;
            // Never sent: the pin, not a name, says who the host is.
            let name = ServerName::IpAddress(std::net::Ipv4Addr::UNSPECIFIED.into());
            self.0.connect(name, tcp).await.map_err(LinkError::of)
        };
        let stream = tokio::time::timeout(patience, connecting).await.map_err(|_| LinkError::TooSlow)??;
        let (_, session) = stream.get_ref();
        let key = session
            .peer_certificates()
            .and_then(|keys| keys.first())
            .and_then(|key| parse_spki(key).ok())
            .ok_or(LinkError::Key)?;
        let exporter =
            session.export_keying_material([0; 32], EXPORTER_LABEL, Some(b"")).map_err(LinkError::Refused)?;
        Ok(HostConnection { stream, key, exporter })
    }
}
