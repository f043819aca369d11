//! `signet-bridge`: the window's page in a plain browser, for development and tests. Sandbox only.
//!
//! Prints one line of JSON when it listens: `{"url", "token", "port"}`. Every call needs the token.

mod server;
mod site;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use signet_bridge::hook::Hooked;
use signet_bridge::{Bridge, Setup};
use signet_core::Profile;

/// What can be said on the command line.
#[derive(Default)]
struct Options {
    ui: Option<PathBuf>,
    port: u16,
    origin: Option<String>,
    practice: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            say(&mut std::io::stderr(), &what);
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let options = options(std::env::args().skip(1))?;
    if std::env::var("SIGNET_PROFILE").is_ok_and(|profile| !matches!(profile.as_str(), "" | "sandbox")) {
        return Err("signet-bridge serves the sandbox profile only.".into());
    }
    let mut setup = Setup::from_environment(Profile::Sandbox).map_err(|failure| failure.to_string())?;
    setup.sandbox_only = true;
    setup.gallery = true;
    setup.practice = options.practice;
    setup.preview = "/preview/".into();
    let bridge = Bridge::new(setup, Arc::new(Hooked::alone()));
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        server::serve(bridge.clone(), &options).await?;
        bridge.close();
        Ok(())
    })
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} wants a value."));
        match word.as_str() {
            "--ui" => options.ui = Some(value()?.into()),
            "--port" => options.port = value()?.parse().map_err(|_| "--port wants a number.".to_owned())?,
            // A development server that passes calls on; its pages come from there.
            "--origin" => options.origin = Some(value()?),
            "--practice" => options.practice = true,
            _ => {
                return Err("signet-bridge [--ui FOLDER] [--port N] [--origin URL] [--practice]\n\
                    Serves the window's page and its calls on 127.0.0.1, in the sandbox profile."
                    .into());
            }
        }
    }
    Ok(options)
}

/// A line; a closed pipe wants no more.
fn say(to: &mut impl std::io::Write, text: &str) {
    let _ = writeln!(to, "{text}").and_then(|()| to.flush());
}
