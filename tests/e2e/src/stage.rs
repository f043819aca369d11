//! Where a journey happens: a session, a screen, a person, a window.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use signet_journeys::Person;
use signet_testkit::Desk;

use crate::driver::Driver;
use crate::{Pictures, Screen, Window};

/// Everything that a journey needs. Dropping it ends what runs and removes every file but the pictures.
#[derive(Debug)]
pub struct Stage {
    // Ended in this order: the window before its screen, the screen before the session.
    driver: Option<Driver>,
    assistance: Vec<Child>,
    others: Vec<Child>,
    screen: Screen,
    /// Who sits there: phone, programs, session.
    pub person: Person,
    dialogs: PathBuf,
    asked: Cell<u32>,
    language: String,
}

/// How the window is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// As `make run` does: in the sandbox, beginning with the practice.
    Practice,
    /// In the sandbox.
    Sandbox,
}

impl Stage {
    /// A stage for a person with nothing but the programs. The sandbox runs.
    pub fn new() -> Self {
        Self::of(Person::new())
    }

    /// A stage on which not even a sandbox runs.
    pub fn bare() -> Self {
        Self::of(Person::without_sandbox(Desk::new()))
    }

    /// A stage for a person with an open vault and a key.
    pub fn ready() -> Self {
        Self::of(Person::ready())
    }

    /// A stage for this person.
    pub fn of(person: Person) -> Self {
        let session = person.desk.session();
        let screen = Screen::start(session);
        let dialogs = session.make_dir("dialogs");
        let language = "C.UTF-8".to_owned();
        Self {
            driver: None,
            assistance: Vec::new(),
            others: Vec::new(),
            screen,
            person,
            dialogs,
            asked: Cell::new(0),
            language,
        }
    }

    /// What `LANG` says to the window.
    pub fn speak(&mut self, language: &str) {
        language.clone_into(&mut self.language);
    }

    /// Starts what assistive technology talks through. Before the window, if at all.
    pub fn start_assistance(&mut self) {
        let mut launcher = self.command(Path::new("/usr/libexec/at-spi-bus-launcher"));
        launcher.arg("--launch-immediately").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.assistance.push(launcher.spawn().expect("at-spi2-core: run scripts/setup"));
        self.until("the accessibility bus", || {
            let mut ask = self.command(Path::new("gdbus"));
            ask.args(["call", "--session", "--timeout", "2", "--dest", "org.a11y.Bus"]);
            ask.args(["--object-path", "/org/a11y/bus", "--method", "org.a11y.Bus.GetAddress"]);
            ask.output().is_ok_and(|answer| answer.status.success())
        });
    }

    /// Opens the window.
    #[track_caller]
    pub fn open(&mut self, start: Start, journey: &str) -> Window {
        self.open_with(start, Pictures::of(journey))
    }

    /// Opens the window again in the same journey.
    #[track_caller]
    pub fn open_with(&mut self, start: Start, pictures: Pictures) -> Window {
        self.driver = None;
        let driver = Driver::start(self.command(Path::new("WebKitWebDriver")));
        let arguments: &[&str] = match start {
            Start::Practice => &["--practice"],
            Start::Sandbox => &["--sandbox"],
        };
        let app = self.person.desk.programs().app();
        let session =
            driver.open(&app, arguments).unwrap_or_else(|fault| panic!("{fault:?}\n{}", self.said()));
        self.driver = Some(driver);
        // For working on the tests of pages without building the window.
        match std::env::var("SIGNET_E2E_PAGE") {
            Ok(page) => session.go(&page).expect("the page"),
            Err(_) => self.focus_window(),
        }
        let window = Window::new(session, pictures);
        window.until("for the page", || {
            let ready = "return document.readyState === 'complete' && !!document.querySelector('h1')";
            (window.session().script(ready, &[]).ok()? == true).then_some(())
        });
        window
    }

    /// There is no window manager here to give it the keyboard.
    fn focus_window(&self) {
        let mut xdotool = self.command(Path::new("xdotool"));
        xdotool.args(["search", "--sync", "--onlyvisible", "--name", "Signet", "windowfocus", "--sync"]);
        assert!(xdotool.status().expect("xdotool: run scripts/setup").success(), "the window takes no focus");
    }

    /// Ends the window at once, as a crash would.
    pub fn kill_window(&mut self, window: Window) -> Pictures {
        for pid in self.pids("signet-app") {
            kill(pid);
        }
        self.until("the window to be gone", || self.pids("signet-app").is_empty());
        self.driver = None;
        window.into_pictures()
    }

    /// Closes the window as its owner would.
    pub fn close_window(&mut self, window: Window) -> Pictures {
        window.session().close();
        self.until("the window to be gone", || self.pids("signet-app").is_empty());
        self.driver = None;
        window.into_pictures()
    }

