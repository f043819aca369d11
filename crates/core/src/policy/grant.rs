//! Grants, forbids, and the rules of a host.

use serde::{Deserialize, Serialize};

use crate::{
    Cidr, Conditions, EmailAddress, ForbidId, GrantId, HeaderText, Hours, KeyId, MemberId, RecipientRule,
    TypePattern, UnixMillis,
};

/// Joins a member, a key and conditions: this member may send with this key when all of them hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Grant {
    /// Where several apply, the lowest wins.
    pub id: GrantId,
    /// Who may.
    pub member: MemberId,
    /// With which key.
    pub key: KeyId,
    /// When.
    pub conditions: Conditions,
    /// What it is for, in the words of whoever made it.
    #[serde(default)]
    pub note: HeaderText,
}

/// What nobody may send, whatever is granted. It does not bind the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Forbid {
    /// Its id.
    pub id: ForbidId,
    /// Whom it binds; nobody named: every member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// With which key; none named: every key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
    /// Which messages.
    pub matches: Matcher,
    /// What it is for, in the words of whoever made it.
    #[serde(default)]
    pub note: HeaderText,
}

/// Which messages a forbid means: those to which everything here applies. With nothing here, all. A list
/// applies when one of its entries does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Matcher {
    /// The mailbox or `From` is one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub senders: Option<Vec<EmailAddress>>,
    /// A recipient, or a Reply-To other than the sender, is one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients: Option<Vec<RecipientRule>>,
    /// There are more recipients than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients_over: Option<u32>,
    /// The encoded message has more bytes than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_over: Option<u64>,
    /// An attachment is of one of these types, by its declared type or by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_types: Option<Vec<TypePattern>>,
    /// It comes from one of these networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networks: Option<Vec<Cidr>>,
    /// It is during these hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// It is this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<UnixMillis>,
    /// It is this moment or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<UnixMillis>,
}

/// The rules that a decision looks at. Grants of others are passed over, so these may be all of a host
/// or only one member's; the order does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules<'a> {
    /// Grants that could be read. One that cannot be read grants nothing.
    pub grants: &'a [Grant],
    /// Forbids that could be read.
    pub forbids: &'a [Forbid],
    /// Whether there is a forbid that could not be read, such as one of a newer version. Nobody knows
    /// what it forbids, so it forbids everything.
    pub unread_forbids: bool,
}
