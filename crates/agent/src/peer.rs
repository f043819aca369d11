//! Which program is at the other end of a connection, by the kernel's word.

use std::os::fd::AsFd;

/// The process that connected. For showing only: what it may do depends on its user, never on its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    /// Its process id; 0 if the kernel does not say.
    pub(crate) pid: u32,
}

impl Peer {
    /// The process at the other end, as the kernel recorded it when it connected (`SO_PEERCRED`, unix(7)).
    pub(crate) fn of(socket: impl AsFd) -> Self {
        let pid = rustix::net::sockopt::socket_peercred(socket).map(|peer| peer.pid.as_raw_nonzero().get());
        Self { pid: pid.ok().and_then(|pid| u32::try_from(pid).ok()).unwrap_or_default() }
    }

    /// The program's name: the first 15 bytes of its file name, unless it chose another (proc(5), `comm`).
    /// Empty if the process is gone.
    pub(crate) fn program(self) -> String {
        let name = std::fs::read(format!("/proc/{}/comm", self.pid)).unwrap_or_default();
        let name = String::from_utf8_lossy(&name);
        // Any program can call itself anything: what is shown stays one short line.
        name.chars().filter(|c| !c.is_control()).take(32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_at_both_ends_and_has_a_name() {
        let (one, _other) = std::os::unix::net::UnixStream::pair().unwrap();
        let peer = Peer::of(&one);
        assert_eq!(peer.pid, std::process::id());
        assert!(!peer.program().is_empty());
        assert_eq!(Peer { pid: 0 }.program(), "");
    }
}
