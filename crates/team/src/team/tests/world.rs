//! What the tests talk about: people, keys and records with short names.

use signet_core::{
    Conditions, DeviceHash, Forbid, ForbidId, Grant, GrantId, HeaderText, KeyId, Matcher, MemberId, Role,
    UnixMillis,
};
use signet_crypto::{Secret, SigningKey};

use crate::{Body, ChainError, HostHash, Name, NewDevice, SignedRecord, Team};

pub(super) const NOW: UnixMillis = UnixMillis(1_800_000_000_000);
pub(super) const OWNER: u8 = 200;
pub(super) const HOST: u8 = 201;
pub(super) const STRANGER: u8 = 202;

/// Everybody's key is made from a number.
pub(super) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::from_bytes(&mut [seed; 32]))
}

pub(super) fn host() -> HostHash {
    HostHash::of(&key(HOST).public())
}

pub(super) fn empty() -> Team {
    Team::new(key(OWNER).public(), host())
}

pub(super) fn id(n: u8) -> MemberId {
    MemberId::from_bytes([n; 16])
}

pub(super) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(super) fn device(seed: u8) -> NewDevice {
    NewDevice { key: key(seed).public(), name: name("laptop") }
}

pub(super) fn hash(seed: u8) -> DeviceHash {
    device(seed).hash()
}

/// Member `n`, whose first device has the key `n`.
pub(super) fn added(n: u8, role: Role) -> Body {
    added_with(n, role, n)
}

pub(super) fn added_with(n: u8, role: Role, seed: u8) -> Body {
    Body::MemberAdded {
        member: id(n),
        name: name(&format!("member {n}")),
        address: None,
        role,
        device: device(seed),
        not_after: None,
    }
}

pub(super) fn grant(n: u64, member: u8) -> Grant {
    Grant {
        id: GrantId(n),
        member: id(member),
        key: KeyId::from_bytes([9; 16]),
        conditions: Conditions::default(),
        note: HeaderText::default(),
    }
}

pub(super) fn forbid(n: u64, member: Option<u8>) -> Forbid {
    Forbid {
        id: ForbidId(n),
        member: member.map(id),
        key: None,
        matches: Matcher::default(),
        note: HeaderText::default(),
    }
}

/// A record in the right place, whether or not the team would take it.
pub(super) fn record(team: &Team, body: Body, signer: u8) -> SignedRecord {
    record_at(team, body, signer, NOW)
}

pub(super) fn record_at(team: &Team, body: Body, signer: u8, time: UnixMillis) -> SignedRecord {
    let key = key(signer);
    crate::UnsignedRecord::new(team.epoch() + 1, *team.head(), time, key.public(), body)
        .unwrap()
        .sign(&key)
        .unwrap()
}

/// Signs and applies, and checks that a refusal changes nothing and that nobody is asked to sign for one.
pub(super) fn say(team: &mut Team, signer: u8, body: Body) -> Result<(), ChainError> {
    say_at(team, signer, body, NOW)
}

pub(super) fn say_at(team: &mut Team, signer: u8, body: Body, time: UnixMillis) -> Result<(), ChainError> {
    let before = team.clone();
    let record = record_at(team, body.clone(), signer, time);
    let drafted = team.draft(body, time, &key(signer).public());
    let result = team.apply(&record);
    assert_eq!(drafted.map(|draft| draft == *record.unsigned()), result.map(|()| true));
    if result.is_err() {
        assert_eq!(*team, before);
    } else {
        assert_eq!((team.epoch(), *team.head()), (before.epoch() + 1, record.hash()));
    }
    result
}

/// Admin 1 and 2, custodian 3, sender 4, test-sender 5, auditor 6; each with the device of that number.
pub(super) fn team() -> Team {
    let mut team = empty();
    let roles = [Role::Admin, Role::Admin, Role::Custodian, Role::Sender, Role::TestSender, Role::Auditor];
    for (n, role) in (1..).zip(roles) {
        say(&mut team, OWNER, added(n, role)).unwrap();
    }
    team
}
