//! The scripted set-up conversation.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// `signet … --script`, half-way: secrets shown, proofs not given yet.
#[derive(Debug)]
pub struct SetUp {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What it showed.
    pub shown: Value,
}

impl SetUp {
    /// Starts the conversation; `secrets` are the lines that come first.
    #[track_caller]
    pub fn start(mut command: Command, secrets: &[&str]) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("signet starts");
        let mut input = child.stdin.take().expect("a pipe");
        for secret in secrets {
            writeln!(input, "{secret}").expect("a secret is read");
        }
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        output.read_line(&mut line).expect("an answer");
        Self { child, input, output, shown: serde_json::from_str(&line).unwrap_or(Value::Null) }
    }

    /// The new TOTP seed in base32.
    pub fn seed(&self) -> String {
        self.shown["totp"]["secret"].as_str().unwrap_or_default().replace(' ', "")
    }

    /// The nine groups of the new kit.
    pub fn kit(&self) -> String {
        let groups = self.shown["kit"]["groups"].as_array().cloned().unwrap_or_default();
        groups.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The new recovery codes.
    pub fn codes(&self) -> Vec<String> {
        let codes = self.shown["codes"].as_array().cloned().unwrap_or_default();
        codes.iter().filter_map(|code| Some(code.as_str()?.to_owned())).collect()
    }

    /// Types the proofs back: the code if one is asked for, and the asked groups of the kit.
    pub fn answer(&mut self, code: Option<&str>) -> Value {
        let asked = self.shown["asks_kit_groups"].as_array().cloned().unwrap_or_default();
        let groups: Vec<Value> = asked
            .iter()
            .filter_map(Value::as_u64)
            .map(|n| json!([n, self.shown["kit"]["groups"][usize::try_from(n - 1).expect("small")]]))
            .collect();
        self.say(&json!({ "code": code, "kit_groups": groups }))
    }

    /// Says a line and reads the next.
    pub fn say(&mut self, line: &Value) -> Value {
        writeln!(self.input, "{line}").expect("it listens");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("an answer");
        serde_json::from_str(&answer).unwrap_or(Value::Null)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end; the exit code.
    pub fn end(mut self) -> i32 {
        drop(self.input);
        self.child.wait().expect("it ends").code().unwrap_or(-1)
    }

    /// Goes away in the middle.
    pub fn abandon(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
