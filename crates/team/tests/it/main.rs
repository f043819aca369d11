//! The formats, as somebody outside sees them.

// clippy.toml allows unwrap in test functions; it does not see that these are their helpers.
#![allow(clippy::unwrap_used)]

mod corpora;
mod pinned;
