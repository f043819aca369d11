//! Asking the person at the terminal.

use std::io::{IsTerminal, Write};

use signet_api::wire::WireSecret;
use signet_core::{Code, Failure};

use crate::secret_input::read_line;

/// Whether there is somebody to ask.
pub(crate) fn possible() -> bool {
    std::io::stdin().is_terminal()
}

/// A secret, typed without echo on the controlling terminal.
pub(crate) fn secret(prompt: &str) -> Result<WireSecret, Failure> {
    rpassword::prompt_password(format!("{prompt}: ")).map(WireSecret::new).map_err(|error| aborted(&error))
}

/// A line, typed with echo.
pub(crate) fn line(prompt: &str) -> Result<WireSecret, Failure> {
    say(&format!("{prompt}: "));
    read_line(std::io::stdin())?.ok_or_else(|| Failure::new(Code::Cancelled).what("Cancelled."))
}

/// Yes or no; Enter means `default`.
pub(crate) fn yes(question: &str, default: bool) -> Result<bool, Failure> {
    let choices = if default { "[Y/n]" } else { "[y/N]" };
    loop {
        let answer = line(&format!("{question} {choices}"))?;
        // An answer to a question is no secret.
        match answer.expose().trim().to_ascii_lowercase().as_str() {
            "" => return Ok(default),
            "y" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => {}
        }
    }
}

/// Text to the person, without a line end.
pub(crate) fn say(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush()); // nobody left to read it
}

/// Takes what was shown off the screen and out of its scroll-back.
pub(crate) fn clear_screen() {
    if std::io::stderr().is_terminal() {
        say("\x1b[2J\x1b[3J\x1b[H");
    }
}

fn aborted(error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::Interrupted | std::io::ErrorKind::UnexpectedEof => {
            Failure::new(Code::Cancelled).what("Cancelled.").remedy("Nothing was changed.")
        }
        _ => Failure::new(Code::Usage)
            .what("There is no terminal to type a secret at.")
            .remedy("Use --passphrase-stdin or --passphrase-fd; see `signet help unlock`.")
            .fact("error", error),
    }
}
