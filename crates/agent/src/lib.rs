//! The agent: use cases behind the one door, and the listeners that lead to it.
//!
//! - `listen`: the two sockets; whoever connects is asked for by the kernel's word, not by their own.
//! - `router`: every row of the method table to its handler.
//! - `usecase`: one file for each area of the table.
//! - `door`: authorise and record, in one step. No audit entry, no key operation.
//! - `vault_thread`: the only thread that touches the vault; its stack is wiped after each use.

mod agent;
mod arguments;
mod audit_desk;
mod autolock;
mod clock;
mod code_tries;
mod door;
mod drafts;
mod handles;
mod history;
mod history_index;
mod host;
mod idle;
mod journal;
mod key_choice;
mod keychains;
mod kit_page;
mod listen;
mod logging;
mod logind;
mod member;
mod message;
mod news;
mod notify;
mod peer;
mod quota;
mod router;
mod run;
mod sandbox_place;
mod sends;
mod settings;
mod signer;
mod snapshot;
#[cfg(test)]
mod tests;
mod timeline;
mod unattended;
mod usecase;
mod vault_cell;
mod vault_thread;

pub use run::run;
