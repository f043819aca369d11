//! A host on a server: no bus, no keychain service, nobody there. Its agent is started as a service manager
//! would start it, with a credential and a socket to say that it is ready.

use std::io::Write;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::json;
use signet_testkit::Desk;

use crate::{Host, PASSPHRASE, Person, SetUp};

/// A server and whoever looks after it.
#[derive(Debug)]
pub struct Server {
    /// The operator, and the host for its members.
    pub host: Host,
    agent: Option<Child>,
}

impl Server {
    /// A server with nothing but the programs and a sandbox.
    pub fn new() -> Self {
        let operator = Person::without_sandbox(Desk::server());
        std::fs::create_dir(operator.path("credentials")).expect("a folder");
        Self { host: Host { owner: operator, at: Host::free_address(), key: String::new() }, agent: None }
    }

    /// One whose agent runs, with a headless host and one key.
    pub fn ready() -> Self {
        let mut server = Self::new();
        server.host.owner.google(["start"]).ok();
        assert_eq!(server.start(), "waiting to be unlocked");
        server.init();
        server.host.owner.import();
        let keys = server.host.owner.call("key.list", &json!({})).ok();
        keys["keys"][0]["id"].as_str().expect("a key").clone_into(&mut server.host.key);
        server.host.owner.signet(["host", "start"]).ok();
        server
    }

    /// `signet host init --headless`.
    pub fn init(&mut self) {
        let at = self.host.at.clone();
        let owner = &mut self.host.owner;
        let words = ["host", "init", "--headless", "--kdf", "floor", "--name", "Mail", "--listen", &at];
        let mut command = owner.command(words);
        command.args(["--passphrase-stdin", "--script"]);
        let mut set_up = SetUp::start(command, &[PASSPHRASE]);
        owner.take(&set_up);
        let answer = set_up.answer(Some(&owner.code()));
        assert!(answer["info"]["vault_id"].is_string(), "{answer}");
        assert_eq!(set_up.end(), 0);
    }

    /// Where the credential lies, as the agent is given it.
    pub fn credential(&self) -> PathBuf {
        self.host.owner.path("credentials/signet-unattended")
    }

    /// Starts the agent and waits until it says that it is ready; what it says of itself.
    #[track_caller]
    pub fn start(&mut self) -> String {
        let owner = &self.host.owner;
        let socket = owner.path("notify");
        let _ = std::fs::remove_file(&socket);
        let listener = UnixDatagram::bind(&socket).expect("a socket");
        listener.set_read_timeout(Some(Duration::from_secs(30))).expect("a patient one");
        let mut agent = owner.desk.agent(["--profile", "sandbox"]);
        agent.env("NOTIFY_SOCKET", &socket).env("CREDENTIALS_DIRECTORY", owner.path("credentials"));
        agent.stdin(Stdio::null()).stdout(Stdio::null());
        self.agent = Some(agent.spawn().expect("signet-agent"));
        let mut said = [0; 1000];
        let size = listener.recv(&mut said).expect("it says that it is ready");
        let said = String::from_utf8_lossy(&said[..size]).into_owned();
        said.strip_prefix("READY=1\nSTATUS=").expect("as systemd reads it").to_owned()
    }

    /// The machine is switched off: nothing is closed properly.
    pub fn kill(&mut self) {
        let mut agent = self.agent.take().expect("an agent runs");
        agent.kill().expect("it is there");
        agent.wait().expect("it ends");
    }

    /// The service is stopped; the exit code.
    pub fn stop(&mut self) -> Option<i32> {
        let mut agent = self.agent.take().expect("an agent runs");
        let pid = rustix::process::Pid::from_child(&agent);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is there");
        agent.wait().expect("it ends").code()
    }

    /// Where the keychain's files are.
    pub fn keychain(&self) -> PathBuf {
        self.host.owner.path("state/sandbox/keychain")
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(agent) = &mut self.agent {
            let _ = agent.kill();
            let _ = agent.wait();
        }
    }
}

/// Says that something was left out of this run, and why.
pub fn left_out(why: &str) {
    // Nobody may be listening; the run says as much by its name.
    let _ = writeln!(std::io::stderr(), "left out: {why}");
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files_below(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}
