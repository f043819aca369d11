//! Looking for secrets where they must not be: memory, files, traffic.
//!
//! A needle is any 16 bytes in a row of a secret, in any of its spellings. The tests plant one in
//! each kind of place first, so that "nothing found" means something.
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test's set-up fails by panicking")]

mod key_file;
mod needles;
mod places;
mod scan;
mod scripts;
mod search;
mod stage;
mod traffic;

pub use key_file::KeyFile;
pub use needles::{Needles, Spelling};
pub use places::{Finding, files_of, processes_of, scan_file, scan_memory};
pub use scan::{scan_files, scan_processes, watch_memory};
pub use scripts::{Holder, derived_secrets, hold, keyring_items, probe, system_python};
pub use search::Search;
pub use stage::Stage;
pub use traffic::{Recording, record_bus, record_tcp, record_unix};
