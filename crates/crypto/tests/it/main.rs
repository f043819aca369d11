//! Tests of the crate through its public face: pinned vectors, tampering, whole lives of a vault.

// clippy.toml allows unwrap in test functions; it does not see that these are their helpers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod corpora;
mod lifetime;
mod oracle;
mod pinned;
mod published;
mod tamper;
mod world;
