//! Approvals by those who asked, by those who may not, and for other bytes; and codes that are guessed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use serde_json::{Value, json};
use signet_redteam::{Manifest, Stage, conditions, fresh_request};

#[test]
fn nobody_approves_their_own_or_other_bytes() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let by = |who: &str| conditions(&json!({ "approvals": { "by": who, "within_secs": 600 } }));
    let mut mia = stage.enrol("mia", "sender", &[by("owner")]);
    let mut tim = stage.enrol("tim", "sender", &[by("admin")]);
    let mut ann = stage.enrol("ann", "admin", &[]);
    let for_owner = Manifest::allowed(&key, "For the owner");
    let for_admin = Manifest::allowed(&key, "For an admin");
    assert_eq!(mia.send(&for_owner).ok()["report"], Value::Null);
    assert_eq!(tim.send(&for_admin).ok()["report"], Value::Null);
    // It waits: the same request is not begun again, and not sent by a second commit.
    mia.send(&for_owner).refused("repeated");
    let listed = stage.host.owner.call("approval.list", &json!({})).ok();
    let waiting = |subject: &str| {
        let all = listed["waiting"].as_array().unwrap();
        all.iter().find(|one| one["message"]["subject"] == subject).unwrap().clone()
    };
    let (owners, admins) = (waiting("For the owner"), waiting("For an admin"));
    let yes = |of: &Value, code: &str| json!({ "request": of["request"], "approve": true, "sha256": of["sha256"], "code": code });
    // By those who asked, with a code of theirs that is right.
    for member in [&mut mia, &mut tim] {
        let code = stage.code_of(member);
        for of in [&owners, &admins] {
            member.call("approvals.decide", &yes(of, &code)).refused("denied-role");
            let no = json!({ "request": of["request"], "approve": false, "sha256": of["sha256"] });
            member.call("approvals.decide", &no).refused("denied-role");
        }
    }
    // By an admin: not what is the owner's, not without a code, not with a wrong one, not other bytes.
    let code = stage.code_of(&ann);
    assert!(!ann.call("approvals.decide", &yes(&owners, &code)).is_ok());
    let mut bare = yes(&admins, "");
    bare["code"] = Value::Null;
    ann.call("approvals.decide", &bare).refused("code-needed");
    ann.call("approvals.decide", &yes(&admins, "000000")).refused("member-code-wrong");
    for sha256 in [
        "00".repeat(32),
        String::new(),
        admins["sha256"].as_str().unwrap().to_uppercase(),
        owners["sha256"].as_str().unwrap().into(),
    ] {
        let code = stage.code_of(&ann);
        let mut other = yes(&admins, &code);
        other["sha256"] = json!(sha256);
        ann.call("approvals.decide", &other).refused("approval-changed");
    }
    let code = stage.code_of(&ann);
    let mut none = yes(&admins, &code);
    none["request"] = json!(fresh_request());
    assert!(!ann.call("approvals.decide", &none).is_ok());
    stage.assert_recorded(Some(&ann), "approval-changed");
    stage.assert_recorded(Some(&mia), "denied-role");
    stage.ends_with(0);
    // The control: for these bytes, with a fresh code; twice, and it is sent once.
    let code = stage.code_of(&ann);
    ann.call("approvals.decide", &yes(&admins, &code)).ok();
    tim.send(&Manifest::allowed(&key, "Another one")).ok();
    let another = stage.host.owner.call("approval.list", &json!({})).ok()["waiting"].clone();
    let subject = |one: &&Value| one["message"]["subject"] == "Another one";
    let another = another.as_array().unwrap().iter().find(subject).unwrap().clone();
    ann.call("approvals.decide", &yes(&another, &code)).refused("member-code-wrong");
    let code = stage.code_of(&ann);
    assert!(!ann.call("approvals.decide", &yes(&admins, &code)).is_ok());
    for _ in 0..100 {
        if !stage.host.owner.inbox().is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    // What waits for the owner goes with the membership of whoever asked.
    stage.host.owner.call("member.revoke", &json!({ "member": mia.id })).ok();
    let code = stage.host.owner.next_step();
    stage.host.owner.call("approval.decide", &yes(&owners, &code)).fails_with("not-found");
    stage.ends_with(1);
}

#[test]
fn what_begins_to_wait_and_is_taken_back_is_limited() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let asks = conditions(&json!({ "approvals": { "by": "owner", "within_secs": 600 } }));
    let mut mia = stage.enrol("mia", "sender", &[asks]);
    // Eight wait at once, and no more.
    let waiting: Vec<Manifest> = (0..8).map(|n| Manifest::allowed(&key, &format!("No {n}"))).collect();
    for manifest in &waiting {
        assert_eq!(mia.send(manifest).ok()["report"], Value::Null);
    }
    mia.send(&Manifest::allowed(&key, "One more")).refused("host-full");
    for manifest in &waiting {
        mia.call("send.drop", &json!({ "request": manifest.request })).ok();
        let ended = mia.call("send.state", &json!({ "request": manifest.request })).ok();
        assert_eq!(ended["report"]["outcome"]["outcome"], "not-sent", "{ended}");
    }
    // Each is an entry in the log, so asking and taking back has an end, too.
    let mut begun = 8;
    loop {
        let manifest = Manifest::allowed(&key, "Again");
        let answer = mia.send(&manifest);
        if answer.code() == "host-full" {
            break;
        }
        answer.ok();
        mia.call("send.drop", &json!({ "request": manifest.request })).ok();
        begun += 1;
        assert!(begun <= 60, "without an end");
    }
    assert_eq!(begun, 60);
    // To an auditor, nothing waits for ever.
    stage.assert_recorded(Some(&mia), "cancelled");
    stage.ends_with(0);
}

#[test]
fn a_thousand_wrong_codes_are_cheap_and_open_nothing() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let manifest = || Manifest::allowed(&key, "Hello").set("code", json!("123456"));
    for _ in 0..5 {
        mia.send(&manifest()).refused("member-code-wrong");
    }
    let written = || {
        let folder = stage.host.owner.vault();
        ["vault.db", "vault.db-wal"].map(|name| {
            std::fs::metadata(folder.join(name)).ok().map(|file| (file.len(), file.modified().unwrap()))
        })
    };
    let before = written();
    let memory = stage.resident_kib();
    for n in 0..1000_u32 {
        let guess = json!(format!("{n:06}"));
        let answer = if n % 2 == 0 {
            mia.send(&manifest().set("code", guess))
        } else {
            mia.call("code.prove", &json!({ "code": guess }))
        };
        answer.refused("member-code-wrong");
    }
    assert_eq!(written(), before, "the vault is written for each guess");
    assert!(stage.resident_kib() < memory + 20_000, "{memory} KiB grew to {}", stage.resident_kib());
    // Even the right one is not looked at.
    let code = stage.code_of(&mia);
    mia.send(&manifest().set("code", json!(code))).refused("member-code-wrong");
    // A thousand refusals: twenty entries a minute from this device.
    let recorded = stage.refusals().iter().filter(|refusal| refusal.reason == "member-code-wrong").count();
    assert!((20..=42).contains(&recorded), "{recorded} entries");
    stage.ends_with(0);
}
