//! Who may do what. Default deny; on one machine alone there is one principal, the owner.

use serde::{Deserialize, Serialize};

use crate::Code;

/// A role on one host. On a machine of one's own there is only the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    /// The name used in the audit log.
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
}

/// Where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The local channel, from a process of the same user whose id both ends have checked.
    Local,
}

/// Somebody an authenticated channel vouches for. There is no way to make one from a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Principal {
    role: Role,
    source: Source,
}

impl Principal {
    /// The owner at the local channel. The caller proves that the channel was authenticated by
    /// passing the peer's user id and its own, as the kernel reported them: they must agree.
    pub const fn local_owner(peer_uid: u32, own_uid: u32) -> Option<Self> {
        if peer_uid == own_uid { Some(Self { role: Role::Owner, source: Source::Local }) } else { None }
    }

    /// The role.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Where the requests come from.
    pub const fn source(&self) -> Source {
        self.source
    }
}

/// What a request wants to do. The audit log names these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Ask Google for a token and send a message.
    Send,
    /// Ask Google for a token and throw it away (`signet check`).
    Check,
    /// Put a key into the vault.
    KeyImport,
    /// Rename a key.
    KeyRename,
    /// Remove a key.
    KeyRemove,
    /// Create the vault.
    Init,
    /// Open the vault.
    Unlock,
    /// Close the vault.
    Lock,
    /// Open the vault by a recovery code or the kit.
    Recover,
    /// Change the passphrase.
    PassphraseChange,
    /// Replace the TOTP seed.
    TotpReplace,
    /// Issue new recovery codes.
    CodesRenew,
    /// Issue a new recovery kit.
    KitRenew,
    /// Write a backup.
    Backup,
    /// Put a backup in place.
    Restore,
    /// Remove the vault with everything it has in the keychain.
    VaultDestroy,
    /// Change a setting.
    SettingsChange,
    /// Confirm whether an address is in the log.
    AuditConfirmAddress,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 18] = [
        Self::Send,
        Self::Check,
        Self::KeyImport,
        Self::KeyRename,
        Self::KeyRemove,
        Self::Init,
        Self::Unlock,
        Self::Lock,
        Self::Recover,
        Self::PassphraseChange,
        Self::TotpReplace,
        Self::CodesRenew,
        Self::KitRenew,
        Self::Backup,
        Self::Restore,
        Self::VaultDestroy,
        Self::SettingsChange,
        Self::AuditConfirmAddress,
    ];

    /// The action of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    /// The name used in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Check => "check",
            Self::KeyImport => "key-import",
            Self::KeyRename => "key-rename",
            Self::KeyRemove => "key-remove",
            Self::Init => "init",
            Self::Unlock => "unlock",
            Self::Lock => "lock",
            Self::Recover => "recover",
            Self::PassphraseChange => "passphrase-change",
            Self::TotpReplace => "totp-replace",
            Self::CodesRenew => "codes-renew",
            Self::KitRenew => "kit-renew",
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::VaultDestroy => "vault-destroy",
            Self::SettingsChange => "settings-change",
            Self::AuditConfirmAddress => "audit-confirm-address",
        }
    }

    /// Whether the action uses a service-account key.
    pub const fn uses_key(self) -> bool {
        matches!(self, Self::Send | Self::Check)
    }
}

/// The answer of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go ahead.
    Allow,
    /// No, and why.
    Deny(Code),
}

/// Whether the principal may do that. Conditions do not bind the owner; everybody else is denied
/// until grants exist.
pub const fn decide(principal: &Principal, action: Action) -> Decision {
    match (principal.role, principal.source, action) {
        (Role::Owner, Source::Local, _) => Decision::Allow,
        _ => Decision::Deny(Code::Denied),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_user_is_nobody() {
        assert_eq!(Principal::local_owner(1001, 1000), None);
    }

    #[test]
    fn only_the_owner_is_allowed() {
        for role in [Role::Admin, Role::Custodian, Role::Sender, Role::TestSender, Role::Auditor] {
            let principal = Principal { role, source: Source::Local };
            assert_eq!(decide(&principal, Action::Send), Decision::Deny(Code::Denied));
        }
        let owner = Principal::local_owner(1000, 1000).unwrap();
        assert_eq!(decide(&owner, Action::Send), Decision::Allow);
    }
}
