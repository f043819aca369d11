//! The roles of a host.

use serde::{Deserialize, Serialize};

/// A role on one host. On a machine of one's own there is only the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub enum Role {
    /// Everything, and recovery.
    Owner,
    /// Members and grants of lower roles; not keys, not the own role.
    Admin,
    /// Adds and rotates keys; cannot send.
    Custodian,
    /// Sends within a grant.
    Sender,
    /// Sends to the own address or to listed test domains only.
    TestSender,
    /// Reads and verifies the log, nothing else.
    Auditor,
}

impl Role {
    /// Every role, the highest first.
    pub const ALL: [Self; 6] =
        [Self::Owner, Self::Admin, Self::Custodian, Self::Sender, Self::TestSender, Self::Auditor];

    /// The name used in records and in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Custodian => "custodian",
            Self::Sender => "sender",
            Self::TestSender => "test-sender",
            Self::Auditor => "auditor",
        }
    }

    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether somebody of this role may make, change and remove members of the other one, with their
    /// grants: whose records this role may sign. An owner is nobody's member. A custodian decides which
    /// keys there are, so only the owner makes one.
    pub const fn manages(self, other: Self) -> bool {
        match self {
            Self::Owner => !matches!(other, Self::Owner),
            Self::Admin => matches!(other, Self::Sender | Self::TestSender | Self::Auditor),
            Self::Custodian | Self::Sender | Self::TestSender | Self::Auditor => false,
        }
    }

    /// Whether this role sends at all.
    pub const fn sends(self) -> bool {
        matches!(self, Self::Owner | Self::Sender | Self::TestSender)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_manages_their_own_role_or_a_higher_one() {
        for (place, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            for higher in &Role::ALL[..=place] {
                assert!(!role.manages(*higher), "{role:?} manages {higher:?}");
            }
        }
        assert!(Role::Owner.manages(Role::Admin) && Role::Owner.manages(Role::Custodian));
        assert!(!Role::Admin.manages(Role::Custodian));
    }
}
