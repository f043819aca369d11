//! What crosses the wire, against a small scripted Google on loopback.
#![expect(clippy::unwrap_used, unreachable_pub, reason = "tests")]

mod fake;
mod lookups;
mod send;
mod send_cancel;
mod send_faults;
mod send_invariant;
mod settle;
mod token;
mod world;
