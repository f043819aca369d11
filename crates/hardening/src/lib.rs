//! Process and memory protection: the only crate with `unsafe` code.
//!
//! Every binary starts the same way:
//!
//! ```no_run
//! #[global_allocator]
//! static ALLOCATOR: signet_hardening::LockedAllocator = signet_hardening::LockedAllocator::locked();
//!
//! fn main() {
//!     let hardened = signet_hardening::harden_process();
//!     // refuse to hold secrets when `hardened` is an error
//! #   let _ = hardened;
//! }
//! ```
//!
//! What this buys: no core file, no `ptrace` and no `/proc/PID/mem` for other programs of the same
//! user, and no secrets left in freed memory. What it does not: root, and code already running
//! inside the process, see everything.

mod allocator;
mod environment;
mod give_back;
mod memory;
mod os;
mod pool;
mod process;
mod stack;

pub use allocator::{LockedAllocator, ZeroizingAllocator};
pub use environment::forget_variables;
pub use give_back::give_back;
pub use memory::{MemoryLock, lock_memory};
pub use pool::{LARGEST, LockedPool, POOL_BYTES};
pub use process::{HardenError, Hardened, harden_desktop_process, harden_process};
pub use stack::{SCRUBBED_STACK_BYTES, scrub_stack};
