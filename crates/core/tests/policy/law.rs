//! The law, a second time: sets of words.

#![allow(clippy::nonminimal_bool, clippy::int_plus_one, reason = "the law in its own words")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::Value;

/// The facts of one send, as texts.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) role: &'static str,
    pub(crate) member: String,
    pub(crate) own_address: Option<String>,
    /// None: unknown.
    pub(crate) source: Option<String>,
    pub(crate) key: String,
    pub(crate) sub: String,
    pub(crate) from: String,
    pub(crate) reply_to: Vec<String>,
    pub(crate) recipients: Vec<String>,
    pub(crate) subject: String,
    pub(crate) bytes: u64,
    pub(crate) attachments: Vec<(String, String)>,
    pub(crate) now: u64,
    /// Milliseconds; none: never. The second: with this very send.
    pub(crate) code: (Option<u64>, bool),
    /// By grant: this minute, this day.
    pub(crate) used: BTreeMap<u64, (u64, u64)>,
    /// The grant under which these very bytes were approved.
    pub(crate) approved: Option<u64>,
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Deny,
    NeedsApproval(u64),
    Allow(u64),
}

/// Any forbid: deny. Else the lowest-id applying grant without approvals: allow. Else the lowest-id one
/// with approvals: needs approval. Else deny. Default deny.
pub(crate) fn verdict(facts: &Facts, grants: &Value, forbids: &Value, unread_forbids: bool) -> Verdict {
    let can_send = ["sender", "test-sender"].contains(&facts.role);
    if !can_send || facts.source.is_none() || unread_forbids {
        return Verdict::Deny;
    }
    if forbids.as_array().unwrap().iter().any(|forbid| is_forbidden(forbid, facts)) {
        return Verdict::Deny;
    }
    let mut applying: Vec<(u64, bool)> = Vec::new();
    for grant in grants.as_array().unwrap() {
        let joins = grant["member"] == facts.member.as_str() && grant["key"] == facts.key.as_str();
        if joins && failing(grant, facts).is_empty() {
            applying.push((grant["id"].as_u64().unwrap(), !grant["conditions"]["approvals"].is_null()));
        }
    }
    applying.sort_unstable();
    let approved = applying.iter().find(|(id, needs)| *needs && facts.approved == Some(*id));
    let free = applying.iter().find(|(_, needs)| !needs);
    match (free.or(approved), applying.first()) {
        (Some((id, _)), _) => Verdict::Allow(*id),
        (None, Some((id, _))) => Verdict::NeedsApproval(*id),
        (None, None) => Verdict::Deny,
    }
}

/// The names of the conditions that do not hold.
pub(crate) fn failing(grant: &Value, facts: &Facts) -> BTreeSet<&'static str> {
    let c = &grant["conditions"];
    let test = facts.role == "test-sender";
    let sub = lower(&facts.sub);
    let from = lower(&facts.from);
    let (senders, aliases) = (texts(&c["senders"]), texts(&c["aliases"]));
    let to: Vec<String> = facts.recipients.iter().map(|text| lower(text)).collect();
    let may_get = |address: &str| c["recipients"].is_null() || named(&c["recipients"], address);
    let mut all: Vec<(&'static str, bool)> = vec![
        ("senders", senders.contains(&sub)),
        ("from", from == sub || (!test && aliases.contains(&from))),
        ("recipients", !to.is_empty() && to.iter().all(|address| may_get(address))),
    ];
    all.push(if test {
        ("reply-to", facts.reply_to.is_empty())
    } else {
        let senders = BTreeSet::from([sub, from]);
        ("reply-to", facts.reply_to.iter().map(|a| lower(a)).all(|a| senders.contains(&a) || may_get(&a)))
    });
    if test {
        let mine: BTreeSet<String> = facts.own_address.iter().map(|a| lower(a)).collect();
        let domains = texts(&c["test_domains"]);
        let ok = |a: &String| mine.contains(a) || domains.contains(a.split('@').nth(1).unwrap());
        all.push(("test-recipients", to.iter().all(ok)));
        all.push(("subject-prefix", facts.subject.find("[TEST]") == Some(0)));
    }
    if let Some(max) = c["recipients_max"].as_u64() {
        all.push(("recipients-max", to.len() as u64 <= max));
    }
    if let Some(max) = c["bytes_max"].as_u64() {
        all.push(("bytes-max", !(facts.bytes > max)));
    }
    if let Some(types) = c["attachment_types"].as_array() {
        let good = |file: &(String, String)| {
            let sayings = sayings(file);
            !sayings.contains("blocked")
                && sayings.iter().all(|saying| types.iter().any(|t| globs(t, saying)))
        };
        all.push(("attachment-types", facts.attachments.iter().all(good)));
    }
    if let Some(networks) = c["networks"].as_array() {
        let source = facts.source.as_deref().unwrap();
        all.push(("networks", networks.iter().any(|n| in_network(source, n.as_str().unwrap()))));
    }
    if !c["hours"].is_null() {
        all.push(("hours", in_hours(&c["hours"], facts.now)));
    }
    if let Some(first) = c["not_before"].as_u64() {
        all.push(("not-before", !(facts.now < first)));
    }
    if let Some(last) = c["not_after"].as_u64() {
        all.push(("not-after", !(facts.now > last)));
    }
    let used = facts.used.get(&grant["id"].as_u64().unwrap()).copied().unwrap_or_default();
    if let Some(max) = c["per_minute"].as_u64() {
        all.push(("per-minute", used.0 + 1 <= max));
    }
    if let Some(max) = c["per_day"].as_u64() {
        all.push(("per-day", used.1 + 1 <= max));
    }
    if let Some(most) = c["code_within"].as_u64() {
        let old = facts.code.0.and_then(|then| facts.now.checked_sub(then)).filter(|_| most > 0);
        all.push(("code-within", facts.code.1 || old.is_some_and(|age| age <= most * 1000)));
    }
    all.into_iter().filter(|(_, holds)| !holds).map(|(name, _)| name).collect()
}

