//! The source of a message for reading: every line as it is, the bytes of attachments folded away.

use std::io::BufRead;

use crate::wire::{SourcePart, SourceView};

/// Bytes of text that are shown of one part; what is longer is folded, whatever it is.
const LONGEST: usize = 512 * 1024;
/// Multiparts inside multiparts that are followed.
const DEEPEST: usize = 20;

/// Reads a message (RFC 5322, RFC 2045, RFC 2046) line by line.
pub(crate) fn fold(mut from: impl BufRead) -> std::io::Result<SourceView> {
    let mut view = SourceView { bytes: 0, parts: Vec::new() };
    let mut boundaries: Vec<Vec<u8>> = Vec::new();
    let mut headers = Some(Vec::new());
    let mut body = Body::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        if from.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        view.bytes += line.len() as u64;
        if let Some(block) = &mut headers {
            block.extend_from_slice(&line);
            if line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
                body = Body::after(block, &mut boundaries);
                view.parts.push(SourcePart::Headers { text: text(block) });
                headers = None;
            }
            continue;
        }
        match boundary(&line, &boundaries) {
            Some((depth, ended)) => {
                body.end(&mut view.parts);
                boundaries.truncate(if ended { depth } else { depth + 1 });
                if ended {
                    body = Body::default();
                    body.take(&line);
                } else {
                    view.parts.push(SourcePart::Text { text: text(&line) });
                    headers = Some(Vec::new());
                }
            }
            None => body.take(&line),
        }
    }
    if let Some(block) = headers.filter(|block| !block.is_empty()) {
        view.parts.push(SourcePart::Headers { text: text(&block) });
    }
    body.end(&mut view.parts);
    Ok(view)
}

/// The body of one part.
#[derive(Default)]
struct Body {
    /// How it is encoded, if it is folded.
    folded: Option<String>,
    bytes: u64,
    shown: Vec<u8>,
}

impl Body {
    fn after(headers: &[u8], boundaries: &mut Vec<Vec<u8>>) -> Self {
        let kind = field(headers, "content-type").unwrap_or_else(|| "text/plain".into());
        let encoding = field(headers, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
        let disposition = field(headers, "content-disposition").unwrap_or_default().to_ascii_lowercase();
        let lower = kind.to_ascii_lowercase();
        if lower.starts_with("multipart/") {
            if let Some(name) = parameter(&kind, "boundary").filter(|_| boundaries.len() < DEEPEST) {
                boundaries.push(format!("--{name}").into_bytes());
            }
            return Self::default();
        }
        let attached = disposition.starts_with("attachment") || !lower.starts_with("text/");
        let encoding = if encoding.is_empty() { "7bit".to_owned() } else { encoding };
        Self { folded: (attached || encoding == "base64").then_some(encoding), ..Self::default() }
    }

    fn take(&mut self, line: &[u8]) {
        self.bytes += line.len() as u64;
        if self.folded.is_none() {
            self.shown.extend_from_slice(line);
            if self.shown.len() > LONGEST {
                self.folded = Some("too long to show".into());
                self.shown = Vec::new();
            }
        }
    }

    fn end(&mut self, parts: &mut Vec<SourcePart>) {
        let body = std::mem::take(self);
        match body.folded {
            _ if body.bytes == 0 => {}
            Some(encoding) => parts.push(SourcePart::Folded { bytes: body.bytes, encoding }),
            None => parts.push(SourcePart::Text { text: text(&body.shown) }),
        }
    }
}

/// Which multipart's boundary a line is, and whether it is the last one.
fn boundary(line: &[u8], boundaries: &[Vec<u8>]) -> Option<(usize, bool)> {
    let line = line.trim_ascii_end();
    let mut found = boundaries.iter().enumerate().rev();
    found.find_map(|(depth, name)| match line.strip_prefix(name.as_slice())? {
        b"" => Some((depth, false)),
        b"--" => Some((depth, true)),
        _ => None,
    })
}

/// A header field's value, unfolded.
fn field(headers: &[u8], wanted: &str) -> Option<String> {
    let headers = String::from_utf8_lossy(headers);
    let mut value: Option<String> = None;
    for line in headers.lines() {
        match &mut value {
            Some(value) if line.starts_with([' ', '\t']) => value.push_str(line),
            Some(_) => break,
            None => {
                if let Some((name, rest)) = line.split_once(':')
                    && name.trim().eq_ignore_ascii_case(wanted)
                {
                    value = Some(rest.trim().to_owned());
                }
            }
        }
    }
    value
}

/// A parameter of a header value, quoted or not.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let found = value.split(';').skip(1).filter_map(|part| part.split_once('='));
    let mut found = found.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
    let (_, text) = found.next()?;
    let text = text.trim().trim_matches('"');
    (!text.is_empty()).then(|| text.to_owned())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "From: a@b\r\nSubject: x\r\nContent-Type: multipart/mixed;\r\n boundary=\"outer\"\r\n\r\n\
        --outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n\
        --inner\r\nContent-Type: text/plain\r\n\r\nHello\r\n--not a boundary\r\n\
        --inner\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=C3=BC\r\n--inner--\r\n\
        --outer\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n\
        AAAA\r\nBBBB\r\n--outer--\r\nepilogue\r\n";

    fn written(view: &SourceView) -> String {
        let part = |part: &SourcePart| match part {
            SourcePart::Headers { text } | SourcePart::Text { text } => text.clone(),
            SourcePart::Folded { bytes, encoding } => format!("[{encoding} {bytes}]"),
        };
        view.parts.iter().map(part).collect()
    }

    #[test]
    fn every_line_stays_and_attachments_fold() {
        let view = fold(MESSAGE.as_bytes()).unwrap();
        assert_eq!(view.bytes, MESSAGE.len() as u64);
        assert_eq!(written(&view), MESSAGE.replace("AAAA\r\nBBBB\r\n", "[base64 12]"));
        let headers = view.parts.iter().filter(|part| matches!(part, SourcePart::Headers { .. })).count();
        assert_eq!(headers, 5, "the message's and one block a part");
    }

    #[test]
    fn a_message_without_parts_is_its_headers_and_its_text() {
        let plain = "Subject: x\n\nHello\nyou\n";
        assert_eq!(written(&fold(plain.as_bytes()).unwrap()), plain);
        let coded = "Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n";
        assert!(written(&fold(coded.as_bytes()).unwrap()).ends_with("[base64 10]"));
    }

    #[test]
    fn nothing_is_lost_whatever_the_message_looks_like() {
        for odd in [
            "",
            "\n",
            "no headers",
            "A: b",
            "Content-Type: multipart/mixed\n\nx",
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\n--a--\n--a\n",
        ] {
            let view = fold(odd.as_bytes()).unwrap();
            assert_eq!((view.bytes, written(&view)), (odd.len() as u64, odd.to_owned()));
        }
        let long = format!("A: b\n\n{}\n", "x".repeat(LONGEST + 1));
        assert!(written(&fold(long.as_bytes()).unwrap()).ends_with("[too long to show 524290]"));
    }
}
