//! Each refusal by name, and what is allowed beside it.

use signet_core::{Cidr, ForbidId, GrantId, Role, UnixMillis};

use super::world::*;
use crate::{Body, ChainError, NotAdmitted, RecordError, Status, UnsignedRecord};

const ADMIN: u8 = 1;
const OTHER_ADMIN: u8 = 2;
const CUSTODIAN: u8 = 3;
const SENDER: u8 = 4;

/// Every body that is about member `n`, with their device `seed`.
fn bodies_about(n: u8, seed: u8) -> Vec<Body> {
    vec![
        Body::MemberRenamed { member: id(n), name: name("x") },
        Body::AddressChanged { member: id(n), address: None },
        Body::ExpiryChanged { member: id(n), not_after: None },
        Body::RoleChanged { member: id(n), role: Role::Auditor },
        Body::MemberSuspended { member: id(n) },
        Body::MemberResumed { member: id(n) },
        Body::MemberRevoked { member: id(n) },
        Body::DeviceAdded { member: id(n), device: device(99) },
        Body::DeviceRenamed { device: hash(seed), name: name("x") },
        Body::DeviceSuspended { device: hash(seed) },
        Body::DeviceResumed { device: hash(seed) },
        Body::DeviceRevoked { device: hash(seed) },
        Body::GrantPut { grant: grant(1, n) },
        Body::ForbidPut { forbid: forbid(1, Some(n)) },
    ]
}

#[test]
fn an_admin_decides_about_senders_test_senders_and_auditors_only() {
    for about in [4, 5, 6] {
        for body in bodies_about(about, about) {
            // From the state in which the body changes something.
            let mut team = team();
            match &body {
                Body::MemberResumed { member } => {
                    say(&mut team, OWNER, Body::MemberSuspended { member: *member }).unwrap();
                }
                Body::DeviceResumed { device } => {
                    say(&mut team, OWNER, Body::DeviceSuspended { device: *device }).unwrap();
                }
                Body::RoleChanged { member, .. } if about == 6 => {
                    say(&mut team, ADMIN, Body::RoleChanged { member: *member, role: Role::Sender }).unwrap();
                }
                _ => {}
            }
            assert_eq!(say(&mut team, ADMIN, body.clone()), Ok(()), "{body:?}");
        }
    }
    // Not about oneself, another admin or a custodian.
    for about in [ADMIN, OTHER_ADMIN, CUSTODIAN] {
        for body in bodies_about(about, about) {
            assert_eq!(say(&mut team(), ADMIN, body.clone()), Err(ChainError::OwnerOnly), "{body:?}");
        }
    }
}

#[test]
fn an_admin_makes_nobody_an_admin_or_custodian() {
    let mut team = team();
    for role in [Role::Admin, Role::Custodian] {
        assert_eq!(say(&mut team, ADMIN, added(7, role)), Err(ChainError::OwnerOnly));
        let raised = Body::RoleChanged { member: id(SENDER), role };
        assert_eq!(say(&mut team, ADMIN, raised), Err(ChainError::OwnerOnly));
    }
    for (n, role) in [(7, Role::Sender), (8, Role::TestSender), (9, Role::Auditor)] {
        assert_eq!(say(&mut team, ADMIN, added(n, role)), Ok(()));
    }
}

#[test]
fn nobody_becomes_an_owner() {
    let mut team = team();
    for signer in [OWNER, ADMIN] {
        assert_eq!(say(&mut team, signer, added(7, Role::Owner)), Err(ChainError::OwnerRole));
        let raised = Body::RoleChanged { member: id(SENDER), role: Role::Owner };
        assert_eq!(say(&mut team, signer, raised), Err(ChainError::OwnerRole));
    }
}

#[test]
fn only_the_owner_and_active_admins_sign() {
    for signer in [CUSTODIAN, SENDER, 5, 6, STRANGER, HOST] {
        assert_eq!(say(&mut team(), signer, added(7, Role::Sender)), Err(ChainError::Signer), "{signer}");
    }
    let stopped = [
        Body::MemberSuspended { member: id(ADMIN) },
        Body::MemberRevoked { member: id(ADMIN) },
        Body::DeviceSuspended { device: hash(ADMIN) },
        Body::DeviceRevoked { device: hash(ADMIN) },
    ];
    for body in stopped {
        let mut team = team();
        say(&mut team, OWNER, body).unwrap();
        assert_eq!(say(&mut team, ADMIN, added(7, Role::Sender)), Err(ChainError::SignerInactive));
        assert_eq!(say(&mut team, OTHER_ADMIN, added(7, Role::Sender)), Ok(()));
    }
    let mut team = team();
    say(&mut team, OWNER, Body::RoleChanged { member: id(ADMIN), role: Role::Sender }).unwrap();
    assert_eq!(say(&mut team, ADMIN, added(7, Role::Sender)), Err(ChainError::Signer));
}

