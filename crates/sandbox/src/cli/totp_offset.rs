//! `totp-offset`: moves the TOTP steps of sandbox vaults, so that a tour need not wait for new codes.

use std::fs;

use serde_json::json;
use signet_sandbox::{StateDir, write_atomic};

use super::{Context, Failure};

pub(super) fn run(context: &Context, steps: Option<i64>) -> Result<(), Failure> {
    let path = StateDir::open(&context.state)?.totp_offset();
    if let Some(steps) = steps {
        write_atomic(&path, format!("{steps}\n").as_bytes())?;
    }
    let now: i64 = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let text = format!("Sandbox vaults count {now:+} TOTP steps of 30 seconds.");
    context.printer.result(&text, &json!({ "steps": now }));
    Ok(())
}
