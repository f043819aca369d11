//! The agent's interface: the method table, the types that cross the wire, and the client.
//!
//! One table (`methods.rs`) declares every method once; the agent's router and every client derive
//! from it, so that a method without a handler does not compile.

mod channel;
mod client;
mod descriptor;
mod home;
pub mod launch;
mod method;
#[macro_use]
mod methods;
#[doc(hidden)]
pub mod fuzzing; // after `methods`, whose macro it uses
mod never;
#[macro_use]
pub mod remote;
pub mod wire;

pub use channel::{ChannelError, own_uid, peer_uid};
pub use client::{Call, Client};
pub use descriptor::{HANDLE_LEN, receive_descriptor, send_descriptor};
pub use home::Home;
pub use method::{Level, Method, MethodInfo};
pub use methods::*;
pub use never::Never;

/// The version of this interface. Agent and client must agree exactly; it changes with every
/// incompatible change of the table or of a wire type.
pub const API_VERSION: &str = "1";

/// The header that carries [`API_VERSION`]. Browsers cannot send it across origins unasked.
pub const API_HEADER: &str = "signet-api";
