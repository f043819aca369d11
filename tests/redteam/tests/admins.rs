//! An admin with a patched client lets people in: only as the owner or the invite says, and nobody above.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use signet_core::{Conditions, Grant, MemberId, Role, UnixMillis};
use signet_crypto::{SigningKey, VerifyingKey, system_rng};
use signet_redteam::{Attacker, Stage, conditions};
use signet_team::{Body, Invite, Name, NewDevice, SignedRecord, Team};

/// What a patched admin's client signs in place of what the invite says.
struct Lie {
    role: Role,
    name: &'static str,
    device: Option<VerifyingKey>,
    signer: Option<SigningKey>,
    conditions: Vec<Value>,
}

#[test]
fn an_admin_lets_in_only_who_was_invited_and_as_what() {
    let mut stage = Stage::new();
    let mut ann = stage.enrol("ann", "admin", &[]);
    let wish = json!({
        "name": "Tim", "role": "sender",
        "grants": [{ "key": stage.host.key, "conditions": conditions(&json!({})) }],
    });
    let made = ann.call("team.invite", &wish).ok();
    let invite = Invite::parse(made["text"].as_str().unwrap()).unwrap();
    let mut tim = stage.stranger();
    let knock = tim.knock(&invite, "patched");
    assert_eq!(knock.answer.ok()["state"], "pending");
    let id = invite.id().to_string();
    let words = json!(knock.words);

    let honest = || Lie {
        role: Role::Sender,
        name: "Tim",
        device: None,
        signer: None,
        conditions: vec![conditions(&json!({}))],
    };
    let other = SigningKey::make(&mut system_rng());
    let wider = conditions(&json!({ "recipients": null }));
    let lies = [
        ("denied-role", Lie { signer: Some(SigningKey::make(&mut system_rng())), ..honest() }),
        ("record-invalid", Lie { device: Some(other.public()), ..honest() }),
        ("record-invalid", Lie { name: "Tom", ..honest() }),
        ("record-invalid", Lie { role: Role::TestSender, ..honest() }),
        ("record-invalid", Lie { conditions: vec![wider], ..honest() }),
        ("record-invalid", Lie { conditions: vec![], ..honest() }),
        (
            "record-invalid",
            Lie { conditions: vec![conditions(&json!({})), conditions(&json!({}))], ..honest() },
        ),
    ];
    for (code, lie) in lies {
        let records = records(&stage, &mut ann, tim.key().public(), lie);
        let fresh = stage.code_of(&ann);
        let answer =
            ann.call("team.admit", &json!({ "id": id, "words": words, "code": fresh, "records": records }));
        answer.refused(code);
    }
    let right = records(&stage, &mut ann, tim.key().public(), honest());
    let admit = |words: &Value, code: &str, records: &Value| json!({ "id": id, "words": words, "code": code, "records": records });
    let fresh = stage.code_of(&ann);
    ann.call("team.admit", &admit(&json!(["no", "such", "words"]), &fresh, &right)).refused("words-differ");
    ann.call("team.admit", &admit(&words, "000000", &right)).refused("member-code-wrong");
    ann.call("team.admit", &admit(&words, &fresh, &json!([]))).refused("record-invalid");
    // By a record alone nobody comes in, whoever signed it.
    ann.call("team.append", &json!({ "record": right[0] })).refused("denied");
    tim.open().refused("not-a-member");

    let fresh = stage.code_of(&ann);
    let member = ann.call("team.admit", &admit(&words, &fresh, &right)).ok();
    assert_eq!((&member["name"], &member["role"]), (&json!("Tim"), &json!("sender")));
    tim.open().ok();
    // The same again, and an invite that is used.
    let fresh = stage.code_of(&ann);
    let again = ann.call("team.admit", &admit(&words, &fresh, &right));
    assert!(!again.is_ok(), "{again:?}");
    stage.assert_recorded(Some(&ann), "record-invalid");
    stage.assert_recorded(Some(&ann), "words-differ");
    stage.ends_with(0);
}

