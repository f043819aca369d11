//! Small blocks in pages that never reach swap or a core file.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]
#![allow(clippy::cast_ptr_alignment, reason = "every block is aligned to its size, at least 16 bytes")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::os;

/// Serves blocks up to [`LARGEST`] bytes from locked pages while there is room, everything else from
/// `A`. Keys, passphrases and sealed items are that small; Argon2id's working memory is not.
///
/// The pages are reserved at the first use: half of what the system lets this user lock, at most
/// [`POOL_BYTES`]. Pages become real as they are touched. Where nothing may be locked, everything
/// comes from `A`.
#[derive(Debug)]
pub struct LockedPool<A = System> {
    beyond: A,
    pages: Pages,
}

/// The largest block from locked pages, in bytes: one page.
pub const LARGEST: usize = 4096;
/// The most memory that the pool reserves, in bytes.
pub const POOL_BYTES: usize = 4 << 20;

/// With less than this the pool soon overflows and is no protection to speak of, in bytes.
const ENOUGH: usize = 1 << 20;

/// Whether this process has a pool of locked pages that is large enough.
pub(crate) fn is_locked() -> bool {
    LOCKED.load(Ordering::Relaxed)
}

static LOCKED: AtomicBool = AtomicBool::new(false);

/// Sixteen bytes, doubled up to a page.
const SMALLEST: usize = 16;
const CLASSES: usize = (LARGEST / SMALLEST).trailing_zeros() as usize + 1;

impl<A> LockedPool<A> {
    /// A pool in front of `beyond`.
    pub const fn over(beyond: A) -> Self {
        Self { beyond, pages: Pages::new() }
    }
}

// SAFETY: a block is either from the pages, which are exclusively its holder's until it comes back, or
// from `beyond`; its address says which, so it always goes back to where it came from.
unsafe impl<A: GlobalAlloc> GlobalAlloc for LockedPool<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = class(layout).map_or(null_mut(), |class| self.pages.take(class));
        if block.is_null() {
            // SAFETY: the caller's promises are passed on unchanged.
            unsafe { self.beyond.alloc(layout) }
        } else {
            block
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if class(layout).is_none() {
            // SAFETY: the caller's promises are passed on unchanged.
            return unsafe { self.beyond.alloc_zeroed(layout) };
        }
        // SAFETY: as above; a block that is not null has at least the layout's size.
        unsafe {
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match class(layout) {
            // SAFETY: the block is in the pages, so it was taken from this class of them.
            Some(class) if self.pages.contain(block) => unsafe { self.pages.give_back(block, class) },
            // SAFETY: the caller's promises are passed on unchanged.
            _ => unsafe { self.beyond.dealloc(block, layout) },
        }
    }
}

/// Which class serves a layout: blocks of a class are aligned to their size.
fn class(layout: Layout) -> Option<usize> {
    let size = layout.size().max(layout.align()).max(SMALLEST);
    (size <= LARGEST).then(|| (size.next_power_of_two() / SMALLEST).trailing_zeros() as usize)
}

/// The pages, cut into blocks of one class each as they are needed.
#[derive(Debug)]
struct Pages {
    /// The reserved addresses; both 0 until reserved, or for good if nothing may be locked.
    start: AtomicUsize,
    end: AtomicUsize,
    busy: AtomicBool,
    cut: UnsafeCell<Cut>,
}

/// What is guarded by `busy`.
#[derive(Debug)]
struct Cut {
    reserved: bool,
    /// The first page that was never cut.
    next: usize,
    /// For each class the first free block; a free block begins with the address of the next.
    free: [*mut u8; CLASSES],
}

// SAFETY: `cut` is reached only while `busy` is held; the pointers in it lead into the pages.
unsafe impl Sync for Pages {}
// SAFETY: nothing in it belongs to a thread.
unsafe impl Send for Pages {}

impl Pages {
    const fn new() -> Self {
        let cut = Cut { reserved: false, next: 0, free: [null_mut(); CLASSES] };
        Self {
            start: AtomicUsize::new(0),
            end: AtomicUsize::new(0),
            busy: AtomicBool::new(false),
            cut: UnsafeCell::new(cut),
        }
    }

    fn contain(&self, block: *mut u8) -> bool {
        let address = block as usize;
        address >= self.start.load(Ordering::Acquire) && address < self.end.load(Ordering::Acquire)
    }

    /// A block of the class, or null when there is no room.
    fn take(&self, class: usize) -> *mut u8 {
        self.alone(|cut| {
            if !cut.reserved {
                cut.reserved = true;
                if let Some((start, len)) = os::reserve_locked(POOL_BYTES) {
                    cut.next = start;
                    self.start.store(start, Ordering::Release);
                    self.end.store(start + len, Ordering::Release);
                    LOCKED.store(len >= ENOUGH, Ordering::Relaxed);
                }
            }
            if cut.free[class].is_null() && cut.next < self.end.load(Ordering::Relaxed) {
                let page = cut.next as *mut u8;
                cut.next += LARGEST;
                // SAFETY: the page is inside the reservation and nobody's yet.
                unsafe { cut.split(page, class) };
            }
            let block = cut.free[class];
            if !block.is_null() {
                // SAFETY: a free block begins with the next one's address, and is aligned for it.
                unsafe {
                    cut.free[class] = block.cast::<*mut u8>().read();
                    block.cast::<*mut u8>().write(null_mut());
                }
            }
            block
        })
    }

    /// # Safety
    /// The block must have been taken from this class and must not be used again.
    unsafe fn give_back(&self, block: *mut u8, class: usize) {
        self.alone(|cut| {
            // SAFETY: the caller's promise: the block is free now, and long enough for an address.
            unsafe { block.cast::<*mut u8>().write(cut.free[class]) };
            cut.free[class] = block;
        });
    }

