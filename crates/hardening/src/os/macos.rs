//! macOS. Not yet verified.
#![allow(unsafe_code, reason = "system calls")]

use std::io;

use super::unix::checked;

pub(crate) fn no_tracing() -> io::Result<()> {
    // SAFETY: this request ignores the address.
    checked(unsafe { libc::ptrace(libc::PT_DENY_ATTACH, 0, std::ptr::null_mut(), 0) })
}

/// macOS has no such switch for one process.
pub(crate) fn no_new_privileges() -> io::Result<()> {
    Ok(())
}

/// macOS's `mlockall` always fails; swap is encrypted there.
pub(crate) fn lock_all_memory() -> bool {
    false
}

/// Not yet: keys are in ordinary pages here.
pub(crate) fn reserve_locked(_most: usize) -> Option<(usize, usize)> {
    None
}

pub(crate) fn lock_page(address: usize, len: usize) -> bool {
    // SAFETY: does not read or write the page; the kernel checks the range.
    unsafe { libc::mlock(address as *const libc::c_void, len) == 0 }
}

pub(crate) fn unlock_page(address: usize, len: usize) {
    // SAFETY: as above; a page that is gone is only an error code.
    unsafe { libc::munlock(address as *const libc::c_void, len) };
}
