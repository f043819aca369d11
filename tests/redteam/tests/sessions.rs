//! Who may call what: every row of the remote table, by everybody who should not.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use serde_json::{Value, json};
use signet_redteam::{Attacker, Manifest, Stage, conditions, fresh_request, runtime};

/// A well-formed request of each row that needs a member, with the roles that may make it.
fn rows(key: &str) -> Vec<(&'static str, Value, &'static [&'static str])> {
    const SEND: &[&str] = &["sender", "test-sender"];
    const ADMIN: &[&str] = &["admin"];
    const ALL: &[&str] = &["sender", "test-sender", "admin", "auditor", "custodian"];
    let choice = json!({ "request": fresh_request() });
    let question = json!({
        "member": "00".repeat(16), "key": key, "from": "mia@sandbox.example", "recipients": ["ada@example.org"],
    });
    let about = question.clone();
    let admit = json!({ "id": "00".repeat(8), "words": ["a", "b", "c"], "code": "000000", "records": [] });
    let decide = json!({ "request": fresh_request(), "approve": false, "sha256": "00".repeat(32) });
    let cosign =
        json!({ "key": "00".repeat(32), "size": 1, "root": "00".repeat(32), "signature": "00".repeat(64) });
    vec![
        ("code.begin", json!({}), ALL),
        ("code.prove", json!({ "code": "000000" }), ALL),
        ("keys.shared", json!({}), ALL),
        ("policy.check", question, ALL),
        ("send.begin", Manifest::allowed(key, "Hello").json(), SEND),
        ("send.commit", json!({ "request": fresh_request(), "seen": 0 }), SEND),
        ("send.state", choice.clone(), ALL),
        ("send.drop", choice, ALL),
        ("sends.own", json!({}), SEND),
        ("approvals.waiting", json!({}), ADMIN),
        ("approvals.decide", decide, ADMIN),
        ("checkpoint.show", json!({ "seen": 0 }), ALL),
        ("checkpoint.cosign", cosign, ALL),
        ("team.look", json!({}), ADMIN),
        ("team.records", json!({ "from": 1 }), ALL),
        ("team.append", json!({ "record": "00" }), ALL),
        ("import.key", json!({}), &["custodian"]),
        ("import.sealed", json!({ "request": fresh_request(), "sealed": "00" }), &["custodian"]),
        ("audit.confirm", json!({ "address": "ada@example.org" }), &["auditor"]),
        ("team.keys", json!({}), ADMIN),
        ("team.invite", json!({ "name": "Eve", "role": "sender" }), ADMIN),
        ("team.withdraw", json!({ "id": "00".repeat(8) }), ADMIN),
        ("team.applicant", json!({ "id": "00".repeat(8) }), ADMIN),
        ("team.admit", admit, ADMIN),
        ("team.refuse", json!({ "id": "00".repeat(8) }), ADMIN),
        ("team.reset-code", json!({ "member": "00".repeat(16) }), ADMIN),
        ("team.leaver", json!({ "member": "00".repeat(16) }), ADMIN),
        ("team.ask", about, ADMIN),
    ]
}

/// Calls every row, the parts and the log; nothing may work, and each is refused with that code.
#[track_caller]
fn all_refused(attacker: &mut Attacker, key: &str, code: &str) {
    for (method, request, _) in rows(key) {
        let answer = attacker.call(method, &request);
        assert_eq!(answer.code(), code, "{method}: {answer:?}");
    }
    let api = [(signet_api::API_HEADER, signet_api::API_VERSION)];
    let part = format!("/v1/part/{}/0?at=0", fresh_request());
    for path in [part.as_str(), "/v1/audit-copy"] {
        let answer = attacker.post(path, &api, b"bytes");
        assert_eq!(answer.code(), code, "{path}: {answer:?}");
    }
}

#[test]
fn nothing_is_served_while_a_join_state_is_compared() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let mut copy = mia.copied();
    let wire = copy.connect();
    let answers = runtime().block_on(async {
        let garbage = json!({ "state": "11".repeat(32), "seen": 0 });
        let opening = wire.call("session.open", &garbage);
        let message = Manifest::allowed(&key, "Between two steps");
        let beside = (0..7).map(|n| {
            let (wire, message) = (&wire, &message);
            async move {
                match n % 2 {
                    0 => wire.call("team.records", &json!({ "from": 1 })).await,
                    _ => wire.send_mail(message).await,
                }
            }
        });
        let (opened, beside) =
            futures_util::future::join(opening, futures_util::future::join_all(beside)).await;
        std::iter::once(opened).chain(beside).collect::<Vec<_>>()
    });
    assert!(answers.iter().all(|answer| !answer.is_ok()), "{answers:?}");
    stage.ends_with(0);
}

