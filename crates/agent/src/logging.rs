//! The agent's log file: times, methods and codes. Never a secret, an address or a subject.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Mutex;

use signet_api::Home;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// Over this size the log of the last run is put aside at start, in bytes.
const ROTATE_AT: u64 = 4 * 1024 * 1024;

/// Libraries that print tokens or keys at some level: off at every level.
const QUIET: &str = "yup_oauth2=off,hyper=off,hyper_util=off,reqwest=off,rustls=off,h2=off,zbus=off";

/// Starts logging to `agent.log`, at one of the levels `off`, `error`, `warn`, `info`, `debug`, `trace`.
pub(crate) fn start(home: &Home, level: &str) -> std::io::Result<()> {
    let filter = filter(level)?;
    let path = home.log_file();
    if fs::metadata(&path).is_ok_and(|file| file.len() > ROTATE_AT) {
        fs::rename(&path, path.with_extension("log.1"))?;
    }
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path)?;
    tracing_subscriber::fmt()
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .with_env_filter(filter)
        .try_init()
        .map_err(std::io::Error::other)
}

/// A plain level: a list of directives could turn on what must stay off.
fn filter(level: &str) -> std::io::Result<EnvFilter> {
    let unknown = || std::io::Error::other(format!("unknown log level {level}"));
    let level: LevelFilter = level.parse().map_err(|_| unknown())?;
    EnvFilter::try_new(format!("{level},{QUIET}")).map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_one_word() {
        for good in ["off", "error", "info", "trace"] {
            let filter = filter(good).unwrap().to_string();
            assert!(filter.contains("yup_oauth2=off") && filter.contains(good), "{filter}");
        }
        for bad in ["info,yup_oauth2=trace", "hyper=trace", "loud", "info,hyper[span]=trace"] {
            assert!(filter(bad).is_err(), "{bad}");
        }
    }
}
