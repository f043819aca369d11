//! The one place that writes to the terminal.
//!
//! Results go to standard output, words for people to standard error. With `--json`, standard output
//! holds one JSON document: the result, or `{"error": {code, what, remedy, facts}}`.

use std::cell::OnceCell;
use std::io::{IsTerminal, Write};

use serde::Serialize;
use signet_core::Failure;

use crate::args::Globals;
use crate::view::{self, Ink, View};

/// Prints results, notes and failures.
pub(crate) struct Printer {
    form: Form,
    quiet: bool,
    sandbox: bool,
    /// Whose team is meant, if not that of the own vault.
    team: OnceCell<String>,
    out: Ink,
    err: Ink,
}

/// What results look like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// For people.
    Text,
    /// JSON over several lines, for people who asked for it.
    Pretty,
    /// JSON, a document a line.
    Lines,
}

impl Printer {
    /// By the options. `script` means JSON lines whatever else was asked.
    pub(crate) fn new(globals: Globals, script: bool) -> Self {
        let refused = globals.no_color
            || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let form = match (script, globals.json) {
            (false, false) => Form::Text,
            (false, true) if std::io::stdout().is_terminal() => Form::Pretty,
            _ => Form::Lines,
        };
        Self {
            form,
            quiet: globals.quiet,
            sandbox: globals.sandbox,
            team: OnceCell::new(),
            out: Ink::new(!refused && std::io::stdout().is_terminal()),
            err: Ink::new(!refused && std::io::stderr().is_terminal()),
        }
    }

    /// What the user asked to see.
    pub(crate) fn show<T: Serialize>(&self, value: &T, text: impl FnOnce(&View) -> String) {
        if self.is_json() {
            self.document(value);
        } else {
            out(&text(&View::now(self.out, self.sandbox).of_team(self.team.get())));
        }
    }

    /// From now on commands are named as they must be typed for the team of that host.
    pub(crate) fn mean_team_of(&self, host: String) {
        let _ = self.team.set(host); // it is said once
    }

    /// That something was done: `--quiet` leaves it out.
    pub(crate) fn done<T: Serialize>(&self, value: &T, text: impl FnOnce(&View) -> String) {
        if self.is_json() || !self.quiet {
            self.show(value, text);
        }
    }

    /// Text that is a result by itself, such as a man page.
    pub(crate) fn raw(bytes: &[u8]) {
        let _ = std::io::stdout().lock().write_all(bytes); // a closed pipe wants no more
    }

    /// A word to people on the side.
    pub(crate) fn note(&self, text: impl FnOnce(&View) -> String) {
        if !self.quiet && !self.is_json() {
            err(&text(&self.side()));
        }
    }

    /// Why it did not work.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.is_json() {
            self.document(&serde_json::json!({ "error": failure }));
        }
        err(&view::failure(failure, &self.side()));
    }

    /// Whether results are JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.form != Form::Text
    }

    /// Whether a progress bar has a place: people watch, and did not ask for silence.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// How text for standard error looks.
    pub(crate) fn side(&self) -> View {
        View::now(self.err, self.sandbox).of_team(self.team.get())
    }

    /// One JSON document and a line end.
    pub(crate) fn document<T: Serialize>(&self, value: &T) {
        let mut stdout = std::io::stdout().lock();
        let written = if self.form == Form::Pretty {
            serde_json::to_writer_pretty(&mut stdout, value)
        } else {
            serde_json::to_writer(&mut stdout, value)
        };
        // A closed pipe wants no more.
        let _ = written.map_err(std::io::Error::from).and_then(|()| writeln!(stdout));
        let _ = stdout.flush();
    }
}

fn out(text: &str) {
    line(&mut std::io::stdout().lock(), text);
}

fn err(text: &str) {
    line(&mut std::io::stderr().lock(), text);
}

fn line(to: &mut impl Write, text: &str) {
    // A closed pipe wants no more.
    let _ = writeln!(to, "{}", text.trim_end_matches('\n')).and_then(|()| to.flush());
}
