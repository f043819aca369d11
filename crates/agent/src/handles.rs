//! Open descriptors that clients handed over, each good for one request.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use signet_core::{Code, Failure};

/// How long a handle waits for its request.
const LIFE: Duration = Duration::from_mins(10);
/// How many may wait at once; Gmail's limit makes more attachments pointless.
const MOST: usize = 1024;

/// The descriptors that wait for a request.
#[derive(Default)]
pub(crate) struct Handles(Mutex<BTreeMap<String, (OwnedFd, Instant)>>);

impl Handles {
    /// Keeps a descriptor and makes its handle, which nobody can guess.
    pub(crate) fn keep(&self, file: OwnedFd) -> String {
        let mut name = [0; 16];
        // Without randomness the handle is all zeros and names nothing else; the next one replaces it.
        let _ = getrandom::fill(&mut name);
        let name = HEXLOWER.encode(&name);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (_, since)| since.elapsed() < LIFE);
        if kept.len() >= MOST {
            let oldest = kept.iter().min_by_key(|(_, (_, since))| *since).map(|(name, _)| name.clone());
            oldest.and_then(|name| kept.remove(&name));
        }
        kept.insert(name.clone(), (file, Instant::now()));
        name
    }

    /// Closes every descriptor that still waits.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Takes the file of a handle, once, as long as it lives.
    pub(crate) fn take(&self, handle: &str) -> Result<File, Failure> {
        self.take_at(handle, Instant::now())
    }

    fn take_at(&self, handle: &str, now: Instant) -> Result<File, Failure> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(handle);
        let fresh = kept.filter(|(_, since)| now.saturating_duration_since(*since) < LIFE);
        fresh.map(|(file, _)| File::from(file)).ok_or_else(|| Failure::new(Code::HandleUnknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(handles: &Handles) -> String {
        handles.keep(File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap().into())
    }

    #[test]
    fn a_handle_works_once() {
        let handles = Handles::default();
        let handle = keep(&handles);
        assert_eq!(handle.len(), signet_api::HANDLE_LEN);
        assert!(handles.take(&handle).is_ok());
        assert_eq!(handles.take(&handle).unwrap_err().code, Code::HandleUnknown);
    }

    #[test]
    fn a_handle_ends_with_its_time_or_when_all_are_closed() {
        let handles = Handles::default();
        let handle = keep(&handles);
        assert_eq!(handles.take_at(&handle, Instant::now() + LIFE).unwrap_err().code, Code::HandleUnknown);
        let handle = keep(&handles);
        assert!(handles.take_at(&handle, Instant::now() + LIFE / 2).is_ok());
        let handle = keep(&handles);
        handles.clear();
        assert!(handles.take(&handle).is_err());
    }
}
