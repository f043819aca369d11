//! What becomes of each of the agent's rows when a page names it. A row that is not decided here does
//! not compile: nobody adds a method to the agent and to every page at once without meaning it.

use signet_api::Method;

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// It crosses as it is.
    Forwarded,
    /// A row of the same name of the second table answers.
    Replaced,
    /// A page never gets it.
    Withheld,
}

/// A decided row.
pub(crate) trait Passes: Method {
    /// What becomes of it.
    const PASSAGE: Passage;
}

macro_rules! passages {
    ($($passage:ident: $($name:ident)*;)*) => { $($(
        impl Passes for signet_api::$name {
            const PASSAGE: Passage = Passage::$passage;
        }
    )*)* };
}

passages! {
    Forwarded:
        Status Watch AgentStop
        CeremonyProve CeremonyFinish CeremonyDrop PassphraseSuggest PassphraseRate
        Unlock Lock
        KeyList KeyRename KeyRemove KeyUseShow Check
        AddressParse
        SendList SendWatch SendCancel
        HistoryList HistoryRemove DraftRemove
        AuditList AuditAnchor AuditConfirmAddress
        SettingsShow SettingsChange
        BackupList VaultDestroy
        HostShow HostInit HostStart HostStop TeamShow
        InviteWithdraw MemberApprove MemberRefuse MemberUpdate MemberRevoke
        GrantPut GrantRemove ForbidPut ForbidRemove PolicyAsk
        ApprovalList ApprovalDecide
        JoinBegin JoinShow JoinProve JoinLeave
        SharedList SharedSends SharedWithdraw SharedAccept SharedConfirm;
    Replaced:
        CeremonyBegin KeyImport KeyRemoveOriginal MessageCheck Send
        HistoryShow DraftSave DraftList DraftVersions Backup Restore
        InviteMake TeamAt JoinCode SharedSend SharedImport;
    Withheld:
        CeremonyKitShow CeremonyKitWrite MessageVariablesList MessageWrite MessageRead
        SharedAudit HostUnattendedEnable HostUnattendedDisable;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decisions_agree_with_both_tables() {
        let mut seen = 0;
        macro_rules! each {
            ($($name:ident),*) => { $({
                let name = <signet_api::$name as Method>::NAME;
                let own = crate::METHODS.iter().any(|method| method.name == name);
                let withheld = crate::WITHHELD.contains(&name);
                let expected = match (own, withheld) {
                    (true, false) => Passage::Replaced,
                    (false, true) => Passage::Withheld,
                    (false, false) => Passage::Forwarded,
                    (true, true) => panic!("{name} is both replaced and withheld"),
                };
                assert_eq!(<signet_api::$name as Passes>::PASSAGE, expected, "{name}");
                seen += 1;
            })* };
        }
        signet_api::for_each_method!(each);
        assert_eq!(seen, signet_api::METHODS.len());
        for name in crate::WITHHELD {
            assert!(signet_api::METHODS.iter().any(|method| method.name == *name), "{name} is no method");
        }
    }
}
