//! `start`: in the background, until it listens; or here, with --foreground.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use signet_sandbox::{Endpoint, Sandbox, SandboxOptions, StateDir, private_file};
use tracing_subscriber::EnvFilter;

use super::args::StartArgs;
use super::connect::running;
use super::{Context, Failure};

/// How long the background process may take until it listens.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn run(context: &Context, args: &StartArgs) -> Result<(), Failure> {
    if !args.address.is_loopback() {
        return Err(Failure::new(
            format!("{} is not an address of this computer alone.", args.address),
            "The sandbox has no passwords, so it listens on loopback addresses only; leave --address out.",
        ));
    }
    let dir = StateDir::open(&context.state)?;
    if let Some(endpoint) = running(&dir) {
        return already(context, args, &endpoint);
    }
    if args.foreground { foreground(context, args) } else { background(context, args, &dir) }
}

fn already(context: &Context, args: &StartArgs, endpoint: &Endpoint) -> Result<(), Failure> {
    if args.tls && endpoint.https.is_none() {
        return Err(Failure::new(
            "The sandbox is running already, without HTTPS.",
            "Stop it with `signet-sandbox stop`, then start it with --tls.",
        ));
    }
    announce(context, "is running already", endpoint, true);
    Ok(())
}

fn foreground(context: &Context, args: &StartArgs) -> Result<(), Failure> {
    let level = EnvFilter::try_from_env("SIGNET_SANDBOX_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(level).with_ansi(false).with_writer(std::io::stderr).init();
    let options = SandboxOptions {
        address: args.address,
        port: args.port,
        tls: args.tls,
        ..SandboxOptions::new(&context.state)
    };
    let running = Sandbox::start(options).map_err(|error| not_started(&error.to_string()))?;
    announce(context, "is listening", running.endpoint(), false);
    running.wait();
    Ok(())
}

fn background(context: &Context, args: &StartArgs, dir: &StateDir) -> Result<(), Failure> {
    let log = private_file().create(true).append(true).open(dir.log());
    let log = log.map_err(|error| not_started(&error.to_string()))?;
    let program = std::env::current_exe().map_err(|error| not_started(&error.to_string()))?;
    let mut command = Command::new(program);
    command
        .args(["start", "--foreground", "--port", &args.port.to_string()])
        .args(["--address", &args.address.to_string()])
        .arg("--state")
        .arg(&context.state)
        .args(args.tls.then_some("--tls"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    // Out of the terminal's group: Ctrl-C here is not meant for it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| not_started(&error.to_string()))?;
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(endpoint) = running(dir) {
            announce(context, "is listening", &endpoint, false);
            return Ok(());
        }
        if let Ok(Some(_)) = child.try_wait() {
            let log = std::fs::read_to_string(dir.log()).unwrap_or_default();
            return Err(not_started(
                log.lines().rev().find(|line| line.contains("did not start")).unwrap_or(""),
            ));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(not_started("it took too long"))
}

fn announce(context: &Context, what: &str, endpoint: &Endpoint, already: bool) {
    let ca = endpoint.ca.display();
    let tls = endpoint.https.as_ref().map(|https| format!(" and {https} (trust {ca})"));
    let text = format!("The sandbox {what} at {}{}.", endpoint.http, tls.unwrap_or_default());
    let value = json!({
        "http": endpoint.http,
        "https": endpoint.https,
        "ca": endpoint.ca,
        "pid": endpoint.pid,
        "already_running": already,
    });
    context.printer.result(&text, &value);
}

fn not_started(what: &str) -> Failure {
    let what = what.trim_start_matches("The sandbox did not start: ").trim_end_matches('.');
    let what = if what.is_empty() { "it ended at once" } else { what };
    Failure::new(
        format!("The sandbox did not start: {what}."),
        "Look in sandbox.log in its state folder; another --port or --state may help.",
    )
}
