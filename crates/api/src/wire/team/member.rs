//! `team.show`, `invite.*`, `member.*`, `device.*`, `grant.*`: who is part of the team, with what.

use serde::{Deserialize, Serialize};
use signet_core::{
    Conditions, DeviceHash, EmailAddress, Forbid, Grant, GrantId, KeyId, MemberId, Role, UnixMillis,
};

/// The team.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TeamView {
    /// Members, in the order in which they joined.
    pub members: Vec<MemberView>,
    /// Invites that are open or wait for approval.
    pub invites: Vec<InviteView>,
    /// What is forbidden whatever is granted.
    pub forbids: Vec<Forbid>,
    /// The number of the newest signed record.
    pub epoch: u64,
}

/// A member.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MemberView {
    /// Id.
    pub id: MemberId,
    /// Name.
    pub name: String,
    /// Own address, if known.
    pub address: Option<EmailAddress>,
    /// Role.
    pub role: Role,
    /// Which state.
    pub state: MemberState,
    /// When membership ends by itself.
    pub not_after: Option<UnixMillis>,
    /// Devices.
    pub devices: Vec<DeviceView>,
    /// Grants, lowest id first.
    pub grants: Vec<GrantView>,
    /// Whether the second factor with the host is set.
    pub code_set: bool,
    /// When the last message was asked for.
    pub last_send: Option<UnixMillis>,
}

/// The state of a member or a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum MemberState {
    /// May connect.
    Active,
    /// May not connect until resumed.
    Suspended,
    /// Over, for good.
    Revoked,
}

/// A member's device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DeviceView {
    /// SHA-256 of its key.
    pub id: DeviceHash,
    /// Name.
    pub name: String,
    /// Which state.
    pub state: MemberState,
    /// Whether it is connected now.
    pub connected: bool,
    /// When it connected last.
    pub last_seen: Option<UnixMillis>,
    /// From where.
    pub last_address: Option<String>,
    /// Why it was suspended by the host itself, such as a second copy of its key.
    pub warning: Option<String>,
}

/// A grant with how often it was used.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct GrantView {
    /// The grant.
    pub grant: Grant,
    /// The key's name.
    pub key_name: String,
    /// Messages in the last 24 hours.
    pub used_today: u32,
    /// The grant as one sentence, in English.
    pub sentence: String,
}

/// Invites somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct InviteRequest {
    /// Name.
    pub name: String,
    /// Own address, if known; a test-sender needs one.
    #[serde(default)]
    pub address: Option<EmailAddress>,
    /// Role.
    pub role: Role,
    /// What is granted at once on joining.
    #[serde(default)]
    pub grants: Vec<GrantWish>,
    /// When membership ends by itself.
    #[serde(default)]
    pub not_after: Option<UnixMillis>,
    /// How long the invite is good for, in hours; 24 by default, at most 168.
    #[serde(default)]
    pub hours: Option<u32>,
    /// Another device for this member instead of a new member.
    #[serde(default)]
    pub member: Option<MemberId>,
}

/// What is to be granted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct GrantWish {
    /// The key.
    pub key: KeyId,
    /// Under which conditions.
    pub conditions: Conditions,
    /// A note for people.
    #[serde(default)]
    pub note: String,
}

/// An invite as its maker sees it. Who has the text can ask to join, and no more.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct InviteMade {
    /// The invite.
    pub invite: InviteView,
    /// `signet1-…@host:port`.
    pub text: String,
    /// `signet://join/…`.
    pub link: String,
}

/// An invite.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct InviteView {
    /// Its id, hex.
    pub id: String,
    /// For whom.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Which state.
    pub state: InviteStateView,
    /// When it ends.
    pub expires: UnixMillis,
    /// The words that both screens show, once somebody has proven to have it.
    pub words: Option<[String; 3]>,
    /// The name of the device that asks.
    pub device: Option<String>,
    /// From where it asks.
    pub address: Option<String>,
    /// What letting its bearer in grants.
    #[serde(default)]
    pub grants: Vec<PromisedGrant>,
    /// Why to refuse, such as a second device that has the same invite.
    #[serde(default)]
    pub warning: Option<String>,
}

/// A grant that an invite promises; it is made when its bearer is let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PromisedGrant {
    /// The key's name.
    pub key_name: String,
    /// Under which conditions.
    pub conditions: Conditions,
    /// The grant as one sentence: "may send as qa@… to anyone at example.org, 20 a day".
    pub sentence: String,
}

/// The state of an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum InviteStateView {
    /// Nobody has used it.
    Open,
    /// Somebody has proven to have it, and waits.
    Pending,
    /// Accepted.
    Approved,
    /// Refused.
    Refused,
    /// Too old.
    Expired,
    /// Taken back.
    Withdrawn,
    /// Burnt by wrong proofs.
    Burnt,
}

/// Chooses an invite.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct InviteChoice {
    /// Its id, hex.
    pub id: String,
}

/// Accepts whoever has proven to have an invite.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MemberApproveRequest {
    /// The invite's id, hex.
    pub id: String,
    /// The three words that the other screen shows, as heard.
    pub words: [String; 3],
    /// A fresh code: of this vault, or of the admin's own with the host.
    pub code: String,
}

/// Changes a member.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MemberChangeRequest {
    /// Whom.
    pub member: MemberId,
    /// What.
    pub change: MemberChange,
}

/// A change of a member.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "change", deny_unknown_fields)]
pub enum MemberChange {
    /// A new name.
    Rename {
        /// The name.
        name: String,
    },
    /// No connections until resumed.
    Suspend,
    /// Connections again.
    Resume,
    /// Another role.
    Role {
        /// The role.
        role: Role,
    },
    /// A new name for a device.
    DeviceRename {
        /// The device.
        device: DeviceHash,
        /// The name.
        name: String,
    },
    /// The device may not connect any more.
    DeviceRevoke {
        /// The device.
        device: DeviceHash,
    },
    /// The device that the host suspended may connect again.
    DeviceConfirm {
        /// The device.
        device: DeviceHash,
    },
    /// The second factor with the host is set up anew.
    CodeReset,
}

/// Chooses a member.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MemberChoice {
    /// Whom.
    pub member: MemberId,
}

/// What a member leaves behind.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LeaverReport {
    /// Name.
    pub name: String,
    /// Devices that may not connect any more.
    pub devices: Vec<String>,
    /// Connections that were closed.
    pub closed: usize,
    /// Grants that ended.
    pub grants: usize,
    /// Messages that were on their way: stopped, unless Google had them whole already.
    #[serde(default)]
    pub under_way: usize,
    /// Messages in the last 30 days.
    pub sends_30_days: usize,
    /// Names of the keys used in the last 30 days: rotating them at Google is prudent where the person
    /// may have had the key file from elsewhere.
    pub keys: Vec<String>,
    /// Why it could not be recorded, if so. It took effect all the same.
    pub unrecorded: Option<signet_core::Failure>,
}

/// Makes or changes a grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct GrantPutRequest {
    /// Which to change; none for a new one.
    #[serde(default)]
    pub id: Option<GrantId>,
    /// Whose.
    pub member: MemberId,
    /// What.
    pub grant: GrantWish,
}

/// Chooses a grant.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct GrantChoice {
    /// Which.
    pub id: GrantId,
}

/// Makes or changes a forbid.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ForbidPutRequest {
    /// The forbid; its id is given by the host when it is 0.
    pub forbid: Forbid,
}
