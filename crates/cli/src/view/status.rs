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
    pairs.extend(status.headless.iter().flat_map(|headless| super::headless::pairs(headless, view)));
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
    if let Some(why) = status.headless.as_ref().and_then(|headless| super::headless::trouble(headless, view))
    {
        let _ = write!(text, "\n{why}");
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
        0 => view.ink.yellow(&view.hint("none left: run `signet codes renew`")),
        left @ 1..=2 => view.ink.yellow(&view.hint(&format!("{left} left: run `signet codes renew` soon"))),
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
        VaultStatus::Absent => view.hint("none yet: run `signet init`"),
        VaultStatus::Unusable { .. } => view.ink.red("cannot be used"),
        VaultStatus::Locked { .. } => "locked".into(),
        VaultStatus::Unlocked { since, locks_at, keys, .. } => {
            let until = locks_at.map_or_else(
                || "does not lock itself".into(),
                |time| format!("locks itself {} unless used", view.moment.when(time)),
            );
            let keys = plural(*keys as u64, "key", "keys");
            format!("{} {}, {keys}; {until}", view.ink.green("unlocked"), view.moment.when(*since))
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

#[cfg(test)]
mod tests {
    use super::*;
    use signet_api::wire::{AuditStatus, HeadlessView};
    use signet_core::{Code, UnixMillis, VaultId};

    fn status(profile: Profile, vault: VaultStatus, failure: Option<Failure>) -> StatusReport {
        StatusReport {
            version: "0.1.0".into(),
            pid: 4711,
            profile,
            folder: "/h/.local/share/signet/production".into(),
            log_file: "/h/.local/state/signet/production/agent.log".into(),
            vault,
            audit: AuditStatus { size: 1, fingerprint: Some("a8d9 bcee".into()), failure },
            sending: 2,
            headless: None,
            unprotected: vec!["Memory may be written to swap.".into()],
        }
    }

    fn info(codes_left: u8) -> VaultFacts {
        VaultFacts {
            vault_id: VaultId::from_bytes([0x5a; 16]),
            profile: Profile::Production,
            kit_fingerprint: "N63B-OOKV".into(),
            kdf: "Argon2id, 256 MiB, 3 passes, 4 lanes".into(),
            codes_left,
        }
    }

    #[test]
    fn every_state_reads_well() {
        let (since, locks_at) = (UnixMillis(1_795_348_620_000), Some(UnixMillis(1_795_349_400_000)));
        let states = [
            status(Profile::Sandbox, VaultStatus::Absent, None),
            status(Profile::Production, VaultStatus::Locked { info: info(8) }, None),
            status(
                Profile::Production,
                VaultStatus::Unlocked { info: info(2), since, locks_at, keys: 1 },
                Some(Failure::new(Code::AuditUnwritable)),
            ),
            status(
                Profile::Production,
                VaultStatus::Unusable { failure: Failure::new(Code::VaultNewer) },
                None,
            ),
        ];
        let headless = |unattended, failure| HeadlessView {
            folder: "/var/lib/signet/.local/state/signet/production/keychain".into(),
            unattended,
            opened_unattended: false,
            failure,
        };
        let [_, locked, unlocked, _] = &states;
        let by_hand = StatusReport { headless: Some(headless(false, None)), ..unlocked.clone() };
        let refused = headless(true, Some(Failure::new(Code::VaultRolledBack)));
        let by_itself = StatusReport { headless: Some(refused), ..locked.clone() };
        insta::assert_snapshot!(
            "hosts_on_a_server",
            [by_hand, by_itself].map(|status| report(&status, &View::fixed())).join("\n----\n")
        );
        let text = states.map(|status| report(&status, &View::fixed())).join("\n----\n");
        insta::assert_snapshot!(text);
    }
}
