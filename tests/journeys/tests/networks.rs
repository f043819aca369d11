//! A team over real processes: five people, each a user with a keyring of their own, on a machine with a
//! network of its own. Takes root; elsewhere the team's journey runs as one user on one machine (`team.rs`),
//! and `scripts/test` says so.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use signet_journeys::{Answer, Host, Member, Office, Person, Reply};
use signet_testkit::UnixMillis;

const SENDER: &str = "mia@sandbox.example";
const TO: [&str; 2] = ["--to", "ada@example.org"];
/// The sender's desk in the office, and somewhere else.
const DESK: &str = "10.88.1.2";
const ELSEWHERE: &str = "10.88.9.2";

#[test]
fn five_people_on_five_machines() {
    let Some(mut office) = Office::serving() else { return };
    office.host.owner.google(["users", "send-as", SENDER, "team@sandbox.example"]).ok();
    let wide = json!({ "senders": [SENDER], "networks": ["10.88.1.0/24"] });
    let mut adam = office.join("10.88.1.1", "adam", "admin", &[]);
    let mut mia = office.join(DESK, "mia", "sender", std::slice::from_ref(&wide));
    let tess = office.join("10.88.1.3", "tess", "test-sender", std::slice::from_ref(&wide));
    let ada = office.join("10.88.1.4", "ada", "auditor", &[]);
    let host = &mut office.host;

    everybody_is_somewhere_else(&[&host.owner, &adam.person, &mia.person, &tess.person, &ada.person]);
    each_role_does_what_it_is_for(host, &adam, &tess, &ada);
    large_within_the_grant(host, &mia);
    refused_for_every_condition(host, &mut mia, &wide);
    the_exact_bytes_are_approved(host, &mia, &mut adam, &wide);
    revoked_in_the_middle(host, &mia);
    // Last, on the auditor's own machine: everything above is in it, and it verifies.
    let copy = ada.person.call("shared.audit", &json!({ "host": ada.host })).ok();
    assert_eq!(ada.person.may_read(&[copy["path"].as_str().unwrap().into()]), 1);
    ada.person.signet(["shared", "audit", &ada.host[..12]]).ok();
    host.verifies();
    nobody_gets_at_another(&[&host.owner, &adam.person, &mia.person, &tess.person, &ada.person]);
}

fn everybody_is_somewhere_else(people: &[&Person]) {
    let places: Vec<(String, String)> = people.iter().map(|person| person.whereabouts()).collect();
    let users: BTreeSet<&String> = places.iter().map(|(user, _)| user).collect();
    let networks: BTreeSet<&String> = places.iter().map(|(_, network)| network).collect();
    assert_eq!((users.len(), networks.len()), (people.len(), people.len()), "{places:?}");
    assert!(!users.contains(&"0".to_owned()));
    // Google is reached by the host alone: it listens at the host's own loopback.
    let place = std::fs::read(people[0].path("sandbox-google/endpoint.json")).unwrap();
    let place: Value = serde_json::from_slice(&place).unwrap();
    let finds_google = |person: &Person| {
        let mut curl = person.desk.session().command("curl");
        curl.args(["-s", "--noproxy", "*", "-o", "/dev/null", place["http"].as_str().unwrap()]);
        curl.status().unwrap().success()
    };
    let reached: Vec<bool> = people.iter().map(|person| finds_google(person)).collect();
    assert_eq!(reached, [true, false, false, false, false]);
}

