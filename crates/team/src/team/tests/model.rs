//! Random records by random signers, judged by a second, naive reading of the rules.

use proptest::prelude::*;
use signet_core::{ForbidId, GrantId, MemberId, Role, UnixMillis};

use super::world::*;
use crate::{Body, SignedRecord, Status, Team};

#[derive(Clone, Debug, PartialEq)]
struct Person {
    id: MemberId,
    name: String,
    role: Role,
    status: Status,
    until: Option<u64>,
    devices: Vec<(u8, Status)>,
}

/// Lists, searched from the front; nothing is indexed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Naive {
    people: Vec<Person>,
    grants: Vec<(u64, MemberId)>,
    forbids: Vec<(u64, Option<MemberId>)>,
    owners_forbids: Vec<u64>,
    grants_made: u64,
    forbids_made: u64,
}

/// What the tests let people say; a body with small numbers in place of ids and keys.
#[derive(Clone, Debug)]
enum Saying {
    Add(u8, Role, u8),
    Rename(u8),
    Until(u8, Option<u64>),
    Role(u8, Role),
    Suspend(u8),
    Resume(u8),
    Revoke(u8),
    AddDevice(u8, u8),
    SuspendDevice(u8),
    ResumeDevice(u8),
    RevokeDevice(u8),
    Grant(u64, u8),
    NoGrant(u64),
    Forbid(u64, Option<u8>),
    NoForbid(u64),
    Networks,
}

impl Saying {
    fn body(&self) -> Body {
        match *self {
            Self::Add(n, role, seed) => added_with(n, role, seed),
            Self::Rename(n) => Body::MemberRenamed { member: id(n), name: name("renamed") },
            Self::Until(n, until) => Body::ExpiryChanged { member: id(n), not_after: until.map(UnixMillis) },
            Self::Role(n, role) => Body::RoleChanged { member: id(n), role },
            Self::Suspend(n) => Body::MemberSuspended { member: id(n) },
            Self::Resume(n) => Body::MemberResumed { member: id(n) },
            Self::Revoke(n) => Body::MemberRevoked { member: id(n) },
            Self::AddDevice(n, seed) => Body::DeviceAdded { member: id(n), device: device(seed) },
            Self::SuspendDevice(seed) => Body::DeviceSuspended { device: hash(seed) },
            Self::ResumeDevice(seed) => Body::DeviceResumed { device: hash(seed) },
            Self::RevokeDevice(seed) => Body::DeviceRevoked { device: hash(seed) },
            Self::Grant(n, member) => Body::GrantPut { grant: grant(n, member) },
            Self::NoGrant(n) => Body::GrantRemoved { grant: GrantId(n) },
            Self::Forbid(n, member) => Body::ForbidPut { forbid: forbid(n, member) },
            Self::NoForbid(n) => Body::ForbidRemoved { forbid: ForbidId(n) },
            Self::Networks => Body::NetworksSet { networks: Vec::new() },
        }
    }
}

impl Naive {
    fn with_device(&self, seed: u8) -> Option<&Person> {
        self.people.iter().find(|person| person.devices.iter().any(|(device, _)| *device == seed))
    }

