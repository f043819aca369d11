//! The listeners: loopback only, plain and, on demand, with TLS.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::connection::{ResetSwitch, Stream};
use super::dispatch::{Context, dispatch};
use super::{TlsError, tls};
use crate::google::Google;

/// Bytes that one read may take: large, because messages are.
const READ: usize = 1 << 20;

/// The open listeners and where they are.
pub(crate) struct Listeners {
    http: TcpListener,
    https: Option<(TcpListener, TlsAcceptor)>,
    pub(crate) http_url: String,
    pub(crate) https_url: Option<String>,
}

/// Why they could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListenError {
    #[error("{0} is not a loopback address")]
    NotLoopback(IpAddr),
    #[error("port {0} is in use or not allowed: {1}")]
    Port(u16, std::io::Error),
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Listeners {
    /// Opens them. Port 0 takes a free one.
    pub(crate) async fn open(
        google: &Google,
        address: IpAddr,
        port: u16,
        tls: bool,
    ) -> Result<Self, ListenError> {
        if !address.is_loopback() {
            return Err(ListenError::NotLoopback(address));
        }
        let bind = async |port: u16| {
            let listener = TcpListener::bind(SocketAddr::new(address, port)).await;
            let listener = listener.map_err(|error| ListenError::Port(port, error))?;
            let bound = listener.local_addr().map_err(|error| ListenError::Port(port, error))?;
            Ok::<_, ListenError>((listener, bound))
        };
        let (http, bound) = bind(port).await?;
        let mut listeners = Self { http, https: None, http_url: format!("http://{bound}"), https_url: None };
        if tls {
            let acceptor = TlsAcceptor::from(tls::config(&google.dir, google.now())?);
            let (https, bound) = bind(0).await?;
            // A name, because some clients take no address in certificates.
            let name =
                if address == IpAddr::V4(Ipv4Addr::LOCALHOST) { "localhost" } else { &address.to_string() };
            listeners.https_url = Some(format!("https://{name}:{}", bound.port()));
            listeners.https = Some((https, acceptor));
        }
        Ok(listeners)
    }
}

/// Serves until the future is dropped.
pub(crate) async fn serve(google: Arc<Google>, listeners: Listeners, control_key: String) {
    let own = own_addresses(&listeners);
    let context = |base: &str| {
        Arc::new(Context {
            google: Arc::clone(&google),
            base: base.to_owned(),
            own: own.clone(),
            control_key: control_key.clone(),
        })
    };
    let plain = context(&listeners.http_url);
    let http = async {
        loop {
            if let Some(stream) = accept(&listeners.http).await {
                let (stream, reset) = Stream::new(stream);
                tokio::spawn(connection(stream, reset, Arc::clone(&plain)));
            }
        }
    };
    let https = async {
        let Some((listener, acceptor)) = &listeners.https else { return std::future::pending().await };
        let secure = context(listeners.https_url.as_deref().unwrap_or_default());
        loop {
            if let Some(stream) = accept(listener).await {
                let (stream, reset) = Stream::new(stream);
                let (accepting, secure) = (acceptor.accept(stream), Arc::clone(&secure));
                tokio::spawn(async move {
                    if let Ok(stream) = accepting.await {
                        connection(stream, reset, secure).await;
                    }
                });
            }
        }
    };
    let ((), ()) = tokio::join!(http, https);
}

async fn accept(listener: &TcpListener) -> Option<TcpStream> {
    match listener.accept().await {
        Ok((stream, peer)) if peer.ip().is_loopback() => {
            let _ = stream.set_nodelay(true);
            Some(stream)
        }
        Ok(_) => None,
        Err(_) => {
            // Out of descriptors, most likely: let some close.
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

async fn connection<S>(stream: S, reset: ResetSwitch, context: Arc<Context>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let (context, reset) = (Arc::clone(&context), reset.clone());
        async move { dispatch(&context, request).await.inspect_err(|_| reset.set()) }
    });
    let served = http1::Builder::new()
        // A client may keep a connection and come back whenever it likes.
        .header_read_timeout(None)
        .auto_date_header(false)
        .max_buf_size(READ)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // Clients hang up as they like; nothing follows from it.
    drop(served);
}

/// Every way in which a client may write this sandbox's addresses.
fn own_addresses(listeners: &Listeners) -> Vec<String> {
    let mut own = vec![listeners.http_url.clone()];
    own.extend(listeners.https_url.clone());
    for url in own.clone() {
        if let (Some((scheme, _)), Some((_, port))) = (url.split_once("://"), url.rsplit_once(':')) {
            own.extend(["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{scheme}://{host}:{port}")));
        }
    }
    own
}
