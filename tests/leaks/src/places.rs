//! Where is looked: processes and files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::search::Search;

/// A secret in a place where it must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which secret, and in what spelling.
    pub secret: String,
    /// Where.
    pub place: String,
}

/// Read at once, in bytes.
const CHUNK: usize = 1 << 20;
/// Kept from the chunk before, so that no match is cut in two.
const OVERLAP: usize = 64;

/// Looks through everything that a process has in memory, but for read-only parts of files.
///
/// Needs root for a process that closed itself. A process that ends meanwhile has no findings; one
/// that may not be read fails the test: an unread place is not a clean one.
pub fn scan_memory(pid: u32, search: &Search<'_>) -> Vec<Finding> {
    let process = PathBuf::from(format!("/proc/{pid}"));
    let Ok(maps) = std::fs::read_to_string(process.join("maps")) else { return Vec::new() };
    let memory = match File::open(process.join("mem")) {
        Ok(memory) => memory,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => panic!("process {pid}: {error}"),
        Err(_) => return Vec::new(),
    };
    let name = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
    let pages = File::open(process.join("pagemap")).ok();
    let mut findings = Vec::new();
    for region in maps.lines().filter_map(Region::parse).filter(Region::may_hold_secrets) {
        for (start, end) in in_use(pages.as_ref(), region.start, region.end) {
            let mut at = start;
            let read = |buffer: &mut [u8]| {
                let wanted = usize::try_from(end - at).unwrap_or(usize::MAX).min(buffer.len());
                // What cannot be read (a guard, a device) is stepped over.
                let got = memory.read_at(&mut buffer[..wanted], at).unwrap_or(0);
                at += got as u64;
                got
            };
            for (secret, offset) in look_through(read, search) {
                let place = format!("{} ({pid}), {} at {:#x}", name.trim_end(), region.name, start + offset);
                findings.push(Finding { secret: secret.to_owned(), place });
            }
        }
    }
    findings
}

const PAGE: u64 = 4096;
/// Bits of an entry of `/proc/PID/pagemap`: in memory, or swapped out (Linux, `admin-guide/mm/pagemap.rst`).
const IN_USE: u64 = 1 << 63 | 1 << 62;

/// The parts of a region that hold anything, without what was only reserved: a web view reserves tens of
/// gigabytes. All of it where the kernel does not say.
fn in_use(pages: Option<&File>, start: u64, end: u64) -> Vec<(u64, u64)> {
    let Some(pages) = pages else { return vec![(start, end)] };
    let mut parts: Vec<(u64, u64)> = Vec::new();
    let mut entries = vec![0; 8 << 16];
    let mut at = start;
    while at < end {
        let wanted = usize::try_from((end - at) / PAGE * 8).unwrap_or(usize::MAX).min(entries.len());
        let Ok(got) = pages.read_at(&mut entries[..wanted], at / PAGE * 8) else { return vec![(start, end)] };
        if got < 8 {
            return vec![(start, end)];
        }
        for entry in entries[..got].chunks_exact(8) {
            let entry = entry.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
            if entry & IN_USE != 0 {
                match parts.last_mut().filter(|(_, end)| *end == at) {
                    Some((_, end)) => *end += PAGE,
                    None => parts.push((at, at + PAGE)),
                }
            }
            at += PAGE;
        }
    }
    parts
}

/// Looks through one file. Each secret is told once.
pub fn scan_file(path: &Path, search: &Search<'_>) -> Vec<Finding> {
    let Ok(mut file) = File::open(path) else { return Vec::new() };
    let found = look_through(|buffer| file.read(buffer).unwrap_or(0), search);
    let place = |offset| format!("{} at {offset:#x}", path.display());
    let told = found.into_iter();
    told.map(|(secret, offset)| Finding { secret: secret.to_owned(), place: place(offset) }).collect()
}

/// Every ordinary file below a folder, but for those below `except`.
pub fn files_of(folder: &Path, except: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok) {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if except.contains(&path) {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                files.push(path);
            }
        }
    }
    files
}

