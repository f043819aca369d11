//! Messages that wait for somebody's yes.

use std::fmt::Write as _;

use signet_api::wire::ApprovalView;

use super::{View, bytes, facts, plain, send};

/// All of them, whole: an approval is about the bytes.
pub(crate) fn list(waiting: &[ApprovalView], view: &View) -> String {
    if waiting.is_empty() {
        return "No message waits for approval.".into();
    }
    let mut text: Vec<String> = waiting.iter().map(|one| whole(one, view)).collect();
    text.push(view.hint("`signet team approve-message REQUEST` sends exactly these bytes."));
    text.join("\n\n")
}

/// One message.
pub(crate) fn whole(waiting: &ApprovalView, view: &View) -> String {
    let pairs = [
        ("request", waiting.request.to_string()),
        ("of", plain(&waiting.member)),
        ("key", plain(&waiting.key)),
        ("asked", view.moment.when(waiting.since)),
        ("unanswered", format!("denied {}", view.moment.when(waiting.until))),
        ("size", bytes(waiting.bytes)),
        ("sha256", plain(&waiting.sha256)),
    ];
    let mut text = format!("{}\n\n{}", facts(&pairs, view), send::draft(&waiting.message, view));
    for attachment in &waiting.attachments {
        let kind = plain(&attachment.content_type);
        let hash = plain(&attachment.sha256);
        let details = view.ink.dim(&format!("{kind}, {}, sha256 {hash}", bytes(attachment.bytes)));
        let _ = write!(text, "\n  + {}  {details}", plain(&attachment.name));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_api::wire::{Draft, SentAttachment};
    use signet_core::{RequestId, UnixMillis};

    #[test]
    fn a_message_that_waits_is_shown_whole() {
        let waiting = ApprovalView {
            request: RequestId::from_bytes([0xab; 16]),
            member: "Mia".into(),
            key: "billing".into(),
            since: UnixMillis(1_795_348_620_000),
            until: UnixMillis(1_795_352_400_000),
            message: Draft {
                from: "boss@example.org".into(),
                to: vec!["leo@example.net".into()],
                subject: "Hello\x1b[2J".into(),
                text: Some("Line 1\nLine 2".into()),
                ..Draft::default()
            },
            attachments: vec![SentAttachment {
                name: "report.pdf".into(),
                content_type: "application/pdf".into(),
                bytes: 5_000,
                sha256: "cd".repeat(32),
                path: None,
            }],
            bytes: 7_100,
            sha256: "ef".repeat(32),
        };
        insta::assert_snapshot!(list(&[waiting], &View::fixed()));
        insta::assert_snapshot!(list(&[], &View::fixed()), @"No message waits for approval.");
    }
}
