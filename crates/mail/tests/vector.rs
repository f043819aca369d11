//! The exact bytes of one message with everything in it. They change only on purpose: run once with
//! `SIGNET_WRITE_VECTORS=1` and look at the difference.
#![allow(clippy::unwrap_used)] // a test fails by panicking

mod common;

use common::{bytes_from, inline, mailbox, part, stamp};
use signet_core::HeaderText;
use signet_mail::{Message, compose};

#[test]
fn the_message_is_byte_for_byte_the_committed_one() {
    let message = Message {
        from: mailbox("Mia Berg <mia@example.org>"),
        to: vec![mailbox("tom@example.com"), mailbox("Jörg Müller <joerg@bücher.example>")],
        cc: vec![mailbox("\"Berg, Ada\" <ada@example.org>")],
        bcc: vec![mailbox("archive@example.org")],
        reply_to: vec![mailbox("desk@example.org")],
        subject: HeaderText::parse("Übersicht für November").unwrap(),
        text: Some("Hallo,\n\ndie Übersicht liegt bei.\n-- \nMia\n".into()),
        html: Some("<p>Hallo,</p>\n<p><img src=\"cid:logo\"> die Übersicht liegt bei.</p>\n".into()),
    };
    let parts = vec![
        inline("logo", part("logo.png", b"\x89PNG\r\n\x1a\n".to_vec())),
        part("Übersicht \"2026\".pdf", (0..=255).collect::<Vec<u8>>()),
        part("empty.txt", Vec::new()),
    ];
    let bytes = bytes_from(&compose(&message, parts, &stamp()).unwrap(), 0);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/message.eml");
    if std::env::var_os("SIGNET_WRITE_VECTORS").is_some() {
        std::fs::write(path, &bytes).unwrap();
    }
    let expected = std::fs::read(path).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), String::from_utf8(expected).unwrap());
}
