//! The audit log: entries and the checks of a verification.

use std::fmt::Write as _;

use serde_json::Value;
use signet_api::wire::AuditEntryView;
use signet_audit::{CheckName, Report};

use super::{View, facts, plain, plural};

/// Entries as sentences.
pub(crate) fn list(entries: &[AuditEntryView], more: bool, view: &View) -> String {
    if entries.is_empty() {
        return "No entries.".into();
    }
    let widest = entries.iter().map(|entry| entry.seq.to_string().len()).max().unwrap_or(0);
    let times: Vec<String> = entries.iter().map(|entry| view.moment.when(entry.time)).collect();
    let column = times.iter().map(|time| time.chars().count()).max().unwrap_or(0);
    let line = |(entry, time): (&AuditEntryView, &String)| {
        let seq = view.ink.dim(&format!("{:>widest$}", entry.seq));
        format!("{seq}  {time:<column$}  {}", plain(&entry.sentence))
    };
    let mut text = entries.iter().zip(&times).map(line).collect::<Vec<_>>().join("\n");
    if let (true, Some(last)) = (more, entries.last()) {
        let _ = write!(text, "\n{}", view.ink.dim(&format!("Older ones: --before {}", last.seq)));
    }
    text
}

/// One entry, every field.
pub(crate) fn entry(entry: &AuditEntryView, view: &View) -> String {
    let mut pairs = vec![
        ("entry", entry.seq.to_string()),
        ("time", view.moment.exact(entry.time)),
        ("what", plain(&entry.sentence)),
    ];
    if let Value::Object(fields) = &entry.fields {
        for (name, value) in fields {
            let text = match value {
                Value::Null => continue,
                Value::String(text) if text.is_empty() => continue,
                Value::Array(items) if items.is_empty() => continue,
                Value::String(text) => plain(text),
                other => plain(&other.to_string()),
            };
            if !matches!(name.as_str(), "seq" | "time") {
                pairs.push((name, text));
            }
        }
    }
    facts(&pairs, view)
}

/// A verification, check by check.
pub(crate) fn report(report: &Report, view: &View) -> String {
    let ink = view.ink;
    let mut text = String::new();
    for check in &report.checks {
        let mark = match check.passed {
            Some(true) => ink.green("✓"),
            Some(false) => ink.red("✗"),
            None => ink.yellow("!"),
        };
        let _ = writeln!(text, "{mark} {:<20}  {}", name(check.name), plain(&check.detail));
    }
    let entries = plural(report.size, "entry", "entries");
    if report.passed() {
        let _ = writeln!(text, "{} {entries}, unbroken.", ink.green("✓"));
        let pairs = [("  root", plain(&report.root)), ("  key", plain(&report.fingerprint))];
        text.push_str(&facts(&pairs, view));
    } else {
        let _ =
            write!(text, "{} The log does not verify. Keep a copy of the file as evidence.", ink.red("✗"));
    }
    text
}

const fn name(check: CheckName) -> &'static str {
    match check {
        CheckName::File => "file",
        CheckName::Identity => "identity",
        CheckName::EntryEncoding => "entry encoding",
        CheckName::Sequence => "sequence",
        CheckName::TreeRoot => "tree root",
        CheckName::TreeNodes => "tree nodes",
        CheckName::CheckpointSignature => "checkpoint signature",
        CheckName::CheckpointChain => "checkpoint chain",
        CheckName::LockedKeyUse => "locked key use",
        CheckName::Anchor => "anchor",
    }
}
