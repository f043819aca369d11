//! Nothing that a caller can put into a message adds a header, a part or a recipient.
#![allow(clippy::unwrap_used)] // a test fails by panicking

mod common;

use common::{bytes_from, inline, mailbox, part, plain_message, stamp};
use mail_parser::{MessageParser, MimeHeaders};
use signet_core::{ContentType, FileName, HeaderText, Mailbox};
use signet_mail::fuzzing::well_formed;
use signet_mail::{ComposeError, compose};

const ATTEMPTS: [&str; 6] = [
    "x\r\nBcc: evil@example.net",
    "x\nBcc: evil@example.net",
    "x\rBcc: evil@example.net",
    "x\r\n\r\nbody",
    "x\0",
    "x\u{b}y",
];

#[test]
fn line_breaks_never_reach_a_header() {
    for attempt in ATTEMPTS {
        assert!(HeaderText::parse(attempt).is_err(), "{attempt:?}");
        assert!(FileName::parse(attempt).is_err(), "{attempt:?}");
        assert!(ContentType::parse(&format!("text/{attempt}")).is_err(), "{attempt:?}");
        assert!(Mailbox::parse(&format!("{attempt} <a@example.org>")).is_err(), "{attempt:?}");
    }
}

#[test]
fn encoded_line_breaks_stay_text() {
    let smuggled = "=?utf-8?Q?x=0D=0ABcc:_evil@example.net?=";
    let mut message = plain_message();
    message.subject = HeaderText::parse(smuggled).unwrap();
    message.to = vec![mailbox(&format!("\"{smuggled}\" <tom@example.com>"))];
    let composed = compose(&message, vec![part(&format!("{smuggled}.txt"), vec![1])], &stamp()).unwrap();
    let bytes = bytes_from(&composed, 0);
    well_formed(&bytes);
    let seen = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(seen.subject(), Some(smuggled));
    assert_eq!(seen.to().unwrap().first().unwrap().name(), Some(smuggled));
    assert_eq!(seen.attachment(0).unwrap().attachment_name(), Some(&*format!("{smuggled}.txt")));
    assert!(seen.bcc().is_none());
}

#[test]
fn names_that_look_like_addresses_add_no_recipient() {
    for name in
        ["evil@example.net,", "<evil@example.net>", "a, b <evil@example.net>;", "\"", "\\", "(a", "a:b;"]
    {
        let mut message = plain_message();
        message.to[0].name = Some(HeaderText::parse(name).unwrap());
        let bytes = bytes_from(&compose(&message, Vec::new(), &stamp()).unwrap(), 0);
        let seen = MessageParser::default().parse(&bytes).unwrap();
        let to: Vec<_> = seen.to().unwrap().iter().map(|a| (a.name(), a.address())).collect();
        assert_eq!(to, [(Some(name), Some("tom@example.com"))]);
    }
}

#[test]
fn a_body_cannot_end_its_part() {
    let first = bytes_from(&compose(&plain_message(), vec![part("a.txt", vec![1])], &stamp()).unwrap(), 0);
    let first = String::from_utf8(first).unwrap();
    let boundary = first.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
    let mut message = plain_message();
    let text = format!("x\r\n--{boundary}\r\nContent-Type: text/html\r\n\r\nevil\r\n--{boundary}--\r\n");
    message.text = Some(text.clone());
    let bytes = bytes_from(&compose(&message, vec![part("a.txt", vec![1])], &stamp()).unwrap(), 0);
    let seen = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(seen.body_text(0).unwrap(), text);
    assert_eq!(seen.attachments().count(), 1);
    assert_eq!(seen.parts.len(), 3);
}

#[test]
fn composite_types_go_out_as_plain_bytes() {
    for kind in ["message/rfc822", "multipart/mixed"] {
        let (mut mail, survey) = part("mail.eml", b"Subject: inner\r\n\r\nx".to_vec());
        mail.content_type = ContentType::parse(kind).unwrap();
        let bytes = bytes_from(&compose(&plain_message(), vec![(mail, survey)], &stamp()).unwrap(), 0);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("Content-Type: application/octet-stream; name=\"mail.eml\"\r\n"), "{text}");
        assert!(!text.contains(kind) || kind == "multipart/mixed");
    }
}

#[test]
fn two_parts_cannot_answer_to_one_id() {
    let mut message = plain_message();
    message.html = Some("<img src=\"cid:logo\">".into());
    let parts = vec![inline("logo", part("a.png", vec![1])), inline("logo", part("b.png", vec![2]))];
    let error = compose(&message, parts, &stamp()).err().unwrap();
    assert_eq!(error, ComposeError::DuplicateContentId("logo".into()));
}
