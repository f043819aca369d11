//! Rules as sentences: forbids, and which rule decides a question.

use std::fmt::Write as _;

use signet_api::remote::NamedKey;
use signet_api::wire::{GrantFindingView, MemberView, PolicyAnswer, TeamView};
use signet_core::{Forbid, Hours, RecipientRule, Weekday};

use super::{View, bytes, failure, plain};

/// A forbid: `Mia may not send with billing, to anyone at competitor.example (note)`.
pub(crate) fn forbid(forbid: &Forbid, members: &[MemberView], keys: &[NamedKey], view: &View) -> String {
    let known = |id| members.iter().find(|member| member.id == id).map(|member| plain(&member.name));
    let mut text = match forbid.member {
        Some(id) => format!("{} may not send", known(id).unwrap_or_else(|| id.to_string())),
        None => "nobody may send".to_owned(),
    };
    if let Some(id) = forbid.key {
        let name = keys.iter().find(|key| key.id == id).map(|key| plain(&key.name));
        let _ = write!(text, " with {}", name.unwrap_or_else(|| format!("key {}", &id.to_string()[..8])));
    }
    for part in parts(forbid, view) {
        let _ = write!(text, ", {part}");
    }
    let note = forbid.note.as_str();
    if !note.is_empty() {
        let _ = write!(text, " ({})", plain(note));
    }
    text
}

fn parts(forbid: &Forbid, view: &View) -> Vec<String> {
    let m = &forbid.matches;
    let lists = [
        ("as", m.senders.as_deref().map(either)),
        ("to", m.recipients.as_deref().map(|rules| either(&rules.iter().map(whom).collect::<Vec<_>>()))),
        ("attaching", m.attachment_types.as_deref().map(either)),
        ("from", m.networks.as_deref().map(either)),
    ];
    let mut parts: Vec<String> =
        lists.into_iter().filter_map(|(word, list)| Some(format!("{word} {}", list?))).collect();
    parts.extend(m.recipients_over.map(|most| format!("to more than {most} recipients")));
    parts.extend(m.bytes_over.map(|most| format!("larger than {}", bytes(most))));
    parts.extend(m.hours.as_ref().map(during));
    parts.extend(m.not_before.map(|time| format!("from {} on", view.moment.exact(time))));
    parts.extend(m.not_after.map(|time| format!("until {}", view.moment.exact(time))));
    parts
}

fn whom(rule: &RecipientRule) -> String {
    match rule {
        RecipientRule::Domain(domain) => format!("anyone at {domain}"),
        RecipientRule::Address(address) => address.to_string(),
    }
}

