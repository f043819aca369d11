//! What Linux and macOS share.
#![allow(unsafe_code, reason = "system calls")]

use std::io;

pub(crate) fn no_core_files() -> io::Result<()> {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: reads one initialised struct.
    checked(unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const none) })
}

pub(crate) fn page_size() -> usize {
    // SAFETY: no arguments that could be wrong.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// Turns the usual 0 or -1 into a result.
pub(super) fn checked(status: libc::c_int) -> io::Result<()> {
    if status == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
