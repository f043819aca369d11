//! A host on a server: its keychain in files, and its start with nobody there.

use serde::{Deserialize, Serialize};
use signet_core::{Cidr, Failure};

use crate::wire::WireSecret;

/// What a new host shall be called and where it shall be.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct NewHost {
    /// What members see.
    pub name: String,
    /// Address and port to listen at.
    pub listen: String,
    /// Where members find it, `host:port`; by default the listening address.
    #[serde(default)]
    pub reachable_at: Vec<String>,
    /// Networks that may connect at all; empty for any.
    #[serde(default)]
    pub networks: Vec<Cidr>,
    /// Proxies that are believed about whose connection they pass on.
    #[serde(default)]
    pub proxies: Vec<Cidr>,
}

/// A vault whose keychain items lie in files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct HeadlessView {
    /// The folder with the files.
    pub folder: String,
    /// Whether the machine can open the vault with nobody there: then root on it has the keys.
    pub unattended: bool,
    /// Whether it was opened that way, if it is open.
    pub opened_unattended: bool,
    /// Why the last start with nobody there left the vault locked, if it did.
    pub failure: Option<Failure>,
}

/// A fresh code of the vault, for what needs its owner to be there.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OwnerCode {
    /// The six digits.
    pub code: WireSecret,
}

/// The machine's secret, given once: for the service manager, sealed to the machine.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct UnattendedMade {
    /// 64 hexadecimal digits.
    pub secret: WireSecret,
}

/// What a member's device knew of a host's log and lets go of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SharedAccepted {
    /// The host's name.
    pub name: String,
    /// Why the device had stopped trusting it.
    pub alarm: String,
    /// How many entries of its log the device had seen.
    pub seen: u64,
}