    /// Ends the agent at once, as a crash would.
    pub fn kill_agent(&self) {
        for pid in self.pids("signet-agent") {
            kill(pid);
        }
        self.until("the agent to be gone", || self.pids("signet-agent").is_empty());
    }

    /// Puts an agent of another version in the place of the one that has ended. While the file exists that this
    /// returns, its vault is open.
    pub fn start_other_agent(&mut self) -> PathBuf {
        let (run, busy) = (self.person.desk.home().join("run"), self.person.path("busy"));
        let (requests, descriptors) = (run.join("sandbox.sock"), run.join("sandbox.fd.sock"));
        std::fs::write(&busy, "").expect("a file");
        let mut python = self.command(Path::new("/usr/bin/python3"));
        python
            .args(["-c", include_str!("python/other_agent.py")])
            .arg(&requests)
            .arg(&descriptors)
            .arg(&busy);
        self.others.push(python.stdin(Stdio::null()).spawn().expect("python3"));
        self.until("the other agent", || std::os::unix::net::UnixStream::connect(&requests).is_ok());
        busy
    }

    /// The next file dialog is answered with these paths; none means that it is given up.
    pub fn next_dialog(&self, paths: &[&Path]) {
        let number = self.asked.get() + 1;
        self.asked.set(number);
        let text = json!({ "paths": paths }).to_string();
        let made = self.dialogs.join(format!("{number:04}.part"));
        std::fs::write(&made, text).expect("an answer");
        std::fs::rename(&made, self.dialogs.join(format!("{number:04}.json"))).expect("an answer");
    }

    /// From the next window on, all that crosses between page and window is recorded in the file returned.
    pub fn record_crossing(&self) -> PathBuf {
        let file = self.dialogs.join("crossed.jsonl");
        std::fs::write(&file, "").expect("a file");
        file
    }

    /// Drops files on the window.
    pub fn drop_files(&self, paths: &[&Path]) {
        let folder = self.dialogs.join("drop");
        std::fs::create_dir_all(&folder).expect("a folder");
        let made = folder.join("0.part");
        std::fs::write(&made, json!({ "paths": paths }).to_string()).expect("a drop");
        std::fs::rename(&made, folder.join("0.json")).expect("a drop");
        self.until("the drop to be seen", || !folder.join("0.json").exists());
    }

    /// A file in the person's home, named as the person would.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        self.person.file(name, content)
    }

    /// Running programs of this stage with that name (the kernel keeps 15 characters).
    pub fn pids(&self, name: &str) -> Vec<u32> {
        let named = self.person.desk.running().into_iter().filter(|(_, known)| known == name);
        named.map(|(pid, _)| pid).collect()
    }

    /// The window's process and those that the web view started.
    pub fn window_pids(&self) -> Vec<u32> {
        let of_window = |name: &str| name == "signet-app" || name.starts_with("WebKit");
        let running = self.person.desk.running().into_iter();
        running.filter(|(_, name)| of_window(name) && name != "WebKitWebDriver").map(|(pid, _)| pid).collect()
    }

    /// What the window wrote to its error output, for a test that fails.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// A program in this session, on this screen.
    pub fn command(&self, program: &Path) -> Command {
        let desk = &self.person.desk;
        let mut command = desk.session().command(program);
        command.env("SIGNET_HOME", desk.home());
        command.env("DISPLAY", self.screen.display()).env("GDK_BACKEND", "x11");
        command.env("LANG", &self.language).env_remove("LC_ALL").env_remove("LANGUAGE");
        // Drawn by the processor; there is no graphics card to ask.
        command.env("LIBGL_ALWAYS_SOFTWARE", "1");
        command.env("SIGNET_DIALOG_HOOK", &self.dialogs);
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("TAURI_AUTOMATION", "true");
        if self.assistance.is_empty() {
            command.env("NO_AT_BRIDGE", "1");
        } else {
            command.env_remove("NO_AT_BRIDGE");
        }
        let log = std::fs::File::options().create(true).append(true).open(self.log()).expect("a log");
        command.stderr(log);
        command
    }

    fn log(&self) -> PathBuf {
        self.person.desk.session().dir().join("window.log")
    }

    #[track_caller]
    #[allow(clippy::unused_self)] // reads as a sentence where it is called
    fn until(&self, what: &str, ready: impl Fn() -> bool) {
        let began = Instant::now();
        while !ready() {
            assert!(began.elapsed() < Duration::from_secs(20), "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for child in self.assistance.iter_mut().chain(&mut self.others) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn kill(pid: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, Signal::KILL);
    }
}
