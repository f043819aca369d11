//! A private login session: own directories, own bus, a real gnome-keyring that tests can lock,
//! freeze, end and start again.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{Machine, User};

/// A running session. Dropping it ends the bus and the keyring and removes every file.
#[derive(Debug)]
pub struct Session {
    dir: TempDir,
    user: Option<User>,
    machine: Option<Machine>,
    bus: Option<Child>,
    keyring: Option<Child>,
}

/// The keyring's password, the same at each start.
const KEYRING_PASSWORD: &[u8] = b"the session's login password";
const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";

impl Session {
    /// A session of whoever runs the tests, its keyring unlocked.
    pub fn start() -> Self {
        Self::start_as(None)
    }

    /// A session of `user`, its keyring unlocked.
    pub fn start_as(user: Option<User>) -> Self {
        Self::without_bus(user).started()
    }

    /// A session of `user` on a machine with a network of its own.
    pub fn start_on(machine: Machine, user: User) -> Self {
        let mut session = Self::without_bus(Some(user));
        session.machine = Some(machine);
        session.started()
    }

    fn started(mut self) -> Self {
        self.start_bus();
        self.start_keyring();
        self
    }

    /// The directories only: a bus that comes late, or never.
    pub fn without_bus(user: Option<User>) -> Self {
        let dir = tempfile::Builder::new().prefix("signet-").tempdir().expect("temporary directory");
        let session = Self { dir, user, machine: None, bus: None, keyring: None };
        // Others may pass through, so that what keeps them out is each directory's own mode.
        set_mode(session.dir.path(), 0o755);
        for (_, name) in DIRECTORIES {
            session.make_dir(name);
        }
        session
    }

    /// The session's own folder.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Whom the session belongs to, when that is not whoever runs the tests.
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// The machine, when it has a network of its own.
    pub fn machine(&self) -> Option<&Machine> {
        self.machine.as_ref()
    }

    /// The machine, to move it.
    pub fn machine_mut(&mut self) -> Option<&mut Machine> {
        self.machine.as_mut()
    }

    /// Makes a folder in the session, mode 0700, owned by its user.
    pub fn make_dir(&self, name: &str) -> PathBuf {
        let path = self.dir().join(name);
        std::fs::create_dir(&path).expect("directory");
        set_mode(&path, 0o700);
        if let Some(user) = &self.user {
            user.owns(&path);
        }
        path
    }

