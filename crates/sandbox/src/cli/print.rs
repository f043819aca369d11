//! Printing: sentences and tables for people, one JSON value for scripts.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Failure;

/// How to print.
#[derive(Clone, Copy)]
pub(crate) struct Printer {
    pub(crate) json: bool,
}

impl Printer {
    /// The result: `text` for people, `value` for scripts.
    pub(crate) fn result(self, text: &str, value: &Value) {
        line(&if self.json { value.to_string() } else { as_called(text) });
    }

    /// A table for people, its rows as JSON for scripts.
    pub(crate) fn table(self, head: &[&str], rows: &[Vec<String>], none: &str, value: &Value) {
        if self.json {
            return line(&value.to_string());
        }
        if rows.is_empty() {
            return line(&as_called(none));
        }
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain([head[column].len()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        let print = |cells: &mut dyn Iterator<Item = &str>| {
            let cells: Vec<String> =
                cells.zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            line(cells.join("  ").trim_end());
        };
        print(&mut head.iter().copied());
        for row in rows {
            print(&mut row.iter().map(String::as_str));
        }
    }

    /// What went wrong.
    pub(crate) fn failure(self, failure: &Failure) {
        let line = if self.json {
            json!({ "error": { "what": failure.what, "remedy": failure.remedy } }).to_string()
        } else {
            format!("{}\n{}", failure.what, as_called(&failure.remedy))
        };
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }
}

/// Bytes as they are.
pub(crate) fn bytes(source: &mut impl io::Read) -> io::Result<()> {
    let mut out = io::stdout().lock();
    io::copy(source, &mut out)?;
    out.flush()
}

/// Commands as this program was called: `signet sandbox` begins it under its own words.
fn as_called(text: &str) -> String {
    let called = std::env::args_os().next().is_some_and(|name| name == "signet sandbox");
    if called { text.replace("`signet-sandbox ", "`signet sandbox ") } else { text.to_owned() }
}

fn line(text: &str) {
    // A reader that closed the pipe has seen enough.
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// A size for people.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        assert_eq!([999, 1_000, 34_560_000].map(size), ["999 B", "1.0 kB", "34.5 MB"]);
    }
}
