//! `message.check`: what sending would find, while the message is still being written. Reads no file and
//! waits for no vault, so that it can be asked at every pause in typing.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use signet_api::wire::{Attachment, Draft, Finding, MessageCheckRequest, MessageChecked};
use signet_api::{MessageCheck, Never};
use signet_core::{Clock, Code, EmailAddress, Failure, FileName, HeaderText, Mailbox, Principal};
use signet_mail::{
    MAX_ENCODED, Message, MessageId, Part, Severity, Source, Stamp, Survey, encoded_len, preflight,
};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::message::{self, part_of};
use crate::router::{Events, Handle};

/// What one more part needs beside its body, at most: boundary and headers, with a long name.
const PART_OVERHEAD: u64 = 800;
/// Base64 as the message has it: 57 bytes become a line of 76 characters and its end.
const LINE: (u64, u64) = (57, 78);

impl Handle<MessageCheck> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: MessageCheckRequest,
        _: Events<Never>,
    ) -> Result<MessageChecked, Failure> {
        let work = move || check(&request.draft, &request.attachment_bytes);
        tokio::task::spawn_blocking(work).await.map_err(|_| Failure::new(Code::Internal))?
    }
}

fn check(draft: &Draft, attachment_bytes: &[u64]) -> Result<MessageChecked, Failure> {
    let mut look = Look::default();
    let from = look.sender(&draft.from);
    let has_sender = from.is_some();
    let message = Message {
        from: from.map_or_else(stand_in, Ok)?,
        to: look.mailboxes("to", &draft.to),
        cc: look.mailboxes("cc", &draft.cc),
        bcc: look.mailboxes("bcc", &draft.bcc),
        reply_to: look.mailboxes("reply_to", &draft.reply_to),
        subject: look.subject(&draft.subject),
        text: look.body("text", draft.text.as_deref()),
        html: look.body("html", draft.html.as_deref()),
    };
    let parts: Vec<_> = draft
        .attachments
        .iter()
        .enumerate()
        .map(|(index, attachment)| {
            let len = attachment_bytes.get(index).copied().unwrap_or_default();
            Ok((look.part(attachment, len)?, Survey { len, sha256: [0; 32] }))
        })
        .collect::<Result<_, Failure>>()?;
    let stamp = Stamp {
        date: SystemClock.now(),
        message_id: MessageId::derive([0; 16], &message.from.address),
        boundary_seed: [0; 16],
    };
    // Two parts with one id cannot be laid out; `preflight` says so.
    let encoded_bytes = encoded_len(&message, &parts, &stamp).unwrap_or_default();
    let recipients = message.recipients().count();
    for finding in preflight(&message, &parts) {
        // An address that is not valid is a recipient all the same: both findings would be one too many.
        if finding.code == Some(Code::NoRecipient) && look.bad_recipients > 0 {
            continue;
        }
        look.add(of_mail(finding));
    }
    if !has_sender && draft.from.trim().is_empty() {
        look.add(Finding {
            name: "no-sender".into(),
            blocks: true,
            what: "The message has no sender.".into(),
            remedy: "Choose who sends it.".into(),
            facts: BTreeMap::new(),
        });
    }
    look.findings.sort_by_key(|finding| !finding.blocks);
    Ok(MessageChecked {
        encoded_bytes,
        limit_bytes: MAX_ENCODED,
        room_bytes: room(encoded_bytes),
        html_bytes: draft.html.as_ref().map_or(0, |html| html.len() as u64),
        recipients: recipients + look.bad_recipients,
        findings: look.findings,
    })
}

/// Raw bytes of one more attachment that still fits.
fn room(encoded: u64) -> u64 {
    let left = MAX_ENCODED.saturating_sub(encoded).saturating_sub(PART_OVERHEAD);
    left / LINE.1 * LINE.0
}

/// Stands in for a sender that is not named yet, so that the size is known.
fn stand_in() -> Result<Mailbox, Failure> {
    let address = EmailAddress::parse("sender@example.org").map_err(|_| Failure::new(Code::Internal))?;
    Ok(Mailbox { name: None, address })
}

/// A finding of the message's own crate, as the wire has it.
pub(crate) fn of_mail(finding: signet_mail::Finding) -> Finding {
    let name = name_of(&finding);
    let mut facts = finding.facts;
    if let Some(over) = facts.get("encoded_bytes").and_then(|bytes| bytes.parse::<u64>().ok()) {
        facts.insert("over_bytes".into(), over.saturating_sub(MAX_ENCODED).to_string());
    }
    // What wants a second thought stops the send until it has had it.
    let blocks = finding.severity != Severity::Warning;
    Finding { name, blocks, what: finding.what, remedy: finding.remedy, facts }
}