fn is_forbidden(forbid: &Value, facts: &Facts) -> bool {
    let m = &forbid["matches"];
    let senders = BTreeSet::from([lower(&facts.sub), lower(&facts.from)]);
    let reached = facts.recipients.iter().map(|a| lower(a));
    let answered = facts.reply_to.iter().map(|a| lower(a)).filter(|a| !senders.contains(a));
    // A forbidden address means its tagged forms too.
    let reached: BTreeSet<String> = reached.chain(answered).flat_map(|a| [untagged(&a), a]).collect();
    let mut all = vec![
        forbid["member"].is_null() || forbid["member"] == facts.member.as_str(),
        forbid["key"].is_null() || forbid["key"] == facts.key.as_str(),
    ];
    for (name, matcher) in m.as_object().unwrap() {
        all.push(match name.as_str() {
            "senders" => texts(matcher).intersection(&senders).next().is_some(),
            "recipients" => reached.iter().any(|a| named(matcher, a)),
            "recipients_over" => facts.recipients.len() as u64 > matcher.as_u64().unwrap(),
            "bytes_over" => facts.bytes > matcher.as_u64().unwrap(),
            "attachment_types" => facts.attachments.iter().any(|file| {
                sayings(file)
                    .iter()
                    .any(|saying| matcher.as_array().unwrap().iter().any(|t| globs(t, saying)))
            }),
            "networks" => {
                let source = facts.source.as_deref().unwrap();
                matcher.as_array().unwrap().iter().any(|n| in_network(source, n.as_str().unwrap()))
            }
            "hours" => in_hours(matcher, facts.now),
            "not_before" => facts.now >= matcher.as_u64().unwrap(),
            "not_after" => facts.now <= matcher.as_u64().unwrap(),
            other => panic!("the law does not know {other}"),
        });
    }
    !all.contains(&false)
}

fn lower(text: &str) -> String {
    text.chars().map(|c| c.to_ascii_lowercase()).collect()
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().map(|text| lower(text.as_str().unwrap())).collect()
}

/// By its address or by its domain.
fn named(rules: &Value, address: &str) -> bool {
    let rules = texts(rules);
    rules.contains(address) || rules.contains(address.split('@').nth(1).unwrap())
}

fn untagged(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap();
    format!("{}@{domain}", local.split('+').next().unwrap())
}

/// What a file says of itself: the type it declares, and the one its name shows.
fn sayings((name, declared): &(String, String)) -> BTreeSet<String> {
    let shown = match lower(name.rsplit('.').next().unwrap()).as_str() {
        "pdf" => Some("application/pdf"),
        "png" => Some("image/png"),
        "html" => Some("text/html"),
        "exe" => Some("blocked"),
        _ => None,
    };
    shown.map(str::to_owned).into_iter().chain([declared.clone()]).collect()
}

fn globs(pattern: &Value, text: &str) -> bool {
    let (pattern, text) = (pattern.as_str().unwrap(), if text == "blocked" { "!" } else { text });
    let (kind, sub) = pattern.split_once('/').unwrap();
    text != "!"
        && match (kind, sub) {
            ("*", "*") => true,
            (_, "*") => text.starts_with(&format!("{kind}/")),
            _ => text == pattern,
        }
}

/// An address in a network begins with the network's bits, written out.
fn in_network(address: &str, network: &str) -> bool {
    let (base, length) = network.split_once('/').unwrap();
    let (address, base) = (bits(address), bits(base));
    address.len() == base.len() && address.starts_with(&base[..length.parse::<usize>().unwrap()])
}

fn bits(address: &str) -> String {
    let written = match address.parse::<IpAddr>().unwrap() {
        IpAddr::V4(v4) => v4.octets().map(|octet| format!("{octet:08b}")).concat(),
        IpAddr::V6(v6) => v6.octets().map(|octet| format!("{octet:08b}")).concat(),
    };
    let mapped = "0".repeat(80) + &"1".repeat(16);
    written.strip_prefix(&mapped).map(str::to_owned).unwrap_or(written)
}

/// For 2026, by the rule of the European Union (directive 2000/84/EC): summer time from the last Sunday
/// of March to the last of October, at 01:00 UTC.
fn in_hours(hours: &Value, now: u64) -> bool {
    let ahead = match hours["zone"].as_str().unwrap() {
        "UTC" => 0,
        "Asia/Kolkata" => 330,
        "Europe/Berlin" if (1_774_746_000_000..1_792_890_000_000).contains(&now) => 120,
        "Europe/Berlin" => 60,
        other => panic!("the law does not know {other}"),
    };
    let minutes = now / 60_000 + ahead;
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    // 1970-01-01 was a Thursday.
    let day_name = |day: u64| names[usize::try_from((day + 3) % 7).unwrap()];
    let (from, to) = (hours["from"].as_u64().unwrap(), hours["to"].as_u64().unwrap());
    let length = if to > from { to - from } else { to + 1440 - from };
    // The hours that began today or yesterday.
    [minutes / 1440, minutes / 1440 - 1].into_iter().any(|day| {
        let begun = day * 1440 + from;
        texts(&hours["days"]).contains(day_name(day)) && minutes >= begun && minutes < begun + length
    })
}
