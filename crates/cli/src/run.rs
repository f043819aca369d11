//! From the command line to the exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use signet_core::{Code, Failure};

use crate::args::{Cli, Globals};
use crate::commands;
use crate::context::Context;
use crate::exit_codes::End;
use crate::printer::Printer;

/// Runs the command that this process was started with. `hardened` says whether the process is
/// closed to other programs: if it is not, it does not go on, because it may be told a passphrase.
pub fn run(hardened: Result<(), String>) -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, &arguments),
    };
    let printer = Printer::new(cli.globals, cli.command.is_script());
    let end = hardened.map_err(|error| unprotected(&error)).and_then(|()| start(cli, &printer));
    match end {
        Ok(end) => end.into(),
        Err(failure) => {
            printer.failure(&failure);
            End::of(&failure).into()
        }
    }
}

fn start(cli: Cli, printer: &Printer) -> Result<End, Failure> {
    let context = Context::new(cli.globals, printer)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Code::Internal).fact("error", error))?;
    let end = runtime.block_on(commands::run(&context, cli.command));
    // A read of standard input that nobody waits for any more must not hold the exit up.
    runtime.shutdown_background();
    end
}

/// A command line that does not parse, or one that asks for help.
fn refuse(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let json = arguments.iter().any(|argument| argument == "--json");
    if json && !asked {
        let printer = Printer::new(Globals { json: true, ..Globals::default() }, false);
        let text = error.to_string();
        let first = text.trim_start_matches("error: ").lines().next().unwrap_or_default();
        printer.failure(&Failure::new(Code::Usage).fact("usage", first));
        return End::of(&Failure::new(Code::Usage)).into();
    }
    let _ = error.print(); // nowhere left to say that it could not be printed
    if asked { End::OK.into() } else { End::of(&Failure::new(Code::Usage)).into() }
}

fn unprotected(error: &str) -> Failure {
    Failure::new(Code::Internal)
        .what("The system does not let Signet close itself to other programs, so it did not start.")
        .remedy("Run it outside of debuggers and restricted containers.")
        .fact("error", error)
}
