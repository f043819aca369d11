//! `demo`: the main job against the sandbox, in a throw-away home, by the same commands a person types.

mod files;
mod shell;
mod steps;
mod totp;

use signet_core::{Code, Failure};

use crate::args::DemoArgs;
use crate::context::Context;
use crate::exit_codes::End;
use shell::Shell;

/// Runs every step; whatever happens, everything is stopped and removed at the end.
pub(crate) fn run(context: &Context<'_>, args: &DemoArgs) -> Result<End, Failure> {
    let folder = tempfile::Builder::new().prefix("signet-demo.").tempdir().map_err(|error| {
        Failure::new(Code::ReadOnly).what("No throw-away folder could be made.").fact("error", error)
    })?;
    let mut shell = Shell::new(folder.path(), context.printer)?;
    let outcome = steps::all(&mut shell);
    let stopped = steps::stop(&mut shell);
    let outcome = outcome.and_then(|summary| stopped.map(|()| summary));
    if args.keep {
        let kept = folder.keep();
        context.printer.note(|view| format!("{} Kept: {}", view.ink.yellow("!"), kept.display()));
    }
    let summary = outcome?;
    context.printer.show(&summary, |view| summary.text(view));
    Ok(End::OK)
}
