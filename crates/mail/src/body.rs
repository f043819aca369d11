//! Text bodies: CRLF everywhere, and the plainest transfer encoding that keeps every line short.

use encodify::{base64, qp};

/// The longest line that goes out as it is, in bytes without CRLF (RFC 5322, 2.1.1).
const LINE: usize = 78;

/// A text body, ready to be written: ASCII, CRLF, no line over 78 bytes.
pub(crate) struct Body {
    /// For the header `Content-Transfer-Encoding`.
    pub(crate) encoding: &'static str,
    /// The lines; not always with CRLF at the end.
    pub(crate) text: String,
}

impl Body {
    /// Encodes a text: `7bit` if it needs nothing; else quoted-printable, which people can still read in
    /// the source, unless that is over a third longer than base64.
    pub(crate) fn new(text: &str) -> Self {
        let text = with_crlf(text);
        if is_plain(&text) {
            return Self { encoding: "7bit", text };
        }
        let printable = qp::BODY.encode(&text);
        if printable.len() <= base64::MIME.encoded_len(text.len()) / 3 * 4 {
            Self { encoding: "quoted-printable", text: printable }
        } else {
            Self { encoding: "base64", text: base64::MIME.encode(&text) }
        }
    }
}

/// The same text with CRLF in the place of every LF, CRLF or CR.
fn with_crlf(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut rest = text;
    while let Some(at) = rest.find(['\r', '\n']) {
        let (line, from_break) = rest.split_at(at);
        out.push_str(line);
        out.push_str("\r\n");
        rest = from_break.strip_prefix("\r\n").unwrap_or_else(|| from_break.get(1..).unwrap_or_default());
    }
    out.push_str(rest);
    out
}

/// Printable ASCII in short lines, none of which ends in white space that a relay might drop, or starts
/// with the `From ` that a mailbox file would change.
fn is_plain(text: &str) -> bool {
    text.split("\r\n").all(|line| {
        line.len() <= LINE
            && !line.ends_with([' ', '\t'])
            && !line.starts_with("From ")
            && line.bytes().all(|b| b == b'\t' || (b' '..=b'~').contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_the_plainest_that_is_safe() {
        for (text, encoding) in [
            ("", "7bit"),
            ("Hello\nworld\n", "7bit"),
            ("Hello \n", "quoted-printable"),
            ("From here on\n", "quoted-printable"),
            ("Grüße aus Köln\n", "quoted-printable"),
            ("nul \0\n", "quoted-printable"),
            ("Привет, мир! Как дела?", "base64"),
        ] {
            assert_eq!(Body::new(text).encoding, encoding, "{text:?}");
        }
        assert_eq!(Body::new(&"x".repeat(78)).encoding, "7bit");
        assert_eq!(Body::new(&"x".repeat(79)).encoding, "quoted-printable");
    }

    #[test]
    fn every_kind_of_line_break_becomes_crlf() {
        assert_eq!(with_crlf("a\nb\r\nc\rd\n\re\r\r\n"), "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n\r\n");
    }
}
