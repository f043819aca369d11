//! Whose record it is: rank and ownership.

use super::table::{Decision, decide};
use crate::{Action, Approval, Approver, Code, MemberId, Principal, Role};

/// Whom an action on members is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetMember {
    /// Somebody who is not a member yet: an invite, or a request to enrol.
    Invited {
        /// The role they are to have.
        role: Role,
    },
    /// A member.
    Member {
        /// Who.
        member: MemberId,
        /// Their role, by the record.
        role: Role,
        /// The role they are to have afterwards, where that changes.
        becomes: Option<Role>,
    },
    /// Everybody: a forbid that names no member.
    Everybody,
}

impl TargetMember {
    /// A member whose role stays.
    pub const fn member(member: MemberId, role: Role) -> Self {
        Self::Member { member, role, becomes: None }
    }
}

/// Whether the principal may do that to them: the role allows the action, it is not their own record,
/// and they manage the role that it has and the one that it gets. Only the owner's forbids bind everybody.
pub fn decide_on_member(principal: &Principal, action: Action, target: &TargetMember) -> Decision {
    if let denied @ Decision::Deny(_) = decide(principal, action) {
        return denied;
    }
    let actor = principal.role();
    let (fits, managed) = match *target {
        TargetMember::Invited { role } => (is_on_invited(action), actor.manages(role)),
        TargetMember::Member { member, .. } if principal.member() == Some(member) => {
            return Decision::Deny(Code::DeniedOwn);
        }
        TargetMember::Member { role, becomes, .. } => (
            action.is_on_member() && (becomes.is_none() || matches!(action, Action::MemberChange)),
            actor.manages(role) && becomes.is_none_or(|role| actor.manages(role)),
        ),
        TargetMember::Everybody => {
            (matches!(action, Action::ForbidMake | Action::ForbidRemove), actor == Role::Owner)
        }
    };
    match (fits, managed) {
        (true, true) => Decision::Allow,
        (true, false) => Decision::Deny(Code::DeniedRole),
        (false, _) => Decision::Deny(Code::Denied),
    }
}

/// Whether the principal may approve or refuse what that member asks for. Nobody approves their own.
pub fn decide_approval(principal: &Principal, approval: &Approval, requester: MemberId) -> Decision {
    match decide(principal, Action::ApprovalDecide) {
        Decision::Allow if principal.member() == Some(requester) => Decision::Deny(Code::DeniedOwn),
        Decision::Allow if may_approve(approval.by, principal.role()) => Decision::Allow,
        Decision::Allow => Decision::Deny(Code::DeniedRole),
        denied @ Decision::Deny(_) => denied,
    }
}

/// An invite may bring grants along, so these can name somebody who is not a member yet.
const fn is_on_invited(action: Action) -> bool {
    matches!(
        action,
        Action::InviteMake
            | Action::InviteWithdraw
            | Action::MemberApprove
            | Action::MemberRefuse
            | Action::GrantMake
    )
}

const fn may_approve(by: Approver, role: Role) -> bool {
    matches!((by, role), (_, Role::Owner) | (Approver::Admin, Role::Admin))
}
