//! The audit log: canonical CBOR entries in `audit.db`, an RFC 6962 Merkle tree over them, and a signed
//! C2SP checkpoint in every commit. docs/FORMATS.md, "Audit log", has every byte.
//!
//! - Writing: [`Log`] (one connection, one transaction an append) or [`Writer`] (a thread with group commit).
//! - Reading: [`Reader`], beside the writer, with filters, export and proofs.
//! - Judging: [`verify`], on the file or a copy, without the vault.

mod actions;
mod ahead;
mod cbor;
mod db;
mod encoding;
mod entry;
mod error;
mod facts;
mod keys;
mod log;
mod note;
mod pass;
mod reader;
mod report;
mod reserve;
mod roots;
mod side;
mod signer;
mod snapshot;
mod throttle;
mod tiles;
mod tree;
mod verify;
mod writer;

pub use encoding::read_entry;
pub use entry::{Actor, Draft, Entry, Verdict, address_text};
pub use error::{AppendError, OpenError, ReadError};
pub use log::{Log, Receipt};
pub use note::{RecordsHead, Witnessed, verify_checkpoint};
pub use reader::{Anchor, Filter, Page, Reader};
pub use report::{Check, CheckName, Depth, Report, Trust};
pub use side::{Cosigned, Note, Side, Used};
pub use signer::{CheckpointKey, Fingerprint, Origin, Signer};
pub use throttle::{Caller, Refusal, Throttle};
pub use tree::{verify_consistency, verify_inclusion};
pub use verify::{verify, verify_telling};
pub use writer::Writer;

#[cfg(test)]
extern crate self as signet_audit; // the tests' support is shared with tests/

#[cfg(test)]
mod attacks;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;