#[test]
fn strangers_and_those_without_a_session_do_nothing() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut stranger = stage.stranger();
    all_refused(&mut stranger, &key, "session-missing");
    stranger.call("session.open", &json!({ "state": null, "seen": 0 })).refused("not-a-member");
    all_refused(&mut stranger, &key, "session-missing");
    stage.assert_recorded(None, "not-a-member");

    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    // A connection of a member that has not presented its join state.
    mia.connect();
    all_refused(&mut mia, &key, "session-missing");
    mia.open().ok();
    let wrong = json!({ "state": mia.token, "seen": 0 });
    mia.call("session.open", &wrong).refused("session-missing");
    mia.call("keys.shared", &json!({})).ok();

    // Another version of the protocol, or none.
    for (method, request, _) in rows(&key) {
        for headers in [&[][..], &[("signet-api", "0")], &[("signet-api", "999")], &[("signet-api", "")]] {
            let answer = mia.post(&format!("/v1/{method}"), headers, request.to_string().as_bytes());
            assert_eq!(answer.code(), "agent-version", "{method} {headers:?} {answer:?}");
        }
    }
    let part = format!("/v1/part/{}/0?at=0", fresh_request());
    mia.post(&part, &[], b"x").refused("agent-version");
    // Paths that are none, and methods of the local table.
    for path in [
        "/v1/unlock",
        "/v1/key.list",
        "/v1/host.stop",
        "/v1/send",
        "/v1/backup",
        "/v1/../v1/keys.shared",
        "/",
    ] {
        let answer = mia.post(path, &[("signet-api", "1")], b"{}");
        assert_eq!(answer.code(), "agent-version", "{path} {answer:?}");
    }
    // Whose ids are in the body does not matter, or is refused.
    for (method, request, _) in rows(&key) {
        for field in ["member", "principal", "role", "device", "actor", "as"] {
            let mut request = request.clone();
            // Empty requests have no fields at all: what is in them is not looked at.
            if (method == "policy.check" && field == "member") || request == json!({}) {
                continue;
            }
            request[field] = json!("00".repeat(16));
            let answer = mia.call(method, &request);
            assert!(!answer.is_ok(), "{method} took {field}: {answer:?}");
        }
    }
    // Not even JSON.
    for (method, ..) in rows(&key).into_iter().filter(|(_, request, _)| *request != json!({})) {
        for body in [&b""[..], b"null", b"[]", b"{", b"\xff\xfe", b"{\"a\":1}", &vec![b'['; 100_000]] {
            let answer = mia.post(&format!("/v1/{method}"), &[("signet-api", "1")], body);
            assert!(!answer.is_ok(), "{method} took {body:?}: {answer:?}");
        }
    }
    // Somebody else asks about another member: answered about oneself.
    let ceo = stage.enrol("ceo", "sender", &[conditions(&json!({ "recipients": ["example.com"] }))]);
    let question = json!({
        "member": ceo.id, "key": key, "from": "mia@sandbox.example", "recipients": ["bob@example.com"],
        "network": "10.0.0.1", "at": 1,
    });
    let answer = mia.call("policy.check", &question).ok();
    assert_ne!(answer["decision"], "allow", "{answer}");
    stage.ends_with(0);
}

#[test]
fn each_role_reaches_only_its_own_rows() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    for role in ["sender", "test-sender", "auditor", "admin", "custodian"] {
        // A grant from an earlier role opens nothing.
        let mut member = stage.enrol(role, "sender", &[conditions(&json!({}))]);
        if role != "sender" {
            let change = json!({ "member": member.id, "change": { "change": "role", "role": role } });
            stage.host.owner.call("member.change", &change).ok();
        }
        assert_eq!(
            rows(&key).len() + 3,
            signet_api::remote::METHODS.len(),
            "every row but enrolling and opening"
        );
        for (method, request, allowed) in rows(&key) {
            if allowed.contains(&role) {
                continue;
            }
            member.call(method, &request).refused("denied-role");
        }
        let copy = member.post("/v1/audit-copy", &[("signet-api", "1")], b"");
        if role == "auditor" {
            assert_eq!(copy.status, 200);
        } else {
            copy.refused("denied-role");
        }
        stage.assert_recorded(Some(&member), "denied-role");
    }
    stage.ends_with(0);
}

