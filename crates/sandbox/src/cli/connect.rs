//! Reaching the sandbox: over its control endpoint when it runs, else in its directory.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use signet_sandbox::{Command, Endpoint, Google, StateDir, StateError, WallClock};

use super::{Context, Failure};

/// How long a running sandbox may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        let remedy = match &error {
            StateError::InUse(_) => "Wait a moment and try again; if it stays, stop the other sandbox.",
            StateError::Io { .. } => "Check that the folder exists and that you may write it.",
            StateError::Damaged { .. } => {
                "Move the file away to start afresh, or choose another --state DIR."
            }
        };
        Self::new(format!("The sandbox's state cannot be used: {error}."), remedy)
    }
}

impl Context {
    /// Carries a command out, wherever the sandbox is.
    pub(super) fn run(&self, command: Command) -> Result<Value, Failure> {
        let dir = StateDir::open(&self.state)?;
        if let Some(endpoint) = running(&dir) {
            return call(&dir, &endpoint, &command);
        }
        // Two commands at once on a sandbox that does not run take turns.
        for _ in 0..50 {
            match dir.lock() {
                Ok(_lock) => {
                    let google = Google::open(dir.clone(), Arc::new(WallClock))?;
                    return command.run(&google).map_err(|error| refused(&error.to_string()));
                }
                Err(StateError::InUse(_)) => std::thread::sleep(Duration::from_millis(50)),
                Err(error) => return Err(error.into()),
            }
            if let Some(endpoint) = running(&dir) {
                return call(&dir, &endpoint, &command);
            }
        }
        Err(StateError::InUse(self.state.clone()).into())
    }

    /// The configuration of the sandbox.
    pub(super) fn books(&self) -> Result<signet_sandbox::Books, Failure> {
        parse(self.run(Command::Books)?)
    }
}

/// The sandbox that serves this directory, if one answers.
pub(super) fn running(dir: &StateDir) -> Option<Endpoint> {
    let endpoint: Endpoint = serde_json::from_slice(&fs::read(dir.endpoint()).ok()?).ok()?;
    // A file that a crash left behind leads nowhere, or to a stranger.
    call(dir, &endpoint, &Command::Now).is_ok().then_some(endpoint)
}

/// An answer in the form that it should have.
pub(super) fn parse<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| {
        Failure::new(
            format!("The sandbox's answer cannot be read: {error}."),
            "Stop it and start it again; it may be of another version.",
        )
    })
}

/// Sends a command to a running sandbox.
fn call(dir: &StateDir, endpoint: &Endpoint, command: &Command) -> Result<Value, Failure> {
    let address: Option<SocketAddr> = endpoint.http.strip_prefix("http://").and_then(|a| a.parse().ok());
    let address = address.filter(|address| address.ip().is_loopback()).ok_or_else(|| away("its address"))?;
    let key = dir.control_key()?;
    let body = serde_json::to_string(command).map_err(|error| away(&error.to_string()))?;
    let request = format!(
        "POST /_sandbox/command HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let exchange = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply)?;
        Ok(reply)
    };
    let reply = exchange().map_err(|error| away(&error.to_string()))?;
    let (head, body) = reply.split_once("\r\n\r\n").ok_or_else(|| away("its answer"))?;
    let answer: Value = serde_json::from_str(body).map_err(|error| away(&error.to_string()))?;
    if head.starts_with("HTTP/1.1 200 ") {
        Ok(answer["done"].clone())
    } else {
        Err(refused(answer["error"].as_str().unwrap_or("no reason given")))
    }
}

fn away(what: &str) -> Failure {
    Failure::new(
        format!("The sandbox does not answer: {what}."),
        "Start it with `signet-sandbox start`, or look in sandbox.log in its state folder.",
    )
}

fn refused(what: &str) -> Failure {
    let mut what = what.to_owned();
    if let Some(first) = what.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Failure::new(format!("{what}."), "List what there is with the `list` verb of the same command.")
}
