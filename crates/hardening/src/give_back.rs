//! Giving back what is not needed for now, so that a process that waits takes little room.

/// Gives back to the operating system the freed memory that the allocator keeps for later, and the pages
/// of the program's own code: these are read again when they are run. Takes about a millisecond; for the
/// moment after which nothing is expected to happen, such as a lock.
pub fn give_back() {
    trim_heap();
    #[cfg(target_os = "linux")]
    drop_code();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "asks the C library's allocator for what it keeps")]
fn trim_heap() {
    // SAFETY: takes no pointers; it may be called at any time (malloc_trim(3)).
    unsafe { libc::malloc_trim(0) };
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
const fn trim_heap() {}

/// Code is mapped from the program's file and never written, so a dropped page comes back as it was.
/// Where all memory is locked these pages are, too; there is nothing secret in them.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "tells the kernel which pages may go")]
fn drop_code() {
    for (start, len) in code_mappings(&std::fs::read_to_string("/proc/self/maps").unwrap_or_default()) {
        let pages = start as *mut libc::c_void;
        // SAFETY: a private, never written mapping of a file: whoever runs or reads it next gets the same
        // bytes. A mapping that is gone by now is only an error code.
        unsafe {
            libc::munlock(pages, len);
            libc::madvise(pages, len, libc::MADV_DONTNEED);
        }
    }
}

/// Start and length of each executable mapping of a file (proc_pid_maps(5)): never one that can be
/// written, whose pages would not come back as they were.
#[cfg(target_os = "linux")]
fn code_mappings(maps: &str) -> Vec<(usize, usize)> {
    let mapping = |line: &str| {
        let mut fields = line.split_ascii_whitespace();
        let (range, rights) = (fields.next()?, fields.next()?);
        let file = fields.nth(3)?;
        let (start, end) = range.split_once('-')?;
        let start = usize::from_str_radix(start, 16).ok()?;
        let end = usize::from_str_radix(end, 16).ok()?;
        (rights == "r-xp" && file.starts_with('/')).then_some((start, end.checked_sub(start)?))
    };
    maps.lines().filter_map(mapping).collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    const MAPS: &str = "\
00400000-00452000 r--p 00000000 08:02 173521      /usr/bin/program
00452000-00500000 r-xp 00052000 08:02 173521      /usr/bin/program
00651000-00652000 r--p 00051000 08:02 173521      /usr/bin/program
00652000-00655000 rw-p 00052000 08:02 173521      /usr/bin/program
00e03000-00e24000 rw-p 00000000 00:00 0           [heap]
35b1800000-35b1820000 rwxp 00000000 08:02 135522  /usr/lib/strange.so
7ffe0000-7ffe1000 r-xp 00000000 00:00 0           [vdso]
7ffe2000-7ffe3000 r-xp 00000000 00:00 0
";

    #[test]
    fn only_code_that_nobody_writes_is_dropped() {
        assert_eq!(code_mappings(MAPS), [(0x45_2000, 0xa_e000)]);
        assert!(!code_mappings(&std::fs::read_to_string("/proc/self/maps").unwrap()).is_empty());
    }

    fn resident_code() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("RssFile:")).unwrap();
        line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
    }

    #[test]
    fn the_process_goes_on_with_less() {
        let before = resident_code();
        give_back();
        let after = resident_code();
        assert!(after < before, "{after} of {before} kB");
        // Still all there: code that has to be read again, and what was allocated before.
        assert_eq!(code_mappings(MAPS).len(), 1);
        give_back();
    }
}
