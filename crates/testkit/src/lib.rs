//! What tests share: a clock that stands still, randomness that repeats, a private session with a
//! real keyring, the built programs, other users, a network of one's own, an independent authenticator,
//! Python.
//!
//! Everything here panics with a sentence when the machine lacks something: `scripts/setup`
//! installs it. For tests only: no product crate may depend on it.
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test's set-up fails by panicking")]

mod authenticator;
mod clock;
mod desk;
mod network;
mod port;
mod programs;
mod python;
mod random;
mod session;
mod user;
mod wrong_clock;

pub use authenticator::{oathtool, oathtool_at};
pub use clock::FixedClock;
pub use desk::Desk;
pub use network::{Machine, Network, network_of};
pub use port::free_address;
pub use programs::{Programs, programs, workspace_root};
pub use python::python;
pub use random::RepeatableRng;
pub use session::Session;
#[doc(no_inline)]
pub use signet_core::UnixMillis;
pub use user::User;
pub use wrong_clock::WrongClock;
