//! The sandbox from outside: what crosses the wire and what is on the disk.

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
