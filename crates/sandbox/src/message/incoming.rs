//! A message being received: its bytes go to a file; the checks, the hash and the header block are
//! taken as they pass.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};

use super::Finding;
use super::lines::Lines;
use crate::state::private_file;

/// The longest header block that is looked at. Real ones have a few kilobytes.
const LONGEST_HEADERS: usize = 1 << 20;

/// A file that grows with the message. Deleted with the value unless kept.
pub(crate) struct Incoming {
    path: PathBuf,
    file: File,
    length: u64,
    lines: Lines,
    digest: Context,
    headers: Vec<u8>,
    headers_end: Option<usize>,
}

impl Incoming {
    /// Starts a new, empty file.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        let file = private_file().write(true).create(true).truncate(true).open(&path)?;
        Ok(Self::at_start(path, file))
    }

    /// Continues a file after its first `keep` bytes, forgetting the rest. They are read again, once.
    pub(crate) fn reopen(path: &Path, keep: u64) -> io::Result<Self> {
        let mut file = private_file().read(true).write(true).create(true).truncate(false).open(path)?;
        file.set_len(keep)?;
        let mut incoming = Self::at_start(path.to_owned(), file.try_clone()?);
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let n = file.read(&mut buffer)?;
            if n == 0 {
                return Ok(incoming);
            }
            incoming.look_at(&buffer[..n]);
        }
    }

    fn at_start(path: PathBuf, file: File) -> Self {
        Self {
            path,
            file,
            length: 0,
            lines: Lines::default(),
            digest: Context::new(&SHA256),
            headers: Vec::new(),
            headers_end: None,
        }
    }

    /// Takes the next bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.look_at(bytes);
        Ok(())
    }

    /// Bytes so far.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Where the bytes are.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// SHA-256 of the bytes so far, in hex.
    pub(crate) fn sha256(&self) -> String {
        data_encoding::HEXLOWER.encode(self.digest.clone().finish().as_ref())
    }

    /// The header block with the empty line after it; the whole message when there is no such line.
    pub(crate) fn headers(&self) -> &[u8] {
        &self.headers[..self.headers_end.unwrap_or(self.headers.len())]
    }

    /// What strict servers would refuse.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = self.lines.findings();
        if !self.headers().is_ascii() {
            findings.push(Finding::RawHeader);
        }
        findings
    }

    fn look_at(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.lines.push(bytes);
        self.digest.update(bytes);
        if self.headers_end.is_none() && self.headers.len() < LONGEST_HEADERS {
            let room = LONGEST_HEADERS - self.headers.len();
            // A few bytes back: the empty line may be cut in two.
            let from = self.headers.len().saturating_sub(3);
            self.headers.extend_from_slice(&bytes[..bytes.len().min(room)]);
            self.headers_end = end_of_headers(&self.headers, from);
            if let Some(end) = self.headers_end {
                self.headers.truncate(end);
            }
        }
    }
}

/// The position after the first empty line.
fn end_of_headers(bytes: &[u8], from: usize) -> Option<usize> {
    if from == 0 && bytes.starts_with(b"\r\n") {
        return Some(2);
    }
    memchr::memchr_iter(b'\n', &bytes[from..]).map(|at| from + at).find_map(|at| match &bytes[at + 1..] {
        [b'\n', ..] => Some(at + 2),
        [b'\r', b'\n', ..] => Some(at + 3),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_block_is_found_wherever_the_message_is_cut() {
        let dir = tempfile::tempdir().unwrap();
        for message in [&b"A: b\r\nC: d\r\n\r\nbody\r\n\r\n"[..], b"A: b\nC: d\n\nbody\n\n"] {
            let end = message.windows(4).position(|w| w == b"body").unwrap();
            for cut in 0..=message.len() {
                let mut incoming = Incoming::create(dir.path().join("m")).unwrap();
                incoming.push(&message[..cut]).unwrap();
                incoming.push(&message[cut..]).unwrap();
                assert_eq!(incoming.headers(), &message[..end], "cut at {cut}");
            }
        }
    }

    #[test]
    fn reopening_forgets_the_tail_and_knows_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m");
        let mut first = Incoming::create(path.clone()).unwrap();
        first.push(b"A: b\r\n\r\nbo").unwrap();
        let want = first.sha256();
        first.push(b"XX\nXX").unwrap();
        drop(first);
        let mut second = Incoming::reopen(&path, 10).unwrap();
        assert_eq!((second.length(), second.sha256()), (10, want));
        second.push(b"dy\r\n").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"A: b\r\n\r\nbody\r\n");
        assert_eq!(second.findings(), []);
    }
}