fn each_role_does_what_it_is_for(host: &Host, adam: &Member, tess: &Member, ada: &Member) {
    let before = host.owner.inbox().len();
    // Their terminal knows of no key; what asks the host without it hears why.
    let draft = json!({ "from": SENDER, "to": ["ada@example.org"], "subject": "No", "text": "Hello" });
    for member in [adam, ada] {
        member.signet_send(host, &["--to", "ada@example.org", "--subject", "No"]).fails_with("not-found");
        member.send(host, &draft).fails_with("denied-role");
    }
    adam.person.call("shared.audit", &json!({ "host": adam.host })).fails_with("denied-role");
    tess.person.call("shared.audit", &json!({ "host": tess.host })).fails_with("denied-role");
    tess.signet_send(host, &["--to", "tess@example.org", "--subject", "No"])
        .fails_with("denied-subject-prefix");
    tess.signet_send(host, &["--to", "ada@example.org", "--subject", "[TEST] No"])
        .fails_with("denied-recipient");
    sent(tess.signet_send(host, &["--to", "tess@example.org", "--subject", "[TEST] Yes"]));
    assert_eq!(host.owner.inbox().len(), before + 1);
}

fn large_within_the_grant(host: &Host, mia: &Member) {
    let bytes: Vec<u8> = (0..25_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let file = mia.person.file("large.bin", &bytes);
    let more = [TO.as_slice(), &["--subject", "Large", "--attach", file.to_str().unwrap()]].concat();
    let report = mia.signet_send(host, &more).ok();
    assert_eq!(report["outcome"]["outcome"], "sent", "{report}");
    let delivered = host.owner.delivered(report["outcome"]["message_id"].as_str().unwrap());
    assert_eq!(delivered.header("subject"), "Large");
    assert_eq!(report["attachments"][0]["sha256"], sha256(&bytes));
    assert!(report["bytes"].as_u64().unwrap() > 33_000_000, "{}", report["bytes"]);
}

/// With the grant as it is the message goes out; with one condition more, it does not. Changes count from the
/// next request on.
fn refused_for_every_condition(host: &mut Host, mia: &mut Member, wide: &Value) {
    let (grant, member) = (grant_of(host, mia), mia.id.clone());
    let change = |host: &Host, more: &Value| {
        let mut conditions = wide.clone();
        conditions.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let wish = json!({ "key": host.key, "conditions": conditions });
        host.owner.call("grant.put", &json!({ "id": grant, "member": member, "grant": wish })).ok();
    };
    let attachment = mia.person.file("notes.txt", b"attached");
    let attach = ["--attach", attachment.to_str().unwrap()];
    let hidden = ["--bcc", "eve@example.com"];
    let alias = ["--from", "team@sandbox.example"];
    let now = UnixMillis::from_seconds(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs());
    let cases: Vec<(Value, &[&str], &str)> = vec![
        (json!({}), &["--from", "ceo@sandbox.example"], "denied-sender"),
        (json!({ "aliases": ["other@sandbox.example"] }), &alias, "denied-sender"),
        (json!({ "recipients": ["example.org"] }), &hidden, "denied-recipient"),
        (json!({ "recipients": ["example.org"] }), &["--reply-to", "eve@example.com"], "denied-reply-to"),
        (json!({ "recipients_max": 1 }), &hidden, "denied-recipient-count"),
        (json!({ "bytes_max": 200 }), &[], "denied-size"),
        (json!({ "attachment_types": ["application/pdf"] }), &attach, "denied-attachment"),
        (json!({ "attachment_types": [] }), &attach, "denied-attachment"),
        (json!({ "networks": ["10.88.2.0/24"] }), &[], "denied-network"),
        (json!({ "hours": some_other_day(now) }), &[], "denied-hours"),
        (json!({ "not_before": now.0 + 3_600_000 }), &[], "denied-not-yet"),
        (json!({ "not_after": now.0 - 1000 }), &[], "denied-expired"),
        (json!({ "per_minute": 1 }), &[], "denied-rate"),
        (json!({ "per_day": 1 }), &[], "denied-rate"),
        (json!({ "code_within": 0 }), &[], "code-needed"),
        (json!({ "code_within": 1 }), &[], "code-needed"),
        (json!({ "approvals": { "by": "owner", "within_secs": 600 } }), &[], "approval-needed"),
    ];
    let send = |host: &Host, mia: &Member, subject: &str, more: &[&str]| {
        mia.signet_send(host, &[TO.as_slice(), &["--subject", subject], more].concat())
    };
    change(host, &json!({ "aliases": ["team@sandbox.example"] }));
    sent(send(host, mia, "Alias", &alias));
    let mut expected = host.owner.inbox().len();
    for (more, words, code) in &cases {
        change(host, &json!({}));
        if *words != alias.as_slice() && words.first() != Some(&"--from") {
            sent(send(host, mia, "Control", words));
            expected += 1;
        }
        change(host, more);
        send(host, mia, "Refused", words).fails_with(code);
        assert_eq!(host.owner.inbox().len(), expected, "{more} {words:?}");
    }
    host.owner.call("approval.list", &json!({})).ok()["waiting"].as_array().unwrap().iter().for_each(|one| {
        let no = json!({ "request": one["request"], "approve": false, "sha256": one["sha256"] });
        host.owner.call("approval.decide", &no).ok();
    });
    // With a code together with it, it goes out; the same code again does not do.
    change(host, &json!({ "code_within": 0 }));
    let code = mia.code(host);
    sent(send(host, mia, "With a code", &["--member-code", &code]));
    send(host, mia, "Refused", &["--member-code", &code]).fails_with("member-code-wrong");
    // A forbid beats the grant.
    change(host, &json!({}));
    let forbid = json!({ "id": 0, "matches": { "recipients": ["ada@example.org"] } });
    host.owner.call("forbid.put", &json!({ "forbid": forbid })).ok();
    send(host, mia, "Refused", &[]).fails_with("denied-forbidden");
    let forbid = host.owner.call("team.show", &json!({})).ok()["forbids"][0]["id"].clone();
    host.owner.call("forbid.remove", &json!({ "id": forbid })).ok();
    // The laptop leaves the office, and comes back: the address that the host sees decides.
    moves(mia, ELSEWHERE);
    send(host, mia, "Refused", &[]).fails_with("denied-network");
    moves(mia, DESK);
    sent(send(host, mia, "Back", &[]));
    assert_eq!(host.owner.inbox().len(), expected + 2, "refused is not sent");
}

/// While its agent runs, and has a connection from the address before.
fn moves(member: &mut Member, address: &str) {
    member.person.desk.session_mut().machine_mut().unwrap().moves_to(address);
}

/// By the owner at the host, then by an admin at a machine of their own.
fn the_exact_bytes_are_approved(host: &mut Host, mia: &Member, adam: &mut Member, wide: &Value) {
    let grant = grant_of(host, mia);
    let change = |host: &Host, conditions: &Value| {
        let wish = json!({ "key": host.key, "conditions": conditions });
        host.owner.call("grant.put", &json!({ "id": grant, "member": mia.id, "grant": wish })).ok();
    };
    for by in ["owner", "admin"] {
        let mut conditions = wide.clone();
        conditions["approvals"] = json!({ "by": by, "within_secs": 600 });
        change(host, &conditions);
        let (subject, before) = (format!("Approve me, {by}"), host.owner.inbox().len());
        mia.signet_send(host, &[TO.as_slice(), &["--subject", &subject]].concat())
            .fails_with("approval-needed");
        let waiting = approver(host, adam, by, "approval.list", &json!({})).ok()["waiting"][0].clone();
        assert_eq!(waiting["message"]["subject"], subject.as_str(), "{waiting}");
        let mut answer = |host: &mut Host, sha256: &Value| {
            let code = if by == "owner" { host.owner.next_step() } else { adam.code(host) };
            let request = &waiting["request"];
            let yes = json!({ "request": request, "approve": true, "sha256": sha256, "code": code });
            approver(host, adam, by, "approval.decide", &yes)
        };
        answer(host, &json!("00".repeat(32))).fails_with("approval-changed");
        assert_eq!(host.owner.inbox().len(), before);
        answer(host, &waiting["sha256"]).ok();
        let message = wait_for(|| host.owner.inbox().into_iter().find(|m| m["subject"] == subject.as_str()));
        let id = message["id"].as_str().unwrap();
        let raw =
            host.owner.desk.signet(["--sandbox", "sandbox", "inbox", "raw", id]).output().unwrap().stdout;
        assert_eq!(sha256(&raw), waiting["sha256"].as_str().unwrap(), "what was approved is what went out");
    }
    change(host, wide);
}

/// A method at the host, asked by its owner or from an admin's machine.
fn approver(host: &Host, adam: &Member, by: &str, method: &str, request: &Value) -> Reply {
    if by == "owner" {
        return host.owner.call(method, request);
    }
    let at = json!({ "host": adam.host, "method": method, "request": request });
    adam.person.call("team.at", &at).map(|reply| reply["reply"].clone())
}

/// Some of a large attachment has arrived when its sender is revoked; the machine is held still meanwhile.
fn revoked_in_the_middle(host: &Host, mia: &Member) {
    let before = host.owner.inbox().len();
    let machine = mia.person.desk.session().machine().unwrap();
    let agent = Pid::from_raw(i32::try_from(mia.person.agent().unwrap()).unwrap()).unwrap();
    let sent_before = machine.bytes_sent();
    let mut send = mia.person.command(["send", "--key", &mia.key(host), "--from", SENDER, "--text", "Hello"]);
    send.args(TO).args(["--subject", "Never", "--attach"]).arg(mia.person.path("large.bin"));
    let send = send.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while machine.bytes_sent() < sent_before + 500_000 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing is uploaded");
        std::thread::sleep(Duration::from_micros(200));
    }
    kill_process(agent, Signal::STOP).unwrap();
    let report = host.owner.call("member.revoke", &json!({ "member": mia.id })).ok();
    let uploaded = machine.bytes_sent() - sent_before;
    assert!(uploaded < 25_000_000, "the upload was over: {uploaded} bytes");
    assert_eq!((&report["devices"], &report["closed"]), (&json!(["laptop"]), &json!(1)), "{report}");
    kill_process(agent, Signal::CONT).unwrap();
    Answer::of(&send.wait_with_output().unwrap()).fails_with("membership-ended");
    mia.signet_send(host, &[TO.as_slice(), &["--subject", "Never"]].concat()).fails_with("membership-ended");
    assert_eq!(host.owner.inbox().len(), before);
}

