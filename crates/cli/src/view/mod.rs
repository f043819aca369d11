//! How results read: pure functions from wire types to text, with time and colour as arguments.

mod ink;
mod moment;
mod size;
mod table;

pub(crate) mod approval;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod headless;
pub(crate) mod host;
pub(crate) mod join;
pub(crate) mod key;
pub(crate) mod policy;
pub(crate) mod qr;
pub(crate) mod send;
pub(crate) mod shared;
pub(crate) mod status;
pub(crate) mod team;

pub(crate) use ink::Ink;
pub(crate) use moment::Moment;
pub(crate) use size::{bytes, duration, plural};
pub(crate) use table::{facts, table};

use std::fmt::Write;

use signet_core::{Code, Failure};

/// What a rendering depends on besides the value.
pub(crate) struct View {
    pub(crate) ink: Ink,
    pub(crate) moment: Moment,
    sandbox: bool,
    /// The host whose team is meant, where it is not the own vault's.
    team: Option<String>,
}

impl View {
    /// With these colours, now. `sandbox`: the user chose the profile by the option.
    pub(crate) fn now(ink: Ink, sandbox: bool) -> Self {
        Self { ink, moment: Moment::now(), sandbox, team: None }
    }

    /// The same where the team of that host is meant.
    pub(crate) fn of_team(self, host: Option<&String>) -> Self {
        let team = host.map(|host| host.get(..8).unwrap_or(host).to_owned());
        Self { team, ..self }
    }

    /// Whether the team of another host is meant.
    pub(crate) const fn is_far(&self) -> bool {
        self.team.is_some()
    }

    /// A sentence that names commands, as they must be typed in this profile.
    pub(crate) fn hint(&self, sentence: &str) -> String {
        let mut sentence = sentence.to_owned();
        if let Some(host) = &self.team {
            sentence = sentence.replace("`signet team ", &format!("`signet team --host {host} "));
        }
        if self.sandbox { sentence.replace("`signet ", "`signet --sandbox ") } else { sentence }
    }

    /// Without colour, at 2026-11-22 12:00:00 UTC.
    #[cfg(test)]
    pub(crate) fn fixed() -> Self {
        Self { ink: Ink::new(false), moment: Moment::fixed(), sandbox: false, team: None }
    }
}

/// A failure: what happened, what to do, details.
pub(crate) fn failure(failure: &Failure, view: &View) -> String {
    let ink = &view.ink;
    // To wait for somebody's yes is no failure.
    let mark = if failure.code == Code::ApprovalNeeded { ink.yellow("!") } else { ink.red("✗") };
    let mut text = format!("{mark} {}\n", ink.bold(&view.hint(&plain(&failure.what))));
    let _ = writeln!(text, "  {}", view.hint(&plain(&failure.remedy)));
    let code = ("code".to_owned(), failure.code.as_str().to_owned());
    let rows = std::iter::once(code).chain(failure.facts.iter().map(|(k, v)| (k.clone(), v.clone())));
    for (name, value) in rows {
        let _ = writeln!(text, "  {}", ink.dim(&format!("{name}: {}", plain(&value))));
    }
    text
}

/// Foreign text, fit for a terminal: control characters cannot move the cursor or change colours.
pub(crate) fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() || is_reordering(c) { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

/// Foreign text of several lines.
pub(crate) fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// Characters that reorder what follows: they can make one name look like another.
const fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_to_do() {
        let shown = Failure::new(Code::CodeUsed).fact("wait_seconds", 12);
        insta::assert_snapshot!(failure(&shown, &View::fixed()), @r"
        ✗ That code has already been used.
          Wait for the next code in your authenticator app.
          code: code-already-used
          wait_seconds: 12
        ");
    }

    #[test]
    fn remedies_name_the_profile_that_was_chosen() {
        let view = View { sandbox: true, ..View::fixed() };
        assert!(failure(&Failure::new(Code::Locked), &view).contains("`signet --sandbox unlock`"));
        let far = view.of_team(Some(&"5dc1665d00112233".into()));
        assert_eq!(
            far.hint("`signet team approve 1` or `signet unlock`"),
            "`signet --sandbox team --host 5dc1665d approve 1` or `signet --sandbox unlock`"
        );
    }

    #[test]
    fn foreign_text_cannot_drive_the_terminal() {
        assert_eq!(plain("a\x1b[31mb\r\n\u{202e}c\u{9b}"), "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}c\u{fffd}");
        assert_eq!(plain_lines("a\nb\x07"), "a\nb\u{fffd}");
        assert_eq!(plain("Übersicht «финал» 📎"), "Übersicht «финал» 📎");
    }
}
