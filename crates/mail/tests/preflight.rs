//! What preflight finds, and that it finds nothing in an ordinary message.
#![allow(clippy::unwrap_used)] // a test fails by panicking

mod common;

use std::io;
use std::sync::Arc;

use common::{inline, mailbox, part, plain_message, stamp};
use signet_core::{Code, HeaderText};
use signet_mail::{
    Finding, MAX_ENCODED, Message, Part, Severity, Source, Survey, Warning, compose, preflight,
};

fn found(message: &Message, parts: &[(Part, Survey)]) -> Vec<(Option<Code>, Option<Warning>)> {
    preflight(message, parts).iter().map(|finding| (finding.code, finding.warning)).collect()
}

const fn error(code: Code) -> (Option<Code>, Option<Warning>) {
    (Some(code), None)
}

const fn warning(warning: Warning) -> (Option<Code>, Option<Warning>) {
    (None, Some(warning))
}

#[test]
fn an_ordinary_message_has_no_findings() {
    assert_eq!(preflight(&plain_message(), &[part("report.pdf", vec![1; 1000])]), []);
}

#[test]
fn recipients_are_counted_over_all_three_lists_without_duplicates() {
    let mut message = plain_message();
    message.to.clear();
    assert_eq!(found(&message, &[]), [error(Code::NoRecipient)]);

    let recipients =
        |range: std::ops::Range<u32>| range.map(|n| mailbox(&format!("t{n}@example.org"))).collect();
    (message.to, message.cc, message.bcc) = (recipients(0..200), recipients(200..400), recipients(400..500));
    assert_eq!(found(&message, &[]), []);
    message.bcc.push(mailbox("one.more@example.org"));
    let findings = preflight(&message, &[]);
    assert_eq!(findings[0].code, Some(Code::TooManyRecipients));
    assert_eq!(findings[0].facts["recipients"], "501");

    *message.bcc.last_mut().unwrap() = mailbox("Again <T7@example.org>");
    let findings = preflight(&message, &[]);
    assert_eq!(found(&message, &[]), [warning(Warning::DuplicateRecipient)]);
    assert_eq!(findings[0].facts["address"], "t7@example.org");
}

#[test]
fn what_is_empty_is_pointed_out() {
    let mut message = plain_message();
    message.subject = HeaderText::parse(" ").unwrap();
    message.text = Some("\n \n".into());
    message.html = None;
    let parts = [part("empty.txt", Vec::new())];
    assert_eq!(
        found(&message, &parts),
        [warning(Warning::EmptySubject), warning(Warning::EmptyBody), warning(Warning::EmptyAttachment)]
    );
}

struct Sized(u64);

impl Source for Sized {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0)
    }

    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        panic!("a preflight must not read a body")
    }
}

fn sized(len: u64) -> (Part, Survey) {
    let (part, _) = part("film.mp4", Vec::new());
    (Part { source: Arc::new(Sized(len)), ..part }, Survey { len, sha256: [0; 32] })
}

#[test]
fn the_size_limit_is_that_of_the_composed_message() {
    assert_eq!(found(&plain_message(), &[sized(25 * 1024 * 1024)]), []);
    assert_eq!(found(&plain_message(), &[sized(25 * 1024 * 1024 + 1)]), [warning(Warning::LargeAttachments)]);
    // The two agree on each side of the limit.
    let fits = |len: &u64| compose(&plain_message(), vec![sized(*len)], &stamp()).is_ok();
    let near = MAX_ENCODED * 57 / 78;
    let largest = (near - 2000..near).rev().find(fits).unwrap();
    assert_eq!(found(&plain_message(), &[sized(largest)]), [warning(Warning::LargeAttachments)]);
    let findings = preflight(&plain_message(), &[sized(largest + 1)]);
    assert_eq!(findings[0].code, Some(Code::MessageTooLarge));
    assert_eq!(findings[0].severity, Severity::Error);
    assert!(findings[0].facts["encoded_bytes"].parse::<u64>().unwrap() > MAX_ENCODED);
}

#[test]
fn blocked_types_ask_also_inside_archives() {
    let archive = include_bytes!("../vectors/archive.zip").to_vec();
    for (name, bytes, inner) in [("setup.EXE", vec![1], None), ("files.zip", archive, Some("bin/run.exe"))] {
        let findings = preflight(&plain_message(), &[part(name, bytes)]);
        let [Finding { severity: Severity::Confirm, code: Some(Code::BlockedType), what, .. }] = &*findings
        else {
            panic!("{findings:?}")
        };
        assert!(what.contains(name) && what.contains(inner.unwrap_or(name)), "{what}");
        assert_eq!(findings[0].failure().unwrap().facts["attachment"], name);
    }
}

#[test]
fn inline_images_must_be_shown_and_named_apart() {
    let mut message = plain_message();
    message.html = Some("<img src=\"cid:logo\">".into());
    let logo = || inline("logo", part("logo.png", vec![1]));
    assert_eq!(found(&message, &[logo()]), []);
    assert_eq!(
        found(&message, &[inline("chart", part("c.png", vec![1]))]),
        [warning(Warning::UnusedInlineImage)]
    );
    assert_eq!(found(&message, &[logo(), logo()]), [error(Code::InvalidHeader)]);
}

#[test]
fn the_worst_findings_come_first() {
    let mut message = plain_message();
    message.to.clear();
    message.subject = HeaderText::default();
    let severities: Vec<_> =
        preflight(&message, &[part("x.exe", vec![1])]).iter().map(|f| f.severity).collect();
    assert_eq!(severities, [Severity::Error, Severity::Confirm, Severity::Warning]);
}
