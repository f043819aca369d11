//! The names in a ZIP archive, from its central directory (APPNOTE 4.3.12 and 4.3.16). No unpacking, and
//! an archive that cannot be read simply has no names.

use std::io;

use crate::source::{Source, read_exact_at};

/// The end record is 22 bytes and a comment of at most 65,535.
const END: usize = 22;
const TAIL: u64 = 22 + 65_535;
/// The largest central directory that is looked at: some 40,000 names.
const DIRECTORY: u64 = 4 * 1024 * 1024;

/// The names in the archive; none if it is not one, is damaged or is too large.
pub(crate) fn names(source: &dyn Source) -> Vec<String> {
    directory(source).ok().flatten().map(|bytes| entries(&bytes)).unwrap_or_default()
}

fn directory(source: &dyn Source) -> io::Result<Option<Vec<u8>>> {
    let len = source.len()?;
    let tail = read(source, len.saturating_sub(TAIL), len.min(TAIL))?;
    let starts = (0..=tail.len().saturating_sub(END)).rev();
    let end = starts.filter_map(|at| tail.get(at..)).find(|bytes| bytes.starts_with(b"PK\x05\x06"));
    let Some((size, start)) = end.and_then(|end| Some((u32_at(end, 12)?, u32_at(end, 16)?))) else {
        return Ok(None);
    };
    let (size, start) = (u64::from(size), u64::from(start));
    if size > DIRECTORY || start + size > len {
        return Ok(None);
    }
    read(source, start, size).map(Some)
}

fn entries(mut rest: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    while rest.starts_with(b"PK\x01\x02") {
        let lens = [28, 30, 32].map(|at| u16_at(rest, at).map_or(0, usize::from));
        let Some(name) = rest.get(46..46 + lens[0]) else { break };
        names.push(String::from_utf8_lossy(name).into_owned());
        rest = rest.get(46 + lens.iter().sum::<usize>()..).unwrap_or_default();
    }
    names
}

fn read(source: &dyn Source, offset: u64, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(len).unwrap_or_default()];
    read_exact_at(source, &mut bytes, offset)?;
    Ok(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `python3 -c "import zipfile; z=zipfile.ZipFile('x.zip','w'); z.writestr('notes.txt','hi'); z.writestr('bin/run.exe','x')"`
    const ARCHIVE: &[u8] = include_bytes!("../vectors/archive.zip");

    #[test]
    fn names_are_read_without_unpacking() {
        assert_eq!(names(&ARCHIVE.to_vec()), ["notes.txt", "bin/run.exe"]);
        let truncated = ARCHIVE[..ARCHIVE.len() - 10].to_vec();
        assert_eq!(names(&truncated), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn no_damage_makes_it_panic(cut in 0..ARCHIVE.len(), at in 0..ARCHIVE.len(), byte: u8) {
            let mut bytes = ARCHIVE.to_vec();
            bytes[at] = byte;
            names(&bytes);
            bytes.truncate(cut);
            names(&bytes);
        }
    }
}
