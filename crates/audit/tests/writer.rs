//! The writing thread: group commit, order, failures that stay with whom they belong, and sudden death.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use signet_audit::{AppendError, Reader, Writer};
use support::*;

#[test]
fn appends_of_many_threads_share_commits_and_all_arrive() {
    let (home, log) = Home::new();
    let writer = Writer::spawn(log).unwrap();
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (writer, send) = (&writer, send.clone());
            scope.spawn(move || {
                for n in 0..50 {
                    let number = thread * 100 + n;
                    let send = send.clone();
                    writer.append(vec![intent(number), outcome(number)], unlocked(), move |result| {
                        send.send((number, result.unwrap())).unwrap();
                    });
                }
            });
        }
    });
    drop(send);
    drop(writer);
    let receipts: Vec<_> = receive.iter().collect();
    assert_eq!(receipts.len(), 400);
    let reader = Reader::open(&home.path()).unwrap();
    for (number, receipt) in &receipts {
        for seq in [receipt.first_seq, receipt.first_seq + 1] {
            let (entry, bytes) = reader.entry(seq).unwrap();
            assert_eq!(entry.request, Some(request(*number)));
            let proof = reader.inclusion_proof(seq, receipt.size).unwrap();
            assert!(signet_audit::verify_inclusion(&bytes, seq, receipt.size, &receipt.root, &proof));
        }
    }
    drop(reader);
    let report = home.verify(None);
    assert!(report.passed(), "{report:#?}");
    assert_eq!(report.size, 800);
    assert!(report.checkpoints < 400, "{} commits for 400 appends", report.checkpoints);
}

#[test]
fn a_refused_append_does_not_touch_its_neighbours() {
    let (home, log) = Home::new();
    let writer = Writer::spawn(log).unwrap();
    let (send, receive) = mpsc::channel();
    // Hold the thread, so that all of these wait for the same group.
    let (gate, opened) = mpsc::sync_channel::<()>(0);
    writer.append(vec![unlock(0)], unlocked(), move |_| opened.recv().unwrap_or(()));
    let submit = |name: &'static str, drafts, signer| {
        let send = send.clone();
        writer.append(drafts, signer, move |result| send.send((name, result.map(|r| r.first_seq))).unwrap());
    };
    submit("good", vec![intent(1)], unlocked());
    submit("large", vec![lock(2).target("x".repeat(70_000))], unlocked());
    submit("locked", vec![refusal(3)], locked());
    submit("key use", vec![intent(4)], locked());
    submit("empty", vec![], unlocked());
    submit("after", vec![outcome(1)], unlocked());
    drop(gate);
    drop(writer);
    drop(send);
    let results: std::collections::BTreeMap<_, _> = receive.iter().collect();
    assert_eq!(results["good"], Ok(1));
    assert_eq!(results["large"], Err(AppendError::Invalid));
    assert_eq!(results["locked"], Ok(2));
    assert_eq!(results["key use"], Err(AppendError::NeedsUnlocked));
    assert_eq!(results["empty"], Err(AppendError::Invalid));
    assert_eq!(results["after"], Ok(3));
    assert_eq!(home.failed(None), []);
}

#[test]
fn a_callback_that_panics_does_not_stop_the_log() {
    let (home, log) = Home::new();
    let writer = Writer::spawn(log).unwrap();
    writer.append(vec![unlock(0)], unlocked(), |_| panic!("a fault of the caller"));
    assert_eq!(writer.append_wait(vec![lock(1)], unlocked()).unwrap().first_seq, 1);
    let failed: Result<(), _> = writer.with_log(|_| panic!("another"));
    assert_eq!(failed, Err(AppendError::Stopped));
    let anchor = writer.with_log(|log| log.anchor()).unwrap();
    assert_eq!(anchor.size, 2);
    drop(writer);
    assert_eq!(home.failed(Some(anchor)), []);
}

#[test]
fn the_signing_key_is_let_go_before_the_answer() {
    let (_home, log) = Home::new();
    let writer = Writer::spawn(log).unwrap();
    let key = key(1);
    for _ in 0..20 {
        writer.append_wait(vec![unlock(0)], signet_audit::Signer::Unlocked(key.clone())).unwrap();
        assert_eq!(std::sync::Arc::strong_count(&key), 1);
    }
}

/// What was reported as durable is there after `kill -9`, and the log opens and verifies.
#[test]
fn killed_at_any_moment_it_keeps_what_it_reported() {
    const CHILD: &str = "SIGNET_TEST_AUDIT_CHILD";
    if let Some(folder) = std::env::var_os(CHILD) {
        let home = std::path::Path::new(&folder).join("audit.db");
        let writer = Writer::spawn(signet_audit::Log::open(&home, &origin()).unwrap()).unwrap();
        for n in 0.. {
            let done = |result: Result<signet_audit::Receipt, _>| println!("size {}", result.unwrap().size);
            writer.append(vec![intent(n)], unlocked(), done);
            writer.append(vec![outcome(n)], unlocked(), done);
            std::thread::sleep(Duration::from_micros(n % 7 * 50));
        }
    }
    let (home, log) = Home::new();
    drop(log);
    for round in 1..=12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["killed_at_any_moment_it_keeps_what_it_reported", "--exact", "--nocapture"])
            .env(CHILD, home.folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let sizes = lines.by_ref().filter_map(|line| Some(line.strip_prefix("size ")?.parse().unwrap()));
        let mut sizes = sizes.skip(usize::try_from(round * round).unwrap());
        let first: u64 = sizes.next().unwrap();
        std::thread::sleep(Duration::from_micros(round * 700));
        child.kill().unwrap();
        child.wait().unwrap();
        let reported = sizes.last().unwrap_or(first);
        let anchor = home.open().anchor();
        assert!(anchor.size >= reported, "round {round}: reported {reported}, found {}", anchor.size);
        let report = home.verify(Some(anchor));
        assert!(report.passed(), "{report:#?}");
    }
}
