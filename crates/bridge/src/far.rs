//! What a page may do at a host of somebody else, by `team.at`: an admin's methods. Each takes and gives
//! what the page's row of the same name does; one that is not here stays with the terminal.

/// Calls the given macro with the type of every one of them.
macro_rules! for_each_far_method {
    ($callback:ident) => {
        $callback!(
            signet_api::TeamShow,
            signet_api::remote::TeamKeys,
            crate::InviteMake,
            signet_api::InviteWithdraw,
            signet_api::MemberApprove,
            signet_api::MemberRefuse,
            signet_api::MemberUpdate,
            signet_api::MemberRevoke,
            signet_api::GrantPut,
            signet_api::GrantRemove,
            signet_api::ForbidPut,
            signet_api::ForbidRemove,
            signet_api::PolicyAsk,
            signet_api::ApprovalList,
            signet_api::ApprovalDecide
        )
    };
}

/// Whether a page may do that there.
pub(crate) fn may(method: &str) -> bool {
    macro_rules! named {
        ($($method:ty),*) => { [$(<$method as signet_api::Method>::NAME),*] };
    }
    for_each_far_method!(named).contains(&method)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_admins_methods_cross() {
        for method in ["team.show", "team.keys", "invite.make", "approval.decide"] {
            assert!(may(method), "{method}");
        }
        for method in ["", "key.list", "host.init", "team.at", "ceremony.kit-show", "team.append"] {
            assert!(!may(method), "{method}");
        }
    }
}