#[test]
fn neither_copies_of_the_log_nor_questions_wear_the_host_out() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut ada = stage.enrol("ada", "auditor", &[]);
    let headers = [("signet-api", "1")];
    let copies = (0..12).filter(|_| ada.post("/v1/audit-copy", &headers, b"").status == 200).count();
    assert_eq!(copies, 6, "of one device in a minute");
    ada.post("/v1/audit-copy", &headers, b"").refused("busy");
    let log = stage.host.owner.call("audit.list", &json!({ "limit": 100, "action": "audit-verify" })).ok();
    assert_eq!(log["entries"].as_array().unwrap().len(), copies, "what is refused does not make it longer");
    // A question about more addresses than a message may have.
    let many: Vec<String> = (0..5000).map(|n| format!("a{n}@example.org")).collect();
    let question = json!({
        "member": ada.id, "key": key, "from": "mia@sandbox.example", "recipients": many, "reply_to": [],
        "subject": "", "bytes": 1, "attachments": [],
    });
    ada.call("policy.check", &question).refused("too-many-recipients");
    stage.ends_with(0);
}

#[test]
fn whoever_is_suspended_or_revoked_is_out_in_the_middle_of_it() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let wire = mia.wire();
    let manifest = Manifest::allowed(&key, "Hello").attach("a.bin", &vec![7; 400_000]);
    mia.call("send.begin", &manifest.json()).ok();
    let pieces = (0..40).map(|_| (std::time::Duration::from_millis(100), vec![7; 10_000])).collect();
    let path = format!("/v1/part/{}/0?at=0", manifest.request);
    let uploading = runtime().spawn({
        let wire = wire.clone();
        async move { wire.trickle(&path, pieces).await }
    });
    std::thread::sleep(std::time::Duration::from_millis(700));
    let change = json!({ "member": mia.id, "change": { "change": "suspend" } });
    stage.host.owner.call("member.change", &change).ok();
    let answer = runtime().block_on(uploading).unwrap();
    assert!(!answer.is_ok(), "the upload went on: {answer:?}");
    for _ in 0..50 {
        if wire.is_closed() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(wire.is_closed(), "the connection is still open");
    mia.open().refused("member-suspended");
    all_refused(&mut mia, &key, "session-missing");
    let change = json!({ "member": mia.id, "change": { "change": "resume" } });
    stage.host.owner.call("member.change", &change).ok();
    mia.open().ok();

    // Everything has arrived, and then the membership ends.
    let late = Manifest::allowed(&key, "Late").attach("a.bin", b"bytes");
    mia.call("send.begin", &late.json()).ok();
    let path = format!("/v1/part/{}/0?at=0", late.request);
    mia.post(&path, &[("signet-api", "1")], b"bytes").ok();
    let wire = mia.wire();
    stage.host.owner.call("member.revoke", &json!({ "member": mia.id })).ok();
    let commit = json!({ "request": late.request, "seen": 0 });
    assert!(!runtime().block_on(wire.call("send.commit", &commit)).is_ok());
    mia.open().refused("membership-ended");
    all_refused(&mut mia, &key, "session-missing");
    stage.assert_recorded(None, "membership-ended");
    stage.ends_with(0);
}

#[test]
fn a_copied_device_is_noticed_and_both_copies_stop() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let mut copy = mia.copied();
    mia.open().ok();
    mia.open().ok();
    // The original is connected; the copy comes with what it had.
    let wire = mia.wire();
    // Its connection ends with its device; the answer may be lost with it.
    assert!(["device-suspended", "no-answer"].contains(&copy.open().code()));
    copy.open().refused("device-suspended");
    assert!(!runtime().block_on(wire.call("keys.shared", &json!({}))).is_ok(), "the first one goes on");
    mia.open().refused("device-suspended");
    all_refused(&mut mia, &key, "session-missing");
    all_refused(&mut copy, &key, "session-missing");
    let team = stage.host.owner.call("team.show", &json!({})).ok();
    let member = team["members"].as_array().unwrap().iter().find(|m| m["id"] == mia.id.as_str()).unwrap();
    let device = &member["devices"][0];
    assert_eq!(device["state"], "suspended", "{member}");
    assert!(device["warning"].is_string(), "the owner is not told: {device}");
    stage.assert_recorded(Some(&mia), "device-suspended");

    // A made-up state stops the device as well: it is not the one that was given.
    let mut tess = stage.enrol("tess", "sender", &[conditions(&json!({}))]);
    tess.token = Some("ab".repeat(32));
    assert!(!tess.open().is_ok());
    tess.open().refused("device-suspended");
    let mut mallory = stage.enrol("mallory", "sender", &[]);
    let token = mallory.token.clone();
    for state in ["", "00", "zz", &"AB".repeat(32), &"ab".repeat(33)] {
        mallory.token = Some(state.to_owned());
        mallory.open().refused("usage");
    }
    mallory.token = token;
    mallory.open().ok();
    stage.ends_with(0);
}
