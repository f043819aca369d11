//! Header fields, through mail-builder's header types; texts that those would write so that a reader
//! sees something else are encoded here.

use data_encoding::BASE64;
use mail_builder::headers::Header;
use mail_builder::headers::address::EmailAddress;
use mail_builder::headers::content_type::ContentType as Parameters;
use mail_builder::headers::date::Date;
use mail_builder::headers::text::Text;
use signet_core::{FileName, Mailbox, UnixMillis};

/// The longest file name in quotes, in bytes; it fits on a line.
const FALLBACK: usize = 60;
/// The longest section of a parameter: with ` filename*9*=UTF-8''` and `;` it fits in 78.
const SECTION: usize = 54;
/// The most text in one encoded word: 45 bytes are 60 of base64, 72 with `=?utf-8?B?` and `?=`.
const WORD: usize = 45;

/// Writes `Name: text`, encoded where it must be (RFC 2047) and folded.
pub(crate) fn text(out: &mut Vec<u8>, name: &str, text: &str) {
    begin(out, name);
    if misleads(text) {
        encoded_words(out, text, name.len() + 2);
        out.extend_from_slice(b"\r\n");
    } else {
        Text::new(text).write_header(out, name.len() + 2);
    }
}

/// Writes `Name: mailboxes`, one to a line; nothing if there are none.
pub(crate) fn mailboxes(out: &mut Vec<u8>, name: &str, list: &[Mailbox]) {
    if list.is_empty() {
        return;
    }
    begin(out, name);
    for (index, mailbox) in list.iter().enumerate() {
        let column = if index == 0 { name.len() + 2 } else { 1 };
        if index > 0 {
            out.truncate(out.len() - 2); // the CRLF of the one before
            out.extend_from_slice(b",\r\n ");
        }
        write_mailbox(out, mailbox, column);
    }
}

/// Writes the Date field, in UTC.
pub(crate) fn date(out: &mut Vec<u8>, date: UnixMillis) {
    begin(out, "Date");
    Date::new(date.seconds().cast_signed()).write_header(out, 6);
}

