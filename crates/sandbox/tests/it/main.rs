//! The sandbox from outside: what crosses the wire and what is on the disk.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faults;
mod mail;
mod program;
mod quota;
mod reading;
mod restart;
mod resumable;
mod support;
mod token;
mod yup;
