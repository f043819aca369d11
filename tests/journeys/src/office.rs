//! A team of five, each a user with a keyring of their own on a machine with a network of its own.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use signet_testkit::{Desk, Network, Programs, User, network_of};
use tempfile::TempDir;

use crate::{Answer, Host, Member, Person};

/// Where the host listens, as its members see it.
const HOST: &str = "10.88.0.1:7465";

/// The place where they meet.
#[derive(Debug)]
pub struct Office {
    network: Network,
    users: Vec<User>,
    programs: Programs,
    _folder: TempDir,
    /// The owner, at 10.88.0.1.
    pub host: Host,
}

impl Office {
    /// A host that serves; none where networks and users cannot be made, which takes root.
    pub fn serving() -> Option<Self> {
        if !Network::can_make() {
            return None;
        }
        let mut users: Vec<User> = User::team()?.into();
        let mut network = Network::new();
        let folder = tempfile::Builder::new().prefix("signet-programs-").tempdir().expect("a folder");
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("mode");
        let programs = signet_testkit::programs().copied_to(folder.path());
        let owner = users.remove(0);
        let desk = Desk::on(network.machine("10.88.0.1"), owner, programs.clone());
        let host = Host::serving_at(desk, HOST);
        Some(Self { network, users, programs, _folder: folder, host })
    }

    /// The next of the five joins, from that address.
    pub fn join(&mut self, address: &str, name: &str, role: &str, grants: &[Value]) -> Member {
        let desk = Desk::on(self.network.machine(address), self.users.remove(0), self.programs.clone());
        self.host.join_at(desk, name, role, grants)
    }
}

impl Member {
    /// A message of this member from the terminal, through the host.
    pub fn signet_send(&self, host: &Host, more: &[&str]) -> Answer {
        let key = self.key(host);
        let from: &[&str] = if more.contains(&"--from") { &[] } else { &["--from", "mia@sandbox.example"] };
        self.person.signet([&["send", "--key", &key, "--text", "Hello"], from, more].concat())
    }
}

impl Person {
    /// The user and the network of this person's agent.
    pub fn whereabouts(&self) -> (String, String) {
        let pid = self.agent().expect("an agent");
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("status");
        let uid = status.lines().find_map(|line| line.strip_prefix("Uid:")).expect("Uid");
        (uid.split_whitespace().next().expect("a number").to_owned(), network_of(pid))
    }

    /// Which of these files this person may read.
    pub fn may_read(&self, files: &[std::path::PathBuf]) -> usize {
        let look = "for file; do if test -r \"$file\"; then echo yes; fi; done";
        let mut sh = self.desk.session().command("sh");
        let output = sh.args(["-c", look, "sh"]).args(files).output().expect("sh");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).lines().count()
    }

    /// Whether `other`'s agent answers this person.
    pub fn reaches_agent_of(&self, other: &Self) -> bool {
        let mut curl = self.desk.session().command("curl");
        curl.args(["-sS", "--noproxy", "*", "-H", "signet-api: 1", "-H", "content-type: application/json"]);
        curl.args(["--data-binary", "{}", "--unix-socket"]).arg(other.path("run/sandbox.sock"));
        curl.arg("http://signet/v1/status").output().expect("curl").status.success()
    }

    /// Whether `other`'s keyring answers this person.
    pub fn reaches_keyring_of(&self, other: &Self) -> bool {
        let mut gdbus = self.desk.session().command("gdbus");
        for (name, value) in other.desk.session().environment() {
            if name == "DBUS_SESSION_BUS_ADDRESS" {
                gdbus.env(name, value);
            }
        }
        gdbus.args(["call", "--timeout", "3", "--session", "--dest", "org.freedesktop.secrets"]);
        gdbus.args(["--object-path", "/org/freedesktop/secrets", "--method"]);
        gdbus.args(["org.freedesktop.Secret.Service.ReadAlias", "default"]);
        gdbus.output().expect("gdbus").status.success()
    }

    /// Files of vault, membership, log and state.
    pub fn private_files(&self) -> Vec<std::path::PathBuf> {
        let mut folders = vec![self.path("data"), self.path("state")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files
    }
}
