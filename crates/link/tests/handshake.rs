//! Two ends over loopback, and who is turned away.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore};
use signet_crypto::{SigningKey, system_rng};
use signet_link::{Acceptor, ClientConnection, Connector, HostConnection, Identity, LinkError};
use signet_team::HostHash;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SOON: Duration = Duration::from_secs(5);

fn key() -> (SigningKey, Identity) {
    let key = SigningKey::make(&mut system_rng());
    let identity = Identity::new(&key).unwrap();
    (key, identity)
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

async fn meet(
    host: &Identity,
    pin: HostHash,
    client: &Identity,
) -> (Result<ClientConnection, LinkError>, Result<HostConnection, LinkError>) {
    let (listener, address) = listen().await;
    let acceptor = Acceptor::new(host).unwrap();
    let connector = Connector::new(client, pin).unwrap();
    let accepting = async { acceptor.accept(listener.accept().await.unwrap().0, SOON).await };
    tokio::join!(accepting, connector.connect(&address, SOON))
}

#[tokio::test]
async fn both_ends_know_each_other_and_share_the_exporter() {
    let ((host_key, host), (client_key, client)) = (key(), key());
    let (accepted, connected) = meet(&host, HostHash::of(&host.public()), &client).await;
    let (mut accepted, mut connected) = (accepted.unwrap(), connected.unwrap());
    assert_eq!(accepted.key, client_key.public());
    assert_eq!(connected.key, host_key.public());
    assert_eq!(accepted.exporter, connected.exporter);
    assert!(accepted.address.ip().is_loopback());
    connected.stream.write_all(b"hello").await.unwrap();
    let mut heard = [0; 5];
    accepted.stream.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"hello");
    let (again, _) = meet(&host, HostHash::of(&host.public()), &client).await;
    assert_ne!(again.unwrap().exporter, accepted.exporter, "every connection has its own");
}

#[tokio::test]
async fn a_host_with_another_key_is_an_impostor() {
    let ((_, host), (_, impostor), (_, client)) = (key(), key(), key());
    let (accepted, connected) = meet(&impostor, HostHash::of(&host.public()), &client).await;
    let error = connected.err().unwrap();
    assert!(error.is_impostor(), "{error}");
    assert!(accepted.is_err());
}

#[tokio::test]
async fn a_client_with_a_certificate_or_without_a_key_is_turned_away() {
    let (_, host) = key();
    for versions in [&[&rustls::version::TLS13][..], &[&rustls::version::TLS12][..]] {
        let (listener, address) = listen().await;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        let acceptor = Acceptor::new(&host).unwrap();
        let accepting = async { acceptor.accept(listener.accept().await.unwrap().0, SOON).await };
        let connecting = async {
            let tcp = TcpStream::connect(&address).await.unwrap();
            let name = rustls::pki_types::ServerName::try_from("host.invalid").unwrap();
            tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await
        };
        let (accepted, connected) = tokio::join!(accepting, connecting);
        assert!(accepted.is_err());
        assert!(connected.is_err());
    }
}

#[tokio::test]
async fn a_silent_client_gives_up_its_place() {
    let (_, host) = key();
    let (listener, address) = listen().await;
    let _silent = TcpStream::connect(&address).await.unwrap();
    let acceptor = Acceptor::new(&host).unwrap();
    let (tcp, _) = listener.accept().await.unwrap();
    let error = acceptor.accept(tcp, Duration::from_millis(50)).await.err().unwrap();
    assert!(matches!(error, LinkError::TooSlow), "{error}");
}

#[tokio::test]
async fn bytes_that_are_no_handshake_are_refused() {
    let (_, host) = key();
    for noise in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0x16, 3, 1, 0xff, 0xff], &[0; 600]] {
        let (listener, address) = listen().await;
        let mut client = TcpStream::connect(&address).await.unwrap();
        client.write_all(noise).await.unwrap();
        client.shutdown().await.unwrap();
        let acceptor = Acceptor::new(&host).unwrap();
        let (tcp, _) = listener.accept().await.unwrap();
        assert!(acceptor.accept(tcp, SOON).await.is_err());
    }
}