/// Nobody reads another's files or speaks to another's agent or keyring, even where the way to them is open.
fn nobody_gets_at_another(people: &[&Person]) {
    for person in people {
        std::fs::set_permissions(person.desk.home(), PermissionsExt::from_mode(0o755)).unwrap();
    }
    for (whose, other) in people.iter().enumerate() {
        let files = other.private_files();
        assert!(!files.is_empty());
        for (who, person) in people.iter().enumerate() {
            let own = who == whose;
            assert_eq!(person.may_read(&files), if own { files.len() } else { 0 }, "{who} and {files:?}");
            assert_eq!(person.reaches_agent_of(other), own, "{who} and the agent of {whose}");
            assert_eq!(person.reaches_keyring_of(other), own, "{who} and the keyring of {whose}");
        }
    }
}

#[track_caller]
fn sent(answer: Answer) {
    let report = answer.ok();
    assert_eq!(report["outcome"]["outcome"], "sent", "{report}");
}

fn grant_of(host: &Host, member: &Member) -> Value {
    let team = host.owner.call("team.show", &json!({})).ok();
    let found = team["members"].as_array().unwrap().iter().find(|one| one["id"] == member.id.as_str());
    found.unwrap()["grants"][0]["grant"]["id"].clone()
}

/// Hours of the day of the week that is three days from now.
fn some_other_day(now: UnixMillis) -> Value {
    const DAYS: [&str; 7] = ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];
    // 1 January 1970 was a Thursday.
    let day = usize::try_from(now.0 / 86_400_000 + 3).unwrap() % 7;
    json!({ "days": [DAYS[day]], "from": 0, "to": 1440, "zone": "UTC" })
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes))
}

#[track_caller]
fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it did not come");
}
