//! `reset`.

use serde_json::json;
use signet_sandbox::Command;

use super::{Context, Failure};

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    context.run(Command::Reset)?;
    let text = "Mail, uploads, drafts and faults are gone, and the clock is right. Keys and users stay.";
    context.printer.result(text, &json!({ "reset": true }));
    Ok(())
}
