//! `host.*`: this vault as the place that sends for a team.

use serde::{Deserialize, Serialize};
use signet_core::{Cidr, UnixMillis};

/// Makes this vault a host, or changes what it is called and where it listens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct HostInitRequest {
    /// What members see: `Anna's desk`.
    pub name: String,
    /// Address and port to listen at: `0.0.0.0:7465`, `[::]:7465`.
    pub listen: String,
    /// Where members find it, `host:port`; put into invites. By default the listening address.
    #[serde(default)]
    pub reachable_at: Vec<String>,
    /// Networks that may connect at all; empty for any.
    #[serde(default)]
    pub networks: Vec<Cidr>,
    /// Proxies that stand before the host and say, in the PROXY protocol, whose connection it is; left as
    /// they are if this is left out.
    #[serde(default)]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub proxies: Option<Vec<Cidr>>,
    /// A fresh code of this vault.
    pub code: String,
}

/// Begins to serve the team.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "bindings", ts(optional_fields = nullable))]
pub struct HostStartRequest {
    /// Until when; by default until the vault is locked or serving is stopped.
    pub until: Option<UnixMillis>,
}

/// This vault as a host.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct HostStatus {
    /// None if this vault is not a host.
    pub host: Option<HostView>,
    /// None while it does not serve.
    pub serving: Option<ServingView>,
    /// Why it stopped by itself, if it did.
    pub failure: Option<signet_core::Failure>,
    /// For a host on a server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub headless: Option<super::HeadlessView>,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct HostView {
    /// What members see.
    pub name: String,
    /// SHA-256 of the host's key, lower-case hex: what invites pin.
    pub key: String,
    /// Where it listens.
    pub listen: String,
    /// Where members find it.
    pub reachable_at: Vec<String>,
    /// Networks that may connect; empty for any.
    pub networks: Vec<Cidr>,
    /// Proxies whose word for an address is taken, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub proxies: Option<Vec<Cidr>>,
    /// How many active members.
    pub members: usize,
    /// The number of the newest signed record.
    pub epoch: u64,
}

/// A host that serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ServingView {
    /// Since when.
    pub since: UnixMillis,
    /// Until when, if it ends by itself before the vault is locked.
    pub until: Option<UnixMillis>,
    /// The address that it listens at.
    pub address: String,
    /// Names of the members who are connected.
    pub connected: Vec<String>,
    /// Messages of members under way.
    pub sending: usize,
}
