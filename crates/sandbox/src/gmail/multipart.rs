//! A `multipart/related` body: JSON metadata, then the message. The message streams through.

use hyper::HeaderMap;
use hyper::body::{Body, Bytes};
use hyper::header::CONTENT_TYPE;
use serde_json::Value;

use super::error::ApiError;
use super::receive::{LARGEST, ReceiveError, parse_error, piece};
use crate::message::Incoming;

/// The longest text before the message itself.
const LONGEST_PREFACE: usize = 256 * 1024;

/// Reads the body: the metadata is returned, the message goes to `incoming`.
pub(super) async fn read<B>(
    headers: &HeaderMap,
    body: &mut B,
    incoming: &mut Incoming,
) -> Result<Value, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let boundary =
        boundary(headers).ok_or_else(|| ApiError::bad_request("Missing boundary in multipart/related"))?;
    let mut held = Vec::new();
    let preface = loop {
        if let Some(preface) = Preface::find(&held, &boundary) {
            break preface;
        }
        match piece(body).await? {
            Some(data) if held.len() + data.len() <= LONGEST_PREFACE + (1 << 20) => {
                held.extend_from_slice(&data);
            }
            _ => return Err(parse_error().into()),
        }
    };
    let metadata = serde_json::from_slice(&held[preface.metadata.clone()]).map_err(|_| parse_error())?;
    // Writers end lines with CRLF or with LF; the delimiter before the end follows the first one.
    let line_end = if preface.crlf { "\r\n" } else { "\n" };
    let delimiter = format!("{line_end}--{boundary}").into_bytes();
    let finder = memchr::memmem::Finder::new(&delimiter);
    held.drain(..preface.message);
    loop {
        if let Some(end) = finder.find(&held) {
            push(incoming, &held[..end])?;
            break;
        }
        // What could be the start of the delimiter waits for the next piece.
        let sure = held.len().saturating_sub(delimiter.len() - 1);
        push(incoming, &held[..sure])?;
        held.drain(..sure);
        match piece(body).await? {
            Some(data) => held.extend_from_slice(&data),
            None => return Err(parse_error().into()),
        }
    }
    while piece(body).await?.is_some() {}
    Ok(metadata)
}

fn push(incoming: &mut Incoming, bytes: &[u8]) -> Result<(), ReceiveError> {
    if incoming.length() + bytes.len() as u64 > LARGEST {
        return Err(ApiError::too_large().into());
    }
    Ok(incoming.push(bytes)?)
}

/// Where things are in what comes before the message.
struct Preface {
    metadata: std::ops::Range<usize>,
    message: usize,
    crlf: bool,
}

impl Preface {
    fn find(bytes: &[u8], boundary: &str) -> Option<Self> {
        let open = format!("--{boundary}");
        let first = memchr::memmem::find(bytes, open.as_bytes())? + open.len();
        let line_end = first + memchr::memchr(b'\n', &bytes[first..])?;
        let crlf = bytes[line_end - 1] == b'\r';
        let metadata_start = after_headers(bytes, line_end + 1)?;
        let close = format!("\n--{boundary}");
        let second =
            metadata_start - 1 + memchr::memmem::find(&bytes[metadata_start - 1..], close.as_bytes())?;
        let second_line_end = second + 1 + memchr::memchr(b'\n', &bytes[second + 1..])?;
        let message = after_headers(bytes, second_line_end + 1)?;
        Some(Self { metadata: metadata_start..second.max(metadata_start), message, crlf })
    }
}

/// The position after the first empty line at or after `from`.
fn after_headers(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let end = from + memchr::memchr(b'\n', bytes.get(from..)?)?;
        if bytes[from..end].trim_ascii().is_empty() {
            return Some(end + 1);
        }
        from = end + 1;
    }
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (kind, parameters) = value.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/related") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    })?;
    (1..=70).contains(&boundary.len()).then_some(boundary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    fn run(body: &[u8], piece: usize) -> Option<(Value, Vec<u8>)> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m");
        let mut incoming = Incoming::create(path.clone()).unwrap();
        let frames: Vec<_> = body
            .chunks(piece)
            .map(|c| Ok::<_, std::io::Error>(Frame::data(Bytes::copy_from_slice(c))))
            .collect();
        let mut body = StreamBody::new(futures_util::stream::iter(frames));
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "multipart/related; boundary=\"=b=\"".parse().unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let metadata = runtime.block_on(read(&headers, &mut body, &mut incoming)).ok()?;
        Some((metadata, std::fs::read(path).unwrap()))
    }

    #[test]
    fn the_message_comes_out_byte_for_byte_however_it_is_cut() {
        let message = "To: a@x.y\r\n\r\n--=b\r\n=b=\r\n--=bx\r\n";
        for line_end in ["\r\n", "\n"] {
            let body = "--=b=\nContent-Type: application/json\n\n{\"threadId\":\"a\"}\n--=b=\nContent-Type: message/rfc822\n\n"
            .replace('\n', line_end)
                + message
                + line_end
                + "--=b=--";
            for piece in 1..body.len() {
                let (metadata, got) = run(body.as_bytes(), piece).unwrap();
                assert_eq!(metadata["threadId"], "a");
                assert_eq!(String::from_utf8(got).unwrap(), message, "piece {piece}");
            }
        }
    }

    #[test]
    fn a_body_without_its_end_is_refused() {
        assert!(run(b"--=b=\r\n\r\n{}\r\n--=b=\r\n\r\nTo: a@x.y\r\n\r\nhello", 7).is_none());
        assert!(run(b"hello", 2).is_none());
    }
}
