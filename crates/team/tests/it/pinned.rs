//! The formats, pinned: `vectors/team1.json` holds inputs and bytes. Whoever changes a format changes
//! that file (write it with `SIGNET_WRITE_VECTORS=1`) and docs/FORMATS.md. `tests/decoder/signet_team.py`
//! checks the same file with a second implementation.

use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use signet_core::{
    Cidr, EmailAddress, Forbid, ForbidId, Grant, GrantId, HeaderText, Matcher, MemberId, RecipientRule, Role,
    UnixMillis,
};
use signet_crypto::{Secret, SigningKey};
use signet_team::{
    Body, HostHash, HostPort, Invite, InviteId, InviteSecret, Name, NewDevice, SignedRecord, Team, Words,
    derive_proof, device_hash, spki, verify_proof,
};

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn unhex(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/team1.json")
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::from_bytes(&mut [seed; 32]))
}

fn host() -> HostHash {
    HostHash::of(&key(1).public())
}

fn invite(hints: &[&str]) -> Invite {
    let hints = hints.iter().map(|hint| HostPort::parse(hint).unwrap()).collect();
    let (id, secret) = (InviteId::from_bytes([0x4d; 8]), InviteSecret::from_bytes(&mut [0x5e; 16]));
    Invite::new(host(), id, secret, hints).unwrap()
}

fn enrolment() -> Value {
    let without = invite(&[]);
    let with = invite(&["signet.example.org:8443", "192.0.2.7:443", "[2001:db8::7]:443"]);
    let (host_key, client_key, exporter) = (key(1).public(), key(2).public(), [0x6f; 32]);
    json!({
        "host_seed": hex(&[1; 32]),
        "client_seed": hex(&[2; 32]),
        "host_spki": hex(&spki(&host_key)),
        "client_spki": hex(&spki(&client_key)),
        "host_hash": host().to_string(),
        "device_hash": device_hash(&client_key).to_string(),
        "invite_id": without.id().to_string(),
        "secret": hex(without.secret().expose()),
        "hints": with.hints(),
        "invite": without.text().expose(),
        "invite_with_hints": with.text().expose(),
        "link_with_hints": with.link().expose(),
        "exporter": hex(&exporter),
        "proof": hex(&derive_proof(without.secret(), without.id(), &host_key, &client_key, &exporter)),
        "words": Words::derive(&exporter, &host_key, &client_key),
        "word_numbers": Words::derive(&exporter, &host_key, &client_key).as_array().map(number_of),
    })
}

