//! The agent's log file: times, methods and codes. Never a secret, an address or a subject.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Mutex;

use signet_api::Home;
use tracing_subscriber::EnvFilter;

/// Over this size the log of the last run is put aside at start, in bytes.
const ROTATE_AT: u64 = 4 * 1024 * 1024;

/// Starts logging to `agent.log`, at a level such as `info` or `trace`. Whatever the level, libraries
/// that print tokens or keys stay off.
pub(crate) fn start(home: &Home, level: &str) -> std::io::Result<()> {
    let path = home.log_file();
    if fs::metadata(&path).is_ok_and(|file| file.len() > ROTATE_AT) {
        fs::rename(&path, path.with_extension("log.1"))?;
    }
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path)?;
    let quiet = "yup_oauth2=off,hyper=off,hyper_util=off,reqwest=off,rustls=off,h2=off,zbus=off";
    let filter = EnvFilter::try_new(format!("{level},{quiet}")).map_err(std::io::Error::other)?;
    tracing_subscriber::fmt()
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .with_env_filter(filter)
        .try_init()
        .map_err(std::io::Error::other)
}
