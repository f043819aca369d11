//! Reading a composed message from any offset, in bounded memory.

use std::io::{self, Read};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::encode::{LINE_IN, LINE_OUT, encode, encoded_len};
use crate::source::{hash_prefix, read_exact_at, read_some_at};
use crate::{Source, SourceChanged, Survey};

/// Source bytes encoded at a time: whole lines, near 64 KiB.
const BLOCK: u64 = LINE_IN * 1152;

/// What stands in a message, one after the other.
pub(crate) enum Segment {
    Literal(Vec<u8>),
    Part(PartSegment),
}

/// A part that is encoded as it is read.
pub(crate) struct PartSegment {
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) survey: Survey,
}

impl Segment {
    fn len(&self) -> u64 {
        match self {
            Self::Literal(bytes) => bytes.len() as u64,
            Self::Part(part) => encoded_len(part.survey.len),
        }
    }
}

/// The segments of a message and their total length.
pub(crate) struct Layout {
    segments: Vec<Segment>,
    len: u64,
}

impl Layout {
    pub(crate) fn new(segments: Vec<Segment>) -> Self {
        let len = segments.iter().map(Segment::len).sum();
        Self { segments, len }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The segment that holds that offset, and the offset within it. An empty part counts as holding its
    /// own place, so that it is verified.
    fn locate(&self, mut offset: u64) -> (usize, u64) {
        for (index, segment) in self.segments.iter().enumerate() {
            let len = segment.len();
            if offset < len || (offset == 0 && len == 0) {
                return (index, offset);
            }
            offset -= len;
        }
        (self.segments.len(), 0)
    }
}

/// The bytes of a message from some offset on.
///
/// Each part is hashed again as it passes. If it does not have the length and the hash of its survey, the
/// reader fails with an [`io::Error`] that wraps [`SourceChanged`] before it hands out the last bytes of
/// the part, and keeps failing. A reader that starts within a part first hashes what comes before; parts
/// that end before its offset were the affair of the reader that handed out their last bytes.
pub struct Reader {
    layout: Arc<Layout>,
    segment: usize,
    /// Offset within the segment; for a part only until its stream is open.
    within: u64,
    stream: Option<PartStream>,
    changed: Option<SourceChanged>,
}

impl Reader {
    pub(crate) fn new(layout: Arc<Layout>, offset: u64) -> Self {
        let (segment, within) = layout.locate(offset);
        Self { layout, segment, within, stream: None, changed: None }
    }

    fn next_segment(&mut self) {
        self.segment += 1;
        self.within = 0;
        self.stream = None;
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(changed) = &self.changed {
            return Err(io::Error::other(changed.clone()));
        }
        if buffer.is_empty() {
            return Ok(0);
        }
        let layout = Arc::clone(&self.layout);
        while let Some(segment) = layout.segments.get(self.segment) {
            let count = match segment {
                Segment::Literal(bytes) => {
                    let start = usize::try_from(self.within).unwrap_or(usize::MAX);
                    let count = copy(bytes.get(start..).unwrap_or_default(), buffer);
                    self.within += count as u64;
                    count
                }
                Segment::Part(part) => {
                    let result = match &mut self.stream {
                        Some(stream) => stream.read(part, buffer),
                        None => PartStream::open(part, self.within)
                            .and_then(|stream| self.stream.insert(stream).read(part, buffer)),
                    };
                    result.inspect_err(|error| self.changed = SourceChanged::of(error).cloned())?
                }
            };
            if count > 0 {
                return Ok(count);
            }
            self.next_segment();
        }
        Ok(0)
    }
}

/// A part being read: encoded bytes that are waiting, and the hash of what was read.
struct PartStream {
    hash: Sha256,
    /// Source bytes hashed and encoded so far.
    done: u64,
    verified: bool,
    input: Vec<u8>,
    output: Vec<u8>,
    /// Bytes of `output` handed out already, or to be skipped.
    given: usize,
}

impl PartStream {
    fn open(part: &PartSegment, within: u64) -> io::Result<Self> {
        let size = usize::try_from(BLOCK.min(part.survey.len)).unwrap_or_default();
        let mut stream = Self {
            hash: Sha256::new(),
            done: within / LINE_OUT * LINE_IN,
            verified: false,
            input: vec![0; size],
            output: Vec::new(),
            given: 0,
        };
        hash_prefix(&*part.source, stream.done, &mut stream.hash, &mut stream.input)
            .map_err(|error| shorter(error, part))?;
        if within > 0 {
            stream.fill(part)?;
            stream.given = usize::try_from(within % LINE_OUT).unwrap_or_default();
        }
        Ok(stream)
    }

    fn read(&mut self, part: &PartSegment, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.output.len() && !self.verified {
            self.fill(part)?;
        }
        let count = copy(self.output.get(self.given..).unwrap_or_default(), buffer);
        self.given += count;
        Ok(count)
    }

    /// Reads, hashes and encodes the next block; with the last one, verifies the whole part. A failed
    /// read changes nothing, so it can be tried again.
    fn fill(&mut self, part: &PartSegment) -> io::Result<()> {
        let want = usize::try_from(BLOCK.min(part.survey.len - self.done)).unwrap_or_default();
        let input = self.input.get_mut(..want).unwrap_or_default();
        read_exact_at(&*part.source, input, self.done).map_err(|error| shorter(error, part))?;
        let last = self.done + want as u64 == part.survey.len;
        if last && read_some_at(&*part.source, &mut [0], part.survey.len)? > 0 {
            return Err(changed(part));
        }
        self.hash.update(&*input);
        if last && std::mem::take(&mut self.hash).finalize().as_slice() != part.survey.sha256 {
            return Err(changed(part));
        }
        self.done += want as u64;
        self.verified = last;
        encode(input, &mut self.output);
        self.given = 0;
        Ok(())
    }
}

fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let count = from.len().min(to.len());
    if let (Some(to), Some(from)) = (to.get_mut(..count), from.get(..count)) {
        to.copy_from_slice(from);
    }
    count
}

fn changed(part: &PartSegment) -> io::Error {
    io::Error::other(SourceChanged { part: part.index, name: part.name.clone() })
}

fn shorter(error: io::Error, part: &PartSegment) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof { changed(part) } else { error }
}