/// The place of a word in the EFF long list, from 0.
fn number_of(word: &str) -> usize {
    diceware_wordlists::EFF_LONG_WORDLIST.iter().position(|listed| *listed == word).unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn member(n: u8) -> MemberId {
    MemberId::from_bytes([n; 16])
}

fn device(seed: u8) -> NewDevice {
    NewDevice { key: key(seed).public(), name: name("laptop") }
}

fn grant(per_day: u32) -> Grant {
    let mut grant: Grant = serde_json::from_value(json!({
        "id": 1, "member": member(0xb2), "key": "c3".repeat(16), "conditions": { "senders": ["qa@example.org"] },
    }))
    .unwrap();
    grant.conditions.recipients = Some(vec![RecipientRule::parse("example.org").unwrap()]);
    grant.conditions.networks = Some(vec![Cidr::parse("2001:db8::/32").unwrap()]);
    grant.conditions.per_day = Some(per_day);
    grant.note = HeaderText::parse("Prüfung").unwrap();
    grant
}

/// One of each body, the owner's with seed 3 and the admin's with seed 4.
fn said() -> Vec<(u8, Body)> {
    let (admin, sender) = (member(0xa1), member(0xb2));
    let added = |member, text, role, seed, not_after| Body::MemberAdded {
        member,
        name: name(text),
        address: Some(EmailAddress::parse("mia@example.org").unwrap()),
        role,
        device: device(seed),
        not_after,
    };
    let forbid = Forbid {
        id: ForbidId(1),
        member: None,
        key: None,
        matches: Matcher { recipients_over: Some(100), ..Matcher::default() },
        note: HeaderText::default(),
    };
    let tablet = device_hash(&key(6).public());
    vec![
        (3, added(admin, "Ada", Role::Admin, 4, None)),
        (4, added(sender, "Mia Berg", Role::Sender, 5, Some(UnixMillis(NOW.0 + 1)))),
        (4, Body::GrantPut { grant: grant(20) }),
        (4, Body::GrantPut { grant: grant(5) }),
        (3, Body::ForbidPut { forbid }),
        (3, Body::NetworksSet { networks: vec![Cidr::parse("192.0.2.0/24").unwrap()] }),
        (4, Body::MemberRenamed { member: sender, name: name("Mia") }),
        (4, Body::AddressChanged { member: sender, address: None }),
        (4, Body::ExpiryChanged { member: sender, not_after: None }),
        (4, Body::RoleChanged { member: sender, role: Role::TestSender }),
        (4, Body::DeviceAdded { member: sender, device: device(6) }),
        (4, Body::DeviceRenamed { device: tablet, name: name("tablet") }),
        (4, Body::DeviceSuspended { device: tablet }),
        (4, Body::DeviceResumed { device: tablet }),
        (4, Body::DeviceRevoked { device: tablet }),
        (4, Body::MemberSuspended { member: sender }),
        (4, Body::MemberResumed { member: sender }),
        (4, Body::GrantRemoved { grant: GrantId(1) }),
        (3, Body::ForbidRemoved { forbid: ForbidId(1) }),
        (3, Body::MemberRevoked { member: sender }),
    ]
}

fn chain() -> Value {
    let mut team = Team::new(key(3).public(), host());
    let mut records = Vec::new();
    for (time, (signer, body)) in (NOW.0..).zip(said()) {
        let json = serde_json::to_value(&body).unwrap();
        let record = team.next(body, UnixMillis(time), &key(signer)).unwrap();
        team.apply(&record).unwrap();
        records.push(json!({
            "signer_seed": hex(&[signer; 32]),
            "time": time,
            "body": json,
            "bytes": hex(&record.encode()),
            "hash": hex(&record.hash()),
        }));
    }
    json!({
        "owner": hex(&key(3).public().to_bytes()),
        "host_hash": host().to_string(),
        "origin": hex(&Team::origin(&key(3).public(), host())),
        "records": records,
    })
}

#[test]
fn what_is_written_today_is_what_was_published() {
    let now = json!({ "enrolment": enrolment(), "chain": chain() });
    if std::env::var_os("SIGNET_WRITE_VECTORS").is_some() {
        fs::write(path(), serde_json::to_string_pretty(&now).unwrap() + "\n").unwrap();
    }
    let published: Value = serde_json::from_str(&fs::read_to_string(path()).unwrap()).unwrap();
    assert_eq!(now["enrolment"], published["enrolment"]);
    assert_eq!(now["chain"], published["chain"]);
}

#[test]
fn what_was_published_still_reads() {
    let published: Value = serde_json::from_str(&fs::read_to_string(path()).unwrap()).unwrap();
    let enrolment = &published["enrolment"];
    let invite = Invite::parse(enrolment["link_with_hints"].as_str().unwrap()).unwrap();
    assert_eq!(invite.host().to_string(), enrolment["host_hash"].as_str().unwrap());
    let proof = unhex(&enrolment["proof"]).try_into().unwrap();
    let exporter = unhex(&enrolment["exporter"]).try_into().unwrap();
    let (host_key, client_key) = (key(1).public(), key(2).public());
    assert!(verify_proof(&proof, invite.secret(), invite.id(), &host_key, &client_key, &exporter));

    let records = published["chain"]["records"].as_array().unwrap();
    let records: Vec<_> =
        records.iter().map(|record| SignedRecord::decode(&unhex(&record["bytes"])).unwrap()).collect();
    let team = Team::replay(key(3).public(), host(), &records).unwrap();
    assert_eq!(team.epoch(), 20);
    assert_eq!(hex(team.head()), published["chain"]["records"][19]["hash"].as_str().unwrap());
    assert_eq!(team.members().count(), 2);
    assert_eq!((team.next_grant(), team.next_forbid()), (GrantId(2), ForbidId(2)));
}

#[test]
fn every_kind_of_body_is_pinned() {
    let published: Value = serde_json::from_str(&fs::read_to_string(path()).unwrap()).unwrap();
    let records = published["chain"]["records"].as_array().unwrap();
    let mut kinds: Vec<_> =
        records.iter().flat_map(|record| record["body"].as_object().unwrap().keys().cloned()).collect();
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), 18);
}
