//! A stand-in for logind on a system bus of the session's own (python3-dbusmock).

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use signet_testkit::Session;

/// A running stand-in. Dropping it ends it together with its bus.
#[derive(Debug)]
pub struct Logind {
    bus: Child,
    service: Child,
    call: Vec<(String, std::ffi::OsString)>,
}

const NAME: &str = "org.freedesktop.login1";
const MANAGER: &str = "/org/freedesktop/login1";

impl Logind {
    /// Starts it, without any login session.
    pub fn start(session: &Session) -> Self {
        let bus = session.start_system_bus();
        // Not a version manager's Python: the system's has dbusmock.
        let mut python = session.command("/usr/bin/python3");
        python.args(["-m", "dbusmock", "--template", "logind"]);
        let service = python.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("python3");
        let call = session.environment().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let logind = Self { bus, service, call };
        let began = Instant::now();
        while !logind.try_call(MANAGER, "org.freedesktop.login1.Manager.CanSuspend", &[]).0 {
            assert!(began.elapsed() < Duration::from_secs(20), "no dbusmock: run scripts/setup");
            std::thread::sleep(Duration::from_millis(50));
        }
        logind
    }

    /// A login session begins.
    pub fn begin_session(&self, id: &str, uid: u32) {
        let uid = uid.to_string();
        self.mock("AddSession", &[id, "seat0", &uid, "somebody", "true"]);
        let path = format!("{MANAGER}/session/{id}");
        self.signal("SessionNew", "so", &format!("[<'{id}'>, <objectpath '{path}'>]"));
    }

    /// Asks a session to lock its screen (`loginctl lock-session`).
    pub fn lock_session(&self, id: &str) {
        self.call(&format!("{MANAGER}/session/{id}"), "org.freedesktop.login1.Session.Lock", &[]);
    }

    /// The session's screen was locked, or unlocked, by its own screen saver.
    pub fn hint_locked(&self, id: &str, locked: bool) {
        let path = format!("{MANAGER}/session/{id}");
        self.call(&path, "org.freedesktop.login1.Session.SetLockedHint", &[&locked.to_string()]);
    }

    /// The computer is about to sleep, or has woken up.
    pub fn prepare_for_sleep(&self, start: bool) {
        self.signal("PrepareForSleep", "b", &format!("[<{start}>]"));
    }

    /// Whether Signet holds up the next sleep.
    pub fn sleep_is_delayed(&self) -> bool {
        let held = self.call(MANAGER, "org.freedesktop.login1.Manager.ListInhibitors", &[]);
        held.contains("'sleep', 'Signet'") && held.contains("'delay'")
    }

    fn signal(&self, name: &str, signature: &str, arguments: &str) {
        self.mock("EmitSignal", &["org.freedesktop.login1.Manager", name, signature, arguments]);
    }

    fn mock(&self, method: &str, arguments: &[&str]) {
        self.call(MANAGER, &format!("org.freedesktop.DBus.Mock.{method}"), arguments);
    }

    fn call(&self, path: &str, method: &str, arguments: &[&str]) -> String {
        let (worked, said) = self.try_call(path, method, arguments);
        assert!(worked, "{method}: {said}");
        said
    }

    fn try_call(&self, path: &str, method: &str, arguments: &[&str]) -> (bool, String) {
        let mut call = Command::new("gdbus");
        call.args(["call", "--system", "--timeout", "5", "--dest", NAME, "--object-path", path]);
        call.args(["--method", method]).args(arguments).envs(self.call.iter().cloned());
        let output = call.output().expect("gdbus");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }
}

impl Drop for Logind {
    fn drop(&mut self) {
        for child in [&mut self.service, &mut self.bus] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
