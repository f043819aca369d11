//! A chain in which anything was changed is not read.

use proptest::prelude::*;
use signet_core::{GrantId, Role};

use super::world::*;
use crate::{Body, ChainError, SignedRecord, Team};

fn chain() -> Vec<SignedRecord> {
    let mut team = empty();
    let said = [
        (OWNER, added(1, Role::Admin)),
        (1, added(4, Role::Sender)),
        (1, Body::GrantPut { grant: grant(1, 4) }),
        (OWNER, Body::ForbidPut { forbid: forbid(1, None) }),
        (1, Body::GrantPut { grant: grant(2, 4) }),
        (1, Body::GrantRemoved { grant: GrantId(1) }),
        (OWNER, Body::MemberSuspended { member: id(4) }),
        (OWNER, Body::MemberResumed { member: id(4) }),
        (1, Body::MemberRevoked { member: id(4) }),
    ];
    let mut records = Vec::new();
    for (signer, body) in said {
        let record = record(&team, body, signer);
        team.apply(&record).unwrap();
        records.push(SignedRecord::decode(&record.encode()).unwrap());
    }
    records
}

fn read(records: &[SignedRecord]) -> Result<Team, ChainError> {
    Team::replay(key(OWNER).public(), host(), records)
}

#[test]
fn a_chain_is_read_as_it_was_written() {
    let records = chain();
    let team = read(&records).unwrap();
    assert_eq!(team.epoch(), records.len() as u64);
    assert_eq!(*team.head(), records.last().unwrap().hash());
}

#[test]
fn a_record_left_out_put_twice_or_elsewhere_is_noticed() {
    let records = chain();
    let whole = read(&records).unwrap();
    for at in 0..records.len() {
        let mut missing = records.clone();
        missing.remove(at);
        match read(&missing) {
            // Without its newest record a chain is an older chain: heads in checkpoints tell them apart.
            Ok(older) => assert!(at == records.len() - 1 && older.head() != whole.head()),
            Err(error) => assert!(matches!(error, ChainError::Epoch { .. }), "{at} {error}"),
        }
        let mut twice = records.clone();
        twice.insert(at, records[at].clone());
        assert!(matches!(read(&twice), Err(ChainError::Epoch { .. })), "{at}");
        for other in 0..at {
            let mut swapped = records.clone();
            swapped.swap(at, other);
            assert!(matches!(read(&swapped), Err(ChainError::Epoch { .. })), "{at} {other}");
        }
    }
}

#[test]
fn a_chain_of_another_host_or_owner_is_not_this_one_s() {
    let records = chain();
    let other_host = crate::HostHash::of(&key(99).public());
    assert_eq!(Team::replay(key(OWNER).public(), other_host, &records), Err(ChainError::Previous));
    assert_eq!(Team::replay(key(99).public(), host(), &records), Err(ChainError::Previous));
}

#[test]
fn a_record_with_the_same_number_from_another_branch_does_not_follow() {
    let records = chain();
    let mut branch = read(&records[..3]).unwrap();
    let other = record(&branch, Body::ForbidPut { forbid: forbid(1, Some(4)) }, OWNER);
    branch.apply(&other).unwrap();
    let mut mixed = records.clone();
    mixed[3] = other;
    assert_eq!(read(&mixed), Err(ChainError::Previous));
}

#[test]
fn every_changed_bit_of_a_record_is_noticed() {
    let records = chain();
    for at in [0, 2, 8] {
        let bytes = records[at].encode();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            if let Ok(record) = SignedRecord::decode(&changed) {
                let mut edited = records.clone();
                edited[at] = record;
                assert!(read(&edited).is_err(), "record {at} bit {bit}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_decoding_panic_and_one_record_has_one_encoding(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        at in 0usize..9,
        cut in any::<prop::sample::Index>(),
        insert: u8,
    ) {
        let mut changed = chain()[at].encode();
        let place = cut.index(changed.len());
        changed.insert(place, insert);
        for bytes in [bytes, changed.clone(), changed[..place].to_vec()] {
            if let Ok(record) = SignedRecord::decode(&bytes) {
                prop_assert_eq!(record.encode(), bytes);
            }
        }
    }
}
