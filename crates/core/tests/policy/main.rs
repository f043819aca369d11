//! The policy against an independent second implementation, written from the words of the design in
//! another style: on texts and JSON, and with nothing of the first but its types.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod explain;
mod formats;
mod law;
mod monotone;
mod sends;
mod table;
mod world;
