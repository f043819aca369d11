//! `team.at`: an admin's work at somebody else's host.

use serde::{Deserialize, Serialize};

/// A method of the team, to be done at a host to which this device belongs as an admin.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TeamAtRequest {
    /// The beginning of the host's key.
    pub host: String,
    /// Which method: `team.show`, `team.keys`, `invite.make`, `member.approve`, …
    pub method: String,
    /// What that method takes.
    pub request: serde_json::Value,
}

/// What the host answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TeamAtReply {
    /// What that method returns.
    pub reply: serde_json::Value,
}
