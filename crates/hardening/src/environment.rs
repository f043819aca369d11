//! Changing what the environment says, at the one moment when that is sound.
#![allow(unsafe_code, reason = "other threads may read the environment while it changes")]

use crate::{HardenError, os};

/// Removes variables from this process's environment and sets others, for itself and for what it starts.
/// Call it first thing in `main`.
///
/// # Errors
/// [`HardenError::Threads`] if this is not the only thread; then nothing is changed.
pub fn settle_environment(remove: &[&str], set: &[(&str, &str)]) -> Result<(), HardenError> {
    if !os::is_only_thread() {
        return Err(HardenError::Threads);
    }
    for name in remove {
        // SAFETY: no other thread exists that could read the environment at the same time.
        unsafe { std::env::remove_var(name) };
    }
    for (name, value) in set {
        // SAFETY: as above.
        unsafe { std::env::set_var(name, value) };
    }
    Ok(())
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn refuses_beside_other_threads() {
        // The test's own harness is another thread.
        let refused = settle_environment(&["PATH"], &[]);
        assert!(matches!(refused, Err(HardenError::Threads)));
        assert!(std::env::var_os("PATH").is_some());
    }
}
