//! Keeping key memory out of swap and out of dumps.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::os;

/// Keeps the pages under a piece of memory out of swap and out of core files, until dropped.
///
/// Best effort: the operating system limits how much a user may lock (often 8 MiB), and
/// [`MemoryLock::is_locked`] says whether it agreed. Locks on the same page nest. The lock neither
/// borrows nor wipes the memory: its owner does that.
#[derive(Debug)]
#[must_use = "dropping it unlocks the memory again"]
pub struct MemoryLock {
    first_page: usize,
    end: usize,
    locked: bool,
}

/// Locks the pages that hold `bytes`.
pub fn lock_memory(bytes: &[u8]) -> MemoryLock {
    let page = os::page_size();
    let start = bytes.as_ptr() as usize;
    let first_page = start - start % page;
    let end = if bytes.is_empty() { first_page } else { start + bytes.len() };
    let mut pages = PAGES.lock().unwrap_or_else(PoisonError::into_inner);
    let mut locked = true;
    for address in (first_page..end).step_by(page) {
        let held = pages.entry(address).or_insert(0);
        *held += 1;
        if *held == 1 {
            locked &= os::lock_page(address, page);
        }
    }
    MemoryLock { first_page, end, locked }
}

impl MemoryLock {
    /// Whether the operating system locked every page that was not locked already.
    pub fn is_locked(&self) -> bool {
        self.locked
    }
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        let page = os::page_size();
        let mut pages = PAGES.lock().unwrap_or_else(PoisonError::into_inner);
        for address in (self.first_page..self.end).step_by(page) {
            if let Some(held) = pages.get_mut(&address) {
                *held -= 1;
                if *held == 0 {
                    pages.remove(&address);
                    os::unlock_page(address, page);
                }
            }
        }
    }
}

/// Locks held on each page: the system's own do not nest, and small secrets share pages.
static PAGES: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    /// `VmLck` of this process in kB.
    fn locked_kb() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").expect("status");
        let line = status.lines().find(|line| line.starts_with("VmLck:")).expect("VmLck");
        line.split_whitespace().nth(1).expect("value").parse().expect("number")
    }

    #[test]
    fn locks_on_one_page_nest_and_end() {
        let secret = vec![1u8; 64 * 1024];
        let before = locked_kb();
        let outer = lock_memory(&secret);
        assert!(outer.is_locked(), "64 KiB is under every usual limit");
        let whole = locked_kb();
        assert!(whole >= before + 64, "{before} kB, then {whole} kB");
        drop(lock_memory(&secret[..32]));
        assert_eq!(locked_kb(), whole, "the inner lock must not unlock the outer one's page");
        drop(outer);
        assert_eq!(locked_kb(), before);
    }

    #[test]
    fn nothing_is_nothing() {
        assert!(lock_memory(&[]).is_locked());
    }
}
