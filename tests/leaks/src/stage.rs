//! The story that the scans look at: a person with a vault, a key and a message to send.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signet_testkit::{Desk, User, oathtool_at};

use crate::KeyFile;

/// A desk with a sandbox, an agent that logs everything, and a vault.
#[derive(Debug)]
pub struct Stage {
    desk: Desk,
    agent: Option<Child>,
    passphrase: String,
    seed: String,
    /// Steps that the authenticator is ahead of the clock.
    offset: u64,
}

impl Stage {
    /// A desk of an ordinary user with a running sandbox; no agent and no vault yet.
    pub fn new() -> Self {
        let desk = Desk::of(User::unprivileged());
        let stage = Self {
            desk,
            agent: None,
            passphrase: "sentinel passphrase: heron walnut cathedral ninety-nine".into(),
            seed: String::new(),
            offset: 0,
        };
        stage.json(stage.signet(&["sandbox", "start"]), "");
        stage
    }

    /// Whether the tests may look into other users' processes at all.
    pub fn can_scan() -> bool {
        User::can_switch()
    }

    /// The desk.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The passphrase.
    pub fn passphrase(&self) -> &str {
        &self.passphrase
    }

    /// The TOTP seed in base32.
    pub fn seed(&self) -> &str {
        &self.seed
    }

    /// A path in the desk's home.
    pub fn path(&self, name: &str) -> PathBuf {
        self.desk.home().join(name)
    }

    /// The agent's process id.
    pub fn agent(&self) -> u32 {
        self.agent.as_ref().expect("a running agent").id()
    }

    /// The socket of the agent's requests.
    pub fn socket(&self) -> PathBuf {
        self.path("run/sandbox.sock")
    }

    /// The port of the local Google.
    pub fn google_port(&self) -> u16 {
        let place = std::fs::read(self.path("sandbox-google/endpoint.json")).expect("endpoint.json");
        let place: Value = serde_json::from_slice(&place).expect("JSON");
        let port = place["http"].as_str().and_then(|url| url.trim_end_matches('/').rsplit(':').next());
        port.and_then(|port| port.parse().ok()).expect("a port")
    }

    /// Makes a key file in Google's format and reads the numbers in it.
    pub fn make_key(&self) -> KeyFile {
        self.json(self.signet(&["sandbox", "new-key", "--out", "key.json"]), "");
        KeyFile::read(&self.path("key.json"))
    }