#[test]
fn an_admin_s_time_can_be_over() {
    let mut team = team();
    say(&mut team, OWNER, Body::ExpiryChanged { member: id(ADMIN), not_after: Some(NOW) }).unwrap();
    assert_eq!(say(&mut team, ADMIN, added(7, Role::Sender)), Err(ChainError::SignerExpired));
    let before = UnixMillis(NOW.0 - 1);
    assert_eq!(say_at(&mut team, ADMIN, added(7, Role::Sender), before), Ok(()));
}

#[test]
fn another_device_of_an_admin_signs_too() {
    let mut team = team();
    say(&mut team, OWNER, Body::DeviceAdded { member: id(ADMIN), device: device(50) }).unwrap();
    assert_eq!(say(&mut team, 50, added(7, Role::Sender)), Ok(()));
    say(&mut team, OWNER, Body::DeviceRevoked { device: hash(ADMIN) }).unwrap();
    assert_eq!(say(&mut team, ADMIN, added(8, Role::Sender)), Err(ChainError::SignerInactive));
    assert_eq!(say(&mut team, 50, added(8, Role::Sender)), Ok(()));
}

#[test]
fn ids_and_keys_are_used_once_and_never_again() {
    let mut team = team();
    assert_eq!(say(&mut team, OWNER, added_with(SENDER, Role::Sender, 90)), Err(ChainError::MemberUsed));
    say(&mut team, OWNER, Body::MemberRevoked { member: id(SENDER) }).unwrap();
    assert_eq!(say(&mut team, OWNER, added_with(SENDER, Role::Sender, 90)), Err(ChainError::MemberUsed));
    assert_eq!(say(&mut team, OWNER, added_with(7, Role::Sender, SENDER)), Err(ChainError::DeviceUsed));
    for seed in [SENDER, ADMIN, OWNER, HOST] {
        let added = Body::DeviceAdded { member: id(5), device: device(seed) };
        assert_eq!(say(&mut team, OWNER, added), Err(ChainError::DeviceUsed), "{seed}");
        let added = added_with(7, Role::Sender, seed);
        assert_eq!(say(&mut team, OWNER, added), Err(ChainError::DeviceUsed), "{seed}");
    }
    say(&mut team, OWNER, Body::DeviceRevoked { device: hash(5) }).unwrap();
    let again = Body::DeviceAdded { member: id(5), device: device(5) };
    assert_eq!(say(&mut team, OWNER, again), Err(ChainError::DeviceUsed));
}

#[test]
fn what_is_unknown_is_said_so() {
    let mut team = team();
    for body in bodies_about(77, 77) {
        let expected = match body {
            Body::DeviceRenamed { .. }
            | Body::DeviceSuspended { .. }
            | Body::DeviceResumed { .. }
            | Body::DeviceRevoked { .. } => ChainError::DeviceUnknown,
            _ => ChainError::MemberUnknown,
        };
        assert_eq!(say(&mut team, OWNER, body.clone()), Err(expected), "{body:?}");
    }
    let removed = Body::GrantRemoved { grant: GrantId(1) };
    assert_eq!(say(&mut team, OWNER, removed), Err(ChainError::GrantUnknown));
    let removed = Body::ForbidRemoved { forbid: ForbidId(1) };
    assert_eq!(say(&mut team, OWNER, removed), Err(ChainError::ForbidUnknown));
}

#[test]
fn what_has_ended_stays_ended() {
    let mut team = team();
    say(&mut team, OWNER, Body::GrantPut { grant: grant(1, SENDER) }).unwrap();
    say(&mut team, OWNER, Body::MemberRevoked { member: id(SENDER) }).unwrap();
    for body in bodies_about(SENDER, SENDER) {
        assert_eq!(say(&mut team, OWNER, body.clone()), Err(ChainError::MemberRevoked), "{body:?}");
    }
    let gone = Body::GrantRemoved { grant: GrantId(1) };
    assert_eq!(say(&mut team, OWNER, gone), Err(ChainError::GrantUnknown));
    assert_eq!(team.grants().count(), 0);

    say(&mut team, OWNER, Body::DeviceRevoked { device: hash(5) }).unwrap();
    for body in [
        Body::DeviceRenamed { device: hash(5), name: name("x") },
        Body::DeviceSuspended { device: hash(5) },
        Body::DeviceResumed { device: hash(5) },
        Body::DeviceRevoked { device: hash(5) },
    ] {
        assert_eq!(say(&mut team, OWNER, body), Err(ChainError::DeviceRevoked));
    }
}

