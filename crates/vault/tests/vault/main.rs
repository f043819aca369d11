//! The vault as a black box, with a keychain and a clock that do as they are told.

#![allow(clippy::unwrap_used, clippy::expect_used)] // clippy knows test functions, not their helpers

mod backup;
mod ceremonies;
mod common;
mod crash;
mod faults;
mod full;
mod journey;
mod kill;
mod tamper;
