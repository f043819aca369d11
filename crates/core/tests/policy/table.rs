//! Role x action x ownership, against a table written by hand.

use std::net::{IpAddr, Ipv4Addr};

use signet_core::{
    Action, Admission, Approval, Approver, Code, Decision, DeviceHash, Principal, Role, Source, TargetMember,
    decide, decide_approval, decide_on_member, decide_stranger,
};

use crate::world::{ME, OTHER};

/// Which roles of members may do what over the network. A: admin, C: custodian, S: sender, T: test-sender,
/// U: auditor. What is not here, no member may.
const TABLE: [(&str, &str); 25] = [
    ("session-open", "ACSTU"),
    ("member-code-set", "ACSTU"),
    ("invite-make", "A"),
    ("invite-withdraw", "A"),
    ("member-approve", "A"),
    ("member-refuse", "A"),
    ("member-change", "A"),
    ("member-revoke", "A"),
    ("grant-make", "A"),
    ("grant-change", "A"),
    ("grant-remove", "A"),
    ("forbid-make", "A"),
    ("forbid-remove", "A"),
    ("approval-decide", "A"),
    ("team-read", "A"),
    ("key-import-sealed", "C"),
    ("send", "ST"),
    ("sends-list", "ST"),
    ("audit-read", "U"),
    ("audit-verify", "U"),
    ("audit-confirm-address", "U"),
    // Only somebody who is not yet a member, and only the owner at the host itself.
    ("enrol", ""),
    ("key-import", ""),
    ("host-start", ""),
    ("host-unattended", ""),
];

const NETWORK: Source = Source::Network(IpAddr::V4(Ipv4Addr::LOCALHOST));

fn member(role: Role, source: Source) -> Principal {
    Principal::admitted(Admission { member: ME, device: DeviceHash::from_bytes([9; 32]), role, source })
}

fn letter(role: Role) -> char {
    match role {
        Role::Owner => 'O',
        Role::Admin => 'A',
        Role::Custodian => 'C',
        Role::Sender => 'S',
        Role::TestSender => 'T',
        Role::Auditor => 'U',
    }
}

fn in_table(role: Role, action: Action) -> bool {
    TABLE.iter().any(|(name, roles)| *name == action.as_str() && roles.contains(letter(role)))
}

#[test]
fn every_role_may_do_what_the_table_says_and_nothing_else() {
    assert!(TABLE.iter().all(|(name, _)| Action::parse(name).is_some()), "a name in the table is no action");
    for action in Action::ALL {
        let owner = Principal::local_owner(7, 7).unwrap();
        assert_eq!(decide(&owner, action), Decision::Allow);
        for role in Role::ALL {
            let expected =
                if in_table(role, action) { Decision::Allow } else { Decision::Deny(Code::DeniedRole) };
            assert_eq!(decide(&member(role, NETWORK), action), expected, "{role:?} {action:?}");
            for source in [Source::Local, Source::Unknown] {
                let denied = Decision::Deny(Code::DeniedNetwork);
                assert_eq!(decide(&member(role, source), action), denied, "{role:?} {action:?} {source:?}");
            }
        }
        let expected =
            if action.as_str() == "enrol" { Decision::Allow } else { Decision::Deny(Code::DeniedRole) };
        assert_eq!(decide_stranger(NETWORK, action), expected);
        assert_eq!(decide_stranger(Source::Unknown, action), Decision::Deny(Code::DeniedNetwork));
    }
}

/// Whose records a role may sign, and which actions have whom as a target, in words.
fn law(actor: Role, own: bool, action: Action, target: &TargetMember) -> bool {
    let below = match letter(actor) {
        'O' => "ACSTU",
        'A' => "STU",
        _ => "",
    };
    let about = match target {
        TargetMember::Invited { .. } => "invite-make invite-withdraw member-approve member-refuse grant-make",
        TargetMember::Member { becomes: Some(_), .. } => "member-change",
        TargetMember::Member { .. } => {
            "invite-make invite-withdraw member-approve member-refuse member-change member-revoke grant-make \
             grant-change grant-remove forbid-make forbid-remove"
        }
        TargetMember::Everybody => "forbid-make forbid-remove",
    };
    let ranks = match target {
        TargetMember::Invited { role } | TargetMember::Member { role, becomes: None, .. } => vec![*role],
        TargetMember::Member { role, becomes: Some(to), .. } => vec![*role, *to],
        TargetMember::Everybody => vec![],
    };
    let everybody_by_another = matches!(target, TargetMember::Everybody) && actor != Role::Owner;
    (actor == Role::Owner || in_table(actor, action))
        && about.split_whitespace().any(|name| name == action.as_str())
        && ranks.iter().all(|role| below.contains(letter(*role)))
        && !own
        && !everybody_by_another
}

#[test]
fn nobody_reaches_above_themselves_or_their_own_record() {
    let mut targets = vec![(false, TargetMember::Everybody)];
    for role in Role::ALL {
        targets.push((false, TargetMember::Invited { role }));
        for becomes in Role::ALL.into_iter().map(Some).chain([None]) {
            targets.push((false, TargetMember::Member { member: OTHER, role, becomes }));
            targets.push((true, TargetMember::Member { member: ME, role, becomes }));
        }
    }
    let mut allowed = 0;
    for actor in Role::ALL {
        let admitted = member(actor, NETWORK);
        let owner = Principal::local_owner(7, 7).unwrap();
        for action in Action::ALL {
            for (own, target) in &targets {
                // A member with the owner's role does not exist; the owner at home has no record.
                let expected = actor != Role::Owner && law(actor, *own, action, target);
                let decided = decide_on_member(&admitted, action, target) == Decision::Allow;
                assert_eq!(decided, expected, "{actor:?} {action:?} {target:?}");
                let expected = law(Role::Owner, false, action, target);
                let decided = decide_on_member(&owner, action, target) == Decision::Allow;
                assert_eq!(decided, expected, "the owner {action:?} {target:?}");
                allowed += u32::from(decided);
            }
        }
    }
    assert!(allowed > 100, "the comparison would say little");
}

#[test]
fn nobody_approves_their_own_and_only_who_is_named_approves() {
    let owner = Principal::local_owner(7, 7).unwrap();
    for by in [Approver::Owner, Approver::Admin] {
        let approval = Approval { by, within_secs: 60 };
        assert_eq!(decide_approval(&owner, &approval, OTHER), Decision::Allow);
        for role in Role::ALL {
            let principal = member(role, NETWORK);
            let expected = role == Role::Admin && by == Approver::Admin;
            assert_eq!(
                decide_approval(&principal, &approval, OTHER) == Decision::Allow,
                expected,
                "{role:?}"
            );
            assert!(decide_approval(&principal, &approval, ME) != Decision::Allow, "{role:?}");
        }
        assert_eq!(
            decide_approval(&member(Role::Admin, NETWORK), &approval, ME),
            Decision::Deny(Code::DeniedOwn)
        );
    }
}
