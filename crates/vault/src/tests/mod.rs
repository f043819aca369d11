//! The vault as a black box, with a keychain and a clock that do as they are told.

mod backup;
mod ceremonies;
mod common;
mod crash;
mod disk;
mod faults;
mod full;
mod journey;
mod kill;
mod tamper;
mod unattended;
