//! The body of the fuzz target `mime`, here so that an ordinary test replays its corpus.

use std::io::Read;
use std::sync::Arc;

use signet_core::{ContentType, EmailAddress, FileName, HeaderText, Mailbox, UnixMillis};

use crate::{ContentId, Message, MessageId, Part, Stamp, Survey, compose, guess_content_type, survey};

/// Composes a message out of arbitrary bytes and checks what must hold for every message.
///
/// # Panics
/// If it does not hold.
pub fn mime(data: &[u8]) {
    let mut fields = data.split(|byte| *byte == 0xFF);
    let mut next = || fields.next().unwrap_or_default();
    let Some((message, stamp)) = message(&mut next) else { return };
    let mut parts = Vec::new();
    while parts.len() < 8 {
        let name = String::from_utf8_lossy(next()).into_owned();
        let Ok(name) = FileName::parse(&name) else { break };
        let content_type = ContentType::parse(&String::from_utf8_lossy(next()));
        let content_type = content_type.unwrap_or_else(|_| guess_content_type(&name));
        let content_id = ContentId::parse(&String::from_utf8_lossy(next())).ok();
        let bytes = next().to_vec();
        let Ok(survey) = survey(&bytes) else { return };
        parts.push((Part { name, content_type, content_id, source: Arc::new(bytes) }, survey));
    }
    check(&message, parts, &stamp, data.len() as u64 * 31);
}

fn message<'a>(next: &mut impl FnMut() -> &'a [u8]) -> Option<(Message, Stamp)> {
    let mut text = || String::from_utf8_lossy(next()).into_owned();
    let address = EmailAddress::parse(&text()).or_else(|_| EmailAddress::parse("a@example.org")).ok()?;
    let name = HeaderText::parse(&text()).ok();
    let from = Mailbox { name: name.clone(), address };
    let subject = HeaderText::parse(&text()).ok()?;
    let mut list = || text().split(',').filter_map(|item| Mailbox::parse(item).ok()).collect::<Vec<_>>();
    let (to, cc, bcc, reply_to) = (list(), list(), list(), list());
    let mut body = || Some(text()).filter(|text| !text.is_empty());
    let (text, html) = (body(), body());
    let stamp = Stamp {
        date: UnixMillis(subject.as_str().len() as u64 * 77_777_777_777),
        message_id: MessageId::derive([3; 16], &from.address),
        boundary_seed: [5; 16],
    };
    Some((Message { from, to, cc, bcc, reply_to, subject, text, html }, stamp))
}

fn check(message: &Message, parts: Vec<(Part, Survey)>, stamp: &Stamp, somewhere: u64) {
    let Ok(composed) = compose(message, parts, stamp) else { return };
    let mut all = Vec::new();
    assert!(composed.reader(0).read_to_end(&mut all).is_ok());
    assert_eq!(all.len() as u64, composed.len(), "the length was not exact");
    well_formed(&all);

    let offset = somewhere % (composed.len() + 1);
    let mut rest = Vec::new();
    assert!(composed.reader(offset).read_to_end(&mut rest).is_ok());
    assert!(usize::try_from(offset).is_ok_and(|at| all.get(at..) == Some(&rest)), "offset {offset}");
}

/// Checks that bytes are a message that Gmail takes as ours: ASCII, CRLF, short lines, and no header field
/// but those that were meant, each once.
///
/// # Panics
/// If they are not.
pub fn well_formed(message: &[u8]) {
    assert!(message.ends_with(b"\r\n"), "the last line is open");
    let text = String::from_utf8_lossy(message);
    let (headers, _) = text.split_once("\r\n\r\n").unwrap_or_default();
    for line in text.split("\r\n") {
        assert!(line.len() <= 998, "{} bytes in a line", line.len());
        assert!(line.bytes().all(|b| b == b'\t' || (b' '..=b'~').contains(&b)), "{line:?}");
    }
    let mut seen = Vec::new();
    for line in headers.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])) {
        let (name, _) = line.split_once(": ").unwrap_or((line, ""));
        assert!(FIELDS.contains(&name), "header field {name:?}");
        assert!(!seen.contains(&name), "header field {name} twice");
        assert!(!line.trim().is_empty(), "a header line of white space");
        seen.push(name);
    }
    for name in ["Date", "From", "Subject", "Message-ID", "MIME-Version", "Content-Type"] {
        assert!(seen.contains(&name), "no header field {name}");
    }
}

const FIELDS: &[&str] = &[
    "Date",
    "From",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Subject",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
];
