//! What a request can want.

macro_rules! actions {
    ($($name:ident = $text:literal, $what:literal;)*) => {
        /// What a request wants to do. The audit log names these.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $(#[doc = $what] $name,)* }

        impl Action {
            /// Every action.
            pub const ALL: [Self; [$($text),*].len()] = [$(Self::$name,)*];

            /// The name used in the audit log.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

actions! {
    Send = "send", "Ask Google for a token and send a message.";
    Check = "check", "Ask Google for a token and throw it away (`signet check`).";
    KeyImport = "key-import", "Put a key into the vault.";
    KeyRename = "key-rename", "Rename a key.";
    KeyRemove = "key-remove", "Remove a key.";
    Init = "init", "Create the vault.";
    Unlock = "unlock", "Open the vault.";
    Lock = "lock", "Close the vault.";
    Recover = "recover", "Open the vault by a recovery code or the kit.";
    PassphraseChange = "passphrase-change", "Change the passphrase.";
    TotpReplace = "totp-replace", "Replace the TOTP seed.";
    CodesRenew = "codes-renew", "Issue new recovery codes.";
    KitRenew = "kit-renew", "Issue a new recovery kit.";
    Backup = "backup", "Write a backup.";
    Restore = "restore", "Put a backup in place.";
    VaultDestroy = "vault-destroy", "Remove the vault with everything it has in the keychain.";
    SettingsChange = "settings-change", "Change a setting.";
    AuditConfirmAddress = "audit-confirm-address", "Confirm whether an address is in the log.";

    // The team
    HostInit = "host-init", "Make this vault a host for a team.";
    HostStart = "host-start", "Begin to serve the team.";
    HostStop = "host-stop", "Stop serving the team.";
    HostUnattended = "host-unattended", "Let the machine open the host's vault with nobody there, or end that.";
    InviteMake = "invite-make", "Invite somebody.";
    InviteWithdraw = "invite-withdraw", "Take an invite back.";
    Enrol = "enrol", "Ask to become a member, with an invite. The only thing that an unknown key may do.";
    MemberApprove = "member-approve", "Accept somebody who enrolled.";
    MemberRefuse = "member-refuse", "Refuse somebody who enrolled.";
    MemberChange = "member-change", "Rename, suspend or resume a member or a device, or change a role.";
    MemberRevoke = "member-revoke", "End a membership or a device's part in it.";
    MemberCodeSet = "member-code-set", "Set up the own second factor with the host.";
    SessionOpen = "session-open", "Open a connection as a member.";
    GrantMake = "grant-make", "Make a grant.";
    GrantChange = "grant-change", "Change a grant.";
    GrantRemove = "grant-remove", "Remove a grant.";
    ForbidMake = "forbid-make", "Make a forbid.";
    ForbidRemove = "forbid-remove", "Remove a forbid.";
    ApprovalDecide = "approval-decide", "Approve or refuse a message that waits for it.";
    SendsList = "sends-list", "List the own sends.";
    AuditRead = "audit-read", "Read the log.";
    AuditVerify = "audit-verify", "Fetch what verifying the log takes.";
    KeyImportSealed = "key-import-sealed", "Put a key into the vault that a custodian's device sealed to the host.";
    TeamRead = "team-read", "Look at the members, invites and keys of the team.";
}

impl Action {
    /// The action of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    /// Whether the action uses a service-account key.
    pub const fn uses_key(self) -> bool {
        matches!(self, Self::Send | Self::Check)
    }

    /// Whether the action is about one member, or about everybody: [`crate::decide_on_member`] decides.
    pub const fn is_on_member(self) -> bool {
        matches!(
            self,
            Self::InviteMake
                | Self::InviteWithdraw
                | Self::MemberApprove
                | Self::MemberRefuse
                | Self::MemberChange
                | Self::MemberRevoke
                | Self::GrantMake
                | Self::GrantChange
                | Self::GrantRemove
                | Self::ForbidMake
                | Self::ForbidRemove
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_of_its_own() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(action));
        }
        assert_eq!(Action::parse("export"), None);
    }
}
