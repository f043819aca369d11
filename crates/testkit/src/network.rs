//! Machines with a network of their own each, joined by a bridge: network namespaces, as long as the test
//! lives. Nothing of the real network is touched, and nothing needs to be mounted.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::User;

/// A bridge that nobody but its machines is connected to: 10.88.0.0/16.
#[derive(Debug)]
pub struct Network {
    hub: Space,
    machines: u8,
}

/// A machine on a [`Network`], with one address and a loopback that nobody shares.
#[derive(Debug)]
pub struct Machine {
    space: Space,
    address: String,
}

impl Network {
    /// Whether networks can be made here: that takes root, and a system that lets root do it.
    pub fn can_make() -> bool {
        User::can_switch() && quiet("unshare", &["--net", "true"])
    }

    /// A network without machines.
    pub fn new() -> Self {
        let hub = Space::new();
        hub.ip("link add office type bridge");
        hub.ip("link set office up");
        Self { hub, machines: 0 }
    }

    /// A machine at that address of 10.88.0.0/16.
    pub fn machine(&mut self, address: &str) -> Machine {
        self.machines += 1;
        let port = format!("port{}", self.machines);
        let space = Space::new();
        let (hub, pid) = (self.hub.pid(), space.pid());
        ip(None, &format!("link add {port} netns {hub} type veth peer name eth0 netns {pid}"));
        self.hub.ip(&format!("link set {port} master office up"));
        space.ip("link set lo up");
        space.ip("link set eth0 up");
        let machine = Machine { space, address: address.into() };
        machine.space.ip(&format!("addr add {address}/16 dev eth0"));
        machine
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

impl Machine {
    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A program on this machine, as `user` or as whoever runs the tests.
    pub fn command(&self, user: Option<&User>, program: &Path) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", self.space.path()));
        if let Some(user) = user {
            command.args(["--setuid", &user.uid.to_string(), "--setgid", &user.gid.to_string()]);
        }
        command.arg("--").arg(program);
        command
    }

    /// Gives it another address instead: what is connected loses its connections.
    pub fn moves_to(&mut self, address: &str) {
        self.space.ip(&format!("addr del {}/16 dev eth0", self.address));
        self.space.ip(&format!("addr add {address}/16 dev eth0"));
        address.clone_into(&mut self.address);
    }

    /// What the kernel calls its network: no other machine has the same.
    pub fn identity(&self) -> String {
        name_of(self.space.pid())
    }

    /// Bytes that it has sent.
    pub fn bytes_sent(&self) -> u64 {
        let table = std::fs::read_to_string(format!("/proc/{}/net/dev", self.space.pid())).expect("net/dev");
        let line = table.lines().find_map(|line| line.trim().strip_prefix("eth0:")).expect("eth0");
        // Eight numbers of what came, then of what went.
        line.split_whitespace().nth(8).and_then(|bytes| bytes.parse().ok()).expect("a number")
    }
}

/// The network namespace that a process is in.
pub fn network_of(pid: u32) -> String {
    name_of(pid)
}

/// A namespace: it is there for as long as a process is in it, and that ends with this one.
#[derive(Debug)]
struct Space(Child);

impl Space {
    fn new() -> Self {
        let mut keeper = Command::new("unshare");
        // Reads until its input ends, which is when the test ends, however it does.
        keeper.args(["--net", "cat"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let space = Self(keeper.spawn().expect("unshare"));
        let (began, ours) = (Instant::now(), name_of(std::process::id()));
        while name_of(space.pid()) == ours {
            assert!(began.elapsed() < Duration::from_secs(10), "no network of its own");
            std::thread::sleep(Duration::from_millis(2));
        }
        space
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }

    fn path(&self) -> String {
        format!("/proc/{}/ns/net", self.pid())
    }

    fn ip(&self, words: &str) {
        ip(Some(self), words);
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn name_of(pid: u32) -> String {
    let link = std::fs::read_link(format!("/proc/{pid}/ns/net")).expect("a process");
    link.to_string_lossy().into_owned()
}

fn ip(within: Option<&Space>, words: &str) {
    let mut command = match within {
        Some(space) => {
            let mut command = Command::new("nsenter");
            command.arg(format!("--net={}", space.path())).arg("ip");
            command
        }
        None => Command::new("ip"),
    };
    let output = command.args(words.split(' ')).output().expect("iproute2: run scripts/setup");
    assert!(output.status.success(), "ip {words}: {}", String::from_utf8_lossy(&output.stderr));
}

fn quiet(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_reach_each_other_and_not_each_other_s_loopback() {
        if !Network::can_make() {
            return;
        }
        let mut network = Network::new();
        let (one, mut other) = (network.machine("10.88.0.1"), network.machine("10.88.0.2"));
        assert_ne!(one.identity(), other.identity());
        let serve = |at: &str| {
            let program = "import socket, sys\n\
                s = socket.create_server((sys.argv[1], 7000)); print('up', flush=True)\n\
                while True: c, peer = s.accept(); c.sendall(peer[0].encode()); c.close()";
            let mut server = one.command(None, Path::new("python3"));
            let mut server =
                server.args(["-c", program, at]).stdout(Stdio::piped()).spawn().expect("python3");
            let mut line = [0; 2];
            std::io::Read::read_exact(server.stdout.as_mut().expect("a pipe"), &mut line).expect("up");
            server
        };
        let asks = |machine: &Machine, at: &str| {
            let program = "import socket, sys\n\
                print(socket.create_connection((sys.argv[1], 7000), 3).recv(99).decode())";
            let output = machine
                .command(None, Path::new("python3"))
                .args(["-c", program, at])
                .output()
                .expect("python3");
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        };
        let mut server = serve("10.88.0.1");
        assert_eq!(asks(&other, "10.88.0.1"), "10.88.0.2");
        other.moves_to("10.88.7.7");
        assert_eq!(asks(&other, "10.88.0.1"), "10.88.7.7");
        assert!(other.bytes_sent() > 0);
        let _ = (server.kill(), server.wait());
        let mut server = serve("127.0.0.1");
        assert_eq!(asks(&one, "127.0.0.1"), "127.0.0.1");
        assert_eq!(asks(&other, "127.0.0.1"), "");
        let _ = (server.kill(), server.wait());
    }
}
