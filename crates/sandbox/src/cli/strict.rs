//! `strict`.

use serde_json::json;
use signet_sandbox::Command;

use super::args::Switch;
use super::{Context, Failure};

pub(super) fn run(context: &Context, mode: Option<Switch>) -> Result<(), Failure> {
    if let Some(mode) = mode {
        context.run(Command::SetStrict { strict: matches!(mode, Switch::On) })?;
    }
    let strict = context.books()?.strict;
    let text = if strict {
        "Strict: what breaks the standards is refused."
    } else {
        "As Google: padded base64url, a missing kid and bare line feeds are tolerated."
    };
    context.printer.result(text, &json!({ "strict": strict }));
    Ok(())
}
