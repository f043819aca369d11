//! `check`.

use serde::{Deserialize, Serialize};
use signet_core::Failure;

/// What to check.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// The person in whose name mail would be sent.
    pub sender: String,
    /// Which key, if there are several.
    #[serde(default)]
    pub key: Option<String>,
}

/// One step, as it ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CheckStep {
    /// `clock`, `keychain`, `key`, `token`, `delegation`.
    pub name: String,
    /// How it went.
    pub status: CheckStatus,
    /// One sentence.
    pub what: String,
    /// Why it failed and the exact remedy.
    pub failure: Option<Failure>,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum CheckStatus {
    /// In order.
    Ok,
    /// Works, with a word of warning.
    Warning,
    /// Does not work.
    Failed,
    /// Not reached.
    Skipped,
}

/// All steps.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CheckReport {
    /// The steps in order.
    pub steps: Vec<CheckStep>,
    /// Whether a message could be sent.
    pub ready: bool,
}