    /// Runs `work` while no other thread is in here. A mutex of the standard library might allocate.
    fn alone<T>(&self, work: impl FnOnce(&mut Cut) -> T) -> T {
        let mut tries = 0_u32;
        while self.busy.compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            tries = tries.wrapping_add(1);
            if tries.is_multiple_of(64) { std::thread::yield_now() } else { std::hint::spin_loop() }
        }
        // SAFETY: `busy` is held, so this is the only reference. `work` does not panic: it only moves
        // addresses within arrays that `class` indexes in bounds.
        let result = work(unsafe { &mut *self.cut.get() });
        self.busy.store(false, Ordering::Release);
        result
    }
}

impl Cut {
    /// Cuts a page into free blocks of a class.
    ///
    /// # Safety
    /// The page must be reserved, page-aligned, and in nobody's use.
    unsafe fn split(&mut self, page: *mut u8, class: usize) {
        let size = SMALLEST << class;
        for offset in (0..LARGEST).step_by(size).rev() {
            // SAFETY: inside the page, which is nobody's; aligned to at least `SMALLEST`.
            unsafe {
                let block = page.add(offset);
                block.cast::<*mut u8>().write(self.free[class]);
                self.free[class] = block;
            }
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).expect("layout")
    }

    #[test]
    fn layouts_find_the_class_that_fits_size_and_alignment() {
        let sizes = [(1, 1, 16), (16, 8, 16), (17, 1, 32), (32, 16, 32), (8, 256, 256), (4096, 1, 4096)];
        for (size, align, expected) in sizes {
            assert_eq!(class(layout(size, align)).map(|class| SMALLEST << class), Some(expected));
        }
        assert_eq!(class(layout(4097, 1)), None);
        assert_eq!(class(layout(1, 8192)), None);
    }

    /// Random blocks on several threads: aligned, never shared, keeping what was written, all in the
    /// pages until these are full, and the rest from beyond.
    #[test]
    fn blocks_are_aligned_and_nobody_else_s() {
        static POOL: LockedPool = LockedPool::over(System);
        let threads: Vec<_> = (0..4_u64)
            .map(|seed| {
                std::thread::spawn(move || {
                    let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
                    let mut held: Vec<(usize, Layout, u8)> = Vec::new();
                    let (mut inside, mut beyond) = (0_u32, 0_u32);
                    for round in 0..60_000_u32 {
                        random ^= random << 13;
                        random ^= random >> 7;
                        random ^= random << 17;
                        let keep = if round < 40_000 { 1_200 } else { 0 };
                        if held.len() > keep {
                            let at = usize::try_from(random >> 33).expect("small") % held.len();
                            let (address, layout, mark) = held.swap_remove(at);
                            let block = address as *mut u8;
                            // SAFETY: taken below with this layout, filled, and not yet given back.
                            unsafe {
                                let bytes = std::slice::from_raw_parts(block, layout.size());
                                assert!(bytes.iter().all(|byte| *byte == mark), "somebody else wrote here");
                                POOL.dealloc(block, layout);
                            }
                        } else if keep > 0 {
                            let size = 1 + usize::try_from(random % 5000).expect("small");
                            let layout = layout(size, 1 << ((random >> 50) % 8));
                            let mark = u8::try_from(random >> 56).expect("a byte");
                            // SAFETY: the size is not zero; the block is written in its length only.
                            let block = unsafe { POOL.alloc(layout) };
                            assert!(!block.is_null() && (block as usize).is_multiple_of(layout.align()));
                            // SAFETY: as above.
                            unsafe { block.write_bytes(mark, size) };
                            let counter = if POOL.pages.contain(block) { &mut inside } else { &mut beyond };
                            *counter += 1;
                            held.push((block as usize, layout, mark));
                        }
                    }
                    assert!(held.is_empty());
                    (inside, beyond)
                })
            })
            .collect();
        let counts: Vec<(u32, u32)> =
            threads.into_iter().map(|thread| thread.join().expect("thread")).collect();
        assert!(counts.iter().all(|(inside, beyond)| *inside > 1000 && *beyond > 100), "{counts:?}");
        assert!(is_locked());
    }

    #[test]
    fn its_pages_are_locked_and_left_out_of_dumps() {
        let pool = LockedPool::over(System);
        // SAFETY: taken, written and given back with one layout.
        let flags = unsafe {
            let block = pool.alloc(layout(32, 8));
            block.write_bytes(7, 32);
            let flags = vm_flags(block as usize);
            pool.dealloc(block, layout(32, 8));
            flags
        };
        for flag in ["lo", "dd"] {
            assert!(flags.split_whitespace().any(|found| found == flag), "no {flag} in {flags}");
        }
    }

    /// The kernel's flags of the mapping at an address: `lo` locked, `dd` not in dumps.
    fn vm_flags(address: usize) -> String {
        let maps = std::fs::read_to_string("/proc/self/smaps").expect("smaps");
        let mut inside = false;
        for line in maps.lines() {
            let range = line.split_whitespace().next().and_then(|range| range.split_once('-'));
            if let Some((start, end)) = range {
                let hex = |text| usize::from_str_radix(text, 16);
                if let (Ok(start), Ok(end)) = (hex(start), hex(end)) {
                    inside = (start..end).contains(&address);
                }
            }
            if let (true, Some(flags)) = (inside, line.strip_prefix("VmFlags:")) {
                return flags.to_owned();
            }
        }
        String::new()
    }
}
