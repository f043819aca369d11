//! Messages for the tests: a builder for plain cases and a strategy for arbitrary ones.
#![allow(dead_code, unreachable_pub)] // not every test uses everything

use std::io::Read;
use std::sync::Arc;

use proptest::prelude::*;
use signet_core::{ContentType, EmailAddress, FileName, HeaderText, Mailbox, UnixMillis};
use signet_mail::{
    Composed, ContentId, Message, MessageId, Part, Source, Stamp, Survey, compose, guess_content_type, survey,
};

pub fn mailbox(text: &str) -> Mailbox {
    Mailbox::parse(text).unwrap()
}

pub fn plain_message() -> Message {
    Message {
        from: mailbox("Mia Berg <mia@example.org>"),
        to: vec![mailbox("tom@example.com")],
        cc: Vec::new(),
        bcc: Vec::new(),
        reply_to: Vec::new(),
        subject: HeaderText::parse("Greetings").unwrap(),
        text: Some("Hello Tom,\n\nall is well.\n".into()),
        html: None,
    }
}

pub fn stamp() -> Stamp {
    Stamp {
        date: UnixMillis::from_seconds(1_795_000_000),
        message_id: MessageId::derive([0xA7; 16], &EmailAddress::parse("mia@example.org").unwrap()),
        boundary_seed: [0x5E; 16],
    }
}

pub fn part(name: &str, source: impl Source + 'static) -> (Part, Survey) {
    let name = FileName::parse(name).unwrap();
    let survey = survey(&source).unwrap();
    let content_type = guess_content_type(&name);
    (Part { name, content_type, content_id: None, source: Arc::new(source) }, survey)
}

pub fn inline(cid: &str, (part, survey): (Part, Survey)) -> (Part, Survey) {
    (Part { content_id: Some(ContentId::parse(cid).unwrap()), ..part }, survey)
}

pub fn bytes_from(composed: &Composed, offset: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    composed.reader(offset).read_to_end(&mut bytes).unwrap();
    bytes
}

/// A message in plain data, which proptest can shrink and print.
#[derive(Clone, Debug)]
pub struct Case {
    pub from: (Option<String>, String),
    pub to: Vec<(Option<String>, String)>,
    pub subject: String,
    pub text: Option<String>,
    pub html: Option<String>,
    pub attachments: Vec<(String, Vec<u8>)>,
    pub inline: Vec<Vec<u8>>,
    pub seed: [u8; 16],
}

impl Case {
    pub fn composed(&self) -> Composed {
        let boxed = |(name, address): &(Option<String>, String)| Mailbox {
            name: name.as_deref().map(|name| HeaderText::parse(name).unwrap()),
            address: EmailAddress::parse(address).unwrap(),
        };
        let message = Message {
            from: boxed(&self.from),
            to: self.to.iter().map(boxed).collect(),
            cc: Vec::new(),
            bcc: Vec::new(),
            reply_to: Vec::new(),
            subject: HeaderText::parse(&self.subject).unwrap(),
            text: self.text.clone(),
            html: self.html.clone(),
        };
        let attachments = self.attachments.iter().map(|(name, bytes)| {
            let (mut part, survey) = part(name, bytes.clone());
            part.content_type = ContentType::octet_stream();
            (part, survey)
        });
        let images = self.inline.iter().enumerate();
        let images = images.map(|(n, bytes)| inline(&format!("image{n}"), part("i.png", bytes.clone())));
        let stamp = Stamp { boundary_seed: self.seed, ..stamp() };
        compose(&message, attachments.chain(images).collect(), &stamp).unwrap()
    }
}

pub fn case() -> impl Strategy<Value = Case> {
    let body = || prop::option::of(prop_oneof![any::<String>(), "[ -~\r\n\t]{0,400}", "(\\PC{0,90}\n){0,9}"]);
    let mailbox = || (prop::option::of(header_text(1)), address());
    let file = (file_name(), prop::collection::vec(any::<u8>(), 0..700));
    (
        mailbox(),
        prop::collection::vec(mailbox(), 0..6),
        header_text(0),
        body(),
        body(),
        prop::collection::vec(file, 0..4),
        prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..3),
        any::<[u8; 16]>(),
    )
        .prop_map(|(from, to, subject, text, html, attachments, inline, seed)| {
            let inline = if html.is_some() { inline } else { Vec::new() };
            Case { from, to, subject, text, html, attachments, inline, seed }
        })
}

/// Any header text, with an eye on what looks like encoding, quoting or folding.
pub fn header_text(min: usize) -> impl Strategy<Value = String> {
    let texts = prop_oneof![
        "\\PC{0,120}",
        "[ -~\t]{0,300}",
        "[ \t\"\\\\<>@,;:=?_a]{0,100}",
        "=\\?utf-8\\?[QB]\\?[a-zA-Z0-9=_+/]{0,60}\\?=.{0,5}",
        "[\u{1F300}-\u{1F5FF}ü]{0,60}",
        "x{70,140}",
    ];
    texts.prop_filter("not header text", move |text| HeaderText::parse(text).is_ok() && text.len() >= min)
}

pub fn file_name() -> impl Strategy<Value = String> {
    let names = prop_oneof![
        "\\PC{1,90}",
        "[ -~]{1,120}",
        "[ \"';%*=?_a.]{1,60}",
        "=\\?utf-8\\?[QB]\\?[a-zA-Z0-9=_]{0,60}\\?=\\.pdf",
        "[ä-ü\u{4E00}-\u{4E20}]{20,80}\\.pdf",
    ];
    names.prop_filter("not a file name", |name| FileName::parse(name).is_ok())
}

fn address() -> impl Strategy<Value = String> {
    "[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}(\\.[a-z0-9]{1,20}){0,1}@([a-z0-9]{1,20}\\.){1,4}[a-z]{2,10}"
        .prop_filter("not an address", |text| EmailAddress::parse(text).is_ok())
}

/// What a reader must see of a body: the same lines, ended by CRLF.
pub fn as_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}
