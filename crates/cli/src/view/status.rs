//! `status`, and the facts of a vault.

use std::fmt::Write as _;

use signet_api::wire::{StatusReport, VaultFacts, VaultStatus};
use signet_core::{Failure, Profile};

use super::{View, facts, failure, plain, plural};

/// The whole report.
pub(crate) fn report(status: &StatusReport, view: &View) -> String {
    let ink = view.ink;
    let mut pairs = vec![("vault", state(&status.vault, view))];
    if status.profile == Profile::Sandbox {
        pairs.push(("profile", ink.violet("sandbox (a local stand-in for Google)")));
    }
    match &status.vault {
        VaultStatus::Locked { info } | VaultStatus::Unlocked { info, .. } => pairs.extend(vault(info, view)),
        VaultStatus::Absent | VaultStatus::Unusable { .. } => {}
    }
    pairs.push(("folder", plain(&status.folder)));
    pairs.push(("audit log", log(status)));
    if status.sending > 0 {
        pairs.push(("sending", plural(status.sending as u64, "message", "messages")));
    }
    pairs.push(("agent", format!("version {}, process {}", plain(&status.version), status.pid)));
    pairs.push(("agent's log", plain(&status.log_file)));
    let mut text = facts(&pairs, view);
    for lack in &status.unprotected {
        let _ = write!(text, "\n{} {}", ink.yellow("!"), plain(lack));
    }
    for trouble in troubles(status) {
        text.push('\n');
        text.push_str(&failure(trouble, view));
    }
    text
}

/// What anybody with the file can read of it.
pub(crate) fn vault(info: &VaultFacts, view: &View) -> Vec<(&'static str, String)> {
    let codes = match info.codes_left {
        0 => view.ink.yellow("none left: run `signet codes renew`"),
        left @ 1..=2 => view.ink.yellow(&format!("{left} left: run `signet codes renew` soon")),
        left => format!("{left} left"),
    };
    vec![
        ("vault id", info.vault_id.to_string()),
        ("kit fingerprint", plain(&info.kit_fingerprint)),
        ("recovery codes", codes),
        ("key derivation", plain(&info.kdf)),
    ]
}

fn state(vault: &VaultStatus, view: &View) -> String {
    match vault {
        VaultStatus::Absent => "none yet: run `signet init`".into(),
        VaultStatus::Unusable { .. } => view.ink.red("cannot be used"),
        VaultStatus::Locked { .. } => "locked".into(),
        VaultStatus::Unlocked { since, locks_at, keys, .. } => {
            let until = locks_at.map_or_else(
                || "does not lock itself".into(),
                |time| format!("locks itself {} unless used", view.moment.when(time)),
            );
            format!(
                "{} with {} since {}; {until}",
                view.ink.green("unlocked"),
                plural(*keys as u64, "key", "keys"),
                view.moment.when(*since),
            )
        }
    }
}

fn log(status: &StatusReport) -> String {
    let entries = plural(status.audit.size, "entry", "entries");
    match &status.audit.fingerprint {
        Some(fingerprint) => format!("{entries}, key {}", plain(fingerprint)),
        None => entries,
    }
}

fn troubles(status: &StatusReport) -> impl Iterator<Item = &Failure> {
    let vault = match &status.vault {
        VaultStatus::Unusable { failure } => Some(failure),
        _ => None,
    };
    vault.into_iter().chain(&status.audit.failure)
}
