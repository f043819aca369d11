//! `invite.make`, `shared.import`.

use serde::{Deserialize, Serialize};
use signet_api::wire::InviteView;

/// An invite as its maker hands it on. Who has the text can ask to join, and no more.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PageInviteMade {
    /// The invite.
    pub invite: InviteView,
    /// `signet1-…@host:port`.
    pub text: String,
    /// `signet://join/…`.
    pub link: String,
    /// The link as a QR code: rows of modules, `1` dark and `0` light, without a quiet zone.
    pub qr: Vec<String>,
}

/// Seals a key file to a host, as a custodian.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PageSharedImport {
    /// The beginning of the host's key.
    pub host: String,
    /// A picked or dropped file.
    pub file: String,
    /// What to call the key; the account's name if left out.
    #[serde(default)]
    pub name: Option<String>,
}
