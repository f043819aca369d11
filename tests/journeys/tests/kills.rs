//! `kill -9` of the agent at random moments. No vault is lost, no message is sent twice, none without an
//! entry in the log. Ten of each in the ordinary tests, two hundred of each in the long ones.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeSet;
use std::os::unix::net::UnixStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use signet_journeys::{PASSPHRASE, Person, SetUp};

const OTHER: &str = "quartz-lantern-meadow-forty-salmon";

/// Moments between zero and `longest`, the same in every run of the tests.
struct Moments(u64);

impl Moments {
    fn next(&mut self, longest: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        longest.mul_f64(f64::from((self.0 >> 40) as u32) / f64::from(1_u32 << 24))
    }
}

/// Kills the agent after a while, and waits for the command that was using it.
fn kill_after(person: &Person, delay: Duration, command: &mut Child) {
    std::thread::sleep(delay);
    kill(person);
    let begun = Instant::now();
    while command.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_mins(1), "the command hangs after its agent was killed");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn kill(person: &Person) {
    let killed = person.agent().and_then(|pid| Pid::from_raw(i32::try_from(pid).unwrap()));
    if let Some(pid) = killed {
        let _ = kill_process(pid, Signal::KILL);
    }
    await_end(person, killed);
}

/// A killed process is gone from view before its last thread has let go of the socket: until then the
/// next command would still reach it. An agent that a command started meanwhile may listen there.
fn await_end(person: &Person, killed: Option<Pid>) {
    let socket = person.desk.home().join("run/sandbox.sock");
    let begun = Instant::now();
    while let Ok(stream) = UnixStream::connect(&socket) {
        let listener = rustix::net::sockopt::socket_peercred(&stream).unwrap().pid;
        let alive = person.agent().and_then(|pid| Pid::from_raw(i32::try_from(pid).unwrap()));
        if Some(listener) != killed && Some(listener) == alive {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "a killed agent still listens");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn quietly(mut command: std::process::Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn kills_during_unlock(times: usize) {
    let mut person = Person::ready();
    let mut moments = Moments(1);
    for _ in 0..times {
        person.signet(["lock"]).ok();
        let code = person.next_step();
        let mut unlock = quietly(person.command(["unlock", "--passphrase-stdin", "--code", &code]));
        std::io::Write::write_all(&mut unlock.stdin.take().unwrap(), format!("{PASSPHRASE}\n").as_bytes())
            .unwrap();
        kill_after(&person, moments.next(Duration::from_millis(400)), &mut unlock);
        open_again(&mut person);
    }
    person.verify().ok();
}

fn kills_during_import(times: usize) {
    let mut person = Person::with_vault();
    let mut moments = Moments(2);
    for _ in 0..times {
        let file = person.new_key().display().to_string();
        let mut import = quietly(person.command(["key", "import", &file, "--keep-original"]));
        kill_after(&person, moments.next(Duration::from_millis(250)), &mut import);
        open_again(&mut person);
        // It is in or not; in either case importing it again ends well, and every key in the list opens.
        let again = person.signet(["key", "import", &file, "--keep-original"]);
        assert!(again.exit == 0 || again.json["error"]["code"] == "key-duplicate", "{}", again.json);
        let keys = person.signet(["key", "list"]).ok()["keys"].as_array().cloned().unwrap();
        for key in keys {
            let id = key["id"].as_str().unwrap();
            person.signet(["check", "--sender", "mia@sandbox.example", "--key", id]).ok();
            person.signet(["key", "remove", id, "--yes"]).ok();
        }
    }
    person.verify().ok();
}

fn kills_during_send(times: usize) {
    let mut person = Person::ready();
    let mut moments = Moments(3);
    let big = person.file("big.bin", &vec![9; 3_000_000]).display().to_string();
    for round in 0..times {
        let subject = format!("round {round}");
        let mut send = quietly(person.command([
            "send",
            "--from",
            "mia@sandbox.example",
            "--to",
            "ada@example.com",
            "--subject",
            &subject,
            "--text",
            "x",
            "--attach",
            &big,
        ]));
        kill_after(&person, moments.next(Duration::from_millis(300)), &mut send);
        open_again(&mut person);
    }
    // What was begun is settled after the unlock, beside it.
    let begun = Instant::now();
    let open = |person: &Person| {
        let entries = entries(person);
        let with = |decision: &[&str]| -> BTreeSet<String> {
            let of = |entry: &&Value| decision.contains(&entry["decision"].as_str().unwrap_or_default());
            entries
                .iter()
                .filter(of)
                .filter_map(|entry| Some(entry["request"].as_str()?.to_owned()))
                .collect()
        };
        let (intents, outcomes) = (with(&["intent"]), with(&["done", "failed", "unknown"]));
        intents.difference(&outcomes).count()
    };
    while open(&person) > 0 {
        assert!(begun.elapsed() < Duration::from_mins(1), "intents without an outcome");
        std::thread::sleep(Duration::from_millis(100));
    }
    let entries = entries(&person);
    let mut seen = BTreeSet::new();
    for message in person.inbox() {
        let subject = message["subject"].as_str().unwrap().to_owned();
        assert!(seen.insert(subject.clone()), "{subject} was sent twice");
        let id = message["id"].as_str().unwrap();
        let header = person.delivered(id).header("message-id").trim_matches(['<', '>']).to_owned();
        let intent = entries.iter().find(|entry| entry["message_id"] == header.as_str());
        let intent = intent.unwrap_or_else(|| panic!("{subject} is not in the log"));
        let ended = entries
            .iter()
            .find(|entry| entry["request"] == intent["request"] && entry["decision"] != "intent");
        // Its own outcome: a message that arrived may be unknown to the log, but never "not sent".
        let decision = ended.and_then(|entry| entry["decision"].as_str());
        assert!(
            matches!(decision, Some("done" | "unknown")),
            "{subject} was sent, and the log says {decision:?}"
        );
    }
    person.verify().ok();
}

fn kills_during_passphrase_change(times: usize) {
    let mut person = Person::ready();
    let mut moments = Moments(4);
    let (mut now, mut next) = (PASSPHRASE, OTHER);
    for _ in 0..times {
        let code = person.next_step();
        let command =
            person.command(["passphrase", "change", "--passphrase-stdin", "--code", &code, "--script"]);
        let mut change = SetUp::start(command, &[now, next]);
        assert!(change.shown["error"].is_null(), "{}", change.shown);
        let delay = moments.next(Duration::from_millis(300));
        let pid = person.agent().and_then(|pid| Pid::from_raw(i32::try_from(pid).unwrap())).unwrap();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(delay);
            let _ = kill_process(pid, Signal::KILL);
        });
        let _ = change.answer(None);
        killer.join().unwrap();
        change.abandon();
        kill(&person);
        let code = person.next_step();
        if person.unlock_with(next, &code).exit == 0 {
            (now, next) = (next, now);
        } else {
            let code = person.next_step();
            person.unlock_with(now, &code).ok();
        }
        person.send(["--to", "ada@example.com", "--text", "x"]).ok();
    }
    person.verify().ok();
}

fn kills_during_init(times: usize) {
    let mut moments = Moments(5);
    let mut person = Person::new();
    for _ in 0..times {
        let command = person.command(["init", "--kdf", "floor", "--passphrase-stdin", "--script"]);
        let mut set_up = SetUp::start(command, &[PASSPHRASE]);
        person.take(&set_up);
        let code = person.code();
        let pid = person.agent().and_then(|pid| Pid::from_raw(i32::try_from(pid).unwrap())).unwrap();
        let delay = moments.next(Duration::from_millis(300));
        let killer = std::thread::spawn(move || {
            std::thread::sleep(delay);
            let _ = kill_process(pid, Signal::KILL);
        });
        let _ = set_up.answer(Some(&code));
        killer.join().unwrap();
        set_up.abandon();
        kill(&person);
        if person.vault().join("vault.db").exists() {
            // It came into being: it opens, and works.
            open_again(&mut person);
        } else {
            person.init();
        }
        person.import();
        person.send(["--to", "ada@example.com", "--text", "x"]).ok();
        person.signet(["vault", "destroy", "--yes"]).ok();
    }
}

/// Unlocks after a kill; if that fails, says what the agent logged.
fn open_again(person: &mut Person) {
    let answer = person.unlock();
    if answer.exit != 0 {
        let log =
            std::fs::read_to_string(person.desk.home().join("state/sandbox/agent.log")).unwrap_or_default();
        let tail: Vec<&str> = log.lines().rev().take(12).collect();
        panic!("{} {}\n{}", answer.json, answer.stderr, tail.join("\n"));
    }
}

/// Every entry of the log, oldest first.
fn entries(person: &Person) -> Vec<Value> {
    let lines = person.desk.signet(["--sandbox", "audit", "export"]).output().unwrap();
    String::from_utf8(lines.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn ten_kills_during_init() {
    kills_during_init(10);
}

#[test]
fn ten_kills_during_unlock() {
    kills_during_unlock(10);
}

#[test]
fn ten_kills_during_import() {
    kills_during_import(10);
}

#[test]
fn ten_kills_during_send() {
    kills_during_send(10);
}

#[test]
fn ten_kills_during_passphrase_change() {
    kills_during_passphrase_change(10);
}

#[test]
fn soak_two_hundred_kills_during_init() {
    kills_during_init(200);
}

#[test]
fn soak_two_hundred_kills_during_unlock() {
    kills_during_unlock(200);
}

#[test]
fn soak_two_hundred_kills_during_import() {
    kills_during_import(200);
}

#[test]
fn soak_two_hundred_kills_during_send() {
    kills_during_send(200);
}

#[test]
fn soak_two_hundred_kills_during_passphrase_change() {
    kills_during_passphrase_change(200);
}
