//! One connection to a host: requests beside each other, events as they come.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use signet_api::wire::Line;
use signet_api::{API_HEADER, API_VERSION, Method};
use signet_core::{Code, Failure};
use signet_crypto::VerifyingKey;
use signet_link::HostConnection;
use std::time::Duration;

/// Whether packets would leave from elsewhere now, or not at all.
fn has_moved(local: IpAddr, peer: SocketAddr) -> bool {
    use io::ErrorKind::{HostUnreachable, NetworkDown, NetworkUnreachable};
    match leaves_from(peer) {
        Ok(now) => now != local,
        Err(error) => matches!(error.kind(), HostUnreachable | NetworkDown | NetworkUnreachable),
    }
}

/// The address from which packets to that place would leave now. None is sent: the system is asked for its
/// route.
fn leaves_from(peer: SocketAddr) -> io::Result<IpAddr> {
    let any: IpAddr =
        if peer.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(peer)?;
    Ok(socket.local_addr()?.ip())
}

/// Bytes of an answer, or of one line of it: a host that never ends does not fill this machine's memory.
const ANSWER: usize = 64 * 1024 * 1024;

async fn whole_of(response: Response<Incoming>) -> Result<Bytes, Failure> {
    let whole = Limited::new(response.into_body(), ANSWER).collect().await;
    let whole = whole.map_err(|error| match error.downcast::<hyper::Error>() {
        Ok(error) => broken(*error),
        Err(_) => too_long(),
    })?;
    Ok(whole.to_bytes())
}

fn too_long() -> Failure {
    Failure::new(Code::HostAway).what("The host's answer does not end.")
}

/// The body of a request.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A connection.
pub(crate) struct Connection {
    sender: SendRequest<Body>,
    pub(crate) exporter: [u8; 32],
    pub(crate) host: VerifyingKey,
    pub(crate) device: VerifyingKey,
    /// This end's address, and the other end.
    ends: Option<(IpAddr, SocketAddr)>,
}

impl Connection {
    /// Speaks HTTP/2 over a link.
    pub(crate) async fn open(link: HostConnection, device: VerifyingKey) -> Result<Self, Failure> {
        let HostConnection { stream, key, exporter } = link;
        let tcp = stream.get_ref().0;
        let ends = tcp.local_addr().ok().map(|local| local.ip()).zip(tcp.peer_addr().ok());
        // Where routes differ by protocol, the question tells nothing.
        let ends = ends.filter(|(local, peer)| leaves_from(*peer).ok() == Some(*local));
        let (sender, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(20))
            .keep_alive_while_idle(true)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(broken)?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the connection to a host ended");
            }
        });
        Ok(Self { sender, exporter, host: key, device, ends })
    }

    /// Whether it can be used. A machine that has changed networks has connections that are dead and do not
    /// know it until their keep-alive gives up.
    pub(crate) fn is_alive(&self) -> bool {
        !self.sender.is_closed() && !self.ends.is_some_and(|(local, peer)| has_moved(local, peer))
    }

    /// Calls a method and waits for its answer; events are dropped.
    pub(crate) async fn call<M: Method>(&self, request: &M::Request) -> Result<M::Response, Failure> {
        self.start::<M>(request, |_| ()).await
    }

    /// Calls a method; `event` sees each event.
    pub(crate) async fn start<M: Method>(
        &self,
        request: &M::Request,
        mut event: impl FnMut(M::Event),
    ) -> Result<M::Response, Failure> {
        let body = serde_json::to_vec(request).map_err(|_| Failure::new(Code::Internal))?;
        let response = self.post(&format!("/v1/{}", M::NAME), whole(body)).await?;
        if !M::STREAMS {
            return parse(&whole_of(response).await?);
        }
        let mut body = response.into_body();
        let mut buffer = Vec::new();
        loop {
            while let Some(end) = buffer.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = buffer.drain(..=end).collect();
                match parse::<Line<M::Event, M::Response>>(&line)? {
                    Line::Event(progress) => event(progress),
                    Line::Result(response) => return Ok(response),
                    Line::Failure(failure) => return Err(failure),
                }
            }
            let frame = body.frame().await.ok_or_else(|| Failure::new(Code::HostAway))?.map_err(broken)?;
            if let Some(data) = frame.data_ref() {
                if buffer.len() + data.len() > ANSWER {
                    return Err(too_long());
                }
                buffer.extend_from_slice(data);
            }
        }
    }

    /// Sends a body and reads the whole answer.
    pub(crate) async fn put<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: Body,
    ) -> Result<T, Failure> {
        let response = self.post(path, body).await?;
        parse(&whole_of(response).await?)
    }

    /// Asks for bytes.
    pub(crate) async fn fetch(&self, path: &str) -> Result<Incoming, Failure> {
        Ok(self.post(path, whole(Vec::new())).await?.into_body())
    }

    async fn post(&self, path: &str, body: Body) -> Result<Response<Incoming>, Failure> {
        let request = Request::post(format!("https://signet{path}"))
            .header(API_HEADER, API_VERSION)
            .body(body)
            .map_err(|_| Failure::new(Code::Internal))?;
        let response = self.sender.clone().send_request(request).await.map_err(broken)?;
        if response.status().is_success() {
            return Ok(response);
        }
        let bytes = whole_of(response).await?;
        Err(parse::<Failure>(&bytes)?)
    }
}

fn whole(bytes: Vec<u8>) -> Body {
    Full::new(Bytes::from(bytes)).map_err(|never| match never {}).boxed_unsync()
}

fn parse<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    // The parser's words may quote the answer, which may hold a code's secret: they are dropped.
    serde_json::from_slice(bytes)
        .map_err(|_| Failure::new(Code::AgentVersion).what("The host speaks another version of Signet."))
}

pub(crate) fn broken(error: impl std::error::Error) -> Failure {
    Failure::new(Code::HostAway).fact("cause", error)
}
