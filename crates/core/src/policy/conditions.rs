//! What has to hold for a grant to apply, as data.

use serde::{Deserialize, Serialize};

use crate::{Cidr, Domain, EmailAddress, Hours, RecipientRule, TypePattern, UnixMillis};

/// The conditions of a grant: it applies when all of them hold. The three lists of addresses permit what
/// they name and nothing else; the rest only restricts, where it is there.
///
/// A field that this version does not know is an error, so that no condition is ever overlooked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Conditions {
    /// As whom the member may send: the mailboxes (`sub`) that the key may be used for.
    pub senders: Vec<EmailAddress>,
    /// Which `From` addresses may stand in for the mailbox's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<_>"))]
    pub aliases: Vec<EmailAddress>,
    /// Where a test-sender may send beside the own address. No meaning for other roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<_>"))]
    pub test_domains: Vec<Domain>,
    /// To whom: every address in To, Cc and Bcc has to match one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients: Option<Vec<RecipientRule>>,
    /// How many addresses in To, Cc and Bcc together, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients_max: Option<u32>,
    /// How many bytes the encoded message has, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_max: Option<u64>,
    /// Which attachments: each has to match one of them. An empty list: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_types: Option<Vec<TypePattern>>,
    /// From which networks, by the address that the host sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networks: Option<Vec<Cidr>>,
    /// During which hours of the week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// The first moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<UnixMillis>,
    /// The last moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<UnixMillis>,
    /// How many messages a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<u32>,
    /// How many messages a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<u32>,
    /// How many seconds ago the member last gave a code, at most. 0: one together with this very send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_within: Option<u32>,
    /// Somebody has to approve each message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approvals: Option<Approval>,
}

/// Who has to approve a message, and how long a request waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Approval {
    /// Who may.
    pub by: Approver,
    /// After how many seconds a request that nobody answered is denied.
    pub within_secs: u32,
}

/// Who may approve a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub enum Approver {
    /// The owner only.
    Owner,
    /// An admin or the owner.
    Admin,
}
