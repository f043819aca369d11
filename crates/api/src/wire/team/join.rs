//! `join.*`: becoming part of a team.

use serde::{Deserialize, Serialize};
use signet_core::{Failure, Role};

use crate::wire::WireSecret;

/// Asks to join, with an invite.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct JoinRequest {
    /// The invite's text or link, as pasted.
    pub invite: String,
    /// What this device is called.
    pub device: String,
    /// Where the host is, `host:port`, if not as the invite says.
    #[serde(default)]
    pub at: Option<String>,
}

/// Chooses a host that this device has asked to join, or has joined.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct HostChoice {
    /// The beginning of the host's key, hex.
    pub host: String,
}

/// How joining stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct JoinView {
    /// The host's key, hex.
    pub host: String,
    /// Its name, as it says.
    pub name: String,
    /// Where it is.
    pub at: String,
    /// The words that both screens show.
    pub words: [String; 3],
    /// Which state.
    pub state: JoinState,
    /// As whom, once accepted.
    pub member: Option<String>,
    /// In which role, once accepted.
    pub role: Option<Role>,
    /// Why it ended, if it did.
    pub failure: Option<Failure>,
}

/// How joining stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum JoinState {
    /// Compare the words; the owner has not answered yet.
    Waiting,
    /// Accepted: the second factor is to be set up.
    CodeMissing,
    /// Part of the team.
    Joined,
    /// Refused, withdrawn or expired.
    Ended,
}

/// What the authenticator app needs. Shown once.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MemberCodeShown {
    /// `otpauth://…`, as a QR.
    pub uri: WireSecret,
    /// The same secret as text.
    pub secret: WireSecret,
}

/// Proves the second factor, or uses it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MemberCodeProof {
    /// The beginning of the host's key, hex.
    pub host: String,
    /// The code.
    pub code: String,
}
