//! The event type of methods that report no progress.

use serde::{Deserialize, Serialize};

/// No value: methods without progress never emit an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub enum Never {}
