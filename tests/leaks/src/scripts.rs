//! The small Python programs that the tests use: written by other means than the product, and run as
//! whatever user the case needs.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use data_encoding::HEXLOWER;
use serde_json::Value;
use signet_testkit::{Session, python, workspace_root};

/// A process that holds known bytes in memory and protects them in no way.
#[derive(Debug)]
pub struct Holder {
    child: Child,
    _stdin: ChildStdin,
}

impl Holder {
    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The system's Python with a program, which need not be readable for the user that runs it.
pub fn system_python(session: &Session, program: &str, arguments: &[&str]) -> Command {
    let mut command = session.command("/usr/bin/python3");
    command.args(["-c", program]).args(arguments).stdin(Stdio::null());
    command
}

/// Starts a holder of `bytes` (no line feeds) as the session's user.
pub fn hold(session: &Session, bytes: &[u8]) -> Holder {
    let mut command = system_python(session, include_str!("python/hold.py"), &[]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(&[bytes, b"\n"].concat()).expect("bytes");
    let said = first_line(&mut child);
    assert_eq!(said, format!("holding {} bytes", bytes.len()));
    Holder { child, _stdin: stdin }
}

/// What another program of the session's user can do to a process: `mem`, `environ`, `fd`, `readv` and
/// `ptrace`, each `open` or `refused`.
pub fn probe(session: &Session, pid: u32) -> BTreeMap<String, String> {
    let mut command = system_python(session, include_str!("python/probe.py"), &[&pid.to_string()]);
    let output = command.output().expect("python3");
    let text = String::from_utf8(output.stdout).expect("text");
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(way, result)| (way.to_owned(), result.to_owned())).collect()
}

/// Every item of the session's keyring: label and value.
pub fn keyring_items(session: &Session) -> Value {
    let mut command = system_python(session, include_str!("python/keyring_items.py"), &[]);
    let output = command.output().expect("python3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// D, E, the seed, A, the key that opens the slot, VMK and every key under it, by the independent
/// decoder.
pub fn derived_secrets(
    vault: &Path,
    passphrase: &str,
    seed: &str,
    items: &Value,
) -> BTreeMap<String, Vec<u8>> {
    let mut command = Command::new(python());
    command.args(["-c", include_str!("python/derive.py")]);
    command.arg(workspace_root().join("tests/decoder")).arg(vault);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("python");
    let given = serde_json::json!({ "passphrase": passphrase, "seed": seed, "items": items });
    child.stdin.take().expect("stdin").write_all(given.to_string().as_bytes()).expect("input");
    let output = child.wait_with_output().expect("python");
    assert!(output.status.success(), "the independent decoder could not open the vault");
    let secrets: BTreeMap<String, String> = serde_json::from_slice(&output.stdout).expect("JSON");
    let bytes = |hex: String| HEXLOWER.decode(hex.as_bytes()).expect("hex");
    secrets.into_iter().map(|(name, hex)| (name, bytes(hex))).collect()
}

/// The first line that a child prints; the rest is dropped.
pub(crate) fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    line.trim_end().to_owned()
}
