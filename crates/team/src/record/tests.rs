use ciborium::Value;
use proptest::prelude::*;
use signet_core::{DeviceHash, EmailAddress, Forbid, ForbidId, Grant, GrantId, MemberId, Role};
use signet_crypto::Secret;

use super::*;
use crate::{Name, NewDevice};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::from_bytes(&mut [seed; 32]))
}

fn unsigned(body: Body) -> UnsignedRecord {
    UnsignedRecord::new(7, [3; 32], UnixMillis(1_800_000_000_000), key(1).public(), body).unwrap()
}

fn resumed() -> Body {
    Body::MemberResumed { member: MemberId::from_bytes([5; 16]) }
}

/// A grant that uses every condition there is.
fn full_grant() -> Grant {
    serde_json::from_value(serde_json::json!({
        "id": 12,
        "member": "05".repeat(16),
        "key": "06".repeat(16),
        "conditions": {
            "senders": ["qa@example.org", "it@example.org"],
            "aliases": ["news@example.org"],
            "test_domains": ["test.example.org"],
            "recipients": ["example.org", "mia@example.net"],
            "recipients_max": 10,
            "bytes_max": 5_242_880,
            "attachment_types": ["application/pdf", "image/*"],
            "networks": ["192.0.2.0/24", "2001:db8::/32"],
            "hours": { "days": ["monday", "friday"], "from": 480, "to": 1080, "zone": "Europe/Berlin" },
            "not_before": 1_700_000_000_000_u64,
            "not_after": 1_900_000_000_000_u64,
            "per_minute": 3,
            "per_day": 20,
            "code_within": 600,
            "approvals": { "by": "admin", "within_secs": 3600 }
        },
        "note": "Für die Prüfung"
    }))
    .unwrap()
}

fn full_forbid() -> Forbid {
    serde_json::from_value(serde_json::json!({
        "id": 2,
        "member": "05".repeat(16),
        "key": "06".repeat(16),
        "matches": { "recipients": ["example.net"], "recipients_over": 100, "bytes_over": 1, "networks": ["::/0"] },
        "note": "never"
    }))
    .unwrap()
}

fn name() -> impl Strategy<Value = Name> {
    "[A-Za-zäöü李🦊.'-]{1,64}".prop_map(|text| Name::parse(&text).unwrap())
}

fn role() -> impl Strategy<Value = Role> {
    prop::sample::select(Role::ALL.to_vec())
}

fn body() -> impl Strategy<Value = Body> {
    let member = || any::<[u8; 16]>().prop_map(MemberId::from_bytes);
    let hash = || any::<[u8; 32]>().prop_map(DeviceHash::from_bytes);
    let time = || prop::option::of(any::<u64>().prop_map(UnixMillis));
    let address = || {
        prop::option::of("[a-z]{1,9}@[a-z]{1,9}\\.org".prop_map(|text| EmailAddress::parse(&text).unwrap()))
    };
    let device =
        || (any::<u8>(), name()).prop_map(|(seed, name)| NewDevice { key: key(seed).public(), name });
    let added = (member(), name(), address(), role(), device(), time());
    prop_oneof![
        4 => added.prop_map(|(member, name, address, role, device, not_after)| {
            Body::MemberAdded { member, name, address, role, device, not_after }
        }),
        1 => (member(), name()).prop_map(|(member, name)| Body::MemberRenamed { member, name }),
        1 => (member(), address()).prop_map(|(member, address)| Body::AddressChanged { member, address }),
        1 => (member(), time()).prop_map(|(member, not_after)| Body::ExpiryChanged { member, not_after }),
        1 => (member(), role()).prop_map(|(member, role)| Body::RoleChanged { member, role }),
        1 => member().prop_map(|member| Body::MemberSuspended { member }),
        1 => member().prop_map(|member| Body::MemberResumed { member }),
        1 => member().prop_map(|member| Body::MemberRevoked { member }),
        1 => (member(), device()).prop_map(|(member, device)| Body::DeviceAdded { member, device }),
        1 => (hash(), name()).prop_map(|(device, name)| Body::DeviceRenamed { device, name }),
        1 => hash().prop_map(|device| Body::DeviceSuspended { device }),
        1 => hash().prop_map(|device| Body::DeviceResumed { device }),
        1 => hash().prop_map(|device| Body::DeviceRevoked { device }),
        2 => any::<u64>().prop_map(|id| Body::GrantPut { grant: Grant { id: GrantId(id), ..full_grant() } }),
        1 => any::<u64>().prop_map(|id| Body::GrantRemoved { grant: GrantId(id) }),
        2 => any::<u64>().prop_map(|id| Body::ForbidPut { forbid: Forbid { id: ForbidId(id), ..full_forbid() } }),
        1 => any::<u64>().prop_map(|id| Body::ForbidRemoved { forbid: ForbidId(id) }),
        1 => Just(Body::NetworksSet { networks: full_grant().conditions.networks.unwrap() }),
    ]
}

fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn fields(record: &UnsignedRecord) -> Vec<(Value, Value)> {
    ciborium::from_reader::<Value, _>(record.bytes()).unwrap().into_map().unwrap()
}

fn error(bytes: &[u8]) -> Option<RecordError> {
    UnsignedRecord::decode(bytes).err()
}

#[test]
fn every_other_encoding_of_the_same_record_is_refused() {
    let record = unsigned(resumed());
    let bytes = record.bytes().to_vec();
    assert_eq!(UnsignedRecord::decode(&bytes), Ok(record.clone()));

    let fields = fields(&record);
    assert_eq!(encoded(&Value::Map(fields.clone())), bytes);
    for at in 0..fields.len() {
        let mut changed = fields.clone();
        changed.rotate_left(at.max(1));
        assert_eq!(error(&encoded(&Value::Map(changed))), Some(RecordError::Malformed), "turned by {at}");
        let mut changed = fields.clone();
        changed.remove(at);
        assert_eq!(error(&encoded(&Value::Map(changed))), Some(RecordError::Malformed), "without {at}");
        let mut changed = fields.clone();
        changed.push(changed[at].clone());
        assert_eq!(error(&encoded(&Value::Map(changed))), Some(RecordError::Malformed), "twice {at}");
        let mut changed = fields.clone();
        changed[at].1 = Value::Tag(24, Box::new(changed[at].1.clone()));
        assert_eq!(error(&encoded(&Value::Map(changed))), Some(RecordError::Malformed), "tagged {at}");
        let mut changed = fields.clone();
        if let Value::Bytes(bytes) = &changed[at].1 {
            changed[at].1 = Value::Array(bytes.iter().map(|byte| Value::from(*byte)).collect());
            assert_eq!(error(&encoded(&Value::Map(changed))), Some(RecordError::Malformed), "array {at}");
        }
    }
    let mut unknown = fields;
    unknown.push((Value::from("more"), Value::from(1)));
    assert_eq!(error(&encoded(&Value::Map(unknown))), Some(RecordError::Malformed));

    assert_eq!(bytes[0], 0xa6);
    let indefinite = [&[0xbf], &bytes[1..], &[0xff]].concat();
    assert_eq!(error(&indefinite), Some(RecordError::Malformed));
    // `version` is the first field: its 1 in two bytes.
    assert_eq!(bytes[9], 1);
    let longer = [&bytes[..9], &[0x18, 1], &bytes[10..]].concat();
    assert_eq!(error(&longer), Some(RecordError::Malformed));
    assert_eq!(error(&[&bytes[..], &[0]].concat()), Some(RecordError::Malformed));
    assert_eq!(error(&[]), Some(RecordError::Malformed));
}

