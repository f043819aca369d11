//! `stop`.

use std::time::{Duration, Instant};

use serde_json::json;
use signet_sandbox::{Command, StateDir, StateError};

use super::connect::running;
use super::{Context, Failure};

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let dir = StateDir::open(&context.state)?;
    if running(&dir).is_none() {
        context.printer.result("The sandbox is not running.", &json!({ "stopped": false }));
        return Ok(());
    }
    context.run(Command::Stop)?;
    let started = Instant::now();
    loop {
        match dir.lock() {
            Ok(_) => break,
            Err(StateError::InUse(_)) if started.elapsed() < Duration::from_secs(10) => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error.into()),
        }
    }
    context.printer.result("The sandbox has stopped.", &json!({ "stopped": true }));
    Ok(())
}