    fn person(&self, id: MemberId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// Whom a saying is about, by id. `None`: nobody, or somebody who does not exist.
    fn about(&self, saying: &Saying) -> Option<MemberId> {
        match *saying {
            Saying::Rename(n)
            | Saying::Until(n, _)
            | Saying::Role(n, _)
            | Saying::Suspend(n)
            | Saying::Resume(n)
            | Saying::Revoke(n)
            | Saying::AddDevice(n, _)
            | Saying::Grant(_, n) => Some(id(n)),
            Saying::SuspendDevice(seed) | Saying::ResumeDevice(seed) | Saying::RevokeDevice(seed) => {
                self.with_device(seed).map(|person| person.id)
            }
            Saying::NoGrant(n) => self.grants.iter().find(|(id, _)| *id == n).map(|(_, member)| *member),
            Saying::Forbid(_, member) => member.map(id),
            Saying::NoForbid(n) => {
                self.forbids.iter().find(|(id, _)| *id == n).and_then(|(_, member)| *member)
            }
            Saying::Add(..) | Saying::Networks => None,
        }
    }

    /// Takes the saying if the rules allow it.
    fn say(&mut self, signer: u8, time: u64, saying: &Saying) -> bool {
        let is_owner = signer == OWNER;
        let is_admin = self.with_device(signer).is_some_and(|person| {
            person.role == Role::Admin
                && person.status == Status::Active
                && person.until.is_none_or(|until| time < until)
                && person.devices.contains(&(signer, Status::Active))
        });
        let low = |role: Role| matches!(role, Role::Sender | Role::TestSender | Role::Auditor);
        let about = self.about(saying).and_then(|id| self.person(id)).cloned();
        let may = is_owner
            || is_admin
                && match saying {
                    Saying::Add(_, role, _) => low(*role),
                    Saying::Role(_, role) => low(*role) && about.as_ref().is_some_and(|p| low(p.role)),
                    Saying::Networks => false,
                    Saying::Forbid(n, _) | Saying::NoForbid(n) => {
                        !self.owners_forbids.contains(n) && about.as_ref().is_some_and(|p| low(p.role))
                    }
                    _ => about.as_ref().is_some_and(|p| low(p.role)),
                };
        let is_there = about.as_ref().is_some_and(|p| p.status != Status::Revoked);
        let status = about.as_ref().map(|p| p.status);
        let device = |seed: u8| {
            about.as_ref().and_then(|p| p.devices.iter().find(|(d, _)| *d == seed)).map(|(_, status)| *status)
        };
        let is_free = |seed: u8| self.with_device(seed).is_none() && seed != OWNER && seed != HOST;
        let fits = match *saying {
            Saying::Add(n, role, seed) => {
                role != Role::Owner && self.person(id(n)).is_none() && is_free(seed)
            }
            Saying::Rename(_) | Saying::Until(..) | Saying::Revoke(_) => is_there,
            Saying::Role(_, role) => {
                is_there && role != Role::Owner && about.as_ref().is_some_and(|p| p.role != role)
            }
            Saying::Suspend(_) => status == Some(Status::Active),
            Saying::Resume(_) => status == Some(Status::Suspended),
            Saying::AddDevice(_, seed) => is_there && is_free(seed),
            Saying::SuspendDevice(seed) => is_there && device(seed) == Some(Status::Active),
            Saying::ResumeDevice(seed) => is_there && device(seed) == Some(Status::Suspended),
            Saying::RevokeDevice(seed) => is_there && device(seed).is_some_and(|d| d != Status::Revoked),
            Saying::Grant(n, member) => {
                is_there && (n == self.grants_made + 1 || self.grants.contains(&(n, id(member))))
            }
            Saying::NoGrant(n) => self.grants.iter().any(|(id, _)| *id == n),
            Saying::Forbid(n, member) => {
                (member.is_none() || is_there)
                    && (n == self.forbids_made + 1 || self.forbids.contains(&(n, member.map(id))))
            }
            Saying::NoForbid(n) => self.forbids.iter().any(|(id, _)| *id == n),
            Saying::Networks => true,
        };
        if may && fits {
            self.take(saying, is_owner);
        }
        may && fits
    }

    fn take(&mut self, saying: &Saying, by_owner: bool) {
        let whom = self.about(saying);
        let mut nobody = Person {
            id: id(255),
            name: String::new(),
            role: Role::Auditor,
            status: Status::Active,
            until: None,
            devices: Vec::new(),
        };
        let person = self.people.iter_mut().find(|p| Some(p.id) == whom).unwrap_or(&mut nobody);
        let set = |person: &mut Person, seed: u8, status| {
            person.devices.iter_mut().filter(|(d, _)| *d == seed).for_each(|device| device.1 = status);
        };
        match *saying {
            Saying::Add(n, role, seed) => self.people.push(Person {
                id: id(n),
                name: format!("member {n}"),
                role,
                status: Status::Active,
                until: None,
                devices: vec![(seed, Status::Active)],
            }),
            Saying::Rename(_) => person.name = "renamed".into(),
            Saying::Until(_, until) => person.until = until,
            Saying::Role(_, role) => person.role = role,
            Saying::Suspend(_) => person.status = Status::Suspended,
            Saying::Resume(_) => person.status = Status::Active,
            Saying::Revoke(_) => {
                person.status = Status::Revoked;
                person.devices.iter_mut().for_each(|device| device.1 = Status::Revoked);
                self.grants.retain(|(_, member)| Some(*member) != whom);
            }
            Saying::AddDevice(_, seed) => person.devices.push((seed, Status::Active)),
            Saying::SuspendDevice(seed) => set(person, seed, Status::Suspended),
            Saying::ResumeDevice(seed) => set(person, seed, Status::Active),
            Saying::RevokeDevice(seed) => set(person, seed, Status::Revoked),
            Saying::Grant(n, member) => {
                self.grants.retain(|(id, _)| *id != n);
                self.grants.push((n, id(member)));
                self.grants_made = self.grants_made.max(n);
            }
            Saying::NoGrant(n) => self.grants.retain(|(id, _)| *id != n),
            Saying::Forbid(n, member) => {
                self.forbids.retain(|(id, _)| *id != n);
                self.forbids.push((n, member.map(id)));
                self.forbids_made = self.forbids_made.max(n);
                if by_owner {
                    self.owners_forbids.push(n);
                }
            }
            Saying::NoForbid(n) => self.forbids.retain(|(id, _)| *id != n),
            Saying::Networks => {}
        }
        self.grants.sort_unstable();
        self.forbids.sort_unstable();
        self.people.sort_by_key(|person| person.id);
    }

    /// The same, as the team says it is.
    fn of(team: &Team, before: &Self) -> Self {
        let seed = |hash| (0..=255).find(|seed| super::world::hash(*seed) == hash).unwrap();
        let people = team.members().map(|member| Person {
            id: member.id,
            name: member.name.as_str().into(),
            role: member.role,
            status: member.status,
            until: member.not_after.map(|time| time.0),
            devices: member.devices.iter().map(|device| (seed(device.hash), device.status)).collect(),
        });
        let mut grants: Vec<_> = team.grants().map(|grant| (grant.id.0, grant.member)).collect();
        grants.sort_unstable();
        Self {
            people: people.collect(),
            grants,
            forbids: team.forbids().iter().map(|forbid| (forbid.id.0, forbid.member)).collect(),
            grants_made: team.next_grant().0 - 1,
            forbids_made: team.next_forbid().0 - 1,
            // It shows in what admins may do, not in what the team tells.
            owners_forbids: before.owners_forbids.clone(),
        }
    }
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        4 => Just(Role::Sender),
        2 => Just(Role::TestSender),
        2 => Just(Role::Auditor),
        2 => Just(Role::Admin),
        1 => Just(Role::Custodian),
        1 => Just(Role::Owner),
    ]
}