    /// Starts the agent in the foreground with the most verbose log, and with core files allowed as
    /// far as the tests' own limit goes. What it prints goes to `agent.out`.
    pub fn start_agent(&mut self) {
        let out = std::fs::File::create(self.desk.session().dir().join("agent.out")).expect("file");
        let mut agent = self.desk.agent(["--profile", "sandbox", "--log", "trace"]);
        agent.current_dir(self.desk.home()).stdin(Stdio::null());
        agent.stdout(out.try_clone().expect("file")).stderr(out);
        self.agent = Some(agent.spawn().expect("agent"));
        let began = Instant::now();
        while !self.path("run/sandbox.fd.sock").exists() || !self.socket().exists() {
            assert!(began.elapsed() < Duration::from_secs(10), "the agent did not start");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends the agent a deadly signal and returns how it ended.
    pub fn crash_agent(&mut self, signal: &str) -> std::process::ExitStatus {
        let mut agent = self.agent.take().expect("a running agent");
        // The shell's own, since not every machine has a program of that name.
        let kill = format!("kill {signal} {}", agent.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().expect("sh");
        assert!(sent.success());
        agent.wait().expect("the agent's end")
    }

    /// Creates the vault, without its message in the terminal but with the same steps.
    pub fn init(&mut self) {
        let mut command = self.signet(&["init", "--kdf", "floor", "--passphrase-stdin", "--script"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("signet");
        let mut input = child.stdin.take().expect("stdin");
        let mut output = BufReader::new(child.stdout.take().expect("stdout"));
        writeln!(input, "{}", self.passphrase).expect("passphrase");
        let shown = line(&mut output);
        shown["totp"]["secret"].as_str().expect("the seed").clone_into(&mut self.seed);
        writeln!(input, "{}", self.answer(&shown)).expect("answers");
        line(&mut output);
        assert!(child.wait().expect("signet").success());
    }

    /// Imports `key.json`, which goes; `signet` runs under `watch`.
    pub fn import(&self, watch: impl FnOnce(u32)) {
        let import = self.signet(&["key", "import", "key.json", "--name", "sentinel", "--remove-original"]);
        self.watched(import, "", watch);
    }

    /// Unlocks with the next code.
    pub fn unlock(&mut self, watch: impl FnOnce(u32)) {
        self.offset += 1;
        self.json(self.signet(&["sandbox", "totp-offset", &self.offset.to_string()]), "");
        let unlock = self.signet(&["unlock", "--passphrase-stdin", "--code", &self.code()]);
        self.watched(unlock, &format!("{}\n", self.passphrase), watch);
    }

    /// Sends a message with an attachment.
    pub fn send(&self, watch: impl FnOnce(u32)) {
        std::fs::write(self.path("attachment.bin"), vec![0xA5; 300_000]).expect("attachment");
        let message = ["--from", "mia@sandbox.example", "--to", "ada@example.com", "--subject", "s"];
        let rest = ["--text", "t", "--attach", "attachment.bin"];
        let send = self.signet(&[&["send"], message.as_slice(), rest.as_slice()].concat());
        self.watched(send, "", watch);
    }

    /// Changes the passphrase, with all the new secrets that this brings.
    pub fn change_passphrase(&mut self, new: &str) {
        self.offset += 1;
        self.json(self.signet(&["sandbox", "totp-offset", &self.offset.to_string()]), "");
        let arguments = ["passphrase", "change", "--passphrase-stdin", "--script", "--code"];
        let mut command = self.signet(&[arguments.as_slice(), &[self.code().as_str()]].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("signet");
        let mut input = child.stdin.take().expect("stdin");
        let mut output = BufReader::new(child.stdout.take().expect("stdout"));
        writeln!(input, "{}\n{new}", self.passphrase).expect("passphrases");
        let shown = line(&mut output);
        writeln!(input, "{}", self.answer(&shown)).expect("answers");
        line(&mut output);
        assert!(child.wait().expect("signet").success());
        new.clone_into(&mut self.passphrase);
    }

    /// Locks the vault.
    pub fn lock(&self, watch: impl FnOnce(u32)) {
        self.watched(self.signet(&["lock"]), "", watch);
    }

    /// `signet --sandbox --json` with arguments, in the desk's home.
    pub fn signet(&self, arguments: &[&str]) -> Command {
        let mut command = self.desk.signet([&["--sandbox", "--json"], arguments].concat());
        command.current_dir(self.desk.home());
        command
    }

    /// Runs a command that must succeed and returns its JSON document.
    pub fn json(&self, command: Command, input: &str) -> Value {
        let output = self.finish(command, input, |_| {});
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// What a ceremony asks for: a code of the seed, groups of the kit.
    fn answer(&self, shown: &Value) -> Value {
        let groups = shown["asks_kit_groups"].as_array().map(Vec::as_slice).unwrap_or_default();
        let groups = groups.iter().map(|number| {
            let index = usize::try_from(number.as_u64().expect("a number")).expect("small") - 1;
            json!([number, shown["kit"]["groups"][index]])
        });
        let mut answer = json!({ "kit_groups": groups.collect::<Vec<_>>() });
        if shown["asks_code"] == true {
            answer["code"] = self.code().into();
        }
        answer
    }

    /// The code that an authenticator shows, at the step that the sandbox vault is told to be at.
    fn code(&self) -> String {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
        let ahead = Duration::from_secs(self.offset * 30);
        let time = u64::try_from((now + ahead).as_millis()).expect("a time");
        oathtool_at(&self.seed, signet_testkit::UnixMillis(time))
    }

    fn watched(&self, command: Command, input: &str, watch: impl FnOnce(u32)) {
        self.finish(command, input, watch);
    }

    fn finish(&self, mut command: Command, input: &str, watch: impl FnOnce(u32)) -> Output {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("signet");
        // A command that wants no input may have closed it.
        let _ = child.stdin.take().expect("stdin").write_all(input.as_bytes());
        watch(child.id());
        let output = child.wait_with_output().expect("signet");
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {said}\n{}", self.log());
        output
    }

    /// The end of the agent's log, for a test that fails.
    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.path("state/sandbox/agent.log")).unwrap_or_default();
        log.lines().rev().take(20).collect::<Vec<_>>().join("\n")
    }
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(mut agent) = self.agent.take() {
            let _ = agent.kill();
            let _ = agent.wait();
        }
    }
}

/// Whether a process is still there.
pub(crate) fn lives(pid: u32) -> bool {
    let status = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
    status.is_ok_and(|text| !text.contains(") Z "))
}

fn line(output: &mut impl BufRead) -> Value {
    let mut line = String::new();
    output.read_line(&mut line).expect("a line");
    serde_json::from_str(&line).expect(&line)
}
