//! A patched client against a real host: it speaks the link's TLS and HTTP/2 itself, keeps to nothing, and
//! varies everything that it can. What a host refuses, it has to refuse before it signs.
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test's set-up fails by panicking")]

mod attacker;
mod hostile;
mod manifest;
mod stage;
mod wire;

pub use attacker::{Attacker, Knock};
pub use hostile::{hostile_drafts, hostile_parts, odd_drafts};
pub use manifest::{Draft, Manifest, fresh_request, sha256_hex};
pub use stage::{Refusal, SENDER, Stage, conditions};
pub use wire::{Answer, Haul, Wire, runtime};
