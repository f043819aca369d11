//! `verify` as people use it: on a log in use, on copies, on what is no log at all.

#![allow(clippy::unwrap_used)] // helpers beside the tests are test code, too

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use signet_audit::{CheckName, Depth, Trust, Writer, verify};
use support::*;

/// Every file in a folder and its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| (path.file_name().unwrap().to_str().unwrap().into(), std::fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn a_copy_taken_while_the_log_was_in_use_counts_in_full_and_stays_as_it_was() {
    let (home, mut log) = Home::new();
    let anchor = log.append(&[unlock(0), intent(1)], &unlocked()).unwrap().anchor();
    let folder = tempfile::tempdir().unwrap();
    // A name that an URI would trip over.
    let copy = folder.path().join("copy of 50% #1?.db");
    copy_files(&home.path(), &copy);
    let before = files(folder.path());
    assert!(before.len() == 2, "with its -wal file");
    let report = verify(&copy, &trust(), Some(anchor), Depth::Covering);
    assert!(report.passed(), "{report:#?}");
    assert_eq!(report.size, 2);
    assert_eq!(files(folder.path()), before);
    // Without the -wal file the newest entries are missing, and the anchor says so.
    std::fs::remove_file(folder.path().join("copy of 50% #1?.db-wal")).unwrap();
    let report = verify(&copy, &trust(), Some(anchor), Depth::Covering);
    assert!(!report.passed());
}

#[test]
fn a_closed_log_is_read_without_touching_its_folder() {
    let (home, mut log) = Home::new();
    log.append(&[unlock(0)], &unlocked()).unwrap();
    drop(log);
    let before = files(home.folder.path());
    assert_eq!(home.failed(None), []);
    assert_eq!(files(home.folder.path()), before);
}

#[test]
fn a_log_that_is_being_written_verifies_at_every_moment() {
    let (home, log) = Home::new();
    let writer = Writer::spawn(log).unwrap();
    for round in 0..20 {
        // At least one entry more each round, however slow the disk.
        let least = writer.append_wait(vec![refusal(round)], unlocked()).unwrap().size;
        for n in 0..30 {
            writer.append(vec![intent(round * 100 + n)], unlocked(), |result| drop(result.unwrap()));
        }
        let report = home.verify(None);
        assert!(report.passed(), "{report:#?}");
        assert!(report.size >= least, "{} of {least}", report.size);
    }
}

#[test]
fn what_is_no_log_fails_as_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.db");
    let failed = || verify(&path, &Trust::default(), None, Depth::Every).failed().collect::<Vec<_>>();
    assert_eq!(failed(), [CheckName::File], "missing");
    std::fs::write(&path, b"").unwrap();
    assert_eq!(failed(), [CheckName::File], "empty");
    std::fs::write(&path, vec![0x55; 10_000]).unwrap();
    assert_eq!(failed(), [CheckName::File], "noise");
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE entry (seq)").unwrap();
    assert_eq!(failed(), [CheckName::File], "another database");
}

#[test]
fn the_report_says_what_was_not_compared() {
    let (home, _log) = Home::new();
    let report = verify(&home.path(), &Trust::default(), None, Depth::Covering);
    assert!(report.passed());
    let check = |name| report.checks.iter().find(|check| check.name == name).unwrap();
    assert_eq!(check(CheckName::Anchor).passed, None);
    assert!(check(CheckName::Identity).detail.contains("compare the fingerprint"));
    assert_eq!(report.checks.iter().map(|check| check.name).collect::<Vec<_>>(), CheckName::ALL);
    let json = serde_json::to_value(&report).unwrap();
    for (check, name) in json["checks"].as_array().unwrap().iter().zip(CheckName::ALL) {
        assert_eq!(check["name"], name.as_str());
    }
}
