//! A global allocator that wipes what it takes back.
#![allow(unsafe_code, reason = "GlobalAlloc is an unsafe trait, and wiping writes through raw pointers")]

use std::alloc::{GlobalAlloc, Layout, System};

use crate::pool::LockedPool;

/// Wipes every block before the underlying allocator gets it back.
///
/// This reaches the copies that no type of ours owns: buffers inside the JSON parser, the TLS and
/// HTTP stacks and the token library. Growing a block never moves its bytes without wiping the old
/// place. Cost: one pass over each freed block (256 MiB in about 30 ms).
#[derive(Debug)]
pub struct ZeroizingAllocator<A = System> {
    inner: A,
}

impl ZeroizingAllocator {
    /// Wipes, then hands back to the operating system's allocator.
    pub const fn system() -> Self {
        Self { inner: System }
    }
}

/// Wipes, and keeps small blocks in locked pages: for the programs that hold secrets.
pub type LockedAllocator = ZeroizingAllocator<LockedPool>;

impl LockedAllocator {
    /// Wipes, then hands back to locked pages or to the operating system's allocator.
    pub const fn locked() -> Self {
        Self { inner: LockedPool::over(System) }
    }
}

impl<A> ZeroizingAllocator<A> {
    /// Wipes, then hands back to `inner`.
    pub const fn over(inner: A) -> Self {
        Self { inner }
    }
}

// SAFETY: every block comes from `inner` with the caller's layout and goes back with that same
// layout; in between only bytes inside the block are written.
unsafe impl<A: GlobalAlloc> GlobalAlloc for ZeroizingAllocator<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on unchanged.
        unsafe { self.inner.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on unchanged.
        unsafe { self.inner.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: `block` is live and `layout.size()` bytes long until the next line.
        unsafe { wipe(block, layout.size()) };
        // SAFETY: the caller's promises are passed on unchanged.
        unsafe { self.inner.dealloc(block, layout) };
    }

    // Never the inner `realloc`: it may move the block and leave the old bytes behind.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller promises that `new_size`, rounded up to the alignment, fits `isize`.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: the caller promises that `new_size` is not zero.
        let moved = unsafe { self.inner.alloc(new_layout) };
        if !moved.is_null() {
            // SAFETY: two live blocks, each at least as long as the shorter of the two sizes.
            unsafe { block.copy_to_nonoverlapping(moved, layout.size().min(new_size)) };
            // SAFETY: `block` is live, came with `layout`, and is not used again.
            unsafe { self.dealloc(block, layout) };
        }
        moved
    }
}

/// Writes zeros that the compiler may not drop as "never read again".
///
/// # Safety
/// `block` must be valid for writes of `len` bytes.
unsafe fn wipe(block: *mut u8, len: usize) {
    // SAFETY: the caller's promise.
    unsafe { block.write_bytes(0, len) };
    // The barrier lets the address escape, so the writes above count as observed.
    zeroize::optimization_barrier(&block);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts blocks and, of those, the ones that came back with a byte still set.
    #[derive(Default)]
    struct Inspecting {
        freed: AtomicUsize,
        dirty: AtomicUsize,
    }

    // SAFETY: passes everything on to `System`; only reads the block before it is freed.
    unsafe impl GlobalAlloc for Inspecting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: passed on.
            unsafe { System.alloc_zeroed(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: zeroed at allocation, so every byte is initialised; live until freed below.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            self.freed.fetch_add(1, Ordering::Relaxed);
            self.dirty.fetch_add(usize::from(bytes.iter().any(|b| *b != 0)), Ordering::Relaxed);
            // SAFETY: passed on.
            unsafe { System.dealloc(block, layout) };
        }
    }

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 16).expect("layout")
    }

    #[test]
    fn freed_blocks_come_back_empty() {
        let allocator = ZeroizingAllocator::over(Inspecting::default());
        for size in [1, 7, 32, 4096, 3 << 20] {
            // SAFETY: allocated, filled and freed with one layout.
            unsafe {
                let block = allocator.alloc(layout(size));
                block.write_bytes(0xA5, size);
                allocator.dealloc(block, layout(size));
            }
        }
        assert_eq!(allocator.inner.freed.load(Ordering::Relaxed), 5);
        assert_eq!(allocator.inner.dirty.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn growing_and_shrinking_leave_nothing_behind() {
        let allocator = ZeroizingAllocator::over(Inspecting::default());
        // SAFETY: each block is reallocated and freed with the layout it has at that moment.
        unsafe {
            let block = allocator.alloc(layout(48));
            block.write_bytes(0xA5, 48);
            let grown = allocator.realloc(block, layout(48), 4096);
            assert!(std::slice::from_raw_parts(grown, 48).iter().all(|b| *b == 0xA5));
            grown.write_bytes(0x5A, 4096);
            let shrunk = allocator.realloc(grown, layout(4096), 16);
            assert!(std::slice::from_raw_parts(shrunk, 16).iter().all(|b| *b == 0x5A));
            allocator.dealloc(shrunk, layout(16));
        }
        assert_eq!(allocator.inner.freed.load(Ordering::Relaxed), 3);
        assert_eq!(allocator.inner.dirty.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn the_inspector_does_see_a_block_that_nobody_wiped() {
        let plain = Inspecting::default();
        // SAFETY: allocated, filled and freed with one layout.
        unsafe {
            let block = plain.alloc(layout(64));
            block.write_bytes(1, 64);
            plain.dealloc(block, layout(64));
        }
        assert_eq!(plain.dirty.load(Ordering::Relaxed), 1);
    }
}
