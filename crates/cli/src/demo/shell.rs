//! Running `signet` as a person would, and saying so.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::Value;
use signet_core::{Code, Failure};

use crate::printer::Printer;

/// The demo's own home, and the way to run commands in it.
pub(super) struct Shell<'a> {
    home: PathBuf,
    program: PathBuf,
    printer: &'a Printer,
    step: usize,
}

/// A command that asks back by JSON lines.
pub(super) struct Conversation {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl<'a> Shell<'a> {
    /// In that home.
    pub(super) fn new(home: &Path, printer: &'a Printer) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|error| broken(&error))?;
        Ok(Self { home: home.into(), program, printer, step: 0 })
    }

    /// A path in the demo's home.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// Says what comes next.
    pub(super) fn step(&mut self, title: &str) {
        self.step += 1;
        let step = self.step;
        self.printer
            .note(|view| format!("\n{} {}", view.ink.bold(&format!("{step}.")), view.ink.bold(title)));
    }

    /// Says what came out.
    pub(super) fn result(&self, text: &str) {
        self.printer.note(|view| format!("   {} {text}", view.ink.green("✓")));
    }

    /// Runs a command and returns its JSON document.
    pub(super) fn run(&self, arguments: &[&str], input: &str) -> Result<Value, Failure> {
        self.show(arguments);
        self.quietly(arguments, input)
    }

    /// The same without a word.
    pub(super) fn quietly(&self, arguments: &[&str], input: &str) -> Result<Value, Failure> {
        let mut command = self.command(arguments);
        let mut child = command.stderr(Stdio::piped()).spawn().map_err(|error| broken(&error))?;
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(input.as_bytes()); // a command that wants no input has closed it
        }
        let output = child.wait_with_output().map_err(|error| broken(&error))?;
        let said = serde_json::from_slice::<Value>(&output.stdout).unwrap_or(Value::Null);
        if output.status.success() {
            return Ok(said);
        }
        not_interrupted(output.status)?;
        Err(refused(arguments, &said, &String::from_utf8_lossy(&output.stderr)))
    }

    /// Starts a command that speaks JSON lines; `input` is its first lines.
    pub(super) fn converse(&self, arguments: &[&str], input: &str) -> Result<Conversation, Failure> {
        self.show(arguments);
        let mut child = self.command(arguments).spawn().map_err(|error| broken(&error))?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::new(Code::Internal));
        };
        stdin.write_all(input.as_bytes()).map_err(|error| broken(&error))?;
        Ok(Conversation { child, input: stdin, output: BufReader::new(stdout) })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(["--sandbox", "--json"])
            .args(arguments)
            .env("SIGNET_HOME", &self.home)
            .env_remove("SIGNET_PROFILE")
            .current_dir(&self.home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        command
    }

    fn show(&self, arguments: &[&str]) {
        let words: Vec<String> = arguments.iter().map(|word| quoted(word)).collect();
        let line = format!("$ signet --sandbox {}", words.join(" "));
        self.printer.note(|view| format!("   {}", view.ink.dim(&line)));
    }
}

impl Conversation {
    /// The next line that the command prints.
    pub(super) fn line(&mut self) -> Result<Value, Failure> {
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| broken(&error))?;
        let said: Value = serde_json::from_str(&line).unwrap_or(Value::Null);
        if said.is_null() || said.get("error").is_some() {
            if line.is_empty() {
                not_interrupted(self.child.wait().map_err(|error| broken(&error))?)?;
            }
            return Err(refused(&["init"], &said, ""));
        }
        Ok(said)
    }

    /// Answers with one line.
    pub(super) fn say(&mut self, answer: &Value) -> Result<(), Failure> {
        writeln!(self.input, "{answer}").map_err(|error| broken(&error))
    }

    /// Waits for the end.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        let status = self.child.wait().map_err(|error| broken(&error))?;
        if status.success() { Ok(()) } else { Err(refused(&["init"], &Value::Null, &status.to_string())) }
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        let _ = self.child.kill(); // ended already, unless a step failed
        let _ = self.child.wait();
    }
}

/// Ctrl-C ends the command that is running; that is no fault of the step.
fn not_interrupted(status: ExitStatus) -> Result<(), Failure> {
    if status.signal() != Some(rustix::process::Signal::INT.as_raw()) {
        return Ok(());
    }
    Err(Failure::new(Code::Cancelled).what("Cancelled.").remedy("Everything was stopped and removed."))
}

/// The failure that the command printed, else its words.
fn refused(arguments: &[&str], said: &Value, words: &str) -> Failure {
    let failure = said.get("error").and_then(|error| serde_json::from_value::<Failure>(error.clone()).ok());
    // A send that ends badly still prints its report.
    let failure =
        failure.or_else(|| serde_json::from_value(said.get("outcome")?.get("failure")?.clone()).ok());
    let failure = failure.unwrap_or_else(|| {
        let failure =
            Failure::new(Code::Internal).what("A step of the demo failed.").fact("said", words.trim());
        if said.is_null() { failure } else { failure.fact("printed", said) }
    });
    failure.fact("step", arguments.join(" "))
}

fn broken(error: &std::io::Error) -> Failure {
    Failure::new(Code::Internal).what("The demo could not run one of its commands.").fact("error", error)
}

/// A word as a shell needs it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_commands_can_be_pasted() {
        assert_eq!(quoted("a@b.c"), "a@b.c");
        assert_eq!(quoted("It's here"), r"'It'\''s here'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn ctrl_c_is_not_a_fault_of_the_step() {
        let interrupted = not_interrupted(ExitStatus::from_raw(2)).unwrap_err();
        assert_eq!(interrupted.code, Code::Cancelled);
        for other in [0, 1 << 8, 9] {
            assert!(not_interrupted(ExitStatus::from_raw(other)).is_ok());
        }
    }

    #[test]
    fn a_step_fails_with_the_commands_own_reason() {
        let said = serde_json::json!({"error": Failure::new(Code::Locked)});
        assert_eq!(refused(&["x"], &said, "").code, Code::Locked);
        let said =
            serde_json::json!({"outcome": {"outcome": "not-sent", "failure": Failure::new(Code::Network)}});
        assert_eq!(refused(&["x"], &said, "").code, Code::Network);
        assert_eq!(refused(&["x"], &Value::Null, "words").facts["said"], "words");
    }
}