#[test]
fn what_changes_nothing_is_refused() {
    let mut team = team();
    for body in [
        Body::RoleChanged { member: id(SENDER), role: Role::Sender },
        Body::MemberResumed { member: id(SENDER) },
        Body::DeviceResumed { device: hash(SENDER) },
    ] {
        assert_eq!(say(&mut team, OWNER, body), Err(ChainError::Unchanged));
    }
    for body in [Body::MemberSuspended { member: id(SENDER) }, Body::DeviceSuspended { device: hash(SENDER) }]
    {
        assert_eq!(say(&mut team, OWNER, body.clone()), Ok(()));
        assert_eq!(say(&mut team, OWNER, body), Err(ChainError::Unchanged));
    }
}

#[test]
fn grants_are_numbered_in_turn_and_stay_with_their_member() {
    let mut team = team();
    for wrong in [0, 2, u64::MAX] {
        let put = Body::GrantPut { grant: grant(wrong, SENDER) };
        assert_eq!(say(&mut team, OWNER, put), Err(ChainError::NotNext));
    }
    assert_eq!(team.next_grant(), GrantId(1));
    say(&mut team, ADMIN, Body::GrantPut { grant: grant(1, SENDER) }).unwrap();
    assert_eq!(team.next_grant(), GrantId(2));
    let mut changed = grant(1, SENDER);
    changed.conditions.per_day = Some(20);
    say(&mut team, ADMIN, Body::GrantPut { grant: changed.clone() }).unwrap();
    assert_eq!(team.grant(GrantId(1)), Some(&changed));
    for signer in [OWNER, ADMIN] {
        let moved = Body::GrantPut { grant: grant(1, 5) };
        assert_eq!(say(&mut team, signer, moved), Err(ChainError::OtherMember));
    }
    say(&mut team, ADMIN, Body::GrantRemoved { grant: GrantId(1) }).unwrap();
    // A number is not used again, since budgets are counted under it.
    let again = Body::GrantPut { grant: grant(1, SENDER) };
    assert_eq!(say(&mut team, OWNER, again), Err(ChainError::NotNext));
    say(&mut team, OWNER, Body::GrantPut { grant: grant(2, CUSTODIAN) }).unwrap();
    assert_eq!(say(&mut team, ADMIN, Body::GrantRemoved { grant: GrantId(2) }), Err(ChainError::OwnerOnly));
    assert_eq!(
        say(&mut team, ADMIN, Body::GrantPut { grant: grant(2, CUSTODIAN) }),
        Err(ChainError::OwnerOnly)
    );
    assert_eq!(team.rules(&id(CUSTODIAN)).grants.len(), 1);
    assert!(team.rules(&id(SENDER)).grants.is_empty());
}

#[test]
fn replacing_an_older_rule_does_not_set_the_numbers_back() {
    let mut team = team();
    for n in [1, 2, 1] {
        say(&mut team, OWNER, Body::GrantPut { grant: grant(n, SENDER) }).unwrap();
        say(&mut team, OWNER, Body::ForbidPut { forbid: forbid(n, Some(SENDER)) }).unwrap();
    }
    assert_eq!((team.next_grant(), team.next_forbid()), (GrantId(3), ForbidId(3)));
    let ids: Vec<_> = team.rules(&id(SENDER)).grants.iter().map(|grant| grant.id.0).collect();
    assert_eq!(ids, [1, 2]);
}

#[test]
fn an_admin_cannot_take_away_or_weaken_what_the_owner_forbids() {
    let mut team = team();
    let everybody = Body::ForbidPut { forbid: forbid(1, None) };
    assert_eq!(say(&mut team, ADMIN, everybody.clone()), Err(ChainError::OwnerOnly));
    say(&mut team, OWNER, everybody).unwrap();
    say(&mut team, OWNER, Body::ForbidPut { forbid: forbid(2, Some(SENDER)) }).unwrap();
    say(&mut team, ADMIN, Body::ForbidPut { forbid: forbid(3, Some(SENDER)) }).unwrap();
    for n in [1, 2] {
        let removed = Body::ForbidRemoved { forbid: ForbidId(n) };
        assert_eq!(say(&mut team, ADMIN, removed), Err(ChainError::OwnerOnly));
        let put = Body::ForbidPut { forbid: forbid(n, Some(SENDER)) };
        assert_eq!(say(&mut team, ADMIN, put), Err(ChainError::OwnerOnly));
    }
    let moved = Body::ForbidPut { forbid: forbid(3, Some(5)) };
    assert_eq!(say(&mut team, ADMIN, moved), Err(ChainError::OtherMember));
    // Once the owner has put it anew, it is the owner's.
    say(&mut team, ADMIN, Body::ForbidPut { forbid: forbid(3, Some(SENDER)) }).unwrap();
    say(&mut team, OWNER, Body::ForbidPut { forbid: forbid(3, Some(SENDER)) }).unwrap();
    let removed = Body::ForbidRemoved { forbid: ForbidId(3) };
    assert_eq!(say(&mut team, ADMIN, removed.clone()), Err(ChainError::OwnerOnly));
    assert_eq!(team.forbids().len(), 3);
    say(&mut team, OWNER, removed).unwrap();
    assert_eq!(say(&mut team, OWNER, Body::ForbidPut { forbid: forbid(3, None) }), Err(ChainError::NotNext));
    say(&mut team, ADMIN, Body::ForbidPut { forbid: forbid(4, Some(SENDER)) }).unwrap();
    say(&mut team, ADMIN, Body::ForbidRemoved { forbid: ForbidId(4) }).unwrap();
    assert_eq!(team.rules(&id(SENDER)).forbids, team.forbids());
    assert_eq!(team.forbid(ForbidId(2)).map(|forbid| forbid.member), Some(Some(id(SENDER))));
    assert_eq!(team.next_forbid(), ForbidId(5));
}