#[test]
fn an_admin_invites_and_manages_nobody_above() {
    let mut stage = Stage::new();
    let mut ann = stage.enrol("ann", "admin", &[]);
    let bob = stage.enrol("bob", "admin", &[]);
    let eve = stage.enrol("eve", "custodian", &[]);
    for role in ["owner", "admin", "custodian"] {
        let answer = ann.call("team.invite", &json!({ "name": "Tim", "role": role }));
        assert!(!answer.is_ok(), "{role}: {answer:?}");
    }
    // Another device for somebody above, by an invite that says less.
    for member in [&bob.id, &eve.id] {
        let sly = json!({ "name": "bob", "role": "sender", "member": member });
        ann.call("team.invite", &sly).refused("denied-role");
        ann.call("team.reset-code", &json!({ "member": member })).refused("denied-role");
        ann.call("team.leaver", &json!({ "member": member })).refused("denied-role");
    }
    let own = json!({ "member": ann.id });
    ann.call("team.reset-code", &own).refused("denied-own");
    ann.call("team.invite", &json!({ "name": "ann", "role": "sender", "member": ann.id }))
        .refused("denied-own");
    // Invites of the owner's for somebody above: neither seen through, taken back, nor answered.
    let (invite, _) = stage.invite("zoe", "admin", &[]);
    let mut zoe = stage.stranger();
    let knock = zoe.knock(&invite, "patched");
    let id = json!({ "id": invite.id().to_string() });
    for method in ["team.applicant", "team.withdraw", "team.refuse"] {
        ann.call(method, &id).refused("denied-role");
    }
    let fresh = stage.code_of(&ann);
    let lie = Lie { role: Role::Admin, name: "zoe", device: None, signer: None, conditions: vec![] };
    let records = records(&stage, &mut ann, zoe.key().public(), lie);
    let admit =
        json!({ "id": invite.id().to_string(), "words": knock.words, "code": fresh, "records": records });
    ann.call("team.admit", &admit).refused("denied-role");
    zoe.open().refused("not-a-member");
    stage.ends_with(0);
}

fn records(stage: &Stage, ann: &mut Attacker, waits: VerifyingKey, lie: Lie) -> Value {
    let session = ann.open();
    let owner = session.ok()["owner"].clone();
    let team = team(stage, ann, &owner);
    let own = SigningKey::from_seed(&ann.key().seed());
    let signer = lie.signer.unwrap_or(own);
    let member = MemberId::from_bytes([7; 16]);
    let device = NewDevice { key: lie.device.unwrap_or(waits), name: Name::parse("patched").unwrap() };
    let first = Body::MemberAdded {
        member,
        name: Name::parse(lie.name).unwrap(),
        address: None,
        role: lie.role,
        device,
        not_after: None,
    };
    let grants = lie.conditions.iter().enumerate().map(|(index, conditions)| {
        let conditions: Conditions = serde_json::from_value(conditions.clone()).unwrap();
        let id = team.next_grant().0 + index as u64;
        let grant = json!({
            "id": id, "member": member, "key": stage.host.key, "conditions": conditions, "note": "",
        });
        Body::GrantPut { grant: serde_json::from_value::<Grant>(grant).unwrap() }
    });
    let (mut epoch, mut previous) = (team.epoch(), *team.head());
    let all = std::iter::once(first).chain(grants).map(|body| {
        epoch += 1;
        let time = UnixMillis(1_800_000_000_000);
        let record = signet_team::UnsignedRecord::new(epoch, previous, time, signer.public(), body);
        let record = record.unwrap().sign(&signer).unwrap();
        previous = record.hash();
        HEXLOWER.encode(&record.encode())
    });
    Value::from(all.collect::<Vec<_>>())
}

fn team(stage: &Stage, member: &mut Attacker, owner: &Value) -> Team {
    let owner = HEXLOWER.decode(owner.as_str().unwrap().as_bytes()).unwrap();
    let owner = VerifyingKey::parse(&owner.try_into().unwrap()).unwrap();
    let records = member.call("team.records", &json!({ "from": 0 })).ok();
    let decode = |hex: &Value| HEXLOWER.decode(hex.as_str().unwrap().as_bytes()).unwrap();
    let records: Vec<SignedRecord> = records["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hex| SignedRecord::decode(&decode(hex)).unwrap())
        .collect();
    Team::replay(owner, stage.hash(), &records).unwrap()
}
