//! A screen that nobody sees.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use signet_testkit::Session;

/// A running X server without a monitor, large enough for a 4K window. Dropping it ends it.
#[derive(Debug)]
pub struct Screen {
    child: Child,
    display: String,
}

impl Screen {
    /// Starts it on the next free display.
    pub fn start(session: &Session) -> Self {
        let mut command: Command = session.command("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "3840x2160x24", "-nolisten", "tcp"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("Xvfb: run scripts/setup");
        let mut number = String::new();
        let output = child.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut number).expect("a display number");
        assert!(!number.trim().is_empty(), "Xvfb did not start");
        Self { child, display: format!(":{}", number.trim()) }
    }

    /// Its name, for `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
