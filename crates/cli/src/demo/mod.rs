//! `demo`: the main job against the sandbox, in a throw-away home, by the same commands a person types.

mod files;
mod shell;
mod steps;
mod totp;

use signet_core::{Code, Failure};
use tokio::signal::unix::{SignalKind, signal};

use crate::args::DemoArgs;
use crate::context::Context;
use crate::exit_codes::End;
use shell::Shell;

/// Runs every step; whatever happens, everything is stopped and removed at the end.
pub(crate) fn run(context: &Context<'_>, args: &DemoArgs) -> Result<End, Failure> {
    // Ctrl-C reaches the command that is running, whose step then fails; this process goes on to clean up.
    let _stay = signal(SignalKind::interrupt()).map_err(|error| unready(&error))?;
    let folder =
        tempfile::Builder::new().prefix("signet-demo.").tempdir().map_err(|error| unready(&error))?;
    let mut shell = Shell::new(folder.path(), context.printer)?;
    let outcome = steps::all(&mut shell);
    let stopped = steps::stop(&mut shell);
    let removed = if args.keep {
        let kept = folder.keep();
        context.printer.note(|view| format!("   {} Kept: {}", view.ink.yellow("!"), kept.display()));
        Ok(())
    } else {
        folder.close().map_err(|error| unready(&error))
    };
    let summary = outcome?;
    stopped?;
    removed?;
    context.printer.show(&summary, |view| summary.text(view));
    Ok(End::OK)
}

fn unready(error: &std::io::Error) -> Failure {
    Failure::new(Code::ReadOnly).what("The demo's throw-away folder cannot be used.").fact("error", error)
}
