//! What mail-parser reads is what was put in.
#![allow(clippy::unwrap_used)] // a test fails by panicking

mod common;

use common::{Case, as_crlf, bytes_from, case};
use mail_parser::{Addr, Address, MessageParser, MimeHeaders, PartType};
use proptest::prelude::*;
use signet_mail::fuzzing::well_formed;

proptest! {
    #[test]
    fn every_message_reads_back_as_it_was_written(case in case()) {
        let bytes = bytes_from(&case.composed(), 0);
        well_formed(&bytes);
        let seen = read(&bytes, &case);
        prop_assert_eq!(&seen.from, &vec![case.from.clone()]);
        prop_assert_eq!(&seen.to, &case.to);
        prop_assert_eq!(&seen.subject, &case.subject);
        prop_assert_eq!(&seen.text, &case.text.as_deref().map(as_crlf));
        prop_assert_eq!(&seen.html, &case.html.as_deref().map(as_crlf));
        prop_assert_eq!(&seen.attachments, &case.attachments);
        prop_assert_eq!(&seen.inline, &case.inline);
    }
}

#[derive(Default)]
struct Seen {
    from: Vec<(Option<String>, String)>,
    to: Vec<(Option<String>, String)>,
    subject: String,
    text: Option<String>,
    html: Option<String>,
    attachments: Vec<(String, Vec<u8>)>,
    inline: Vec<Vec<u8>>,
}

fn read(bytes: &[u8], case: &Case) -> Seen {
    let message = MessageParser::default().parse(bytes).unwrap();
    let mut seen = Seen {
        from: addresses(message.from()),
        to: addresses(message.to()),
        subject: message.subject().unwrap_or_default().into(),
        ..Seen::default()
    };
    for part in &message.parts {
        match (&part.body, part.content_disposition()) {
            (PartType::Multipart(_), _) => {}
            (_, Some(disposition)) if disposition.is_inline() => {
                assert_eq!(part.content_id(), Some(&*format!("image{}", seen.inline.len())));
                seen.inline.push(part.contents().to_vec());
            }
            (_, Some(_)) => {
                let name = part.attachment_name().unwrap_or("(none)").to_owned();
                seen.attachments.push((name, part.contents().to_vec()));
            }
            (PartType::Html(html), None) => seen.html = Some(html.to_string()),
            (_, None) => seen.text = Some(part.text_contents().unwrap().into()),
        }
    }
    // A body that is the whole message ends its last line; a message without any body has an empty one.
    let alone = message.parts.len() == 1;
    for (seen, written) in [(&mut seen.text, &case.text), (&mut seen.html, &case.html)] {
        if let (Some(text), Some(written)) = (&mut *seen, written)
            && alone
            && !written.ends_with(['\r', '\n'])
            && text.ends_with("\r\n")
        {
            text.truncate(text.len() - 2);
        }
    }
    if case.text.is_none() && seen.text.as_ref().is_some_and(|text| text.trim().is_empty()) {
        seen.text = None;
    }
    seen
}

fn addresses(address: Option<&Address<'_>>) -> Vec<(Option<String>, String)> {
    let one = |addr: &Addr<'_>| {
        (addr.name.as_ref().map(ToString::to_string), addr.address.as_deref().unwrap_or_default().to_owned())
    };
    address.map(|list| list.iter().map(one).collect()).unwrap_or_default()
}
