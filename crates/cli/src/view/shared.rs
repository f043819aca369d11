//! What others share with this device.

use std::fmt::Write as _;

use signet_api::wire::{SharedAccepted, SharedAuditReply, SharedHost, SharedSend};
use signet_audit::Report;
use signet_core::Code;

use super::{View, bytes, facts, plain, plural, table, team};

/// Hosts with their keys.
pub(crate) fn list(hosts: &[SharedHost], view: &View) -> String {
    if hosts.is_empty() {
        return view.hint("Nobody shares keys with this device. Join a team with `signet join INVITE`.");
    }
    hosts.iter().map(|one| host(one, view)).collect::<Vec<_>>().join("\n\n")
}

fn host(host: &SharedHost, view: &View) -> String {
    let ink = view.ink;
    let name = plain(&host.name);
    let state = match &host.failure {
        None => ink.green("answers"),
        Some(why) if why.code == Code::HostAway => ink.yellow("does not answer"),
        Some(_) => ink.yellow("cannot be used now"),
    };
    let mut text = format!("{}, {state}", ink.bold(&name));
    let joined = !host.member.is_empty();
    let who = if joined {
        format!("{}, {}", plain(&host.member), host.role.as_str())
    } else {
        view.hint("not accepted yet: `signet join status`")
    };
    let mut pairs = vec![("  as", who), ("  at", plain(&host.at)), ("  host's key", plain(&host.host))];
    if joined && !host.code_set {
        pairs.push(("  code", view.hint("not set up yet: `signet join code`")));
    }
    let _ = write!(text, "\n{}", facts(&pairs, view));
    if let Some(alarm) = &host.alarm {
        let what = format!("Do not send: {}. Tell the owner, and keep this device.", plain(alarm));
        let _ = write!(text, "\n  {} {}", ink.red("✗"), ink.bold(&what));
        let restored = "If the owner says that the host was restored or moved: `signet shared accept`.";
        let _ = write!(text, "\n    {}", view.hint(restored));
    }
    if let Some(why) = &host.failure {
        let _ =
            write!(text, "\n  {} {} {}", ink.yellow("!"), plain(&why.what), view.hint(&plain(&why.remedy)));
    }
    for key in &host.keys {
        let _ = write!(text, "\n\n  {}  {}", ink.bold(&plain(&key.name)), plain(&key.client_email));
        let _ = write!(text, "\n    {}", ink.dim(&format!("--key {}", plain(&key.id))));
        for grant in &key.grants {
            let _ = write!(text, "\n    You {}", team::grant(grant));
            let left = grant.grant.conditions.per_day.map(|most| most.saturating_sub(grant.used_today));
            if let Some(left) = left {
                let _ = write!(text, ", {left} left");
            }
        }
    }
    if !host.keys.is_empty() {
        let _ = write!(
            text,
            "\n\n  {}",
            ink.dim(&format!("Enforced by: {name}, on the final bytes of each message."))
        );
    }
    text
}

/// Own sends through a host.
pub(crate) fn sends(sends: &[SharedSend], view: &View) -> String {
    if sends.is_empty() {
        return "Nothing here yet.".into();
    }
    let row = |send: &SharedSend| {
        let state = match (send.state.as_str(), &send.failure) {
            ("sent", _) => "accepted".to_owned(),
            ("waiting", _) => "waits for approval".to_owned(),
            ("not-sent", Some(failure)) => match failure.code {
                Code::Cancelled => "taken back".to_owned(),
                Code::ApprovalRefused => "not approved".to_owned(),
                Code::ApprovalOver => "nobody approved it".to_owned(),
                code => format!("not sent: {}", code.as_str()),
            },
            (state, Some(failure)) => format!("{state}: {}", failure.code.as_str()),
            (state, None) => state.to_owned(),
        };
        vec![
            send.request.to_string(),
            view.moment.when(send.time),
            send.from.clone(),
            plural(send.recipients as u64, "recipient", "recipients"),
            send.subject.clone(),
            bytes(send.bytes),
            state,
        ]
    };
    let rows: Vec<_> = sends.iter().map(row).collect();
    table(&["request", "when", "from", "to", "subject", "size", "state"], &rows, view)
}

/// The verification of a host's log.
pub(crate) fn audit(report: &Report, copy: &SharedAuditReply, view: &View) -> String {
    let pairs = [("  copy", plain(&copy.path))];
    format!("{}\n{}", super::audit::report(report, view), facts(&pairs, view))
}

/// A host is trusted again.
pub(crate) fn accepted(accepted: &SharedAccepted, view: &View) -> String {
    format!(
        "{} {} is trusted again, from its log as it is now. Let go of: {} ({} seen).",
        view.ink.green("✓"),
        plain(&accepted.name),
        plain(&accepted.alarm),
        plural(accepted.seen, "entry", "entries")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_api::wire::{GrantView, SharedKey};
    use signet_core::{Failure, RequestId, Role, UnixMillis};

    fn host() -> SharedHost {
        let grant = serde_json::from_value(serde_json::json!({
            "id": 3, "member": "11".repeat(16), "key": "22".repeat(16),
            "conditions": { "senders": ["qa@example.org"], "per_day": 20 },
        }))
        .unwrap();
        let sentence = "may send as qa@example.org with billing, to anyone, 20 a day".into();
        SharedHost {
            host: "1a2b3c4d".repeat(8),
            name: "Anna's desk".into(),
            at: "anna.example.org:7465".into(),
            member: "Mia".into(),
            role: Role::Sender,
            code_set: false,
            reachable: true,
            failure: None,
            keys: vec![SharedKey {
                id: format!("1a2b3c4d/{}", "22".repeat(16)),
                name: "billing".into(),
                client_email: "mailer@demo.iam.gserviceaccount.com".into(),
                grants: vec![GrantView { grant, key_name: "billing".into(), used_today: 3, sentence }],
            }],
            alarm: None,
        }
    }

    #[test]
    fn what_is_shared_reads_well() {
        let away = SharedHost {
            reachable: false,
            failure: Some(Failure::new(Code::HostAway)),
            keys: vec![],
            code_set: true,
            alarm: Some("the log is shorter than this device has seen it".into()),
            ..host()
        };
        let asked = SharedHost { member: String::new(), keys: vec![], ..host() };
        insta::assert_snapshot!(list(&[host(), away, asked], &View::fixed()));
        insta::assert_snapshot!(list(&[], &View::fixed()));
    }

    #[test]
    fn own_sends_read_well() {
        let send = |state: &str, failure| SharedSend {
            request: RequestId::from_bytes([0xab; 16]),
            time: UnixMillis(1_795_348_620_000),
            from: "qa@example.org".into(),
            recipients: 2,
            subject: "Hello\x1b[2J".into(),
            state: state.into(),
            failure,
            message_id: None,
            bytes: 5_000_000,
        };
        let rows = [
            send("sent", None),
            send("waiting", None),
            send("not-sent", Some(Failure::new(Code::DeniedForbidden))),
        ];
        insta::assert_snapshot!(sends(&rows, &View::fixed()));
    }
}
