//! A person at a machine: a session, the installed programs, a home for Signet.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Machine, Programs, Session, User, WrongClock, programs};

/// Everything that a journey needs. Dropping it ends what runs and removes every file.
#[derive(Debug)]
pub struct Desk {
    session: Session,
    programs: Programs,
    home: PathBuf,
    clock: Option<WrongClock>,
}

impl Desk {
    /// The desk of whoever runs the tests.
    pub fn new() -> Self {
        Self::of(None)
    }

    /// The desk of an ordinary user (whoever runs the tests, unless that is root).
    pub fn unprivileged() -> Self {
        Self::of(User::unprivileged())
    }

    /// The desk of `user`, with the programs copied to where that user can start them.
    pub fn of(user: Option<User>) -> Self {
        let session = Session::start_as(user);
        let home = session.make_dir("signet");
        let programs = match session.user() {
            None => programs().clone(),
            Some(user) => {
                let dir = session.make_dir("programs");
                let copied = programs().copied_to(&dir);
                for program in [copied.signet(), copied.agent(), copied.sandbox()] {
                    user.owns(&program);
                }
                copied
            }
        };
        Self { session, programs, home, clock: None }
    }

    /// A server: no bus, no keyring.
    pub fn server() -> Self {
        let session = Session::without_bus(None);
        let home = session.make_dir("signet");
        Self { session, programs: programs().clone(), home, clock: None }
    }

    /// The desk of `user` on a machine of its own, with programs that every user can start.
    pub fn on(machine: Machine, user: User, programs: Programs) -> Self {
        let session = Session::start_on(machine, user);
        let home = session.make_dir("signet");
        Self { session, programs, home, clock: None }
    }

    /// The same with a clock that can be set, for whatever is started from now on.
    #[must_use]
    pub fn with_wrong_clock(mut self) -> Self {
        self.clock = Some(WrongClock::in_dir(self.session.dir()));
        self
    }

    /// The clock of a desk that was made with one.
    ///
    /// # Panics
    /// If it was made without.
    pub fn wrong_clock(&self) -> &WrongClock {
        self.clock.as_ref().expect("a desk with a clock of its own")
    }

    /// The session: its keyring and bus.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The session, to lock, freeze, end or start its parts.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    /// `SIGNET_HOME`.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The programs that this desk starts.
    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    /// `signet` with arguments, in the session, as its user.
    pub fn signet<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        self.with_home(self.programs.signet(), arguments)
    }

    /// `signet-sandbox` with arguments.
    pub fn sandbox<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        self.with_home(self.programs.sandbox(), arguments)
    }

    /// `signet-agent` with arguments.
    pub fn agent<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        self.with_home(self.programs.agent(), arguments)
    }

    /// The running programs that were started from this desk: process id and program name.
    pub fn running(&self) -> Vec<(u32, String)> {
        processes().filter(|(pid, _)| self.started(*pid)).collect()
    }

    /// Belongs to this desk: its command line or its open files name the desk's folder. The
    /// environment would say so too, but a closed process shows it to root only.
    fn started(&self, pid: u32) -> bool {
        let dir = self.session.dir();
        let process = PathBuf::from(format!("/proc/{pid}"));
        let has = |file: &str| {
            let text = std::fs::read(process.join(file)).unwrap_or_default();
            let dir = dir.as_os_str().as_encoded_bytes();
            text.windows(dir.len()).any(|window| window == dir)
        };
        has("cmdline") || has("environ")
    }

    fn with_home<S: AsRef<std::ffi::OsStr>>(
        &self,
        program: PathBuf,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = self.session.command(program);
        command.env("SIGNET_HOME", &self.home).args(arguments);
        command.envs(self.clock.iter().flat_map(WrongClock::environment));
        command
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Desk {
    /// Ends agents and sandboxes that went to the background.
    fn drop(&mut self) {
        use rustix::process::{Pid, Signal, kill_process};
        for (pid, name) in self.running() {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            if let (true, Some(pid)) = (name.starts_with("signet"), pid) {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
    }
}

/// Every process: id and program name (the kernel keeps 15 characters).
fn processes() -> impl Iterator<Item = (u32, String)> {
    let entries = std::fs::read_dir("/proc").expect("/proc");
    entries.filter_map(Result::ok).filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let name = std::fs::read_to_string(entry.path().join("comm")).ok()?;
        Some((pid, name.trim_end().to_owned()))
    })
}