fn saying() -> impl Strategy<Value = Saying> {
    let n = || 1..10u8;
    let seed = || prop_oneof![12 => 1..14u8, 1 => Just(OWNER), 1 => Just(HOST)];
    prop_oneof![
        3 => (n(), role(), seed()).prop_map(|(n, role, seed)| Saying::Add(n, role, seed)),
        1 => n().prop_map(Saying::Rename),
        1 => (n(), prop::option::of(NOW.0 - 2..NOW.0 + 3)).prop_map(|(n, until)| Saying::Until(n, until)),
        2 => (n(), role()).prop_map(|(n, role)| Saying::Role(n, role)),
        1 => n().prop_map(Saying::Suspend),
        2 => n().prop_map(Saying::Resume),
        1 => n().prop_map(Saying::Revoke),
        2 => (n(), seed()).prop_map(|(n, seed)| Saying::AddDevice(n, seed)),
        1 => seed().prop_map(Saying::SuspendDevice),
        2 => seed().prop_map(Saying::ResumeDevice),
        1 => seed().prop_map(Saying::RevokeDevice),
        5 => (0..5u64, 3..6u8).prop_map(|(id, n)| Saying::Grant(id, n)),
        1 => (0..5u64).prop_map(Saying::NoGrant),
        5 => (0..5u64, prop::option::weighted(0.7, 3..6u8)).prop_map(|(id, n)| Saying::Forbid(id, n)),
        1 => (0..5u64).prop_map(Saying::NoForbid),
        1 => Just(Saying::Networks),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_team_is_what_a_naive_reading_says(
        sayings in prop::collection::vec(
            (prop_oneof![4 => Just(OWNER), 5 => 1..14u8, 1 => Just(STRANGER)], 0..5u64, saying()),
            1..60,
        )
    ) {
        let mut team = team();
        let mut naive = Naive::of(&team, &Naive::default());
        let mut chain: Vec<SignedRecord> = Vec::new();
        let start = team.clone();
        for (signer, later, saying) in sayings {
            let time = UnixMillis(NOW.0 - 2 + later);
            let record = record_at(&team, saying.body(), signer, time);
            let taken = say_at(&mut team, signer, saying.body(), time).is_ok();
            prop_assert_eq!(naive.say(signer, time.0, &saying), taken, "{:?} by {}", saying, signer);
            prop_assert_eq!(&Naive::of(&team, &naive), &naive);
            if taken {
                chain.push(record);
            }
            for person in &naive.people {
                let theirs: Vec<u64> = team.rules(&person.id).grants.iter().map(|grant| grant.id.0).collect();
                let expected: Vec<u64> =
                    naive.grants.iter().filter(|(_, member)| *member == person.id).map(|(n, _)| *n).collect();
                prop_assert_eq!(theirs, expected);
            }
        }
        // What was taken reads back to the same team.
        let mut again = start;
        for record in chain {
            again.apply(&SignedRecord::decode(&record.encode()).unwrap()).unwrap();
        }
        prop_assert_eq!(again, team);
    }
}
