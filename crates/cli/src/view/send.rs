//! How a send ended, and the history of sends.

use std::fmt::Write as _;

use signet_api::wire::{Draft, HistoryItem, HistoryRow, SendOutcome, SendReport};

use super::{View, bytes, duration, facts, failure, plain, plain_lines, plural, table};

/// The end of a send.
pub(crate) fn report(report: &SendReport, view: &View) -> String {
    let ink = view.ink;
    let size = bytes(report.bytes);
    let to = plural(report.recipients as u64, "recipient", "recipients");
    let mut text = match &report.outcome {
        SendOutcome::Sent { message_id, thread_id } => {
            let pairs = [
                ("  message", plain(message_id)),
                ("  thread", plain(thread_id)),
                ("  request", report.request_id.to_string()),
            ];
            let took = duration(report.millis);
            let who = if view.sandbox { "the sandbox" } else { "Google" };
            let head = if report.earlier {
                format!("{} It was sent before, and not again now: {to}, {size}.", ink.green("✓"))
            } else {
                format!("{} Accepted by {who}: {to}, {size}, {took}.", ink.green("✓"))
            };
            format!("{head}\n{}", facts(&pairs, view))
        }
        SendOutcome::NotSent { failure: why } if report.earlier => {
            let anew = why.clone().remedy("To send it after all, give the command without --request.");
            let request = ink.dim(&format!("It was not sent. Request {}", report.request_id));
            format!("{}  {request}", failure(&anew, view))
        }
        SendOutcome::NotSent { failure: why } => {
            format!(
                "{}  {}",
                failure(why, view),
                ink.dim(&format!("Not sent. Request {}", report.request_id))
            )
        }
        SendOutcome::Unknown { failure: why } => {
            format!("{}  {}", failure(why, view), ink.dim(&format!("Request {}", report.request_id)))
        }
        SendOutcome::DryRun => {
            let preview = report.preview.as_deref().map(plain_lines).unwrap_or_default();
            format!("{preview}\n\n{} Nothing was sent: a dry run. {to}, {size}.", ink.green("✓"))
        }
        SendOutcome::Written => format!("{} Written, not sent: {to}, {size}.", ink.green("✓")),
    };
    for attachment in &report.attachments {
        let size = bytes(attachment.bytes);
        let kind = plain(&attachment.content_type);
        let details = ink.dim(&format!("{kind}, {size}"));
        let _ = write!(text, "\n  + {}  {details}", plain(&attachment.name));
    }
    text
}

