//! Windows. Not yet verified.
#![allow(unsafe_code, reason = "system calls")]

use std::io;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, SetKernelObjectSecurity,
};
use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode,
};
use windows_sys::Win32::System::Memory::{VirtualLock, VirtualUnlock};
use windows_sys::Win32::System::Threading::GetCurrentProcess;

/// For the owner (`OW`, which also takes away the owner's implicit right to change this list) and
/// the user's other programs: terminate (0x0001), limited query (0x1000), wait (0x100000). The
/// system itself (`SY`) keeps everything.
const ACCESS_LIST: &str = "D:P(A;;0x00101001;;;OW)(A;;GA;;;SY)";

/// No error reporting dialog, so no dump offered from it.
pub(crate) fn no_core_files() -> io::Result<()> {
    // SAFETY: takes flags only.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
    Ok(())
}

pub(crate) fn no_tracing() -> io::Result<()> {
    let text: Vec<u16> = ACCESS_LIST.encode_utf16().chain([0]).collect();
    let mut list: PSECURITY_DESCRIPTOR = null_mut();
    // SAFETY: `text` ends in NUL; `list` receives a block that is freed below.
    let parsed = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            text.as_ptr(),
            SDDL_REVISION_1,
            &raw mut list,
            null_mut(),
        )
    };
    if parsed == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the pseudo handle is always valid; `list` was filled in above.
    let set = unsafe { SetKernelObjectSecurity(GetCurrentProcess(), DACL_SECURITY_INFORMATION, list) };
    let outcome = if set == 0 { Err(io::Error::last_os_error()) } else { Ok(()) };
    // SAFETY: allocated by the call above, not used again.
    unsafe { LocalFree(list) };
    outcome
}

/// Windows has no such switch for one process.
pub(crate) fn no_new_privileges() -> io::Result<()> {
    Ok(())
}

/// Windows locks page by page only.
pub(crate) fn lock_all_memory() -> bool {
    false
}

/// The smallest page that Windows uses.
pub(crate) fn page_size() -> usize {
    4096
}

/// Not yet: keys are in ordinary pages here.
pub(crate) fn reserve_locked(_most: usize) -> Option<(usize, usize)> {
    None
}

pub(crate) fn lock_page(address: usize, len: usize) -> bool {
    // SAFETY: does not read or write the page; the kernel checks the range.
    unsafe { VirtualLock(address as *const _, len) != 0 }
}

pub(crate) fn unlock_page(address: usize, len: usize) {
    // SAFETY: as above; a page that is gone is only an error code.
    unsafe { VirtualUnlock(address as *const _, len) };
}