fn either<T: ToString>(items: &[T]) -> String {
    plain(&items.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "))
}

fn during(hours: &Hours) -> String {
    let days: Vec<&str> = hours.days().map(short).collect();
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let zone = plain(hours.zone().as_str());
    format!("on {} {} to {} ({zone})", days.join(" "), clock(hours.from()), clock(hours.to()))
}

const fn short(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}

/// The answer to `may somebody send this?`, with the rule that decides.
pub(crate) fn answer(whose: &str, answer: &PolicyAnswer, team: &TeamView, view: &View) -> String {
    let ink = view.ink;
    let member = plain(whose);
    let rule = answer.grant.map(|grant| format!(" Grant {grant} decides.")).unwrap_or_default();
    let mut text = match answer.decision.as_str() {
        "allow" => format!("{} {member} may send this.{rule}", ink.green("✓")),
        "needs-approval" => format!("{} {member} may send this once it is approved.{rule}", ink.yellow("!")),
        "depends" => {
            format!("{} It depends on what is only known when the message is sent.{rule}", ink.yellow("!"))
        }
        _ => format!("{} {member} may not send this.{rule}", ink.red("✗")),
    };
    if let Some(why) = &answer.failure {
        let number = why.facts.get("forbid");
        if let Some(rule) = team.forbids.iter().find(|rule| number == Some(&rule.id.to_string())) {
            let sentence = forbid(rule, &team.members, &[], view);
            let _ = write!(text, " Forbid {} decides: {sentence}.", rule.id);
        }
        let _ = write!(text, "\nWhat {member} would read:\n{}\n", failure(why, view).trim_end());
    }
    for finding in &answer.findings {
        let _ = write!(text, "\n{}", finding_line(finding, view));
    }
    let _ = write!(text, "\n{}", ink.dim("Enforced by: this host. Nothing was sent."));
    text
}

fn finding_line(finding: &GrantFindingView, view: &View) -> String {
    let ink = view.ink;
    let mark = match (finding.failing.is_empty(), finding.unknown.is_empty()) {
        (false, _) => ink.red("✗"),
        (true, false) => ink.yellow("!"),
        (true, true) => ink.green("✓"),
    };
    let mut text = format!("{mark} grant {}: {}", finding.grant, plain(&finding.sentence));
    for name in &finding.failing {
        let _ = write!(text, "\n    does not hold: {}", words(name));
    }
    for name in &finding.unknown {
        let _ = write!(text, "\n    not known yet: {}", words(name));
    }
    text
}

/// A condition in words.
fn words(name: &str) -> &str {
    match name {
        "senders" => "the sender is one that the grant lists",
        "from" => "From is the sender or one of its aliases",
        "reply-to" => "answers go to the sender or to an allowed recipient",
        "recipients" => "every recipient is one that the grant lists",
        "test-recipients" => "a test goes to the own address or to a test domain",
        "subject-prefix" => "the subject of a test starts with [TEST]",
        "recipients-max" => "there are not too many recipients",
        "bytes-max" => "the message is not too large",
        "attachment-types" => "every attachment is of a listed type",
        "networks" => "it comes from a listed network",
        "hours" => "it is within the hours",
        "not-before" => "the grant has begun",
        "not-after" => "the grant has not ended",
        "per-minute" => "there is room left in this minute",
        "per-day" => "there is room left today",
        "code-within" => "a code was given that is fresh enough",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_core::{Code, ConditionName, Failure, GrantId};

    #[test]
    fn every_condition_has_words() {
        for name in ConditionName::ALL {
            assert_ne!(words(name.as_str()), name.as_str());
        }
    }

    #[test]
    fn every_answer_names_the_rule() {
        let view = View::fixed();
        let finding = |grant, failing: &[&str], unknown: &[&str]| GrantFindingView {
            grant: GrantId(grant),
            sentence: "may send as qa@example.org with this key, to anyone".into(),
            failing: failing.iter().map(|name| (*name).to_owned()).collect(),
            unknown: unknown.iter().map(|name| (*name).to_owned()).collect(),
        };
        let told = |decision: &str, grant, failure, findings| {
            let told = PolicyAnswer { decision: decision.into(), grant, failure, findings };
            let forbids: Vec<Forbid> = serde_json::from_value(serde_json::json!([
                { "id": 2, "matches": { "recipients": ["competitor.example"] } },
            ]))
            .unwrap();
            let team = TeamView { members: vec![], invites: vec![], forbids, epoch: 3 };
            answer("Mia", &told, &team, &view)
        };
        let texts = [
            told("allow", Some(GrantId(3)), None, vec![finding(3, &[], &[])]),
            told("needs-approval", Some(GrantId(4)), None, vec![finding(4, &[], &[])]),
            told("depends", None, None, vec![finding(3, &[], &["networks"])]),
            told(
                "deny",
                None,
                Some(Failure::new(Code::DeniedRecipient).fact("recipient", "eve@example.net")),
                vec![finding(3, &["recipients", "hours"], &[])],
            ),
            told("deny", None, Some(Failure::new(Code::DeniedForbidden).fact("forbid", 2)), vec![]),
        ];
        insta::assert_snapshot!(texts.join("\n----\n"));
    }
}
