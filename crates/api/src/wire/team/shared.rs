//! `shared.*`: keys that others share with this device, by their hosts.

use serde::{Deserialize, Serialize};
use signet_core::{Failure, KeyId, RequestId, Role, UnixMillis};

use super::GrantView;
use crate::wire::Draft;

/// What is shared with this device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SharedListReply {
    /// One for each host.
    pub hosts: Vec<SharedHost>,
}

/// A host that this device belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SharedHost {
    /// The host's key, hex.
    pub host: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub at: String,
    /// As whom this device belongs to it.
    pub member: String,
    /// In which role.
    pub role: Role,
    /// Whether the second factor is set.
    pub code_set: bool,
    /// Whether it answers now; else `failure` says why not, and the rest is as it was last.
    pub reachable: bool,
    /// Why not.
    pub failure: Option<Failure>,
    /// The keys.
    pub keys: Vec<SharedKey>,
    /// A warning about the host's log, such as a fork.
    pub alarm: Option<String>,
}

/// A key that a host uses for this device. The key itself stays there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SharedKey {
    /// How requests name it: `<first 8 digits of the host's key>/<key id>`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The service account.
    pub client_email: String,
    /// What may be done with it.
    pub grants: Vec<GrantView>,
}

/// Sends a message through a host.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SharedSendRequest {
    /// The message.
    pub draft: Draft,
    /// Which key, as [`SharedKey::id`].
    pub key: String,
    /// Send even if Gmail is known to block an attachment's type.
    #[serde(default)]
    pub allow_blocked: bool,
    /// A fresh code, where the grant wants one.
    #[serde(default)]
    pub code: Option<String>,
    /// The id of an earlier try of the same message, so that it is not sent twice.
    #[serde(default)]
    pub request: Option<RequestId>,
}

/// A message that this member asked a host to send.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SharedSend {
    /// The request.
    pub request: RequestId,
    /// When.
    pub time: UnixMillis,
    /// The sender.
    pub from: String,
    /// How many recipients.
    pub recipients: usize,
    /// The subject.
    pub subject: String,
    /// `sending`, `waiting`, `sent`, `not-sent` or `unknown`.
    pub state: String,
    /// Why, if it was not sent.
    pub failure: Option<Failure>,
    /// Google's id, once accepted.
    pub message_id: Option<String>,
    /// Bytes of the encoded message.
    pub bytes: u64,
}

/// Chooses an own send through a host.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SharedSendChoice {
    /// The beginning of the host's key.
    pub host: String,
    /// The request, as the host lists it or as the failure named it.
    pub request: RequestId,
}

/// Own sends through a host.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SharedSendsReply {
    /// Newest first.
    pub sends: Vec<SharedSend>,
}

/// The host's log on this machine, for `verify`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SharedAuditReply {
    /// The copy.
    pub path: String,
    /// Fingerprint of the log's key, as the host's key vouches for it.
    pub fingerprint: String,
    /// The newest size that this device has seen before.
    pub size: Option<u64>,
    /// The root then, hex.
    pub root: Option<String>,
}

/// Seals a key file to a host, as a custodian.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SharedImportRequest {
    /// The beginning of the host's key.
    pub host: String,
    /// The file, handed over.
    pub handle: String,
    /// What to call the key; the account's name if left out.
    #[serde(default)]
    pub name: Option<String>,
}

/// A key that a host has taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SharedImported {
    /// Its id at the host.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// The service account.
    pub client_email: String,
    /// The number that a Workspace administrator authorises.
    pub client_id: String,
    /// The scopes that a Workspace administrator must authorise.
    pub scopes: Vec<String>,
    /// Names the file that it came from, to remove it.
    pub original: Option<String>,
}

/// An address to look for in a host's log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SharedConfirmRequest {
    /// The beginning of the host's key.
    pub host: String,
    /// The address.
    pub address: String,
}
