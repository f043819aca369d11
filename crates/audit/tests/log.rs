//! Writing, reading and the proofs, on real files.

mod support;

use signet_audit::{AppendError, CheckName, Depth, Filter, Log, OpenError, Reader, RecordsHead, Signer};
use signet_audit::{verify, verify_checkpoint, verify_consistency, verify_inclusion};
use signet_core::Action;
use support::*;

#[test]
fn what_was_appended_is_there_after_reopening_and_verifies() {
    let (home, mut log) = Home::new();
    let first = log.append(&[unlock(0), intent(1)], &unlocked()).unwrap();
    assert_eq!((first.first_seq, first.size), (0, 2));
    drop(log);
    let mut log = home.open();
    assert_eq!(log.anchor(), first.anchor());
    let second = log.append(&[outcome(1)], &unlocked()).unwrap();
    assert_eq!((second.first_seq, second.size), (2, 3));
    assert!(log.contains(&first.anchor()).unwrap());
    let open = home.verify(Some(first.anchor()));
    drop(log);
    for report in [open, home.verify(Some(first.anchor()))] {
        assert!(report.passed(), "{report:#?}");
        assert_eq!((report.size, report.checkpoints, report.locked_entries), (3, 3, 0));
    }
}

#[test]
fn locked_entries_are_countersigned_and_limited() {
    let (home, mut log) = Home::new();
    log.append(&[unlock(0), lock(1)], &unlocked()).unwrap();
    assert_eq!(log.append(&[intent(2)], &locked()), Err(AppendError::NeedsUnlocked));
    assert_eq!(log.append(&[outcome(2)], &locked()), Err(AppendError::NeedsUnlocked));
    log.append(&[refusal(3)], &locked()).unwrap();
    log.append(&[refusal(4)], &locked()).unwrap();
    drop(log);
    let report = home.verify(None);
    assert!(report.passed(), "{report:#?}");
    assert_eq!((report.locked_entries, report.signatures_checked), (2, 3));
    home.open().append(&[unlock(5)], &unlocked()).unwrap();
    let report = home.verify(None);
    assert!(report.passed(), "{report:#?}");
    assert_eq!((report.locked_entries, report.signatures_checked), (2, 4));
}

#[test]
fn the_locked_key_can_be_replaced_by_the_vaults_own_only() {
    let (home, mut log) = Home::new();
    log.append(&[refusal(0)], &locked()).unwrap();
    assert_eq!(log.replace_locked_key(&*key(9), key(3).public_key()), Err(AppendError::WrongKey));
    log.replace_locked_key(&*key(1), key(3).public_key()).unwrap();
    log.replace_locked_key(&*key(1), key(3).public_key()).unwrap();
    assert_eq!(log.append(&[refusal(1)], &locked()), Err(AppendError::WrongKey));
    log.append(&[refusal(2)], &Signer::Locked(key(3))).unwrap();
    drop(log);
    assert_eq!(home.failed(None), []);
    assert_eq!(home.open().locked_public(), Some(key(3).public_key()));
}

#[test]
fn another_vaults_log_a_missing_one_and_a_second_one_are_refused() {
    let (home, log) = Home::new();
    drop(log);
    let other = signet_audit::Origin::vault(signet_core::VaultId::from_bytes([1; 16]));
    assert!(matches!(Log::open(&home.path(), &other), Err(OpenError::Damaged(_))));
    assert!(matches!(Log::open(&home.folder.path().join("no.db"), &other), Err(OpenError::Missing)));
    let again = |path: &std::path::Path| Log::create(path, &origin(), &*key(1), key(2).public_key());
    assert!(matches!(again(&home.path()), Err(OpenError::Exists)));
    assert_eq!(home.failed(None), []);
    // What is left when the process dies while it makes the log.
    let begun = home.folder.path().join("begun.db");
    std::fs::write(&begun, b"").unwrap();
    assert!(matches!(Log::open(&begun, &origin()), Err(OpenError::Missing)));
    assert!(again(&begun).is_ok());
}

#[test]
fn a_wrong_key_an_empty_and_an_oversized_append_leave_nothing() {
    let (home, mut log) = Home::new();
    assert_eq!(log.append(&[], &unlocked()), Err(AppendError::Invalid));
    assert_eq!(log.append(&[unlock(0)], &Signer::Unlocked(key(2))), Err(AppendError::WrongKey));
    let large = unlock(0).target("x".repeat(70_000));
    assert_eq!(log.append(&[unlock(0), large], &unlocked()), Err(AppendError::Invalid));
    log.append(&[unlock(0)], &unlocked()).unwrap();
    drop(log);
    let report = home.verify(None);
    assert!(report.passed() && report.size == 1, "{report:#?}");
}

#[test]
fn checkpoints_say_how_far_the_records_have_come() {
    let (home, mut log) = Home::new();
    let named = || {
        let reader = Reader::open(&home.path()).unwrap();
        verify_checkpoint(&reader.checkpoint().unwrap(), &reader.public_key().unwrap()).unwrap().records
    };
    log.append(&[unlock(0)], &unlocked()).unwrap();
    assert_eq!(named(), None);
    let records = RecordsHead { epoch: 3, head: [3; 32] };
    log.name_records(records);
    log.append(&[intent(1)], &unlocked()).unwrap();
    assert_eq!(named(), Some(records));
    drop(log);
    // Who opens the log again goes on from there, with the locked key too.
    let mut log = home.open();
    let locked_size = log.append(&[refusal(2)], &locked()).unwrap().size;
    log.append(&[unlock(3)], &unlocked()).unwrap();
    assert_eq!(named(), Some(records));
    let reader = Reader::open(&home.path()).unwrap();
    assert_eq!(reader.records_at(1).unwrap(), Some(None));
    assert_eq!(reader.records_at(locked_size).unwrap(), Some(Some(records)));
    assert_eq!(reader.records_at(99).unwrap(), None);
    drop(log);
    assert_eq!(home.failed(None), []);
    // The line is signed: in a copy without it, and in one with another, the signature does not hold.
    let edit = "UPDATE checkpoint SET note = replace(note, 'records 3', 'records 4') WHERE size = 4";
    home.attack(edit);
    assert_eq!(home.failed(None), [CheckName::CheckpointSignature]);
}

