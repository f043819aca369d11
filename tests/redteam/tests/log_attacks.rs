//! A host's operator who attacks the log's files: which device notices, and when. The table is in
//! `docs/THREAT-MODEL.md`, "Attacks on a host's log".
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use signet_journeys::{Host, Member};
use signet_redteam::{SENDER, conditions};

/// Files as they were; none for one that was not there.
type Copied = Vec<(PathBuf, Option<Vec<u8>>)>;

/// The operator's own tools: the host is down while they are used.
struct Operator {
    host: Host,
}

impl Operator {
    fn down(&self) {
        let Some(pid) = self.host.owner.agent() else { return };
        kill_process(Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(), Signal::KILL).unwrap();
        let begun = Instant::now();
        while Path::new(&format!("/proc/{pid}/task")).exists() {
            assert!(begun.elapsed() < Duration::from_secs(30), "a killed agent lives");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Unlocks and serves, if the host lets itself be served.
    fn up(&mut self) -> Option<Value> {
        let unlocked = self.host.owner.unlock();
        if unlocked.exit != 0 {
            return Some(unlocked.json["error"].clone());
        }
        self.host.owner.call("host.start", &json!({})).failure()
    }

    fn files(&self, names: &[&str]) -> Vec<PathBuf> {
        let folder = self.host.owner.vault();
        let with = |name: &&str| ["", "-wal", "-shm"].map(|end| folder.join(format!("{name}{end}")));
        names.iter().flat_map(with).collect()
    }

    /// A copy of files that belong together, the host being down.
    fn copy(&self, names: &[&str]) -> Copied {
        self.files(names).into_iter().map(|path| (path.clone(), std::fs::read(&path).ok())).collect()
    }

    fn put_back(copy: &Copied) {
        for (path, bytes) in copy {
            match bytes {
                Some(bytes) => std::fs::write(path, bytes).unwrap(),
                None => drop(std::fs::remove_file(path)),
            }
        }
    }

    fn sql(&self, statement: &str) {
        let program =
            "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()";
        let log = self.host.owner.vault().join("audit.db");
        let done = Command::new("python3").args(["-c", program]).arg(log).arg(statement).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn size(&self) -> u64 {
        self.host.owner.call("audit.list", &json!({ "limit": 1 })).ok()["entries"][0]["seq"].as_u64().unwrap()
            + 1
    }
}

/// What a member's device says of its host.
fn says(member: &Member) -> String {
    let shared = member.person.call("shared.list", &json!({})).ok();
    let host = &shared["hosts"][0];
    host["alarm"].as_str().or_else(|| host["failure"]["code"].as_str()).unwrap_or("fine").to_owned()
}

fn sends(member: &Member, host: &Host, subject: &str) -> Option<Value> {
    let draft = json!({ "from": SENDER, "to": ["ada@example.org"], "subject": subject, "text": "Hello" });
    member.send(host, &draft).failure()
}

/// A host with a log of two days; each member has seen all of it.
fn two_days(names: &[&str]) -> (Operator, Vec<Member>, Copied) {
    let mut host = Host::serving();
    let members: Vec<Member> =
        names.iter().map(|name| host.join(name, "sender", &[conditions(&json!({}))])).collect();
    for member in &members {
        assert_eq!(sends(member, &host, "Yesterday"), None);
    }
    let mut operator = Operator { host };
    operator.down();
    let yesterday = operator.copy(&["audit.db"]);
    assert_eq!(operator.up(), None);
    for member in &members {
        assert_eq!(sends(member, &operator.host, "Today"), None);
        assert_eq!(says(member), "fine");
    }
    (operator, members, yesterday)
}

#[test]
fn the_newest_rows_dropped_and_a_fork_are_noticed_by_whoever_saw_them() {
    let (mut operator, members, yesterday) = two_days(&["mia", "tim"]);
    let (mia, tim) = (&members[0], &members[1]);
    let seen = operator.size();
    operator.down();
    Operator::put_back(&yesterday);
    // The owner's own machine remembers the size; an operator who owns its keychain does not care.
    assert_eq!(operator.up(), None);
    assert_ne!(operator.host.owner.verify().exit, 0, "the owner's anchor does not notice");
    assert_eq!(says(mia), "the log is shorter than this device has seen it");
    // From then on nothing goes through that host from this device.
    assert_eq!(sends(mia, &operator.host, "After").unwrap()["code"], "host-forked");
    // The fork grows past what was seen: tim has not asked meanwhile, and notices all the same.
    while operator.size() < seen + 5 {
        operator.host.owner.call("invite.make", &json!({ "name": "x", "role": "sender" })).ok();
    }
    assert_eq!(says(tim), "the log does not contain what this device has seen");
}

#[test]
fn an_edited_entry_is_noticed_by_whoever_verifies() {
    let (mut operator, members, _) = two_days(&["mia"]);
    let ada = operator.host.join("ada", "auditor", &[]);
    ada.person.signet(["shared", "audit", &ada.host[..12]]).ok();
    operator.down();
    operator.sql("UPDATE entry SET body = zeroblob(length(body)) WHERE seq = 5;");
    let served = operator.up();
    assert_ne!(operator.host.owner.verify().exit, 0, "verify does not notice");
    if served.is_none() {
        assert_ne!(
            ada.person.signet(["shared", "audit", &ada.host[..12]]).exit,
            0,
            "the auditor does not notice"
        );
    }
    // A member's device checks the tree, not the entries: it goes on, or the host does not serve at all.
    assert!(["fine", "host-away"].contains(&says(&members[0]).as_str()), "{}", says(&members[0]));
}

#[test]
fn rows_cut_off_in_place_are_noticed_by_the_host_itself() {
    let (mut operator, members, _) = two_days(&["mia"]);
    let size = operator.size();
    operator.down();
    operator.sql(&format!(
        "DELETE FROM entry WHERE seq >= {}; DELETE FROM checkpoint WHERE size > {};",
        size - 3,
        size - 3
    ));
    let served = operator.up();
    assert_ne!(operator.host.owner.verify().exit, 0, "verify does not notice");
    println!("served: {served:?}; mia: {}", says(&members[0]));
    assert_ne!(says(&members[0]), "fine");
}

#[test]
fn yesterdays_copy_of_everything_is_noticed_by_every_device() {
    let mut host = Host::serving();
    let mia = host.join("mia", "sender", &[conditions(&json!({}))]);
    assert_eq!(sends(&mia, &host, "Yesterday"), None);
    let mut operator = Operator { host };
    operator.down();
    let yesterday = operator.copy(&["audit.db", "vault.db"]);
    assert_eq!(operator.up(), None);
    assert_eq!(sends(&mia, &operator.host, "Today"), None);
    operator.down();
    Operator::put_back(&yesterday);
    let served = operator.up();
    println!("served: {served:?}; mia: {}", says(&mia));
    assert_ne!(operator.host.owner.verify().exit, 0, "the owner's anchor does not notice");
    assert_ne!(says(&mia), "fine");
}