#[test]
fn the_host_s_networks_are_the_owner_s() {
    let mut team = team();
    let body = Body::NetworksSet { networks: vec![Cidr::parse("192.0.2.0/24").unwrap()] };
    assert_eq!(say(&mut team, ADMIN, body.clone()), Err(ChainError::OwnerOnly));
    assert!(team.networks().is_empty());
    say(&mut team, OWNER, body).unwrap();
    assert_eq!(team.networks().len(), 1);
}

#[test]
fn a_record_has_its_place_and_its_signature() {
    let mut team = team();
    let draft = |epoch, previous, signer| {
        let body = added(7, Role::Sender);
        UnsignedRecord::new(epoch, previous, NOW, key(signer).public(), body).unwrap()
    };
    let (next, head) = (team.epoch() + 1, *team.head());
    for found in [0, next - 1, next + 1, u64::MAX] {
        let record = draft(found, head, OWNER).sign(&key(OWNER)).unwrap();
        assert_eq!(team.apply(&record), Err(ChainError::Epoch { expected: next, found }));
    }
    let record = draft(next, [0; 32], OWNER).sign(&key(OWNER)).unwrap();
    assert_eq!(team.apply(&record), Err(ChainError::Previous));

    let good = draft(next, head, OWNER);
    assert_eq!(good.clone().sign(&key(ADMIN)), Err(RecordError::Signature));
    let by_other = key(ADMIN).sign(&good.message());
    assert_eq!(good.clone().attach(by_other), Err(RecordError::Signature));
    // Signed for another purpose: without the label.
    assert_eq!(good.clone().attach(key(OWNER).sign(good.bytes())), Err(RecordError::Signature));
    let forged = [good.bytes(), &by_other].concat();
    let forged = crate::SignedRecord::decode(&forged).unwrap();
    assert_eq!(team.apply(&forged), Err(ChainError::Record(RecordError::Signature)));

    let elsewhere = key(OWNER).sign(&UnsignedRecord::decode(good.bytes()).unwrap().message());
    let record = good.attach(elsewhere).unwrap();
    assert_eq!(team.apply(&record), Ok(()));
    assert_eq!(team.apply(&record), Err(ChainError::Epoch { expected: next + 1, found: next }));
}

#[test]
fn a_device_is_admitted_while_it_and_its_member_are_active() {
    let mut team = team();
    let admit = |team: &crate::Team| team.admit(&hash(SENDER), NOW).map(|(member, _)| member.id);
    assert_eq!(admit(&team), Ok(id(SENDER)));
    assert_eq!(team.admit(&hash(99), NOW).err(), Some(NotAdmitted::Unknown));
    let steps = [
        (Body::DeviceSuspended { device: hash(SENDER) }, Err(NotAdmitted::DeviceSuspended)),
        (Body::MemberSuspended { member: id(SENDER) }, Err(NotAdmitted::MemberSuspended)),
        (Body::MemberResumed { member: id(SENDER) }, Err(NotAdmitted::DeviceSuspended)),
        (Body::DeviceResumed { device: hash(SENDER) }, Ok(id(SENDER))),
        (Body::ExpiryChanged { member: id(SENDER), not_after: Some(NOW) }, Err(NotAdmitted::MemberExpired)),
        (Body::ExpiryChanged { member: id(SENDER), not_after: Some(UnixMillis(NOW.0 + 1)) }, Ok(id(SENDER))),
        (Body::DeviceRevoked { device: hash(SENDER) }, Err(NotAdmitted::DeviceRevoked)),
        (Body::MemberRevoked { member: id(SENDER) }, Err(NotAdmitted::MemberRevoked)),
    ];
    for (body, expected) in steps {
        say(&mut team, OWNER, body.clone()).unwrap();
        assert_eq!(admit(&team), expected, "{body:?}");
    }
    let (member, device) = team.member_of_device(&hash(SENDER)).unwrap();
    assert_eq!((member.status, device.status), (Status::Revoked, Status::Revoked));
}