/// The history as a table.
pub(crate) fn history(rows: &[HistoryRow], view: &View) -> String {
    if rows.is_empty() {
        return "Nothing here yet.".into();
    }
    let shown = telling_digits(rows);
    let row = |row: &HistoryRow| {
        let mut to = row.to.first().cloned().unwrap_or_default();
        if row.recipients > 1 {
            to = format!("{to} +{}", row.recipients - 1);
        }
        let state = match (&row.code, row.state.as_str()) {
            (_, "sent") => "accepted".to_owned(),
            (Some(code), state) => format!("{state}: {}", code.as_str()),
            (None, state) => state.to_owned(),
        };
        let id = row.id.to_string()[..shown].to_owned();
        let files = if row.attachments == 0 { String::new() } else { row.attachments.to_string() };
        vec![id, view.moment.when(row.time), row.from.clone(), to, row.subject.clone(), files, state]
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    table(&["id", "when", "from", "to", "subject", "files", "state"], &rows, view)
}

/// How many digits of the ids tell these rows apart. Ids begin with the time, so neighbours are alike.
fn telling_digits(rows: &[HistoryRow]) -> usize {
    let mut ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    ids.sort_unstable();
    let alike = |pair: &[String]| pair[0].bytes().zip(pair[1].bytes()).take_while(|(a, b)| a == b).count();
    let longest = ids.windows(2).map(alike).max().unwrap_or(0);
    (longest + 1).clamp(12, 32)
}

/// One sent message and how it ended.
pub(crate) fn item(item: &HistoryItem, view: &View) -> String {
    let end = item.report.as_ref().map_or_else(|| "It is still being sent.".into(), |end| report(end, view));
    let pairs = [("when", view.moment.exact(item.time)), ("key", plain(&item.key))];
    format!("{}\n{}\n\n{end}", facts(&pairs, view), draft(&item.draft, view))
}

/// A message as it was written.
pub(crate) fn draft(draft: &Draft, view: &View) -> String {
    let list = |values: &[String]| plain(&values.join(", "));
    let mut pairs = vec![("from", plain(&draft.from)), ("to", list(&draft.to))];
    for (name, values) in [("cc", &draft.cc), ("bcc", &draft.bcc), ("reply-to", &draft.reply_to)] {
        if !values.is_empty() {
            pairs.push((name, list(values)));
        }
    }
    pairs.push(("subject", plain(&draft.subject)));
    for attachment in &draft.attachments {
        let name = attachment.path.as_deref().or(attachment.name.as_deref()).unwrap_or("(no name)");
        let kind = if attachment.content_id.is_some() { "inline" } else { "attached" };
        pairs.push((kind, plain(name)));
    }
    let mut text = facts(&pairs, view);
    if let Some(body) = &draft.text {
        text.push_str("\n\n");
        text.push_str(&plain_lines(body));
    }
    if let Some(html) = &draft.html {
        let _ = write!(text, "\n\n{}", view.ink.dim(&format!("HTML, {}", bytes(html.len() as u64))));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_api::wire::{Attachment, SentAttachment};
    use signet_core::{Code, Failure, RequestId, UnixMillis};

    fn sent(outcome: SendOutcome) -> SendReport {
        SendReport {
            request_id: RequestId::from_bytes([0xab; 16]),
            outcome,
            bytes: 34_210_000,
            millis: 1830,
            recipients: 3,
            findings: vec![],
            attachments: vec![SentAttachment {
                name: "Übersicht 📎.pdf".into(),
                content_type: "application/pdf".into(),
                bytes: 25_000_000,
                sha256: "00".repeat(32),
                path: None,
            }],
            preview: Some("Subject: Hello".into()),
            timeline: Vec::new(),
            earlier: false,
            audit: None,
        }
    }

    #[test]
    fn every_end_of_a_send_reads_as_what_it_is() {
        let ends = [
            SendOutcome::Sent { message_id: "18c".into(), thread_id: "18b".into() },
            SendOutcome::NotSent { failure: Failure::new(Code::DailyLimit) },
            SendOutcome::Unknown { failure: Failure::new(Code::SendUnknown) },
            SendOutcome::DryRun,
            SendOutcome::Written,
        ];
        let text = ends.map(|end| report(&sent(end), &View::fixed())).join("\n----\n");
        assert!(!text.to_lowercase().contains("delivered"), "Google accepting it is all we know");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn history_reads_well() {
        let row = |state: &str, code| HistoryRow {
            id: RequestId::from_bytes([0xab; 16]),
            time: UnixMillis(1_795_348_620_000),
            from: "qa@example.org".into(),
            to: vec!["ada@example.org".into()],
            recipients: 3,
            subject: "Hello\x1b[2J".into(),
            attachments: 2,
            key: String::new(),
            state: state.into(),
            code,
        };
        let rows = [row("sent", None), row("not-sent", Some(Code::DailyLimit)), row("sending", None)];
        insta::assert_snapshot!(history(&rows, &View::fixed()));
        let item = HistoryItem {
            id: RequestId::from_bytes([0xab; 16]),
            time: UnixMillis(1_795_348_620_000),
            key: "mailer@demo.iam.gserviceaccount.com".into(),
            draft: Draft {
                from: "qa@example.org".into(),
                to: vec!["ada@example.org".into()],
                bcc: vec!["eve@example.org".into()],
                subject: "Hello".into(),
                text: Some("Line 1\nLine 2".into()),
                html: Some("<b>x</b>".into()),
                attachments: vec![Attachment { path: Some("/tmp/a.pdf".into()), ..Attachment::default() }],
                ..Draft::default()
            },
            report: None,
        };
        insta::assert_snapshot!(super::item(&item, &View::fixed()));
    }
}
