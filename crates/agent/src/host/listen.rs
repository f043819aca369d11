//! The host's listener: who may even try, the handshake, one connection a device.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use signet_core::{Action, Code, Failure};
use signet_link::Acceptor;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::agent::Agent;
use crate::host::Host;
use crate::host::guest::Guest;
use crate::host::{proxy, router};

/// Handshakes at once; more connections are closed unheard.
const HANDSHAKES: usize = 256;
/// Handshakes at once from one address.
const HANDSHAKES_EACH: usize = 16;
/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections at once whose key belongs to no member.
const STRANGERS: usize = 64;
/// The same from one address.
const STRANGERS_EACH: usize = 8;
/// How long a connection of a stranger lives: long enough for the owner to compare three words.
const STRANGER_LIFE: Duration = Duration::from_mins(15);
/// Requests at once in one connection.
const STREAMS: u32 = 8;
/// What one connection may send ahead of being read, in bytes. Times the members connected, this bounds
/// what uploads take of memory.
const WINDOW: u32 = 512 * 1024;
/// Bytes of an upload in one piece: each goes to the disk by itself.
const FRAME: u32 = 64 * 1024;

/// Binds the address that the host is set to.
pub(crate) async fn bind(host: &Host) -> Result<TcpListener, Failure> {
    let address = host.facts().listen;
    TcpListener::bind(&address)
        .await
        .map_err(|error| Failure::new(Code::HostAddress).fact("address", address).fact("cause", error))
}

/// Accepts until `stop` says so.
pub(crate) async fn accept(
    agent: Arc<Agent>,
    host: Arc<Host>,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) {
    let Ok(acceptor) = Acceptor::new(host.identity()) else { return };
    let gate = Arc::new(Gate::new(HANDSHAKES, HANDSHAKES_EACH));
    let behind = Arc::new(Gate::new(HANDSHAKES, HANDSHAKES));
    let strangers = Arc::new(Gate::new(STRANGERS, STRANGERS_EACH));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let (tcp, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "accepting failed");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let peer = peer.ip().to_canonical();
        let proxied = host.trusts(peer);
        if !proxied && !host.admits(peer) {
            refuse_network(&agent);
            continue;
        }
        // Dropped at once when full: whoever floods costs a closed socket each.
        let Some(place) = (if proxied { &behind } else { &gate }).enter(peer) else { continue };
        let (agent, host, acceptor) = (Arc::clone(&agent), Arc::clone(&host), acceptor.clone());
        let (gate, strangers, stop) = (Arc::clone(&gate), Arc::clone(&strangers), stop.clone());
        tokio::spawn(async move {
            let Some((tcp, address)) = source_of(tcp, peer, proxied).await else { return };
            if proxied && !host.admits(address) {
                refuse_network(&agent);
                return;
            }
            // Behind a proxy each address has its own share, too.
            let own = if proxied { gate.enter(address) } else { None };
            if proxied && own.is_none() {
                return;
            }
            let connection = acceptor.accept(tcp, PATIENCE).await;
            drop((place, own));
            match connection {
                Ok(connection) => {
                    let guest = Guest::new(connection.key, connection.exporter, address);
                    serve(agent, host, Arc::new(guest), connection.stream, &strangers, stop).await;
                }
                Err(error) => tracing::debug!(%error, "a handshake failed"),
            }
        });
    }
}

/// The address that counts: the peer's, or the one that a named proxy says. None if the proxy names nobody.
async fn source_of(mut tcp: TcpStream, peer: IpAddr, proxied: bool) -> Option<(TcpStream, IpAddr)> {
    if !proxied {
        return Some((tcp, peer));
    }
    let source = tokio::time::timeout(PATIENCE, proxy::read_source(&mut tcp)).await.ok()??;
    Some((tcp, source))
}

fn refuse_network(agent: &Arc<Agent>) {
    let agent = Arc::clone(agent);
    tokio::spawn(async move { agent.door.refuse(None, Action::SessionOpen, Code::DeniedNetwork).await });
}

/// Serves one connection to its end.
async fn serve(
    agent: Arc<Agent>,
    host: Arc<Host>,
    guest: Arc<Guest>,
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    strangers: &Arc<Gate>,
    mut stop: watch::Receiver<bool>,
) {
    let is_member = host.knows(guest.device());
    let place = if is_member { None } else { strangers.enter(guest.address()) };
    if !is_member && place.is_none() {
        return;
    }
    let mut closed = host.online.enter(guest.device());
    let service = router::router(&agent, &host).layer(axum::Extension(Arc::clone(&guest)));
    let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_frame_size(FRAME)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20))
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let life = async {
        if is_member { std::future::pending().await } else { tokio::time::sleep(STRANGER_LIFE).await }
    };
    tokio::select! {
        ended = connection => if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        },
        // Revoked, suspended, or the same device connected again: whatever it was doing ends here.
        _ = closed.wait_for(|closed| *closed) => {}
        _ = stop.wait_for(|stop| *stop) => {}
        () = life => {}
    }
    host.online.leave(guest.device(), &closed);
    drop(place);
    agent.news.changed(crate::news::Area::Team);
}

/// Who is inside, in all and by address.
struct Gate {
    inside: Mutex<HashMap<IpAddr, usize>>,
    most: usize,
    each: usize,
}

struct Place {
    gate: Arc<Gate>,
    address: IpAddr,
}

impl Gate {
    fn new(most: usize, each: usize) -> Self {
        Self { inside: Mutex::default(), most, each }
    }

    fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = subscriber(address);
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let here = inside.get(&address).copied().unwrap_or_default();
        if here >= self.each || inside.values().sum::<usize>() >= self.most {
            return None;
        }
        inside.insert(address, here + 1);
        Some(Place { gate: Arc::clone(self), address })
    }
}

/// What one subscriber has: an IPv4 address, or the /64 in which an IPv6 one is chosen freely (RFC 4291).
fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        // Within one network, everybody has the same front.
        IpAddr::V6(v6) if v6.is_unicast_link_local() || v6.is_unique_local() => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.gate.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = inside.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                inside.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_place() {
        let gate = Arc::new(Gate::new(HANDSHAKES, HANDSHAKES_EACH));
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let places: Vec<_> = (0..HANDSHAKES_EACH).map(|_| gate.enter(one).unwrap()).collect();
        assert!(gate.enter(one).is_none());
        assert!(gate.enter(other).is_some());
        drop(places);
        assert!(gate.enter(one).is_some());
        assert!(gate.inside.lock().unwrap().len() <= 1, "nothing is kept of those who left");
        // Nor can one network that has as many addresses as it likes.
        let of = |n: usize| format!("2001:db8::{n:x}").parse().unwrap();
        let places: Vec<_> = (1..=HANDSHAKES_EACH).map(|n| gate.enter(of(n)).unwrap()).collect();
        assert!(gate.enter(of(0xffff)).is_none());
        assert!(gate.enter("2001:db8:0:1::1".parse().unwrap()).is_some());
        drop(places);
    }
}
