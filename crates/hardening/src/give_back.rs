//! Giving back what is not needed for now, so that a process that waits takes little room.

/// Gives back to the operating system the freed memory that the allocator keeps for later, and the pages
/// of the program's own code and constants: these are read again when they are needed. Takes a few
/// milliseconds; for the moment after which nothing is expected to happen, and when no secret is held:
/// where all memory is locked, it is not for as long as this takes.
pub fn give_back() {
    #[cfg(target_os = "linux")]
    linux();
}

#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "tells the kernel which pages may go")]
fn linux() {
    let all_locked = crate::os::may_lock_all_memory();
    if all_locked {
        // Locked pages cannot be given back. SAFETY: takes no pointers.
        unsafe { libc::munlockall() };
    }
    #[cfg(target_env = "gnu")]
    // SAFETY: takes no pointers; it may be called at any time (`malloc_trim(3)`).
    unsafe {
        libc::malloc_trim(0);
    }
    for (start, len) in untouched_mappings(&std::fs::read_to_string("/proc/self/smaps").unwrap_or_default()) {
        // SAFETY: a private mapping of a file that nobody has written to: whoever runs or reads it next
        // gets the same bytes. A mapping that is gone by now is only an error code.
        unsafe { libc::madvise(start as *mut libc::c_void, len, libc::MADV_DONTNEED) };
    }
    if all_locked {
        // As at the start of the process, where the same call was made; a failure is no worse than none.
        crate::os::lock_all_memory();
    }
}

/// Start and length of each mapping of a file that cannot be written and has no page of its own
/// (`proc_pid_smaps(5)`): those come back as they were. A mapping that was written before it was closed to
/// writing, such as relocated constants, has some.
#[cfg(target_os = "linux")]
fn untouched_mappings(smaps: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut current = None;
    for line in smaps.lines() {
        if let Some((range, rest)) = range(line) {
            current = is_read_only_file(rest).then_some(range);
        } else if line.strip_prefix("Anonymous:").is_some_and(|pages| pages.trim() == "0 kB") {
            found.extend(current.take());
        }
    }
    found
}

/// Start and length of a mapping, and the rest of its first line; none for any other line.
#[cfg(target_os = "linux")]
fn range(line: &str) -> Option<((usize, usize), &str)> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let start = usize::from_str_radix(start, 16).ok()?;
    let end = usize::from_str_radix(end, 16).ok()?;
    Some(((start, end.checked_sub(start)?), rest))
}

/// Whether the rest of a mapping's first line (rights, offset, device, inode, path) says so.
#[cfg(target_os = "linux")]
fn is_read_only_file(rest: &str) -> bool {
    let mut fields = rest.split_ascii_whitespace();
    let rights = fields.next();
    matches!(rights, Some("r-xp" | "r--p")) && fields.nth(3).is_some_and(|file| file.starts_with('/'))
}

#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const SMAPS: &str = "\
00452000-00500000 r-xp 00052000 08:02 173521      /usr/bin/program
Rss:                  64 kB
Anonymous:             0 kB
00651000-00652000 r--p 00051000 08:02 173521      /usr/bin/program
Rss:                  64 kB
Anonymous:             4 kB
00652000-00655000 rw-p 00052000 08:02 173521      /usr/bin/program
Anonymous:             0 kB
00655000-00656000 r--p 00052000 08:02 173521      /usr/bin/program
AnonHugePages:         4 kB
Anonymous:             0 kB
35b1800000-35b1820000 rwxp 00000000 08:02 135522  /usr/lib/strange.so
Anonymous:             0 kB
7ffe0000-7ffe1000 r-xp 00000000 00:00 0           [vdso]
Anonymous:             0 kB
7ffe2000-7ffe3000 r--p 00000000 00:00 0
Anonymous:             0 kB
";

    #[test]
    fn only_what_nobody_has_written_is_dropped() {
        assert_eq!(untouched_mappings(SMAPS), [(0x45_2000, 0xa_e000), (0x65_5000, 0x1000)]);
        let own = untouched_mappings(&std::fs::read_to_string("/proc/self/smaps").unwrap());
        assert!(own.len() > 2, "{own:?}");
    }

    fn resident(name: &str) -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
    }

    #[test]
    fn the_process_goes_on_with_less() {
        let blocks: Vec<Vec<u8>> = (0..4_000).map(|n| vec![u8::try_from(n % 251).unwrap(); 4_000]).collect();
        let last = vec![7_u8; 4_000];
        drop(blocks);
        let before = (resident("RssAnon:"), resident("RssFile:"));
        give_back();
        let after = (resident("RssAnon:"), resident("RssFile:"));
        assert!(after.0 + 8_000 < before.0, "{after:?} of {before:?} kB");
        assert!(after.1 < before.1, "{after:?} of {before:?} kB");
        // Still all there: code that has to be read again, constants, and what was not freed.
        assert_eq!(untouched_mappings(SMAPS).len(), 2);
        assert!(last.iter().all(|byte| *byte == 7));
    }
}
