//! Where the bytes of a part come from: read at a position, so that one open file serves both passes.

use std::fs::File;
use std::io;

use sha2::{Digest, Sha256};
use signet_core::{Code, Failure};

/// Bytes that can be read at any position.
pub trait Source: Send + Sync {
    /// How many bytes there are now.
    fn len(&self) -> io::Result<u64>;

    /// Reads some bytes at that position; 0 means that there are none at or after it.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Whether there are no bytes now.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}

/// What pass one found: size and SHA-256 of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Length in bytes.
    pub len: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
}

/// The source of a part is not what its survey saw. Arrives wrapped in an [`io::Error`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("attachment {name:?} changed while it was being read")]
pub struct SourceChanged {
    /// The index of the part in the list given to `compose`.
    pub part: usize,
    /// The name of the part.
    pub name: String,
}

impl SourceChanged {
    /// The change behind a reader's error, if that was its cause.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// What the user is told.
    pub fn failure(&self) -> Failure {
        Failure::new(Code::AttachmentChanged).fact("attachment", &self.name)
    }
}

/// Pass one: sizes and hashes a source in one read of its bytes. Needs 64 KiB of memory.
///
/// Reads no further than the length the source had at the start, so that an endless one ends; whatever
/// was appended meanwhile is noticed by the reader.
///
/// # Errors
/// Those of the source; [`io::ErrorKind::UnexpectedEof`] if it became shorter meanwhile.
pub fn survey(source: &dyn Source) -> io::Result<Survey> {
    let len = source.len()?;
    let mut hash = Sha256::new();
    hash_prefix(source, len, &mut hash, &mut vec![0; BUFFER])?;
    Ok(Survey { len, sha256: hash.finalize().into() })
}

const BUFFER: usize = 64 * 1024;

/// Hashes the bytes before `end`, through `buffer`.
pub(crate) fn hash_prefix(
    source: &dyn Source,
    end: u64,
    hash: &mut Sha256,
    buffer: &mut [u8],
) -> io::Result<()> {
    let mut offset = 0;
    while offset < end {
        let want = usize::try_from(end - offset).map_or(buffer.len(), |left| left.min(buffer.len()));
        let Some(window) = buffer.get_mut(..want) else { return Err(io::ErrorKind::InvalidInput.into()) };
        read_exact_at(source, window, offset)?;
        hash.update(&*window);
        offset += want as u64;
    }
    Ok(())
}

/// Fills the whole buffer, or fails with [`io::ErrorKind::UnexpectedEof`].
pub(crate) fn read_exact_at(source: &dyn Source, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        let read = read_some_at(source, buffer, offset)?;
        match buffer.get_mut(read..) {
            Some(rest) if read > 0 => buffer = rest,
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        offset += read as u64;
    }
    Ok(())
}

/// One read, repeated when a signal interrupted it.
pub(crate) fn read_some_at(source: &dyn Source, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        match source.read_at(buffer, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

impl Source for File {
    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(self, buffer, offset)
    }
}

impl Source for Vec<u8> {
    fn len(&self) -> io::Result<u64> {
        Ok(Self::len(self) as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|start| self.get(start..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_and_its_bytes_have_the_same_survey() {
        let bytes: Vec<u8> = (0..200_001_u32).map(|n| (n % 251) as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let expected = Survey { len: 200_001, sha256: Sha256::digest(&bytes).into() };
        assert_eq!(survey(&file).unwrap(), expected);
        assert_eq!(survey(&bytes).unwrap(), expected);
    }

    struct Lying;

    impl Source for Lying {
        fn len(&self) -> io::Result<u64> {
            Ok(10)
        }

        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            Ok(if offset < 5 { buffer.len().min(1) } else { 0 })
        }
    }

    #[test]
    fn a_source_that_shrinks_under_the_survey_is_an_error() {
        assert_eq!(survey(&Lying).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
