//! The log: fail closed without locking the owner out; tampering is seen, also on a copy and without an agent.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;

use signet_journeys::Person;

#[test]
fn a_log_that_cannot_be_written_stops_sending_and_nothing_else() {
    let mut person = Person::ready();
    person.signet(["lock"]).ok();
    // The log is replaced by a folder: whoever opens it for writing fails, root too.
    person.signet(["agent", "stop"]).ok();
    while person.agent().is_some() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let log = person.vault().join("audit.db");
    let aside = person.path("aside.db");
    fs::rename(&log, &aside).unwrap();
    fs::create_dir(&log).unwrap();
    person.unlock().ok();
    person.send(["--to", "ada@example.com", "--text", "x"]).fails_with("audit-unwritable");
    assert!(person.inbox().is_empty());
    let status = person.signet(["status"]).ok();
    assert_eq!(status["audit"]["failure"]["code"], "audit-unwritable", "{status}");
    person.signet(["backup", "create", &person.path("copy.backup").display().to_string()]).ok();
    person.signet(["lock"]).ok();
    fs::remove_dir(&log).unwrap();
    fs::rename(&aside, &log).unwrap();
    person.unlock().ok();
    person.send(["--to", "ada@example.com", "--text", "x"]).ok();
    person.verify().ok();
}

#[test]
fn a_copied_log_is_verified_without_agent_or_vault() {
    let person = Person::ready();
    person.send(["--to", "ada@example.com", "--text", "x"]).ok();
    person.signet(["lock"]).ok();
    person.signet(["agent", "stop"]).ok();
    while person.agent().is_some() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let copy = person.path("copied-log.db");
    fs::copy(person.vault().join("audit.db"), &copy).unwrap();
    let copied = copy.display().to_string();
    let report = person.signet(["audit", "verify", "--log", &copied]).ok();
    assert!(report["size"].as_u64().unwrap() >= 5, "{report}");
    assert!(person.agent().is_none(), "verifying a copy started an agent");
    let lines = person.desk.signet(["--sandbox", "audit", "export", "--log", &copied]).output().unwrap();
    let lines = String::from_utf8(lines.stdout).unwrap();
    assert!(lines.lines().any(|line| line.contains("\"action\":\"send\"")), "{lines}");
    assert!(!lines.contains("ada@example.com"), "addresses are kept as domain and HMAC");

    let mut bytes = fs::read(&copy).unwrap();
    let at = bytes.windows(11).position(|window| window == b"example.com").unwrap();
    bytes[at] ^= 1;
    fs::write(&copy, bytes).unwrap();
    person.signet(["audit", "verify", "--log", &copied]).fails_checks(&["tree-root"]);
}

#[test]
fn a_log_rolled_back_alone_is_seen() {
    let mut person = Person::ready();
    person.send(["--to", "ada@example.com", "--text", "x"]).ok();
    let stop = |person: &Person| {
        person.signet(["lock"]).ok();
        person.signet(["agent", "stop"]).ok();
        while person.agent().is_some() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    stop(&person);
    let old = fs::read(person.vault().join("audit.db")).unwrap();
    person.unlock().ok();
    person.send(["--to", "ada@example.com", "--text", "y"]).ok();
    stop(&person);
    for name in ["audit.db-wal", "audit.db-shm"] {
        let _ = fs::remove_file(person.vault().join(name));
    }
    fs::write(person.vault().join("audit.db"), old).unwrap();
    let unlocked = person.unlock().ok();
    assert!(unlocked["settled"].to_string().contains("older than the keychain remembers"), "{unlocked}");
    person.verify().fails_checks(&["anchor"]);
}

#[test]
fn the_keychain_remembers_the_last_of_many_sends_without_a_lock() {
    let person = Person::ready();
    let draft =
        serde_json::json!({ "from": "mia@sandbox.example", "to": ["ada@example.com"], "subject": "Many" });
    let request = serde_json::json!({ "draft": draft, "mode": "send" });
    let sizes: Vec<u64> = std::thread::scope(|scope| {
        let sends: Vec<_> = (0..12).map(|_| scope.spawn(|| person.call("send", &request).ok())).collect();
        sends.into_iter().map(|send| send.join().unwrap()["audit"]["size"].as_u64().unwrap()).collect()
    });
    let last = *sizes.iter().max().unwrap();
    let begun = std::time::Instant::now();
    loop {
        let remembered = person.call("audit.anchor", &serde_json::json!({})).ok();
        if remembered["size"].as_u64().unwrap() >= last {
            break;
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{remembered}, and the log had {last}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    person.verify().ok();
}
