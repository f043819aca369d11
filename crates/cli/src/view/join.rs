//! How joining a team stands.

use std::fmt::Write as _;

use signet_api::wire::{JoinState, JoinView, MemberCodeShown};
use signet_core::Role;

use super::{View, facts, failure, plain, qr};

/// The state and what comes next.
pub(crate) fn status(join: &JoinView, view: &View) -> String {
    let ink = view.ink;
    let host = plain(&join.name);
    let mut text = match join.state {
        JoinState::Waiting => {
            let words = join.words.each_ref().map(|word| plain(word).to_uppercase()).join("   ");
            format!(
                "You asked to join {host}. Read these words to whoever invited you, in person or on the phone:\n\n      \
                 {}\n\nYou are let in if the same words are there. {}",
                ink.bold(&words),
                view.hint("`signet join status` says how it stands."),
            )
        }
        JoinState::CodeMissing | JoinState::Joined if join.failure.is_some() => {
            format!("{} You joined the team of {host}, but it cannot be used now.", ink.yellow("!"))
        }
        JoinState::CodeMissing => format!(
            "{} {host} has accepted you. {}",
            ink.green("✓"),
            view.hint("Set up your code next: `signet join code`.")
        ),
        JoinState::Joined => format!(
            "{} You are part of the team of {host}. {}",
            ink.green("✓"),
            view.hint(next_step(join.role))
        ),
        JoinState::Ended => format!("{} You are not part of the team of {host}.", ink.red("✗")),
    };
    let mut pairs = Vec::new();
    if let (Some(member), Some(role)) = (&join.member, join.role) {
        pairs.push(("  as", format!("{}, {}", plain(member), role.as_str())));
    }
    pairs.push(("  at", plain(&join.at)));
    pairs.push(("  host's key", plain(&join.host)));
    let _ = write!(text, "\n{}", facts(&pairs, view));
    if let Some(why) = &join.failure {
        let _ = write!(text, "\n{}", failure(why, view).trim_end());
    }
    text
}

/// What a member of that role does first.
const fn next_step(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Admin) => "`signet team --host HOST list` shows the team that you look after.",
        Some(Role::Custodian) => "`signet shared import FILE` seals a key file to it.",
        Some(Role::Auditor) => "`signet shared audit` copies its log and verifies it here.",
        _ => "`signet shared list` shows what you may send with.",
    }
}

/// What the authenticator app needs. Exposed here to be scanned or typed into the app, once.
pub(crate) fn code(shown: &MemberCodeShown, view: &View) -> String {
    let mut text = format!("{}\n\n", view.ink.bold("Your code with this host"));
    text.push_str("Scan this with an authenticator app:\n\n");
    for line in qr::lines(shown.uri.expose(), view.ink.is_on()).unwrap_or_default() {
        let _ = writeln!(text, "  {line}");
    }
    let _ = write!(text, "\nOr type it in: {}", view.ink.bold(&grouped(shown.secret.expose())));
    text.push_str("\n(time based, 6 digits, 30 seconds, SHA-1)");
    let _ =
        write!(text, "\n{}", view.ink.dim("Codes are checked by: the host, which keeps the same secret."));
    text
}

/// In groups of four, for people who type it.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_api::wire::WireSecret;
    use signet_core::{Code, Failure, Role};

    fn join(state: JoinState, failure: Option<Failure>) -> JoinView {
        let accepted = matches!(state, JoinState::CodeMissing | JoinState::Joined);
        JoinView {
            host: "1a2b3c4d".repeat(8),
            name: "Anna's desk\x1b[2J".into(),
            at: "anna.example.org:7465".into(),
            words: ["apple", "river", "stone"].map(Into::into),
            state,
            member: accepted.then(|| "Mia".into()),
            role: accepted.then_some(Role::Sender),
            failure,
        }
    }

    #[test]
    fn every_state_says_what_comes_next() {
        let states = [
            join(JoinState::Waiting, None),
            join(JoinState::CodeMissing, None),
            join(JoinState::Joined, Some(Failure::new(Code::HostAway))),
            join(JoinState::Ended, Some(Failure::new(Code::InviteOver))),
        ];
        insta::assert_snapshot!(states.map(|join| status(&join, &View::fixed())).join("\n----\n"));
    }

    #[test]
    fn the_secret_can_be_scanned_and_typed() {
        let uri = WireSecret::new("otpauth://totp/Signet?secret=JBSWY3DPEHPK3PXP".into());
        let shown = MemberCodeShown { uri, secret: WireSecret::new("JBSWY3DPEHPK3PXP".into()) };
        let text = code(&shown, &View::fixed());
        assert!(text.contains("JBSW Y3DP EHPK 3PXP") && text.contains("██ ▄▄▄▄▄ "), "{text}");
    }
}
