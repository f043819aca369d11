//! `sandbox`: becomes `signet-sandbox`.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use signet_api::launch;
use signet_core::Failure;

use crate::args::SandboxArgs;
use crate::context::Context;

/// Returns only if the program cannot be started.
pub(super) fn run(context: &Context<'_>, args: SandboxArgs) -> Failure {
    let mut command = Command::new(launch::program("signet-sandbox"));
    // So that its hints name what the user has typed.
    command.arg0("signet sandbox");
    command.args(words(args.arguments, context.printer.is_json(), context.home.sandbox().into()));
    let error = command.exec();
    launch::missing("signet-sandbox", &error)
}

/// The user's words, then what this home adds unless the user said otherwise.
fn words(mut given: Vec<OsString>, json: bool, state: OsString) -> Vec<OsString> {
    let says = |word: &str| {
        given
            .iter()
            .any(|argument| argument.to_str().is_some_and(|text| text.split('=').next() == Some(word)))
    };
    let (has_json, has_state) = (says("--json"), says("--state"));
    if json && !has_json {
        given.push("--json".into());
    }
    let asks_help = given.is_empty() || says_help(&given);
    if !has_state && !asks_help {
        given.extend(["--state".into(), state]);
    }
    given
}

fn says_help(given: &[OsString]) -> bool {
    given.iter().any(|word| word == "--help" || word == "-h" || word == "help")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(given: &[&str], json: bool) -> String {
        let words = words(given.iter().map(OsString::from).collect(), json, "/home/s".into());
        words.into_iter().map(|word| word.into_string().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_state_folder_is_added_unless_named() {
        assert_eq!(joined(&["start"], false), "start --state /home/s");
        assert_eq!(joined(&["inbox", "list"], true), "inbox list --json --state /home/s");
        assert_eq!(joined(&["start", "--state", "/x", "--json"], true), "start --state /x --json");
        assert_eq!(joined(&["start", "--state=/x"], false), "start --state=/x");
        assert_eq!(joined(&["inbox", "--help"], false), "inbox --help");
    }
}