    /// The environment of programs in this session. Nothing else of the tests' environment that
    /// could point to a real session remains.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut pairs: Vec<(&str, OsString)> =
            DIRECTORIES.iter().map(|(variable, name)| (*variable, self.dir().join(name).into())).collect();
        pairs.push(("DBUS_SESSION_BUS_ADDRESS", self.bus_address().into()));
        // Nobody listens there unless a test puts a bus there: the real one is not a test's business.
        pairs.push(("DBUS_SYSTEM_BUS_ADDRESS", self.system_bus_address().into()));
        pairs
    }

    /// A program to be started in this session, as its user.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = match &self.machine {
            Some(machine) => machine.command(self.user.as_ref(), program.as_ref()),
            None => Command::new(program.as_ref()),
        };
        command.current_dir(self.dir());
        for unwanted in UNWANTED {
            command.env_remove(unwanted);
        }
        command.envs(self.environment());
        // Entering another network takes root, so there the change of user comes after it.
        if let (Some(user), None) = (&self.user, &self.machine) {
            user.runs(&mut command);
        }
        command
    }

    /// Starts the bus.
    pub fn start_bus(&mut self) {
        let socket = self.dir().join("run/bus");
        let _ = std::fs::remove_file(&socket);
        self.bus = Some(self.start_daemon("bus.conf", &self.bus_address()));
        wait_for("the session bus", || socket.exists());
    }

    /// Starts a bus that programs of this session take for the system's. The caller ends it.
    #[must_use = "the bus runs until it is killed"]
    pub fn start_system_bus(&self) -> Child {
        let daemon = self.start_daemon("system-bus.conf", &self.system_bus_address());
        wait_for("the system bus", || self.system_bus_socket().exists());
        daemon
    }

    /// Ends the bus: everything connected to it loses its connection.
    pub fn stop_bus(&mut self) {
        end(self.bus.take());
    }

    /// Starts the keyring on the same files as before, unlocked.
    pub fn start_keyring(&mut self) {
        let mut daemon = self.command("gnome-keyring-daemon");
        daemon.args(["--foreground", "--unlock", "--components=secrets"]);
        daemon.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = daemon.spawn().expect("gnome-keyring-daemon");
        child.stdin.take().expect("stdin").write_all(KEYRING_PASSWORD).expect("password");
        self.keyring = Some(child);
        wait_for("the keyring", || {
            let answer = self.ask_service("org.freedesktop.Secret.Service.ReadAlias", &["default"]);
            answer.status.success() && String::from_utf8_lossy(&answer.stdout).contains("collection")
        });
    }

    /// Ends the keyring at once; its files stay.
    pub fn stop_keyring(&mut self) {
        end(self.keyring.take());
    }

    /// Ends the keyring and starts it again on the same files.
    pub fn restart_keyring(&mut self) {
        self.stop_keyring();
        self.start_keyring();
    }

    /// Freezes the keyring: calls to it hang until [`Session::thaw_keyring`].
    pub fn freeze_keyring(&self) {
        signal(self.keyring.as_ref(), Signal::STOP);
    }

    /// Lets a frozen keyring go on.
    pub fn thaw_keyring(&self) {
        signal(self.keyring.as_ref(), Signal::CONT);
    }

    /// Locks the collection. There is nobody to ask for its password, so it stays locked until
    /// [`Session::restart_keyring`].
    pub fn lock_collection(&self) {
        let login = "['/org/freedesktop/secrets/collection/login']";
        let answer = self.ask_service("org.freedesktop.Secret.Service.Lock", &[login]);
        assert!(answer.status.success(), "the collection did not lock: {answer:?}");
    }

    /// Where the keyring keeps its files.
    pub fn keyring_dir(&self) -> PathBuf {
        self.dir().join("data/keyrings")
    }

    fn ask_service(&self, method: &str, arguments: &[&str]) -> Output {
        let mut call = self.command("gdbus");
        call.args(["call", "--timeout", "2", "--session", "--dest", SERVICE]);
        call.args(["--object-path", SERVICE_PATH, "--method", method]).args(arguments);
        call.output().expect("gdbus")
    }

    fn start_daemon(&self, config: &str, address: &str) -> Child {
        let config = self.dir().join(config);
        std::fs::write(&config, bus_config(address)).expect("bus configuration");
        let mut daemon = self.command("dbus-daemon");
        daemon.args(["--nofork", "--nopidfile", "--config-file"]).arg(config);
        daemon.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        daemon.spawn().expect("dbus-daemon")
    }

    fn system_bus_socket(&self) -> PathBuf {
        self.dir().join("run/system-bus")
    }

    fn system_bus_address(&self) -> String {
        format!("unix:path={}", self.system_bus_socket().display())
    }

    fn bus_address(&self) -> String {
        format!("unix:path={}", self.dir().join("run/bus").display())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.thaw_keyring();
        end(self.keyring.take());
        end(self.bus.take());
    }
}

/// Variables that name the session's directories.
const DIRECTORIES: [(&str, &str); 6] = [
    ("HOME", "home"),
    ("XDG_RUNTIME_DIR", "run"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CACHE_HOME", "cache"),
];

/// Variables of the outer session that must not reach the inner one.
const UNWANTED: [&str; 6] =
    ["SIGNET_HOME", "SIGNET_PROFILE", "GNOME_KEYRING_CONTROL", "DISPLAY", "WAYLAND_DISPLAY", "SSH_AUTH_SOCK"];

/// No service folder: nothing starts on demand, so what a test ends stays ended.
fn bus_config(address: &str) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#
    )
}

fn wait_for(what: &str, ready: impl Fn() -> bool) {
    let began = Instant::now();
    while !ready() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what} did not start: run scripts/setup");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn signal(child: Option<&Child>, signal: Signal) {
    if let Some(child) = child {
        let _ = kill_process(Pid::from_child(child), signal);
    }
}

fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("mode");
}
