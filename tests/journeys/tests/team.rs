//! A team over real processes: a host, members at desks of their own, each with a keyring of their own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use signet_journeys::{Host, Member, Person};
use signet_testkit::Desk;

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
fn a_host_is_asked_while_a_message_is_on_its_way_and_nothing_seems_wrong() {
    let mut host = Host::serving();
    let mia = host.join("mia", "sender", &[conditions(&json!({}))]);
    let before = host.owner.call("audit.list", &json!({ "limit": 1, "refused": false })).ok();
    host.owner.google(["faults", "add", "slow", "--always"]).ok();
    let on_its_way = std::sync::atomic::AtomicBool::new(true);
    let looks = std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut looks = 0;
            while on_its_way.load(std::sync::atomic::Ordering::Relaxed) {
                let shared = mia.person.call("shared.list", &json!({})).ok();
                assert_eq!(shared["hosts"][0]["alarm"], Value::Null, "{shared}");
                // Makes the log longer between what is asked and what is answered.
                host.owner
                    .call("key.rename", &json!({ "key": host.key, "name": format!("key {looks}") }))
                    .ok();
                looks += 1;
            }
            looks
        });
        let reply = mia.send(&host, &draft("ada@example.org", "On its way"));
        on_its_way.store(false, std::sync::atomic::Ordering::Relaxed);
        let looks = looking.join().unwrap();
        sent(reply.ok());
        looks
    });
    assert!(looks > 1, "nobody looked");
    let after = host.owner.call("audit.list", &json!({ "limit": 1, "refused": false })).ok();
    assert!(after["entries"][0]["seq"].as_u64() > before["entries"][0]["seq"].as_u64());
    assert_eq!(mia.person.call("shared.list", &json!({})).ok()["hosts"][0]["alarm"], Value::Null);
    host.verifies();
}

#[test]
fn an_answer_that_never_comes_is_not_called_unsent() {
    let mut host = Host::serving();
    let mia = host.join("mia", "sender", &[conditions(&json!({}))]);
    host.owner.google(["faults", "add", "slow", "--amount", "5000", "--always"]).ok();
    let wanted = json!({ "draft": draft("ada@example.org", "Lost"), "key": mia.key(&host) });
    let facts = std::thread::scope(|scope| {
        let sending = scope.spawn(|| mia.person.call("shared.send", &wanted).fails_with("send-unknown"));
        wait_for(|| {
            let under_way = host.owner.call("send.list", &json!({})).ok();
            (under_way["sends"].as_array().map(Vec::len) == Some(1)).then_some(())
        });
        // The host dies with the message in its hands, and does not come back while it is asked again.
        let pid = rustix::process::Pid::from_raw(host.owner.agent().unwrap().cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        sending.join().unwrap()
    });
    host.owner.google(["faults", "clear"]).ok();
    host.owner.unlock().ok();
    host.owner.call("host.start", &json!({})).ok();
    // The same request hears how it ended; nothing goes out twice.
    let mut again = wanted.clone();
    again["request"] = facts["request"].clone();
    let reply = mia.person.call("shared.send", &again).ok();
    let sent = usize::from(reply["outcome"]["outcome"] == "sent");
    assert_eq!(host.owner.inbox().len(), sent, "{reply}");
    host.verifies();
}

#[test]
fn what_is_on_its_way_stops_when_its_member_is_revoked() {
    let mut host = Host::serving();
    let mia = host.join("mia", "sender", &[conditions(&json!({}))]);
    host.owner.google(["faults", "add", "slow", "--amount", "3000", "--always"]).ok();
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| {
            mia.person.call(
                "shared.send",
                &json!({ "draft": draft("ada@example.org", "Stop"), "key": mia.key(&host) }),
            )
        });
        wait_for(|| {
            let under_way = host.owner.call("send.list", &json!({})).ok();
            (under_way["sends"].as_array().map(Vec::len) == Some(1)).then_some(())
        });
        let report = host.owner.call("member.revoke", &json!({ "member": mia.id })).ok();
        assert_eq!((&report["under_way"], &report["sends_30_days"]), (&json!(1), &json!(0)));
        let failure = sending.join().unwrap().failure().unwrap();
        assert_eq!(failure["code"], "send-unknown", "its connection is gone: {failure}");
    });
    host.owner.google(["faults", "clear"]).ok();
    // Google never had it whole.
    wait_for(|| host.owner.call("send.list", &json!({})).ok()["sends"].as_array()?.is_empty().then_some(()));
    assert_eq!(host.owner.inbox().len(), 0);
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
    let question = json!({
        "member": mia.id, "key": host.key, "from": "mia@sandbox.example", "recipients": ["ada@example.org"],
        "reply_to": [], "subject": "", "bytes": 1, "attachments": [],
    });
    let answer = host.owner.call("policy.ask", &question).ok();
    assert_eq!(answer["failure"]["code"], "membership-ended", "what Mia would read: {answer}");
    assert_eq!(host.owner.inbox().len(), 1);
    host.verifies();
}

