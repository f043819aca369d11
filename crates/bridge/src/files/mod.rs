//! Files: handles in place of paths, what is there, and opening what a person named.

mod facts;
mod handles;
mod open;
mod write;

pub(crate) use facts::look;
pub(crate) use handles::{Handles, make_name};
pub(crate) use open::{attachment, regular, text};
pub(crate) use write::{private, replace, unwritten};
