//! `restore`.

use std::fmt::Write as _;

use signet_api::Restore;
use signet_api::wire::RestoreRequest;
use signet_core::Failure;

use super::absolute;
use crate::args::RestoreArgs;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view::plain;

pub(super) async fn run(context: &Context<'_>, args: RestoreArgs) -> Result<End, Failure> {
    let request = RestoreRequest { path: absolute(&args.file)?, replace: args.replace, headless: None };
    let reply = context.call::<Restore>(&request).await?;
    context.printer.done(&reply, |v| {
        let next = if reply.needs_kit { "signet recover --kit" } else { "signet unlock" };
        let next = v.hint(&format!("Open it with `{next}`."));
        let mut text = format!("{} The backup is in place. {next}", v.ink.green("✓"));
        if let Some(path) = &reply.replaced {
            let _ = write!(text, "\n  The vault that was there is kept at {}.", plain(path));
        }
        text
    });
    Ok(End::OK)
}