#[test]
fn each_role_does_what_it_is_for() {
    let mut host = Host::serving();
    let granted = [conditions(&json!({}))];
    let mut refused = |role: &str, code: &str| {
        let member = host.join(role, role, &[]);
        member.send(&host, &draft("ada@example.org", "No")).fails_with(code);
    };
    refused("auditor", "denied-role");
    refused("admin", "denied-role");
    refused("custodian", "denied-role");
    // What such a role could not use is not promised to it.
    let idle = json!({
        "name": "ann", "role": "admin", "grants": [{ "key": host.key, "conditions": conditions(&json!({})) }],
    });
    host.owner.call("invite.make", &idle).fails_with("usage");
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
    let facts = mia.send(&host, &draft("ada@example.org", "Yes")).fails_with("approval-needed");
    let waiting = host.owner.call("approval.list", &json!({})).ok();
    let message = &waiting["waiting"][0];
    assert_eq!((&message["message"]["subject"], &message["member"]), (&json!("Yes"), &json!("mia")));
    // Repeated with either id that its member was shown, it waits once.
    for id in ["request", "listed"] {
        let repeated = json!({
            "draft": draft("ada@example.org", "Yes"), "key": mia.key(&host), "request": facts[id],
        });
        let again = mia.person.call("shared.send", &repeated).fails_with("approval-needed");
        assert_eq!(again["listed"], facts["listed"], "{id}");
        let waiting = host.owner.call("approval.list", &json!({})).ok();
        assert_eq!(waiting["waiting"].as_array().map(Vec::len), Some(1), "{id}: {waiting}");
    }
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
    let own = mia.person.call("shared.sends", &json!({ "host": mia.host })).ok();
    assert_eq!(own["sends"][0]["request"], facts["listed"], "its member finds it in the list");
    assert_eq!(sha256(&host, id), message["sha256"].as_str().unwrap(), "what was approved is what went out");

    let states = |mia: &Member| {
        let own = mia.person.call("shared.sends", &json!({ "host": mia.host })).ok();
        let of = |send: &Value| {
            let text = |name: &str| send[name].as_str().unwrap_or_default().to_owned();
            (text("subject"), text("state"))
        };
        own["sends"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let is = |subject: &str, state: &str| (subject.to_owned(), state.to_owned());
    mia.send(&host, &draft("ada@example.org", "No")).fails_with("approval-needed");
    let waiting = host.owner.call("approval.list", &json!({})).ok();
    let no = json!({
        "request": waiting["waiting"][0]["request"], "approve": false, "sha256": waiting["waiting"][0]["sha256"],
    });
    host.owner.call("approval.decide", &no).ok();
    assert_eq!(host.owner.call("approval.list", &json!({})).ok()["waiting"], json!([]));
    assert_eq!(states(&mia), [is("No", "not-sent"), is("Yes", "sent")]);

    // Its member takes one back, by the id that the list shows.
    let typo = mia.send(&host, &draft("ada@example.org", "Typo")).fails_with("approval-needed");
    let back = |id: &Value| {
        let id = id.as_str().unwrap().to_owned();
        mia.person.signet(["shared", "withdraw", &id])
    };
    back(&typo["listed"]).ok();
    assert_eq!(states(&mia)[0], is("Typo", "not-sent"));
    assert_eq!(host.owner.call("approval.list", &json!({})).ok()["waiting"], json!([]));
    back(&facts["listed"]).fails_with("not-found");

    // A lock ends what waits, and its member hears that nothing was sent.
    mia.send(&host, &draft("ada@example.org", "Later")).fails_with("approval-needed");
    assert_eq!(states(&mia)[0], is("Later", "waiting"));
    host.owner.call("lock", &json!({})).ok();
    host.owner.unlock();
    host.owner.call("host.start", &json!({})).ok();
    assert_eq!(host.owner.call("approval.list", &json!({})).ok()["waiting"], json!([]));
    let ended = wait_for(|| Some(states(&mia).remove(0)).filter(|(_, state)| state != "waiting"));
    assert_eq!(ended, is("Later", "not-sent"));
    let log = host.owner.call("audit.list", &json!({ "limit": 100 })).ok();
    let of = |reason: &str| {
        let entries = log["entries"].as_array().unwrap().iter();
        entries.filter(|entry| entry["fields"]["reason"] == reason).count()
    };
    assert_eq!((of("cancelled"), of("approval-over")), (1, 1), "taken back, and ended by the lock: {log}");
    assert_eq!(host.owner.inbox().len(), 1);
    host.verifies();
}

#[test]
fn an_admin_runs_the_team_from_afar() {
    let mut host = Host::serving();
    let mut ann = host.join("ann", "admin", &[]);
    let at = |member: &Member, method: &str, request: Value| {
        let far = json!({ "host": member.host, "method": method, "request": request });
        member.person.call("team.at", &far)
    };
    // Invites with a grant, and lets in who comes.
    let grant = json!({ "key": host.key, "conditions": conditions(&json!({ "approvals":
        { "by": "admin", "within_secs": 600 } })) });
    let wish = json!({ "name": "Tim", "role": "sender", "grants": [grant] });
    let made = at(&ann, "invite.make", wish).ok()["reply"].clone();
    let tim = Person::without_sandbox(Desk::new());
    tim.signet(["agent", "start"]).ok();
    let asked = tim.call("join.begin", &json!({ "invite": made["text"], "device": "laptop" })).ok();
    let code = ann.code(&mut host);
    let yes = json!({ "id": made["invite"]["id"], "words": asked["words"], "code": code });
    let member = at(&ann, "member.approve", yes.clone()).ok()["reply"].clone();
    assert_eq!((&member["name"], &member["grants"].as_array().unwrap().len()), (&json!("Tim"), &1));
    at(&ann, "member.approve", yes).fails_with("invite-over");
    let joined = tim.call("join.show", &json!({ "host": asked["host"] })).ok();
    assert_eq!(joined["state"], "code-missing");
    let tim = Member {
        person: tim,
        id: member["id"].as_str().unwrap().into(),
        host: asked["host"].as_str().unwrap().into(),
        seed: String::new(),
    };
    // A message waits for the admin, who sees it whole and answers with a code.
    tim.send(&host, &draft("ada@example.org", "Please")).fails_with("approval-needed");
    let waiting = at(&ann, "approval.list", json!({})).ok()["reply"]["waiting"][0].clone();
    assert_eq!(waiting["message"]["subject"], "Please");
    let code = ann.code(&mut host);
    let answer = json!({
        "request": waiting["request"], "approve": true, "sha256": waiting["sha256"], "code": code,
    });
    at(&ann, "approval.decide", answer).ok();
    wait_for(|| (!host.owner.inbox().is_empty()).then_some(()));
    // Grants, changes, asks, in the terminal as well.
    let signet = |words: &[&str]| {
        let host = &ann.host[..8];
        ann.person.signet(["team", "--host", host].iter().chain(words).copied().collect::<Vec<_>>())
    };
    let name = host.owner.call("key.list", &json!({})).ok()["keys"][0]["name"].as_str().unwrap().to_owned();
    signet(&["grant", "Tim", "--key", &name, "--as", "mia@sandbox.example", "--to", "example.com"]).ok();
    let list = signet(&["list"]).ok();
    assert!(list.to_string().contains("example.com"), "{list}");
    let answer =
        signet(&["ask", "Tim", "--key", &name, "--from", "mia@sandbox.example", "--to", "a@example.com"]);
    assert_eq!(answer.ok()["decision"], "allow");
    signet(&["suspend", "Tim"]).ok();
    tim.send(&host, &draft("a@example.com", "Out")).fails_with("member-suspended");
    signet(&["resume", "Tim"]).ok();
    sent(tim.send(&host, &draft("a@example.com", "In")).ok());
    let report = signet(&["revoke", "Tim", "--yes"]).ok();
    assert_eq!((&report["sends_30_days"], &report["grants"]), (&json!(2), &json!(2)));
    tim.send(&host, &draft("a@example.com", "Gone")).fails_with("membership-ended");
    // A grant that could not be used is not made.
    let kim = host.join("kim", "auditor", &[]);
    let idle =
        json!({ "member": kim.id, "grant": { "key": host.key, "conditions": conditions(&json!({})) } });
    at(&ann, "grant.put", idle.clone()).fails_with("usage");
    host.owner.call("grant.put", &idle).fails_with("usage");
    // The owner reads who did what.
    let said = host.owner.desk.signet(["--sandbox", "audit", "list"]).output().unwrap().stdout;
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("ann accepted a member") && said.contains("Tim sent a message"), "{said}");
    // Nobody above, and nothing that is the owner's.
    at(&ann, "invite.make", json!({ "name": "Zoe", "role": "admin" })).fails_with("denied-role");
    at(&ann, "key.list", json!({})).fails_with("usage");
    let own = json!({ "member": ann.id, "change": { "change": "role", "role": "sender" } });
    at(&ann, "member.change", own).fails_with("denied-role");
    let mia = host.join("mia", "sender", &[]);
    at(&mia, "team.show", json!({})).fails_with("denied-role");
    host.verifies();
}

#[test]
fn a_custodian_brings_a_key_and_an_auditor_asks_for_an_address() {
    let mut host = Host::serving();
    let kim = host.join("kim", "custodian", &[]);
    let ada = host.join("ada", "auditor", &[]);
    let mia = host.join("mia", "sender", &[conditions(&json!({}))]);
    // The file is on the custodian's desk and is gone from there when the host has the key.
    let file = host.owner.new_key();
    let here = kim.person.path("key.json");
    std::fs::rename(&file, &here).unwrap();
    let bring = |words: &[&str]| {
        let path = here.display().to_string();
        kim.person.signet(["shared", "import", &path].into_iter().chain(words.iter().copied()))
    };
    let taken = bring(&["--name", "second", "--keep-original"]).ok();
    assert_eq!(taken["name"], "second");
    bring(&[]).fails_with("key-duplicate");
    let keys = host.owner.call("key.list", &json!({})).ok();
    let second = keys["keys"].as_array().unwrap().iter().find(|key| key["name"] == "second").unwrap().clone();
    assert_eq!(second["id"], taken["id"]);
    std::fs::write(kim.person.path("no-key.json"), "{}").unwrap();
    let none = kim.person.path("no-key.json").display().to_string();
    kim.person.signet(["shared", "import", &none]).fails_with("key-file-field");
    mia.person.signet(["shared", "import", &here.display().to_string()]).fails_with("denied-role");
    // A sender sends with it, once it is granted.
    let grant =
        json!({ "member": mia.id, "grant": { "key": second["id"], "conditions": conditions(&json!({})) } });
    host.owner.call("grant.put", &grant).ok();
    let key = format!("{}/{}", &mia.host[..8], second["id"].as_str().unwrap());
    let wish = json!({ "draft": draft("ada@example.org", "Second"), "key": key });
    sent(mia.person.call("shared.send", &wish).ok());
    // The auditor asks; the question is on record.
    let found = ada.person.signet(["shared", "confirm-address", "ada@example.org"]).ok();
    assert_eq!(found["entries"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(
        ada.person.signet(["shared", "confirm-address", "bob@example.org"]).ok()["entries"],
        json!([])
    );
    mia.person.signet(["shared", "confirm-address", "ada@example.org"]).fails_with("denied-role");
    let list = host.owner.call("audit.list", &json!({ "action": "audit-confirm-address" })).ok();
    assert_eq!(list["entries"].as_array().unwrap().len(), 3);
    let list = host.owner.call("audit.list", &json!({ "action": "key-import-sealed" })).ok();
    assert!(!list["entries"].as_array().unwrap().is_empty());
    host.verifies();
}

#[test]
fn behind_a_named_proxy_each_member_has_the_own_address() {
    let mut host = Host::serving();
    let home = Relay::to(&host.at, "192.0.2.7");
    let elsewhere = Relay::to(&host.at, "203.0.113.9");
    let code = host.owner.next_step();
    let init = json!({
        "name": "Anna's desk", "listen": host.at, "reachable_at": [home.at, elsewhere.at],
        "proxies": ["127.0.0.1/32"], "networks": ["192.0.2.0/24", "203.0.113.0/24"], "code": code,
    });
    let status = host.owner.call("host.init", &init).ok();
    assert_eq!(status["host"]["proxies"], json!(["127.0.0.1/32"]));
    let mia = host.join("mia", "sender", &[conditions(&json!({ "networks": ["192.0.2.0/24"] }))]);
    sent(mia.send(&host, &draft("ada@example.org", "From home")).ok());
    let team = host.owner.call("team.show", &json!({})).ok();
    assert_eq!(team["members"][0]["devices"][0]["last_address"], "192.0.2.7");
    // The same way, but the proxy says somewhere else.
    home.say("203.0.113.9");
    mia.send(&host, &draft("ada@example.org", "From elsewhere")).fails_with("denied-network");
    home.say("198.51.100.1");
    let shared = mia.person.call("shared.list", &json!({})).ok();
    assert_eq!(shared["hosts"][0]["reachable"], false, "{shared}");
    // No proxy any more: what it puts first is not TLS, and its own address is in no network.
    home.say("192.0.2.7");
    let code = host.owner.next_step();
    let none = json!({
        "name": "Anna's desk", "listen": host.at, "reachable_at": [home.at], "proxies": [], "code": code,
    });
    host.owner.call("host.init", &none).ok();
    let shared = mia.person.call("shared.list", &json!({})).ok();
    assert_eq!(shared["hosts"][0]["reachable"], false, "{shared}");
    host.verifies();
}

/// A proxy that says before each connection whose it is, and ends the earlier ones when it says otherwise.
struct Relay {
    at: String,
    says: Arc<Mutex<String>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    fn to(host: &str, source: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap().to_string();
        let (says, open) = (Arc::new(Mutex::new(source.to_owned())), Arc::<Mutex<Vec<TcpStream>>>::default());
        let (host, told, kept) = (host.to_owned(), Arc::clone(&says), Arc::clone(&open));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(mut server)) = (client, TcpStream::connect(&host)) else { continue };
                let source = told.lock().unwrap().clone();
                let _ = write!(server, "PROXY TCP4 {source} 127.0.0.1 40000 7465\r\n");
                kept.lock().unwrap().extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                for (mut from, mut to) in
                    [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)]
                {
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        Self { at, says, open }
    }

    fn say(&self, source: &str) {
        source.clone_into(&mut self.says.lock().unwrap());
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
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
    // Whoever has no vault has no log; that is no alarm.
    ada.person.call("audit.list", &json!({ "limit": 1 })).fails_with("no-vault");
    host.verifies();
}

#[test]
fn a_host_that_stops_serving_is_away_and_comes_back() {
    let mut host = Host::serving();
    let mia = host.join("mia", "sender", &[conditions(&json!({}))]);
    host.owner.call("host.stop", &json!({})).ok();
    let locks = |host: &Host| host.owner.call("status", &json!({})).ok()["vault"]["locks_at"].is_u64();
    assert!(locks(&host), "it locks by itself again");
    let shared = mia.person.call("shared.list", &json!({})).ok();
    assert_eq!(
        (&shared["hosts"][0]["reachable"], &shared["hosts"][0]["failure"]["code"]),
        (&json!(false), &json!("host-away"))
    );
    host.owner.call("host.start", &json!({})).ok();
    assert!(!locks(&host), "while it serves it does not");
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
