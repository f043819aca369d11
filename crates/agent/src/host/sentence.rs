//! A grant as one sentence: verb, object, limits.

use signet_core::{Conditions, Hours, UnixMillis, Weekday};

/// `may send as qa@example.org with Tests, to anyone at example.org, up to 5 MB, 20 a day, until 2026-11-27`.
pub(crate) fn of(c: &Conditions, key_name: &str) -> String {
    let mut parts = vec![format!("may send as {} with {key_name}", list(&c.senders, "or", "nobody"))];
    if !c.aliases.is_empty() {
        parts.push(format!("also under {}", list(&c.aliases, "or", "")));
    }
    parts.push(match &c.recipients {
        None => "to anyone".into(),
        Some(rules) => {
            let rule = |rule: &signet_core::RecipientRule| match rule {
                signet_core::RecipientRule::Domain(domain) => format!("anyone at {domain}"),
                signet_core::RecipientRule::Address(address) => address.to_string(),
            };
            format!("to {}", list(&rules.iter().map(rule).collect::<Vec<_>>(), "or", "nobody"))
        }
    });
    limits(c, &mut parts);
    parts.join(", ")
}

fn limits(c: &Conditions, parts: &mut Vec<String>) {
    if let Some(most) = c.recipients_max {
        parts.push(format!("to at most {most} at once"));
    }
    if let Some(bytes) = c.bytes_max {
        parts.push(format!("up to {}", size(bytes)));
    }
    match c.attachment_types.as_deref() {
        None => {}
        Some([]) => parts.push("without attachments".into()),
        Some(types) => parts.push(format!("attaching only {}", list(types, "or", ""))),
    }
    match (c.per_minute, c.per_day) {
        (None, None) => {}
        (Some(minute), None) => parts.push(format!("{minute} a minute")),
        (None, Some(day)) => parts.push(format!("{day} a day")),
        (Some(minute), Some(day)) => parts.push(format!("{minute} a minute and {day} a day")),
    }
    if let Some(networks) = &c.networks {
        parts.push(format!("from {}", list(networks, "or", "no network")));
    }
    if let Some(hours) = &c.hours {
        parts.push(on(hours));
    }
    if let Some(time) = c.not_before {
        parts.push(format!("from {}", date(time)));
    }
    if let Some(time) = c.not_after {
        parts.push(format!("until {}", date(time)));
    }
    match c.code_within {
        None => {}
        Some(0) => parts.push("with a fresh code each time".into()),
        Some(seconds) => parts.push(format!("with a code not older than {}", span(seconds))),
    }
    if let Some(approval) = c.approvals {
        let by = match approval.by {
            signet_core::Approver::Owner => "the owner",
            signet_core::Approver::Admin => "an admin",
        };
        parts.push(format!("once {by} has approved the message"));
    }
}

fn list<T: ToString>(items: &[T], joint: &str, none: &str) -> String {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    match texts.split_last() {
        None => none.into(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {joint} {last}", rest.join(", ")),
    }
}

/// Decimal, as mail programs count.
fn size(bytes: u64) -> String {
    match bytes {
        1_000_000.. if bytes.is_multiple_of(1_000_000) => format!("{} MB", bytes / 1_000_000),
        1_000_000.. => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        1_000.. => format!("{} kB", bytes / 1_000),
        _ => format!("{bytes} bytes"),
    }
}

fn span(seconds: u32) -> String {
    match seconds {
        3600.. if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        60.. => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

fn date(time: UnixMillis) -> String {
    let stamp = i64::try_from(time.0).ok().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    stamp.map_or_else(String::new, |stamp| stamp.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

fn on(hours: &Hours) -> String {
    let days: Vec<&str> = hours.days().map(short).collect();
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    format!("{} {} to {} ({})", days.join(" "), clock(hours.from()), clock(hours.to()), hours.zone())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_reads_as_a_sentence() {
        let grant: signet_core::Grant = serde_json::from_value(serde_json::json!({
            "id": 1,
            "member": "00000000000000000000000000000001",
            "key": "00000000000000000000000000000002",
            "conditions": {
                "senders": ["qa@example.org"],
                "recipients": ["example.org", "leo@example.net"],
                "bytes_max": 5_000_000,
                "per_day": 20,
                "networks": ["192.0.2.0/24"],
                "not_after": 1_795_780_800_000_u64,
            },
        }))
        .unwrap();
        assert_eq!(
            of(&grant.conditions, "Tests"),
            "may send as qa@example.org with Tests, to anyone at example.org or leo@example.net, up to 5 MB, \
             20 a day, from 192.0.2.0/24, until 2026-11-27 12:00 UTC"
        );
    }
}
