//! Starting `signet-agent` and finding the programs beside this one: the same for every client.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use signet_core::{Code, Failure, Kind};

use crate::Home;

const PATIENCE: Duration = Duration::from_secs(5);
/// The agent's exit code when another one serves the profile.
const ANOTHER_RUNS: u8 = Kind::Agent.exit_code();
const STEP: Duration = Duration::from_millis(10);

/// Starts the agent unless it answers already, and waits until it listens (at most 5 s).
///
/// # Errors
/// Why it did not start, in its own words where it has some.
pub async fn ensure(home: &Home) -> Result<(), Failure> {
    if listens(home) {
        return Ok(());
    }
    let (mut child, mut log) = spawn(home)?;
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if listens(home) {
            return Ok(());
        }
        match child.try_wait() {
            // Another agent has the place: either it lost a race and the winner is about to listen,
            // or the old one is just leaving.
            Ok(Some(status)) if status.code() == Some(ANOTHER_RUNS.into()) => {
                tokio::time::sleep(STEP * 10).await;
                if !listens(home) {
                    (child, log) = spawn(home)?;
                }
            }
            Ok(Some(_)) => break,
            _ => tokio::time::sleep(STEP).await,
        }
    }
    Err(did_not_start(&mut log, home))
}

/// Whether somebody listens at the agent's sockets.
pub fn listens(home: &Home) -> bool {
    home.descriptor_socket().exists() && UnixStream::connect(home.socket()).is_ok()
}

/// Becomes the agent, in the foreground. Returns only if that fails.
pub fn become_agent(home: &Home, log: Option<String>) -> Failure {
    let level = log.into_iter().flat_map(|level| ["--log".into(), level]);
    let error = agent(home).args(level).exec();
    missing("signet-agent", &error)
}

/// A program of the same installation: beside this one, else by `PATH`.
pub fn program(name: &str) -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join(name)));
    beside.filter(|path| path.is_file()).unwrap_or_else(|| PathBuf::from(name))
}

/// A program of the installation could not be started.
pub fn missing(name: &str, error: &std::io::Error) -> Failure {
    Failure::new(Code::AgentAway)
        .what(format!("The program {name} could not be started."))
        .remedy("Install Signet's programs into one folder.")
        .fact("error", error)
}

fn agent(home: &Home) -> Command {
    let mut command = Command::new(program("signet-agent"));
    command.args(["--profile", home.profile().as_str()]);
    command
}

fn spawn(home: &Home) -> Result<(Child, File), Failure> {
    let io = |error: std::io::Error| Failure::new(Code::ReadOnly).fact("error", error);
    private_folder(home.state()).map_err(io)?;
    let mut log = OpenOptions::new()
        .create(true)
        .append(true)
        .read(true)
        .mode(0o600)
        .open(home.log_file())
        .map_err(io)?;
    log.seek(SeekFrom::End(0)).map_err(io)?;
    let child = agent(home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.try_clone().map_err(io)?)
        // Out of the terminal's group: Ctrl-C here is not meant for the agent.
        .process_group(0)
        .current_dir("/")
        .spawn()
        .map_err(|error| missing("signet-agent", &error))?;
    Ok((child, log))
}

fn private_folder(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn did_not_start(log: &mut File, home: &Home) -> Failure {
    let mut said = String::new();
    // Append mode moves the shared offset only on writes; what follows the offset is this start's.
    let _ = log.take(16 * 1024).read_to_string(&mut said);
    let own = said.lines().rev().find_map(|line| serde_json::from_str::<Failure>(line).ok());
    own.unwrap_or_else(|| {
        let failure = Failure::new(Code::AgentAway)
            .what("The agent did not start.")
            .remedy("Run `signet agent run` to see what it says.")
            .fact("log", home.log_file().display());
        match said.lines().rev().find(|line| !line.trim().is_empty()) {
            Some(last) => failure.fact("agent_said", last),
            None => failure,
        }
    })
}

/// Asks the process that listens to end. It locks its vault first.
///
/// # Errors
/// That nobody listens, or that the socket is somebody else's.
pub fn terminate(home: &Home) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(Code::AgentAway).fact("error", error);
    let socket = UnixStream::connect(home.socket()).map_err(failed)?;
    let peer = rustix::net::sockopt::socket_peercred(&socket).map_err(|error| failed(error.into()))?;
    if peer.uid != rustix::process::geteuid() {
        return Err(Failure::new(Code::AgentUntrusted).fact("uid", peer.uid.as_raw()));
    }
    let ended = rustix::process::kill_process(peer.pid, rustix::process::Signal::TERM);
    ended.map_err(|error| failed(error.into()))
}

/// Waits until the agent's socket no longer answers (at most 5 s).
///
/// # Errors
/// That it still answers.
pub async fn gone(home: &Home) -> Result<(), Failure> {
    let started = Instant::now();
    while listens(home) {
        if started.elapsed() > PATIENCE {
            return Err(Failure::new(Code::Busy).what("The agent is still finishing something."));
        }
        tokio::time::sleep(STEP).await;
    }
    Ok(())
}