/// Writes `Name: value` as it is; for values of our own making.
pub(crate) fn plain(out: &mut Vec<u8>, name: &str, value: &str) {
    begin(out, name);
    out.extend_from_slice(value.as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// Writes `Name: value; key="value"`.
pub(crate) fn with_parameters(out: &mut Vec<u8>, name: &str, value: &str, parameters: &[(&str, &str)]) {
    begin(out, name);
    let header = parameters.iter().fold(Parameters::new(value), |header, (k, v)| header.attribute(*k, *v));
    header.write_header(out, name.len() + 2);
}

/// Writes `Content-Disposition` with the exact file name (RFC 2183, RFC 2231).
///
/// Only the exact name: next to a `filename*`, Python's email and mail-parser prefer a plain `filename`
/// and would show the stand-in. Old readers find that in the `name` of the content type.
pub(crate) fn disposition(out: &mut Vec<u8>, value: &str, file: &FileName) {
    let file = file.as_str();
    if file.is_ascii() && file.len() <= FALLBACK && !file.contains('"') && !misleads(file) {
        return with_parameters(out, "Content-Disposition", value, &[("filename", file)]);
    }
    // Not in quotes: readers differ in what they do with folds, escapes and encoded words there.
    plain(out, "Content-Disposition", &format!("{value};"));
    let sections = extended_sections(file);
    for (index, section) in sections.iter().enumerate() {
        let name = if sections.len() == 1 { "*".into() } else { format!("*{index}*") };
        let charset = if index == 0 { "UTF-8''" } else { "" };
        let end = if index + 1 < sections.len() { ";" } else { "" };
        out.extend_from_slice(format!(" filename{name}={charset}{section}{end}\r\n").as_bytes());
    }
}

/// The name in plain ASCII, for readers that know no RFC 2231: other characters become `_`.
pub(crate) fn fallback(file: &FileName) -> String {
    let plain = |c: char| c.is_ascii() && c != '"';
    let ascii: String = file.as_str().chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let ascii = ascii.replace("=?", "__");
    if ascii.len() <= FALLBACK {
        return ascii;
    }
    let (stem, extension) = ascii.rsplit_once('.').filter(|(_, e)| e.len() < 12).unwrap_or((&ascii, ""));
    let stem: String = stem.chars().take(FALLBACK - extension.len() - 1).collect();
    let name = format!("{stem}.{extension}");
    name.trim_end_matches('.').into()
}

fn begin(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
}

fn write_mailbox(out: &mut Vec<u8>, mailbox: &Mailbox, column: usize) {
    let address = mailbox.address.as_str();
    match mailbox.name.as_ref().map(signet_core::HeaderText::as_str) {
        Some(name) if misleads(name) => {
            encoded_words(out, name, column);
            out.extend_from_slice(format!("\r\n <{address}>\r\n").as_bytes());
        }
        name => EmailAddress { name: name.map(Into::into), email: address.into() }.write_header(out, column),
    }
}

/// Whether a reader would decode, trim or narrow what mail-builder writes as it is.
fn misleads(text: &str) -> bool {
    let white_space =
        text.starts_with(' ') || text.ends_with(' ') || text.contains("  ") || text.contains('\t');
    white_space || text.contains("=?")
}

/// A parameter value as UTF-8 in percent encoding, in sections that fit on a line and split between
/// characters (RFC 2231, 3 and 4).
fn extended_sections(text: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    for c in text.chars() {
        let encoded: String = (c.encode_utf8(&mut [0; 4]).bytes())
            .map(|b| if is_attribute(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect();
        match sections.last_mut() {
            Some(section) if section.len() + encoded.len() <= SECTION => section.push_str(&encoded),
            _ => sections.push(encoded),
        }
    }
    sections
}

/// `attribute-char` of RFC 2231, 7.
const fn is_attribute(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'{' | b'|' | b'}' | b'~'
        )
}

/// Writes a text as UTF-8 encoded words from that column on, one to a line, split between characters
/// (RFC 2047, 2 and 5).
fn encoded_words(out: &mut Vec<u8>, text: &str, column: usize) {
    let mut rest = text;
    let mut room = WORD.saturating_sub(column);
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.floor_char_boundary(room));
        room = WORD;
        let separator = if after.is_empty() { "" } else { "\r\n " };
        out.extend_from_slice(
            format!("=?utf-8?B?{}?={separator}", BASE64.encode(word.as_bytes())).as_bytes(),
        );
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn five_hundred_recipients_are_folded() {
        let list: Vec<_> = (0..500)
            .map(|n| Mailbox::parse(&format!("\"Tester {n}\" <t{n}@example.org>")).unwrap())
            .collect();
        let header = written(|out| mailboxes(out, "To", &list));
        assert!(header.starts_with("To: \"Tester 0\" <t0@example.org>,\r\n \"Tester 1\""), "{header}");
        assert!(header.ends_with("<t499@example.org>\r\n"));
        assert_eq!(header.lines().count(), 500);
    }

    #[test]
    fn what_looks_encoded_is_encoded_again() {
        let header = written(|out| text(out, "Subject", "=?utf-8?Q?=0D=0ABcc:_x@y.z?="));
        assert!(!header.contains("0D"), "{header}");
        let name = FileName::parse("=?utf-8?Q?=2E=2E?=.txt").unwrap();
        let header = written(|out| disposition(out, "attachment", &name));
        assert!(header.contains("filename*=UTF-8''%3D%3F"), "{header}");
    }

    #[test]
    fn the_stand_in_keeps_the_extension() {
        let long = FileName::parse(&format!("{}.pdf", "ü".repeat(100))).unwrap();
        assert_eq!(fallback(&long), format!("{}.pdf", "_".repeat(56)));
        let dotted = FileName::parse(&"a".repeat(100)).unwrap();
        assert_eq!(fallback(&dotted), "a".repeat(59));
    }
}
