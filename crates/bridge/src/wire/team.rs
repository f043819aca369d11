//! `invite.make`.

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