#[test]
fn listing_filters_and_pages_newest_first() {
    let (home, mut log) = Home::new();
    for n in 0..50 {
        log.append(&[intent(n), outcome(n)], &unlocked()).unwrap();
    }
    log.append(&[refusal(60)], &locked()).unwrap();
    let reader = Reader::open(&home.path()).unwrap();

    let all = Filter::default();
    let page = reader.list(&all, None, 40).unwrap();
    assert_eq!(page.entries.iter().map(|e| e.seq).collect::<Vec<_>>(), (61..=100).rev().collect::<Vec<_>>());
    let mut seen = page.entries.len();
    let mut before = page.next;
    while before.is_some() {
        let page = reader.list(&all, before, 40).unwrap();
        seen += page.entries.len();
        before = page.next;
    }
    assert_eq!(seen, 101);

    let count = |filter: Filter| reader.list(&filter, None, 1000).unwrap().entries.len();
    let time = |n: u64| Some(signet_core::UnixMillis(1_700_000_000_000 + n * 1000));
    assert_eq!(count(Filter { action: Some(Action::Unlock), ..Filter::default() }), 1);
    assert_eq!(count(Filter { target: Some("key-1".into()), ..Filter::default() }), 100);
    assert_eq!(count(Filter { target: Some("key".into()), ..Filter::default() }), 0);
    assert_eq!(count(Filter { decision: Some("intent".into()), ..Filter::default() }), 50);
    assert_eq!(count(Filter { request: Some(request(7)), ..Filter::default() }), 2);
    assert_eq!(count(Filter { from: time(10), until: time(12), ..Filter::default() }), 4);
    assert_eq!(count(Filter { text: Some("Test.EXAMPLE".into()), ..Filter::default() }), 50);
    assert_eq!(count(Filter { text: Some("wrong-passphrase".into()), ..Filter::default() }), 1);
    let mut hmac = [0; 32];
    hmac[..15].copy_from_slice(b"mia@example.org");
    assert_eq!(count(Filter { recipient: Some(hmac), ..Filter::default() }), 50);
    assert_eq!(count(Filter { recipient: Some([0; 32]), ..Filter::default() }), 0);

    let mut out = Vec::new();
    assert_eq!(reader.export_jsonl(&all, &mut out).unwrap(), 101);
    let lines: Vec<serde_json::Value> = out
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect();
    assert_eq!(lines.len(), 101);
    assert_eq!(lines[0]["recipient_domains"], serde_json::json!(["example.org", "test.example"]));
    assert_eq!(lines[100]["reason"], "wrong-passphrase-or-code");
}

#[test]
fn an_interrupted_send_is_found_and_a_settled_one_is_not() {
    let (home, mut log) = Home::new();
    log.append(&[intent(1), intent(2), outcome(1), intent(3)], &unlocked()).unwrap();
    let open = || -> Vec<_> {
        let reader = Reader::open(&home.path()).unwrap();
        reader.open_intents().unwrap().into_iter().map(|entry| entry.request.unwrap()).collect()
    };
    assert_eq!(open(), [request(2), request(3)]);
    log.append(&[outcome(3)], &unlocked()).unwrap();
    assert_eq!(open(), [request(2)]);
}

#[test]
fn proofs_from_the_file_verify_at_every_size() {
    let (home, mut log) = Home::new();
    let mut anchors = vec![log.anchor()];
    // Past one full tile of 256, and then some.
    for n in 0..530 {
        anchors.push(log.append(&[intent(n)], &unlocked()).unwrap().anchor());
    }
    let reader = Reader::open(&home.path()).unwrap();
    let newest = anchors[530];
    for old in &anchors {
        assert_eq!(reader.root(old.size).unwrap(), old.root);
        let proof = reader.consistency_proof(old.size, newest.size).unwrap();
        assert!(verify_consistency((old.size, &old.root), (newest.size, &newest.root), &proof));
        assert!(
            proof.is_empty()
                || !verify_consistency((old.size, &[1; 32]), (newest.size, &newest.root), &proof)
        );
    }
    for seq in (0..530).step_by(23) {
        let (entry, bytes) = reader.entry(seq).unwrap();
        assert_eq!(entry.seq, seq);
        let proof = reader.inclusion_proof(seq, 530).unwrap();
        assert!(verify_inclusion(&bytes, seq, 530, &newest.root, &proof));
        assert!(!verify_inclusion(&bytes, seq + 1, 530, &newest.root, &proof));
    }
    drop(log);
    let report = verify(&home.path(), &trust(), Some(anchors[300]), Depth::Every);
    assert!(report.passed(), "{report:#?}");
    assert_eq!((report.checkpoints, report.signatures_checked), (531, 531));
    assert_eq!(home.open().anchor(), newest);
}
