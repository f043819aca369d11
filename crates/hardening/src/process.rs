//! Shutting other programs of the same user out of this process.

use thiserror::Error;

use crate::{os, pool};

/// What [`harden_process`] achieved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hardened {
    /// Keys and passphrases stay out of swap: all memory of the process, where the memory-lock limit is
    /// unlimited (a systemd unit with `LimitMEMLOCK=infinity`, or root), else what the allocator keeps
    /// in locked pages (a [`crate::LockedAllocator`], and a limit that allows it).
    pub memory_locked: bool,
}

/// A protection that the operating system refused. A process that meets one holds no secrets.
#[derive(Debug, Error)]
pub enum HardenError {
    /// Core files could not be switched off.
    #[error("core files could not be switched off: {0}")]
    CoreFiles(std::io::Error),
    /// Other programs of this user could still read this process.
    #[error("this process could not be closed to other programs: {0}")]
    Tracing(std::io::Error),
    /// Programs started from here could still gain privileges.
    #[error("gaining privileges could not be switched off: {0}")]
    Privileges(std::io::Error),
}

/// Closes this process to other programs of the same user. Call it first thing in `main`, before
/// any secret is read and before threads start (the switch for privileges reaches only this thread and
/// those started later).
///
/// - Linux: core limit 0, not dumpable (no `ptrace`, no `/proc/PID/mem`, no core through a handler),
///   no new privileges for what it starts.
/// - macOS: core limit 0, debugger attach denied.
/// - Windows: the process's own access list grants its user only "stop" and "wait".
///
/// The limits and the privileges setting pass on to started programs; being closed does not: each
/// of our binaries calls this for itself.
pub fn harden_process() -> Result<Hardened, HardenError> {
    os::no_core_files().map_err(HardenError::CoreFiles)?;
    os::no_tracing().map_err(HardenError::Tracing)?;
    os::no_new_privileges().map_err(HardenError::Privileges)?;
    Ok(Hardened { memory_locked: os::lock_all_memory() || pool::is_locked() })
}

/// [`harden_process`] for a program with a window: the programs that it opens for the person (browser,
/// document viewer) keep their own way to privileges, which package systems with a set-user-id starter need.
///
/// # Errors
/// A protection that the operating system refused.
pub fn harden_desktop_process() -> Result<Hardened, HardenError> {
    os::no_core_files().map_err(HardenError::CoreFiles)?;
    os::no_tracing().map_err(HardenError::Tracing)?;
    Ok(Hardened { memory_locked: pool::is_locked() })
}
