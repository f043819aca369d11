//! A team over real processes: a host, members at desks of their own, each with a keyring of their own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use serde_json::{Value, json};
use signet_journeys::Host;

const SENDER: &str = "mia@sandbox.example";

fn conditions(more: &Value) -> Value {
    let mut conditions = json!({ "senders": [SENDER] });
    conditions.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    conditions
}

fn draft(to: &str, subject: &str) -> Value {
    json!({ "from": SENDER, "to": [to], "subject": subject, "text": "Hello" })
}

#[track_caller]
fn sent(reply: Value) -> String {
    assert_eq!(reply["outcome"]["outcome"], "sent", "{reply}");
    reply["outcome"]["message_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_member_sends_without_the_key_and_only_what_the_grant_says() {
    let mut host = Host::serving();
    let mia = host.join(
        "mia",
        "sender",
        &[conditions(&json!({
            "recipients": ["example.org"], "bytes_max": 100_000, "per_day": 3,
        }))],
    );
    let shared = mia.person.call("shared.list", &json!({})).ok();
    let key = &shared["hosts"][0]["keys"][0];
    assert_eq!(key["id"], mia.key(&host), "{shared}");
    assert!(key["grants"][0]["sentence"].as_str().unwrap().contains("anyone at example.org"), "{key}");

    let id = sent(mia.send(&host, &draft("ada@example.org", "First")).ok());
    assert_eq!(host.owner.delivered(&id).header("subject"), "First");

    let again = |subject: &str, request: &Value| {
        let draft = draft("ada@example.org", subject);
        mia.person.call("shared.send", &json!({ "draft": draft, "key": mia.key(&host), "request": request }))
    };
    let told =
        mia.person.call("shared.sends", &json!({ "host": mia.host })).ok()["sends"][0]["request"].clone();
    assert_eq!(sent(again("First", &told).ok()), id, "the same request is answered, not repeated");
    again("Another", &told).fails_with("upload-mismatch");

    mia.send(&host, &draft("ada@example.com", "Elsewhere")).fails_with("denied-recipient");
    let mut hidden = draft("ada@example.org", "Hidden");
    hidden["bcc"] = json!(["eve@example.com"]);
    mia.send(&host, &hidden).fails_with("denied-recipient");
    let mut foreign = draft("ada@example.org", "Foreign");
    foreign["from"] = json!("ceo@sandbox.example");
    mia.send(&host, &foreign).fails_with("denied-sender");
    let mut large = draft("ada@example.org", "Large");
    large["text"] = json!("x".repeat(200_000));
    mia.send(&host, &large).fails_with("denied-size");
    let mut answer = draft("ada@example.org", "Answers");
    answer["reply_to"] = json!(["eve@example.com"]);
    mia.send(&host, &answer).fails_with("denied-reply-to");

    sent(mia.send(&host, &draft("ada@example.org", "Second")).ok());
    sent(mia.send(&host, &draft("ada@example.org", "Third")).ok());
    mia.send(&host, &draft("ada@example.org", "Fourth")).fails_with("denied-rate");

    let own = mia.person.call("shared.sends", &json!({ "host": mia.host })).ok();
    let subjects: Vec<&str> =
        own["sends"].as_array().unwrap().iter().map(|send| send["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["Third", "Second", "First"]);
    assert_eq!(host.owner.inbox().len(), 3, "refused is not sent");
    host.verifies();
}

#[test]
fn whoever_is_revoked_is_out_at_once_and_leaves_a_report() {
    let mut host = Host::serving();
    let mia = host.join("mia", "sender", &[conditions(&json!({}))]);
    sent(mia.send(&host, &draft("ada@example.org", "Before")).ok());
    let report = host.owner.call("member.revoke", &json!({ "member": mia.id })).ok();
    assert_eq!(report["devices"], json!(["laptop"]));
    assert_eq!(
        (&report["closed"], &report["sends_30_days"], &report["grants"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(report["keys"].as_array().unwrap().len(), 1);
    mia.send(&host, &draft("ada@example.org", "After")).fails_with("membership-ended");
    assert_eq!(host.owner.inbox().len(), 1);
    host.verifies();
}

#[test]
fn each_role_does_what_it_is_for() {
    let mut host = Host::serving();
    let granted = [conditions(&json!({}))];
    let mut refused = |role: &str, code: &str| {
        let member = host.join(role, role, &granted);
        member.send(&host, &draft("ada@example.org", "No")).fails_with(code);
    };
    refused("auditor", "denied-role");
    refused("admin", "denied-role");
    refused("custodian", "denied-role");
    let tess = host.join("tess", "test-sender", &granted);
    tess.send(&host, &draft("tess@example.org", "Hello")).fails_with("denied-subject-prefix");
    tess.send(&host, &draft("ada@example.org", "[TEST] Hello")).fails_with("denied-recipient");
    sent(tess.send(&host, &draft("tess@example.org", "[TEST] Hello")).ok());
    assert_eq!(host.owner.inbox().len(), 1);
    host.verifies();
}

#[test]
fn an_approval_is_for_the_exact_bytes() {
    let mut host = Host::serving();
    let mia = host.join(
        "mia",
        "sender",
        &[conditions(&json!({
            "approvals": { "by": "owner", "within_secs": 600 },
        }))],
    );
    let asked = |subject: &str| {
        mia.send(&host, &draft("ada@example.org", subject)).fails_with("approval-needed");
    };
    asked("Yes");
    let waiting = host.owner.call("approval.list", &json!({})).ok();
    let message = &waiting["waiting"][0];
    assert_eq!((&message["message"]["subject"], &message["member"]), (&json!("Yes"), &json!("mia")));
    let code = host.owner.next_step();
    let other =
        json!({ "request": message["request"], "approve": true, "sha256": "00".repeat(32), "code": code });
    host.owner.call("approval.decide", &other).fails_with("approval-changed");
    let code = host.owner.next_step();
    let yes =
        json!({ "request": message["request"], "approve": true, "sha256": message["sha256"], "code": code });
    host.owner.call("approval.decide", &yes).ok();
    let delivered = wait_for(|| host.owner.inbox().first().cloned());
    let id = delivered["id"].as_str().unwrap();
    assert_eq!(sha256(&host, id), message["sha256"].as_str().unwrap(), "what was approved is what went out");

    let mia = &mia;
    mia.send(&host, &draft("ada@example.org", "No")).fails_with("approval-needed");
    let waiting = host.owner.call("approval.list", &json!({})).ok();
    let no = json!({
        "request": waiting["waiting"][0]["request"], "approve": false, "sha256": waiting["waiting"][0]["sha256"],
    });
    host.owner.call("approval.decide", &no).ok();
    assert_eq!(host.owner.call("approval.list", &json!({})).ok()["waiting"], json!([]));
    let own = mia.person.call("shared.sends", &json!({ "host": mia.host })).ok();
    let ends: Vec<_> =
        own["sends"].as_array().unwrap().iter().map(|s| (&s["subject"], &s["state"])).collect();
    assert_eq!(ends, [(&json!("No"), &json!("not-sent")), (&json!("Yes"), &json!("sent"))]);
    assert_eq!(host.owner.inbox().len(), 1);
    host.verifies();
}

#[test]
fn an_auditor_verifies_the_log_elsewhere_and_nobody_else_gets_it() {
    let mut host = Host::serving();
    let mia = host.join("mia", "sender", &[conditions(&json!({}))]);
    let ada = host.join("ada", "auditor", &[]);
    sent(mia.send(&host, &draft("ada@example.org", "One")).ok());
    mia.person.call("shared.audit", &json!({ "host": mia.host })).fails_with("denied-role");
    let copy = ada.person.call("shared.audit", &json!({ "host": ada.host })).ok();
    assert!(std::fs::metadata(copy["path"].as_str().unwrap()).unwrap().len() > 1000);
    ada.person.signet(["shared", "audit", &ada.host[..12]]).ok();
    host.verifies();
}

#[test]
fn a_host_that_stops_serving_is_away_and_comes_back() {
    let mut host = Host::serving();
    let mia = host.join("mia", "sender", &[conditions(&json!({}))]);
    host.owner.call("host.stop", &json!({})).ok();
    let shared = mia.person.call("shared.list", &json!({})).ok();
    assert_eq!(
        (&shared["hosts"][0]["reachable"], &shared["hosts"][0]["failure"]["code"]),
        (&json!(false), &json!("host-away"))
    );
    host.owner.call("host.start", &json!({})).ok();
    sent(mia.send(&host, &draft("ada@example.org", "Back")).ok());
    host.owner.signet(["lock"]).ok();
    assert_eq!(mia.person.call("shared.list", &json!({})).ok()["hosts"][0]["reachable"], json!(false));
    host.owner.unlock().ok();
    host.owner.call("host.start", &json!({})).ok();
    sent(mia.send(&host, &draft("ada@example.org", "Again")).ok());
    host.verifies();
}

fn sha256(host: &Host, id: &str) -> String {
    use sha2::Digest;
    let raw = host.owner.desk.signet(["--sandbox", "sandbox", "inbox", "raw", id]).output().unwrap().stdout;
    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(raw))
}

#[track_caller]
fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it did not come");
}
