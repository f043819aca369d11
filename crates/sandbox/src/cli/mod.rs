//! The command line: one verb a file.

mod accounts;
mod args;
mod clock;
mod connect;
mod delegation;
mod faults;
mod inbox;
mod keys;
mod new_key;
mod print;
mod quota;
mod reset;
mod start;
mod status;
mod stop;
mod strict;
mod time;
mod totp_offset;
mod users;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Verb};
use print::Printer;

/// What a verb needs: where the state is and how to print.
struct Context {
    state: PathBuf,
    printer: Printer,
}

/// Why a verb failed: one sentence of what happened and one of what to do.
#[derive(Debug)]
struct Failure {
    what: String,
    remedy: String,
}

impl Failure {
    fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

/// Runs the command line.
pub(crate) fn run() -> ExitCode {
    let args = Args::parse();
    let printer = Printer { json: args.json };
    let Some(state) = args.state.or_else(args::default_state) else {
        let remedy = "Say where to keep the state with --state DIR.";
        printer.failure(&Failure::new("There is no home directory.", remedy));
        return ExitCode::from(2);
    };
    let context = Context { state, printer };
    let result = match args.verb {
        Verb::Start(args) => start::run(&context, &args),
        Verb::Stop => stop::run(&context),
        Verb::Status => status::run(&context),
        Verb::NewKey(args) => new_key::run(&context, &args),
        Verb::Inbox { verb } => inbox::run(&context, &verb),
        Verb::Faults { verb } => faults::run(&context, verb),
        Verb::Clock { change } => clock::run(&context, change),
        Verb::Keys { verb } => keys::run(&context, verb),
        Verb::Accounts { verb } => accounts::run(&context, verb),
        Verb::Delegation { verb } => delegation::run(&context, verb),
        Verb::Users { verb } => users::run(&context, verb),
        Verb::Quota(args) => quota::run(&context, &args),
        Verb::Strict { mode } => strict::run(&context, mode),
        Verb::TotpOffset { steps } => totp_offset::run(&context, steps),
        Verb::Reset => reset::run(&context),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            printer.failure(&failure);
            ExitCode::FAILURE
        }
    }
}
