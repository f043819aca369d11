//! The table of roles and actions.

use crate::{Action, Code, Principal, Role, Source, Who};

/// The answer of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go ahead.
    Allow,
    /// No, and why.
    Deny(Code),
}

/// Whether the principal may do that at all. Where it concerns a member, [`crate::decide_on_member`] has
/// to agree as well; where it is a message, [`crate::decide_send`].
///
/// The owner acts at the local channel, and only there; members act over the network, and only there.
pub const fn decide(principal: &Principal, action: Action) -> Decision {
    match (principal.who(), principal.role(), principal.source()) {
        (Who::Owner, Role::Owner, Source::Local) => Decision::Allow,
        (Who::Member { .. }, role, Source::Network(_)) if role_allows(role, action) => Decision::Allow,
        (Who::Member { .. }, _, Source::Unknown | Source::Local) => Decision::Deny(Code::DeniedNetwork),
        _ => Decision::Deny(Code::DeniedRole),
    }
}

/// Whether a connection whose key belongs to nobody may do that: enrol, and nothing else.
pub const fn decide_stranger(source: Source, action: Action) -> Decision {
    match (source, action) {
        (Source::Network(_), Action::Enrol) => Decision::Allow,
        (Source::Network(_), _) => Decision::Deny(Code::DeniedRole),
        (Source::Local | Source::Unknown, _) => Decision::Deny(Code::DeniedNetwork),
    }
}

/// What each role of a member includes. An owner is not a member, so the role includes nothing here.
const fn role_allows(role: Role, action: Action) -> bool {
    if matches!(action, Action::SessionOpen | Action::MemberCodeSet) {
        return !matches!(role, Role::Owner);
    }
    match role {
        Role::Owner => false,
        Role::Admin => action.is_on_member() || matches!(action, Action::ApprovalDecide | Action::TeamRead),
        Role::Custodian => matches!(action, Action::KeyImportSealed),
        Role::Sender | Role::TestSender => matches!(action, Action::Send | Action::SendsList),
        Role::Auditor => {
            matches!(action, Action::AuditRead | Action::AuditVerify | Action::AuditConfirmAddress)
        }
    }
}