#[test]
fn what_is_left_out_may_not_be_written_out() {
    let body = Body::AddressChanged { member: MemberId::from_bytes([5; 16]), address: None };
    let record = unsigned(body);
    let mut fields = fields(&record);
    let body = &mut fields[5].1;
    let inner = &mut body.as_map_mut().unwrap()[0].1;
    inner.as_map_mut().unwrap().push((Value::from("address"), Value::Null));
    assert_eq!(error(&encoded(&Value::Map(fields))), Some(RecordError::Malformed));
}

#[test]
fn a_later_version_is_said_so() {
    let record = unsigned(resumed());
    let mut later = fields(&record);
    later[0].1 = Value::from(2);
    assert_eq!(error(&encoded(&Value::Map(later.clone()))), Some(RecordError::Newer));
    later.push((Value::from("more"), Value::from(1)));
    assert_eq!(error(&encoded(&Value::Map(later.clone()))), Some(RecordError::Newer));
    later[0].1 = Value::from(0);
    later.pop();
    assert_eq!(error(&encoded(&Value::Map(later))), Some(RecordError::Malformed));
}

#[test]
fn a_key_that_nobody_may_use_is_refused() {
    let mut fields = fields(&unsigned(resumed()));
    fields[4].1 = Value::Bytes(vec![0; 32]);
    assert_eq!(error(&encoded(&Value::Map(fields.clone()))), Some(RecordError::Malformed));
    fields[4].1 = Value::Bytes(vec![0; 31]);
    assert_eq!(error(&encoded(&Value::Map(fields))), Some(RecordError::Malformed));
}

#[test]
fn a_record_is_of_bounded_length() {
    let network = full_grant().conditions.networks.unwrap()[0];
    let of = |count: usize| {
        let body = Body::NetworksSet { networks: vec![network; count] };
        UnsignedRecord::new(1, [0; 32], UnixMillis(0), key(1).public(), body)
    };
    let longest = (1..100).take_while(|count| of(count * 100).is_ok()).count() * 100;
    let bytes = of(longest).unwrap().bytes().to_vec();
    assert!((60_000..=MAX_LEN).contains(&bytes.len()), "{}", bytes.len());
    assert!(UnsignedRecord::decode(&bytes).is_ok());
    assert_eq!(of(longest + 100).err(), Some(RecordError::TooLong));
    assert_eq!(error(&vec![0xa6; MAX_LEN + 1]), Some(RecordError::TooLong));
}

#[test]
fn a_signature_is_64_bytes_at_the_end() {
    let record = unsigned(resumed()).sign(&key(1)).unwrap();
    let bytes = record.encode();
    assert_eq!(SignedRecord::decode(&bytes), Ok(record.clone()));
    assert_eq!(record.verify(), Ok(()));
    for len in [0, 1, 63, 64, bytes.len() - 1] {
        assert_eq!(SignedRecord::decode(&bytes[..len]), Err(RecordError::Malformed), "{len}");
    }
    assert_eq!(unsigned(resumed()).sign(&key(2)), Err(RecordError::Signature));
}

proptest! {
    #[test]
    fn every_record_reads_back(epoch: u64, previous: [u8; 32], time: u64, seed: u8, body in body()) {
        let record =
            UnsignedRecord::new(epoch, previous, UnixMillis(time), key(seed).public(), body).unwrap();
        let read = UnsignedRecord::decode(record.bytes()).unwrap();
        prop_assert_eq!(&read, &record);
        let signed = read.sign(&key(seed)).unwrap();
        // In JSON too, where keys are hex.
        let json = serde_json::to_string(signed.record()).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Record>(&json).unwrap(), signed.record());
        prop_assert_eq!(SignedRecord::decode(&signed.encode()).unwrap(), signed);
    }

    #[test]
    fn a_changed_byte_is_refused_or_another_record(
        body in body(), at in any::<prop::sample::Index>(), bit in 0..8u8
    ) {
        let record = unsigned(body);
        let mut bytes = record.bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(other) = UnsignedRecord::decode(&bytes) {
            prop_assert_ne!(other.record(), record.record());
            prop_assert_eq!(other.bytes(), bytes.as_slice());
        }
    }
}
