//! Production or sandbox: a property of the vault, fixed for its life.

use serde::{Deserialize, Serialize};

/// Which Google a vault talks to. A sandbox vault reaches loopback only; a production vault never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Google itself.
    Production,
    /// The local stand-in.
    Sandbox,
}

impl Profile {
    /// The name used in paths and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }
}