/// A finding's stable name: its error code, or the warning's own.
fn name_of(finding: &signet_mail::Finding) -> String {
    let warning = || serde_json::to_value(finding.warning).ok()?.as_str().map(str::to_owned);
    finding.code.map(|code| code.as_str().to_owned()).or_else(warning).unwrap_or_default()
}

/// What was found so far. What is not valid is left out of the message.
#[derive(Default)]
struct Look {
    findings: Vec<Finding>,
    bad_recipients: usize,
}

impl Look {
    fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn refuse(&mut self, failure: Failure, field: &str) {
        let Failure { code, what, remedy, mut facts } = failure;
        facts.insert("field".into(), field.into());
        self.add(Finding { name: code.as_str().into(), blocks: true, what, remedy, facts });
    }

    fn sender(&mut self, text: &str) -> Option<Mailbox> {
        if text.trim().is_empty() {
            return None;
        }
        message::mailbox(text).map_err(|failure| self.refuse(failure, "from")).ok()
    }

    fn mailboxes(&mut self, field: &str, texts: &[String]) -> Vec<Mailbox> {
        let mut good = Vec::new();
        for text in texts {
            match message::mailbox(text) {
                Ok(mailbox) => good.push(mailbox),
                Err(failure) => {
                    self.bad_recipients += usize::from(field != "reply_to");
                    self.refuse(failure, field);
                }
            }
        }
        good
    }

    fn subject(&mut self, text: &str) -> HeaderText {
        message::subject(text).unwrap_or_else(|failure| {
            self.refuse(failure, "subject");
            let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            HeaderText::parse(&plain).unwrap_or_default()
        })
    }

    fn body(&mut self, field: &str, text: Option<&str>) -> Option<String> {
        message::body(text, field).unwrap_or_else(|failure| {
            self.refuse(failure, field);
            text.map(|text| text.replace('\0', ""))
        })
    }

    /// The part as sending would make it; under another name if its own cannot be used.
    fn part(&mut self, attachment: &Attachment, len: u64) -> Result<Part, Failure> {
        let source: Arc<dyn Source> = Arc::new(Unread(len));
        part_of(attachment, Arc::clone(&source)).or_else(|failure| {
            self.refuse(failure, "attachments");
            let name = FileName::parse("attachment").map_err(|_| Failure::new(Code::Internal))?;
            let content_type = signet_core::ContentType::octet_stream();
            Ok(Part { name, content_type, content_id: None, source })
        })
    }
}

/// A file of that length that nobody reads. What is inside of an archive is looked at when it is sent.
struct Unread(u64);

