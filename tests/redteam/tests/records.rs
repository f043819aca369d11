//! Records that an admin's patched client signs, or has others sign.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use signet_core::{Conditions, DeviceHash, Grant, GrantId, MemberId, Role, UnixMillis};
use signet_crypto::{SigningKey, VerifyingKey, system_rng};
use signet_redteam::{Answer, Attacker, Stage, conditions};
use signet_team::{Body, Name, NewDevice, SignedRecord, Team, UnsignedRecord, device_hash};

/// How many records a checkpoint names, and the newest one's hash.
type Named = (u64, [u8; 32]);

/// The team as its records say it is.
fn team(stage: &Stage, member: &mut Attacker) -> Team {
    let session = member.open().ok();
    let owner = HEXLOWER.decode(session["owner"].as_str().unwrap().as_bytes()).unwrap();
    let owner = VerifyingKey::parse(&owner.try_into().unwrap()).unwrap();
    let records = member.call("team.records", &json!({ "from": 0 })).ok();
    let records: Vec<SignedRecord> = records["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hex| SignedRecord::decode(&HEXLOWER.decode(hex.as_str().unwrap().as_bytes()).unwrap()).unwrap())
        .collect();
    Team::replay(owner, stage.hash(), &records).unwrap()
}

fn append(member: &mut Attacker, record: &SignedRecord) -> Answer {
    member.call("team.append", &json!({ "record": HEXLOWER.encode(&record.encode()) }))
}

/// A record that nothing has checked.
fn forged(epoch: u64, previous: [u8; 32], body: Body, signer: &SigningKey) -> SignedRecord {
    UnsignedRecord::new(epoch, previous, UnixMillis(1_800_000_000_000), signer.public(), body)
        .unwrap()
        .sign(signer)
        .unwrap()
}

fn grant(stage: &Stage, id: u64, member: &str) -> Body {
    let conditions: Conditions = serde_json::from_value(conditions(&json!({}))).unwrap();
    let grant: Value = json!({
        "id": id, "member": member, "key": stage.host.key, "conditions": conditions, "note": "",
    });
    Body::GrantPut { grant: serde_json::from_value::<Grant>(grant).unwrap() }
}

#[test]
fn no_forged_record_is_taken() {
    let mut stage = Stage::new();
    let mut ann = stage.enrol("ann", "admin", &[]);
    let mut bob = stage.enrol("bob", "admin", &[]);
    let mut mia = stage.enrol("mia", "sender", &[]);
    let tim = stage.enrol("tim", "sender", &[]);
    let id = |attacker: &Attacker| MemberId::parse(&attacker.id).unwrap();
    let (team, mia_id) = (team(&stage, &mut ann), id(&mia));
    let (next, head) = (team.epoch() + 1, *team.head());
    let rename = |name: &str| Body::MemberRenamed { member: mia_id, name: Name::parse(name).unwrap() };
    let admin = SigningKey::from_seed(&ann.key().seed());
    let other = SigningKey::make(&mut system_rng());

    let device = |seed: &SigningKey| NewDevice { key: seed.public(), name: Name::parse("x").unwrap() };
    let ann_device: DeviceHash = device_hash(&admin.public());
    let refused: Vec<(&str, SignedRecord)> = vec![
        ("by a key that is nobody's", forged(next, head, rename("a"), &other)),
        (
            "by another admin's key",
            forged(next, head, rename("a"), &SigningKey::from_seed(&bob.key().seed())),
        ),
        (
            "by the member themselves",
            forged(next, head, rename("a"), &SigningKey::from_seed(&mia.key().seed())),
        ),
        ("of an epoch that was", forged(next - 1, head, rename("a"), &admin)),
        ("of an epoch to come", forged(next + 1, head, rename("a"), &admin)),
        ("of epoch 0", forged(0, head, rename("a"), &admin)),
        ("of the last epoch", forged(u64::MAX, head, rename("a"), &admin)),
        ("after another record", forged(next, [1; 32], rename("a"), &admin)),
        (
            "a role for oneself",
            forged(next, head, Body::RoleChanged { member: id(&ann), role: Role::Sender }, &admin),
        ),
        (
            "an admin more",
            forged(next, head, Body::RoleChanged { member: mia_id, role: Role::Admin }, &admin),
        ),
        ("an owner", forged(next, head, Body::RoleChanged { member: mia_id, role: Role::Owner }, &admin)),
        ("another admin out", forged(next, head, Body::MemberRevoked { member: id(&bob) }, &admin)),
        ("oneself out", forged(next, head, Body::MemberRevoked { member: id(&ann) }, &admin)),
        (
            "nobody out",
            forged(next, head, Body::MemberRevoked { member: MemberId::from_bytes([3; 16]) }, &admin),
        ),
        ("a grant for oneself", forged(next, head, grant(&stage, 1, &ann.id), &admin)),
        ("a grant for another admin", forged(next, head, grant(&stage, 1, &bob.id), &admin)),
        ("a grant of a number to come", forged(next, head, grant(&stage, 99, &mia.id), &admin)),
        ("a grant that is not there", forged(next, head, Body::GrantRemoved { grant: GrantId(9) }, &admin)),
        ("networks", forged(next, head, Body::NetworksSet { networks: Vec::new() }, &admin)),
        (
            "a device of one's own",
            forged(next, head, Body::DeviceAdded { member: mia_id, device: device(&other) }, &admin),
        ),
        (
            "a device for oneself",
            forged(next, head, Body::DeviceAdded { member: id(&ann), device: device(&other) }, &admin),
        ),
        ("one's own device again", forged(next, head, Body::DeviceResumed { device: ann_device }, &admin)),
        (
            "a member who never asked",
            forged(
                next,
                head,
                Body::MemberAdded {
                    member: MemberId::from_bytes([5; 16]),
                    name: Name::parse("x").unwrap(),
                    address: None,
                    role: Role::Sender,
                    device: device(&other),
                    not_after: None,
                },
                &admin,
            ),
        ),
    ];
    for (name, record) in &refused {
        let answer = append(&mut ann, record);
        println!("{:20} {name}", answer.code());
        assert!(!answer.is_ok(), "{name} was taken: {answer:?}");
    }
    // Bytes that are no record, and a record with another signature or another length.
    let good = team.next(rename("renamed"), UnixMillis(1_800_000_000_000), &admin).unwrap();
    let bytes = good.encode();
    for n in (0..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[n] ^= 1;
        let answer = ann.call("team.append", &json!({ "record": HEXLOWER.encode(&changed) }));
        assert!(!answer.is_ok(), "byte {n}: {answer:?}");
        let cut = HEXLOWER.encode(&bytes[..n]);
        assert!(!ann.call("team.append", &json!({ "record": cut })).is_ok());
    }
    for text in ["", "zz", "00", &"00".repeat(1_000_000)] {
        assert!(!ann.call("team.append", &json!({ "record": text })).is_ok());
    }
    // A device that is suspended is the owner's to confirm: a copy of its key may be about.
    let suspend = Body::DeviceSuspended { device: device_hash(&tim.key().public()) };
    let suspended = team.next(suspend, UnixMillis(1_800_000_000_000), &admin).unwrap();
    append(&mut ann, &suspended).ok();
    let team = self::team(&stage, &mut ann);
    let resume = Body::DeviceResumed { device: device_hash(&tim.key().public()) };
    let resumed = team.next(resume, UnixMillis(1_800_000_000_000), &admin).unwrap();
    append(&mut ann, &resumed).refused("denied-role");
    let good = team.next(rename("renamed"), UnixMillis(1_800_000_000_000), &admin).unwrap();
    // A good record, brought by others; then by its admin; then once more.
    append(&mut mia, &good).refused("denied-role");
    append(&mut bob, &good).refused("denied-role");
    append(&mut ann, &good).ok();
    assert!(!append(&mut ann, &good).is_ok(), "replayed");
    stage.assert_recorded(Some(&mia), "denied-role");
    // Nothing but that record happened: nobody fell, nobody rose.
    let after = self::team(&stage, &mut ann);
    assert_eq!(after.epoch(), team.epoch() + 1);
    assert_eq!(after.member(&mia_id).unwrap().name.as_str(), "renamed");
    // An admin who is one no longer: signed before, brought after.
    let late = after.next(rename("late"), UnixMillis(1_800_000_000_000), &admin).unwrap();
    stage
        .host
        .owner
        .call(
            "member.change",
            &json!({ "member": ann.id, "change": { "change": "role", "role": "auditor" } }),
        )
        .ok();
    assert!(!append(&mut ann, &late).is_ok());
    stage.ends_with(0);
}

#[test]
fn a_made_up_state_of_the_log_is_not_handed_on() {
    let mut stage = Stage::new();
    let mut mia = stage.enrol("mia", "sender", &[]);
    let mut tim = stage.enrol("tim", "sender", &[]);
    let shown = mia.call("checkpoint.show", &json!({ "seen": 0 })).ok();
    let origin = shown["note"].as_str().unwrap().lines().next().unwrap().to_owned();
    let size = shown["size"].as_u64().unwrap();
    // What the checkpoint says of the team's records: epoch, head.
    let note = shown["note"].as_str().unwrap().to_owned();
    let named = note.lines().find_map(|line| line.strip_prefix("records ")).unwrap().to_owned();
    let (epoch, head) = named.split_once(' ').unwrap();
    let records: Named =
        (epoch.parse().unwrap(), BASE64.decode(head.as_bytes()).unwrap().try_into().unwrap());
    let team = team(&stage, &mut mia);
    assert_eq!(records, (team.epoch(), *team.head()), "the newest record is named");
    let others = SigningKey::from_seed(&tim.key().seed());
    let root: [u8; 32] =
        HEXLOWER.decode(shown["root"].as_str().unwrap().as_bytes()).unwrap().try_into().unwrap();
    assert!(!sign(&mut mia, &origin, (size, root, Some(records)), &others).is_ok(), "another device's");
    let key = SigningKey::from_seed(&mia.key().seed());
    for (size, root) in [(u64::MAX, [1; 32]), (size + 10, root), (size, [1; 32]), (0, [0; 32]), (1, root)] {
        let answer = sign(&mut mia, &origin, (size, root, Some(records)), &key);
        assert!(!answer.is_ok(), "{size}: {answer:?}");
    }
    for other in [None, Some((records.0 + 1, records.1)), Some((records.0, [1; 32]))] {
        let answer = sign(&mut mia, &origin, (size, root, other), &key);
        assert!(!answer.is_ok(), "{other:?}: {answer:?}");
    }
    sign(&mut mia, &origin, (size, root, Some(records)), &key).ok();
    // What the others are shown lies on the host's own branch.
    let shown = tim.call("checkpoint.show", &json!({ "seen": 0 })).ok();
    let cosigned = shown["cosignatures"].as_array().unwrap();
    assert_eq!(cosigned.len(), 1, "{shown}");
    assert_eq!(cosigned[0]["size"], size);
    // A restart does not forget it.
    std::thread::sleep(std::time::Duration::from_millis(2500));
    stage.host.owner.call("lock", &json!({})).ok();
    assert_eq!(stage.host.owner.unlock().exit, 0);
    stage.host.owner.call("host.start", &json!({})).ok();
    tim.open().ok();
    let shown = tim.call("checkpoint.show", &json!({ "seen": 0 })).ok();
    assert_eq!(shown["cosignatures"][0]["size"], size, "{shown}");
    stage.ends_with(0);
}

fn sign(
    mia: &mut Attacker,
    origin: &str,
    (size, root, records): (u64, [u8; 32], Option<Named>),
    key: &SigningKey,
) -> Answer {
    let mut message = b"signet1/witness".to_vec();
    message.extend_from_slice(&u32::try_from(origin.len()).unwrap().to_be_bytes());
    message.extend_from_slice(origin.as_bytes());
    message.extend_from_slice(&size.to_be_bytes());
    message.extend_from_slice(&root);
    let records = records.map(|(epoch, head)| {
        message.extend_from_slice(&epoch.to_be_bytes());
        message.extend_from_slice(&head);
        json!({ "epoch": epoch, "head": HEXLOWER.encode(&head) })
    });
    let request = json!({
        "key": HEXLOWER.encode(&key.public().to_bytes()), "size": size, "root": HEXLOWER.encode(&root),
        "records": records,
        "signature": HEXLOWER.encode(&key.sign(&message)),
    });
    mia.call("checkpoint.cosign", &request)
}