/// Every process of a user.
pub fn processes_of(uid: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("/proc").filter_map(Result::ok);
    let pids = entries.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        // The folder of a process that closed itself belongs to root; its status says whose it is.
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
        let owner: u32 = line.split_whitespace().next()?.parse().ok()?;
        let alive = entry.metadata().is_ok_and(|folder| folder.mode() != 0);
        (owner == uid && alive).then_some(pid)
    });
    pids.collect()
}

/// Reads to the end and returns each secret once, with where it was first.
fn look_through<'a>(mut read: impl FnMut(&mut [u8]) -> usize, search: &Search<'a>) -> BTreeMap<&'a str, u64> {
    let mut found = BTreeMap::new();
    let mut buffer = vec![0; OVERLAP + CHUNK];
    let (mut kept, mut passed) = (0, 0);
    loop {
        let got = read(&mut buffer[kept..kept + CHUNK]);
        if got == 0 {
            return found;
        }
        let filled = kept + got;
        search.each(&buffer[..filled], |secret, offset| {
            found.entry(secret).or_insert(passed + offset as u64);
        });
        let keep = filled.min(OVERLAP);
        buffer.copy_within(filled - keep..filled, 0);
        passed += (filled - keep) as u64;
        kept = keep;
    }
}

/// A line of `/proc/PID/maps`.
struct Region {
    start: u64,
    end: u64,
    writable: bool,
    name: String,
}

impl Region {
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split_whitespace();
        let (start, end) = fields.next()?.split_once('-')?;
        let writable = fields.next()?.contains('w');
        let name = fields.nth(3).unwrap_or("heap or stack").to_owned();
        let hex = |text| u64::from_str_radix(text, 16).ok();
        Some(Self { start: hex(start)?, end: hex(end)?, writable, name })
    }

    /// Not the unwritable parts of programs and libraries, and not the kernel's own pages.
    fn may_hold_secrets(&self) -> bool {
        let kernels = ["[vvar]", "[vvar_vclock]", "[vdso]", "[vsyscall]"].contains(&self.name.as_str());
        !kernels && (self.writable || !self.name.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Needles, Spelling};

    #[test]
    fn a_match_across_two_chunks_is_found() {
        let mut needles = Needles::default();
        needles.add("s", b"0123456789abcdef", Spelling::Text);
        let search = needles.search();
        for split in 1..16 {
            let mut text = vec![b'.'; CHUNK - split];
            text.extend_from_slice(b"0123456789abcdef....");
            let mut rest = text.as_slice();
            let found = look_through(|buffer| rest.read(buffer).expect("slice"), &search);
            assert_eq!(found, [("s (as it is)", (CHUNK - split) as u64)].into());
        }
    }

    #[test]
    fn what_is_only_reserved_is_left_out() {
        let own = File::open("/proc/self/pagemap").expect("pagemap");
        let bytes: Vec<u8> = (0..64 * 1024_u32).map(|n| n.to_be_bytes()[3]).collect();
        let start = bytes.as_ptr() as u64 / PAGE * PAGE;
        let end = (bytes.as_ptr() as u64 + bytes.len() as u64).next_multiple_of(PAGE);
        assert_eq!(in_use(Some(&own), start, end), [(start, end)], "written pages are in use");
        // Below the first address that a program may have.
        assert_eq!(in_use(Some(&own), PAGE, 4 * PAGE), []);
    }

    #[test]
    fn regions_are_read_as_the_kernel_writes_them() {
        let line = "7f00-7fff rw-p 00000000 00:00 0   [heap]";
        let region = Region::parse(line).expect("region");
        assert_eq!((region.start, region.end, region.name.as_str()), (0x7f00, 0x7fff, "[heap]"));
        assert!(region.may_hold_secrets());
        let text = Region::parse("1-2 r-xp 00000000 00:00 7 /usr/bin/x").expect("region");
        assert!(!text.may_hold_secrets());
    }
}
