//! The types that cross the wire, by area. All JSON; times are milliseconds since 1970.

mod address;
mod audit;
mod backup;
mod ceremony;
mod check;
mod history;
mod key;
mod secret;
mod send;
mod settings;
mod status;
mod team;
mod watch;

pub use address::*;
pub use audit::*;
pub use backup::*;
pub use ceremony::*;
pub use check::*;
pub use history::*;
pub use key::*;
pub use secret::WireSecret;
pub use send::*;
pub use settings::*;
pub use status::*;
pub use team::*;
pub use watch::*;

use serde::{Deserialize, Serialize};

/// Nothing to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// One line of a streaming answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line<E, R> {
    /// Progress.
    Event(E),
    /// The end: it worked.
    Result(R),
    /// The end: it did not.
    Failure(signet_core::Failure),
}
