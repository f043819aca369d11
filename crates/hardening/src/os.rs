//! One module per operating system, each with the same functions. Linux is the supported one;
//! macOS and Windows are built and tested by release automation only: not yet verified.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{
    lock_all_memory, lock_page, may_lock_all_memory, no_new_privileges, no_tracing, reserve_locked,
    unlock_page,
};
#[cfg(target_os = "macos")]
pub(crate) use macos::{
    lock_all_memory, lock_page, no_new_privileges, no_tracing, reserve_locked, unlock_page,
};
#[cfg(unix)]
pub(crate) use unix::{no_core_files, page_size};
#[cfg(windows)]
pub(crate) use windows::{
    lock_all_memory, lock_page, no_core_files, no_new_privileges, no_tracing, page_size, reserve_locked,
    unlock_page,
};
