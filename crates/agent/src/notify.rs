//! Tells the service manager that this process is ready (`sd_notify(3)`).

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Says that the process is ready, and its state in a few words. Without a service manager that asked for
/// it, nothing is said.
pub(crate) fn ready(state: &str) -> io::Result<()> {
    match std::env::var_os("NOTIFY_SOCKET") {
        Some(socket) => send(&socket, state),
        None => Ok(()),
    }
}

fn send(socket: &OsStr, state: &str) -> io::Result<()> {
    let state = state.replace(['\n', '\r'], " ");
    let address = match socket.as_bytes().split_first() {
        Some((b'@', name)) => abstract_address(name)?,
        _ => SocketAddr::from_pathname(socket)?,
    };
    let datagram = UnixDatagram::unbound()?;
    datagram.send_to_addr(format!("READY=1\nSTATUS={state}").as_bytes(), &address).map(drop)
}

#[cfg(target_os = "linux")]
fn abstract_address(name: &[u8]) -> io::Result<SocketAddr> {
    use std::os::linux::net::SocketAddrExt;
    SocketAddr::from_abstract_name(name)
}

#[cfg(not(target_os = "linux"))]
fn abstract_address(_: &[u8]) -> io::Result<SocketAddr> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_what_systemd_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let listener = UnixDatagram::bind(&path).unwrap();
        send(path.as_os_str(), "locked:\nno secret").unwrap();
        let mut said = [0; 100];
        let size = listener.recv(&mut said).unwrap();
        assert_eq!(&said[..size], b"READY=1\nSTATUS=locked: no secret");
        assert!(send(folder.path().join("nobody").as_os_str(), "x").is_err());
    }
}
