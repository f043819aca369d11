//! What the name of an action in an entry says about keys.

use signet_core::Action;

const ALL: [Action; 42] = [
    Action::Send,
    Action::Check,
    Action::KeyImport,
    Action::KeyRename,
    Action::KeyRemove,
    Action::Init,
    Action::Unlock,
    Action::Lock,
    Action::Recover,
    Action::PassphraseChange,
    Action::TotpReplace,
    Action::CodesRenew,
    Action::KitRenew,
    Action::Backup,
    Action::Restore,
    Action::VaultDestroy,
    Action::SettingsChange,
    Action::AuditConfirmAddress,
    Action::HostInit,
    Action::HostStart,
    Action::HostStop,
    Action::HostUnattended,
    Action::InviteMake,
    Action::InviteWithdraw,
    Action::Enrol,
    Action::MemberApprove,
    Action::MemberRefuse,
    Action::MemberChange,
    Action::MemberRevoke,
    Action::MemberCodeSet,
    Action::SessionOpen,
    Action::GrantMake,
    Action::GrantChange,
    Action::GrantRemove,
    Action::ForbidMake,
    Action::ForbidRemove,
    Action::ApprovalDecide,
    Action::SendsList,
    Action::AuditRead,
    Action::AuditVerify,
    Action::KeyImportSealed,
    Action::TeamRead,
];

/// Whether an action of that name uses a service-account key. One that this version does not know may.
pub(crate) fn may_use_key(name: &str) -> bool {
    ALL.iter().find(|action| action.as_str() == name).is_none_or(|action| action.uses_key())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_and_the_unknown_may_use_a_key() {
        let may: Vec<_> = ALL.iter().map(|action| action.as_str()).filter(|name| may_use_key(name)).collect();
        assert_eq!(may, ["send", "check"]);
        assert!(may_use_key("teleport"));
    }

    /// A new action must be added to the list: this match then no longer compiles.
    #[test]
    fn the_list_is_complete() {
        for (place, action) in ALL.into_iter().enumerate() {
            let expected = match action {
                Action::Send => 0,
                Action::Check => 1,
                Action::KeyImport => 2,
                Action::KeyRename => 3,
                Action::KeyRemove => 4,
                Action::Init => 5,
                Action::Unlock => 6,
                Action::Lock => 7,
                Action::Recover => 8,
                Action::PassphraseChange => 9,
                Action::TotpReplace => 10,
                Action::CodesRenew => 11,
                Action::KitRenew => 12,
                Action::Backup => 13,
                Action::Restore => 14,
                Action::VaultDestroy => 15,
                Action::SettingsChange => 16,
                Action::AuditConfirmAddress => 17,
                Action::HostInit => 18,
                Action::HostStart => 19,
                Action::HostStop => 20,
                Action::HostUnattended => 21,
                Action::InviteMake => 22,
                Action::InviteWithdraw => 23,
                Action::Enrol => 24,
                Action::MemberApprove => 25,
                Action::MemberRefuse => 26,
                Action::MemberChange => 27,
                Action::MemberRevoke => 28,
                Action::MemberCodeSet => 29,
                Action::SessionOpen => 30,
                Action::GrantMake => 31,
                Action::GrantChange => 32,
                Action::GrantRemove => 33,
                Action::ForbidMake => 34,
                Action::ForbidRemove => 35,
                Action::ApprovalDecide => 36,
                Action::SendsList => 37,
                Action::AuditRead => 38,
                Action::AuditVerify => 39,
                Action::KeyImportSealed => 40,
                Action::TeamRead => 41,
            };
            assert_eq!(place, expected);
        }
    }
}