impl Source for Unread {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0)
    }

    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_mail::compose;
    use std::io::Read;
    use std::time::Instant;

    fn draft() -> Draft {
        Draft {
            from: "Mia <mia@example.org>".into(),
            to: vec!["leo@example.org".into()],
            subject: "Hello".into(),
            text: Some("Hello.\n".into()),
            ..Draft::default()
        }
    }

    fn file(name: &str) -> Attachment {
        Attachment { name: Some(name.into()), ..Attachment::default() }
    }

    fn names(draft: &Draft, bytes: &[u64]) -> Vec<(String, bool)> {
        let checked = check(draft, bytes).unwrap();
        checked.findings.into_iter().map(|finding| (finding.name, finding.blocks)).collect()
    }

    fn one(change: impl FnOnce(&mut Draft)) -> Finding {
        let mut draft = draft();
        change(&mut draft);
        let bytes = vec![10; draft.attachments.len()];
        let mut findings = check(&draft, &bytes).unwrap().findings;
        assert_eq!(findings.len(), 1, "{findings:?}");
        findings.remove(0)
    }

    #[test]
    fn a_message_that_can_go_has_no_findings() {
        assert_eq!(names(&draft(), &[]), []);
    }

    #[test]
    fn each_mistake_has_its_name_and_says_where_it_is() {
        let found = one(|d| d.to.push("nobody".into()));
        assert_eq!((found.name.as_str(), found.blocks), ("invalid-address", true));
        assert_eq!((found.facts["address"].as_str(), found.facts["field"].as_str()), ("nobody", "to"));
        assert_eq!(one(|d| d.cc.push("jörg@b.org".into())).name, "non-ascii-address");
        assert_eq!(one(|d| d.to.clear()).name, "no-recipient");
        assert_eq!(one(|d| d.to = vec!["x".into()]).name, "invalid-address");
        assert_eq!(one(|d| d.from = " ".into()).name, "no-sender");
        assert_eq!(one(|d| d.from = "mia".into()).facts["field"], "from");
        assert_eq!(one(|d| d.subject = "a\nb".into()).name, "invalid-header");
        assert_eq!(one(|d| d.attachments.push(file("setup.exe"))).name, "blocked-type");
        assert_eq!(one(|d| d.attachments.push(file("a/b"))).name, "invalid-file-name");
        let many = (0..501).map(|n| format!("a{n}@b.org")).collect();
        assert_eq!(one(|d| d.to = many).name, "too-many-recipients");
        for (finding, name) in [
            (one(|d| d.subject.clear()), "empty-subject"),
            (one(|d| d.text = None), "empty-body"),
            (one(|d| d.html = Some("x".repeat(103 * 1024))), "html-clip"),
            (one(|d| d.subject = "Order {{order}}".into()), "unfilled-variable"),
        ] {
            assert_eq!((finding.name.as_str(), finding.blocks), (name, false));
            assert!(!finding.what.is_empty() && !finding.remedy.is_empty());
        }
    }

    #[test]
    fn what_blocks_comes_first_and_what_is_too_large_says_by_how_much() {
        let draft = Draft { subject: String::new(), attachments: vec![file("film.mp4")], ..draft() };
        let checked = check(&draft, &[40_000_000]).unwrap();
        let named: Vec<_> = checked.findings.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(named, ["message-too-large", "large-attachments", "empty-subject"]);
        let over: u64 = checked.findings[0].facts["over_bytes"].parse().unwrap();
        assert_eq!(checked.encoded_bytes, MAX_ENCODED + over);
        assert_eq!(checked.room_bytes, 0);
    }

    /// The meter tells the truth: what it counts is what goes out, byte for byte.
    #[test]
    fn the_size_is_the_one_that_sending_has() {
        let draft = Draft {
            cc: vec!["Jörg Müller <j@example.org>".into()],
            subject: "Grüße".into(),
            html: Some("<p>Hallo &amp; <img src='cid:logo'></p>".into()),
            attachments: vec![
                file("Übersicht.pdf"),
                Attachment { content_id: Some("logo".into()), ..file("logo.png") },
            ],
            ..draft()
        };
        let lens = [100_001_u64, 5];
        let checked = check(&draft, &lens).unwrap();
        let message = message::parse(&draft).unwrap();
        let parts = draft.attachments.iter().zip(lens).map(|(attachment, len)| {
            let bytes = vec![7; usize::try_from(len).unwrap()];
            let survey = signet_mail::survey(&bytes).unwrap();
            (part_of(attachment, Arc::new(bytes)).unwrap(), survey)
        });
        let stamp = Stamp {
            date: SystemClock.now(),
            message_id: MessageId::derive([9; 16], &message.from.address),
            boundary_seed: [9; 16],
        };
        let composed = compose(&message, parts.collect(), &stamp).unwrap();
        let mut bytes = Vec::new();
        composed.reader(0).read_to_end(&mut bytes).unwrap();
        assert_eq!(checked.encoded_bytes, bytes.len() as u64);
        assert_eq!(checked.recipients, 2);
    }

    #[test]
    fn what_the_room_holds_fits_and_not_much_more() {
        let room = check(&draft(), &[]).unwrap().room_bytes;
        let with = |len| {
            let draft = Draft { attachments: vec![file(&"n".repeat(200))], ..draft() };
            check(&draft, &[len]).unwrap().encoded_bytes
        };
        assert!(with(room) <= MAX_ENCODED);
        assert!(with(room + 2_000) > MAX_ENCODED);
    }

    #[test]
    fn it_takes_no_time_however_large_the_message() {
        let draft = Draft {
            to: (0..500).map(|n| format!("Person {n} <p{n}@example.org>")).collect(),
            text: Some("A line of text, as people write it.\n".repeat(3_000)),
            html: Some("<p>A line of text, as people write it.</p>\n".repeat(3_000)),
            attachments: (0..50).map(|n| file(&format!("{n}.zip"))).collect(),
            ..draft()
        };
        let begun = Instant::now();
        let checked = check(&draft, &[600_000; 50]).unwrap();
        let took = begun.elapsed();
        assert!(checked.encoded_bytes > 30_000_000);
        assert!(took.as_millis() < 50, "{took:?}");
    }
}
