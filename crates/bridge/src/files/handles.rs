//! Handles: a page names files by them. They are made here only, after a dialog, a drop, or for the
//! files of a draft, and live as long as the window.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use signet_core::{Code, Failure};

/// The files that the page may name.
#[derive(Default)]
pub(crate) struct Handles(Mutex<Table>);

#[derive(Default)]
struct Table {
    paths: HashMap<String, PathBuf>,
    handles: HashMap<PathBuf, String>,
}

impl Handles {
    /// The handle of a path: 128 random bits, the same for the same path.
    pub(crate) fn issue(&self, path: &Path) -> Result<String, Failure> {
        let mut table = self.table();
        if let Some(handle) = table.handles.get(path) {
            return Ok(handle.clone());
        }
        let handle = make_name()?;
        table.paths.insert(handle.clone(), path.into());
        table.handles.insert(path.into(), handle.clone());
        Ok(handle)
    }

    /// The path of a handle.
    pub(crate) fn path(&self, handle: &str) -> Result<PathBuf, Failure> {
        self.table().paths.get(handle).cloned().ok_or_else(|| Failure::new(Code::HandleUnknown))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 128 random bits in hex, which nobody can guess.
pub(crate) fn make_name() -> Result<String, Failure> {
    let mut name = [0; 16];
    getrandom::fill(&mut name).map_err(|error| Failure::new(Code::Internal).fact("error", error))?;
    Ok(HEXLOWER.encode(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_handle_and_nothing_else_is_one() {
        let handles = Handles::default();
        let (a, b) = (handles.issue(Path::new("/a")).unwrap(), handles.issue(Path::new("/b")).unwrap());
        assert_ne!(a, b);
        assert_eq!(a.len(), 32);
        assert_eq!(handles.issue(Path::new("/a")).unwrap(), a);
        assert_eq!(handles.path(&b).unwrap(), Path::new("/b"));
        for wrong in ["", "/a", &a.to_uppercase(), &a[1..]] {
            assert_eq!(handles.path(wrong).unwrap_err().code, Code::HandleUnknown, "{wrong}");
        }
    }
}
