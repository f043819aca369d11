//! Linux.
#![allow(unsafe_code, reason = "system calls")]

use std::io;

use super::unix::checked;

pub(crate) fn no_tracing() -> io::Result<()> {
    prctl(libc::PR_SET_DUMPABLE, 0)?;
    // SAFETY: takes no pointers.
    match unsafe { libc::prctl(libc::PR_GET_DUMPABLE, 0, 0, 0, 0) } {
        0 => Ok(()),
        _ => Err(io::Error::other("the process is still dumpable")),
    }
}

pub(crate) fn no_new_privileges() -> io::Result<()> {
    prctl(libc::PR_SET_NO_NEW_PRIVS, 1)
}

/// Locks pages as they are touched, where the limit allows everything. With a smaller limit this
/// would make later allocations fail, so it is not tried.
pub(crate) fn lock_all_memory() -> bool {
    // SAFETY: takes no pointers.
    may_lock_all_memory()
        && unsafe { libc::mlockall(libc::MCL_CURRENT | libc::MCL_FUTURE | libc::MCL_ONFAULT) } == 0
}

/// Whether the limit allows everything.
pub(crate) fn may_lock_all_memory() -> bool {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: writes one struct that lives here.
    let known = unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut limit) } == 0;
    known && limit.rlim_cur == libc::RLIM_INFINITY
}

/// Reserves pages that are locked as they are touched, and stay out of dumps: half of what this user may lock, at most `most` bytes. The address and the length.
pub(crate) fn reserve_locked(most: usize) -> Option<(usize, usize)> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: writes one struct that lives here.
    if unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut limit) } != 0 {
        return None;
    }
    let half = usize::try_from(limit.rlim_cur / 2).unwrap_or(usize::MAX);
    let page = super::page_size();
    let len = most.min(half) / page * page;
    if len == 0 {
        return None;
    }
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: asks for fresh pages anywhere; the result is checked.
    let pages = unsafe { libc::mmap(std::ptr::null_mut(), len, protection, kind, -1, 0) };
    if pages == libc::MAP_FAILED {
        return None;
    }
    // SAFETY: the range was just mapped and is nobody's. Unmapped again if it cannot be locked.
    unsafe {
        libc::madvise(pages, len, libc::MADV_DONTDUMP);
        if libc::mlock2(pages, len, libc::MLOCK_ONFAULT as libc::c_uint) != 0 {
            libc::munmap(pages, len);
            return None;
        }
    }
    Some((pages as usize, len))
}

pub(crate) fn lock_page(address: usize, len: usize) -> bool {
    let page = address as *mut libc::c_void;
    // SAFETY: neither call reads or writes the page; the kernel checks the range.
    unsafe {
        libc::madvise(page, len, libc::MADV_DONTDUMP);
        libc::mlock(page, len) == 0
    }
}

pub(crate) fn unlock_page(address: usize, len: usize) {
    let page = address as *mut libc::c_void;
    // SAFETY: neither call reads or writes the page; a page that is gone is only an error code.
    unsafe {
        libc::munlock(page, len);
        libc::madvise(page, len, libc::MADV_DODUMP);
    }
}

fn prctl(option: libc::c_int, value: libc::c_ulong) -> io::Result<()> {
    // The kernel refuses unused arguments that are not zero in their whole width.
    let unused: libc::c_ulong = 0;
    // SAFETY: these options take integers only.
    checked(unsafe { libc::prctl(option, value, unused, unused, unused) })
}
