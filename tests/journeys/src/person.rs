//! A person with a sandbox vault, a phone and a terminal.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use signet_core::UnixMillis;
use signet_testkit::{Desk, oathtool_at};

use crate::{Answer, Delivered, SetUp};

/// The passphrase of every person here.
pub const PASSPHRASE: &str = "plum-orbit-velvet-canyon-ninety";

/// The sender that the sandbox's domain knows.
const SENDER: &str = "mia@sandbox.example";

/// A person at a desk. The vault is a sandbox vault at the KDF floor, so that codes need not be waited for.
#[derive(Debug)]
pub struct Person {
    /// Session, programs and home.
    pub desk: Desk,
    /// The phone's seed in base32.
    pub seed: String,
    /// The recovery kit.
    pub kit: String,
    /// The recovery codes.
    pub codes: Vec<String>,
    offset: u64,
}

impl Person {
    /// Somebody with nothing but the programs and a running sandbox.
    pub fn new() -> Self {
        Self::at(Desk::new())
    }

    /// Somebody at that desk, with a running sandbox.
    pub fn at(desk: Desk) -> Self {
        let person = Self::without_sandbox(desk);
        person.google(["start"]).ok();
        person
    }

    /// Somebody at that desk with nothing but the programs.
    pub fn without_sandbox(desk: Desk) -> Self {
        Self { desk, seed: String::new(), kit: String::new(), codes: Vec::new(), offset: 0 }
    }

    /// Somebody with a vault, open.
    pub fn with_vault() -> Self {
        let mut person = Self::new();
        person.init();
        person
    }

    /// Somebody with an open vault and one key in it.
    pub fn ready() -> Self {
        let person = Self::with_vault();
        person.import();
        person
    }

    /// Creates the vault.
    pub fn init(&mut self) {
        let mut set_up = SetUp::start(
            self.command(["init", "--kdf", "floor", "--passphrase-stdin", "--script"]),
            &[PASSPHRASE],
        );
        self.take(&set_up);
        let answer = set_up.answer(Some(&self.code()));
        assert!(answer["info"]["vault_id"].is_string(), "{answer}");
        assert_eq!(set_up.end(), 0);
    }

    /// Notes what a ceremony showed.
    pub fn take(&mut self, set_up: &SetUp) {
        if !set_up.seed().is_empty() {
            self.seed = set_up.seed();
        }
        if !set_up.kit().is_empty() {
            self.kit = set_up.kit();
        }
        self.codes = set_up.codes();
    }

    /// Makes a key and imports it.
    pub fn import(&self) -> Value {
        let file = self.new_key();
        self.signet(["key", "import", &file.display().to_string(), "--remove-original"]).ok()
    }

    /// Makes a key file.
    pub fn new_key(&self) -> PathBuf {
        let file = self.path(&format!("key-{}.json", self.offset));
        let _ = std::fs::remove_file(&file);
        self.google(["new-key", "--out", &file.display().to_string()]).ok();
        file
    }

    /// A file in the person's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.desk.home().join(name)
    }

    /// Writes a file in the person's folder.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// The code that the phone shows now.
    pub fn code(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        oathtool_at(&self.seed, UnixMillis::from_seconds(now.as_secs() + 30 * self.offset))
    }

    /// The step (of 30 seconds since 1970) that vault and phone are at now.
    pub fn step(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() / 30 + self.offset
    }

    /// Moves vault and phone one step on: the next code is a fresh one.
    pub fn next_step(&mut self) -> String {
        self.offset += 1;
        self.google(["totp-offset", &self.offset.to_string()]).ok();
        self.code()
    }

    /// Unlocks with the next code.
    pub fn unlock(&mut self) -> Answer {
        let code = self.next_step();
        self.unlock_with(PASSPHRASE, &code)
    }

    /// Unlocks with these.
    pub fn unlock_with(&self, passphrase: &str, code: &str) -> Answer {
        self.signet_with(["unlock", "--passphrase-stdin", "--code", code], &format!("{passphrase}\n"))
    }

    /// Sends a small message with these further arguments.
    pub fn send<S: AsRef<OsStr>>(&self, more: impl IntoIterator<Item = S>) -> Answer {
        let more: Vec<std::ffi::OsString> = more.into_iter().map(|word| word.as_ref().to_owned()).collect();
        let mut arguments: Vec<std::ffi::OsString> =
            ["send", "--from", SENDER].iter().map(Into::into).collect();
        if !more.iter().any(|word| word == "--subject") {
            arguments.extend(["--subject", "Test"].map(Into::into));
        }
        arguments.extend(more);
        self.signet(arguments)
    }

    /// Runs `signet --sandbox --json …`.
    pub fn signet<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Answer {
        self.signet_with(arguments, "")
    }

    /// The same with standard input.
    pub fn signet_with<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &str,
    ) -> Answer {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("signet starts");
        // It may end without reading.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        Answer::of(&child.wait_with_output().expect("it ends"))
    }

    /// `signet --sandbox --json …`, not started.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.desk.signet(["--sandbox", "--json"]);
        command.args(arguments).current_dir(self.desk.home());
        command
    }

    /// Runs `signet --sandbox --json sandbox …`.
    pub fn google<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Answer {
        let mut words = vec![OsStr::new("sandbox").to_owned()];
        words.extend(arguments.into_iter().map(|word| word.as_ref().to_owned()));
        self.signet(words)
    }

    /// The messages in the sandbox's inbox, newest last as it lists them.
    pub fn inbox(&self) -> Vec<Value> {
        let list = self.google(["inbox", "list"]).ok();
        list.as_array().or_else(|| list["messages"].as_array()).cloned().unwrap_or_default()
    }

    /// The delivered message with that id.
    pub fn delivered(&self, id: &str) -> Delivered {
        let output =
            self.desk.signet(["--sandbox", "sandbox", "inbox", "raw", id]).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let eml = self.file("delivered.eml", &output.stdout);
        Delivered::read(&eml)
    }

    /// The process id of the agent, if one runs.
    pub fn agent(&self) -> Option<u32> {
        self.desk.running().into_iter().find(|(_, name)| name.starts_with("signet-agent")).map(|(pid, _)| pid)
    }

    /// The vault's folder.
    pub fn vault(&self) -> PathBuf {
        self.desk.home().join("data/sandbox")
    }

    /// Verifies the log and returns the report.
    pub fn verify(&self) -> Answer {
        self.signet(["audit", "verify"])
    }

    /// Whether this path exists.
    pub fn has(&self, path: &Path) -> bool {
        path.exists()
    }
}

impl Default for Person {
    fn default() -> Self {
        Self::new()
    }
}
