//! Speed of the audit log beside what it is built on: appends against bare `SQLite` inserting the same
//! bytes in the same batches, and verification against hashing the same entries once. Prints one JSON
//! object a line. `bench_audit [entries] [folder]`; the folder decides which disk is measured.
#![allow(clippy::print_stdout, clippy::unwrap_used)] // a measuring program: it prints, and stops at faults
#![allow(clippy::cast_precision_loss)] // rates need no more digits

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use signet_audit::{Actor, CheckpointKey, Depth, Draft, Log, Origin, Signer, Trust, Verdict, Writer, verify};
use signet_core::{Action, EmailAddress, RequestId, Role, UnixMillis, VaultId};
use signet_crypto::{Secret, SigningKey};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let entries: u64 = arguments.next().map_or(100_000, |text| text.parse().unwrap());
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    for batch in [1, 16, 64, 256] {
        append(&folder, (batch * 64).min(entries), batch);
    }
    group_commit(&folder, entries.min(20_000));
    for batch in [64, 1] {
        judge(&folder, entries, batch);
    }
}

/// Five rounds of each, alternating; the medians are compared.
fn append(folder: &Path, entries: u64, batch: u64) {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let home = tempfile::tempdir_in(folder).unwrap();
        let (mut log, path) = make(home.path());
        let groups: Vec<_> = (0..entries / batch).map(|n| drafts(n * batch, batch)).collect();
        ours.push(time(|| {
            for group in &groups {
                log.append(group, &signer()).unwrap();
            }
        }));
        drop(log);
        let bodies = bodies(&path);
        let mut plain = Connection::open(home.path().join("bare.db")).unwrap();
        plain.pragma_update(None, "journal_mode", "WAL").unwrap();
        plain.pragma_update(None, "synchronous", "FULL").unwrap();
        plain
            .execute_batch("CREATE TABLE entry (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
            .unwrap();
        bare.push(time(|| {
            for (n, group) in bodies.chunks(usize::try_from(batch).unwrap()).enumerate() {
                let transaction = plain.transaction().unwrap();
                let mut insert =
                    transaction.prepare_cached("INSERT INTO entry (seq, body) VALUES (?1, ?2)").unwrap();
                for (i, body) in group.iter().enumerate() {
                    insert.execute(((n as u64 * batch + i as u64).cast_signed(), body)).unwrap();
                }
                drop(insert);
                transaction.commit().unwrap();
            }
        }));
    }
    let ratio = median_ratio(&bare, &ours);
    let (ours, bare) = (median(ours), median(bare));
    println!(
        r#"{{"measure":"append","batch":{batch},"entries":{entries},"signet_per_s":{:.0},"bare_sqlite_per_s":{:.0},"ratio":{:.3}}}"#,
        entries as f64 / ours,
        entries as f64 / bare,
        ratio,
    );
}

/// Single appends from one caller, as fast as the writing thread takes them.
fn group_commit(folder: &Path, entries: u64) {
    let home = tempfile::tempdir_in(folder).unwrap();
    let writer = Writer::spawn(make(home.path()).0).unwrap();
    let (send, receive) = mpsc::channel();
    let drafts = drafts(0, entries);
    let taken = time(|| {
        for draft in drafts {
            let send = send.clone();
            writer.append(vec![draft], signer(), move |result| send.send(result.is_ok()).unwrap());
        }
        assert!(receive.iter().take(usize::try_from(entries).unwrap()).all(|durable| durable));
    });
    println!(
        r#"{{"measure":"group-commit","entries":{entries},"signet_per_s":{:.0}}}"#,
        entries as f64 / taken
    );
}

fn judge(folder: &Path, entries: u64, batch: u64) {
    let home = tempfile::tempdir_in(folder).unwrap();
    let (mut log, path) = make(home.path());
    for n in 0..entries / batch {
        log.append(&drafts(n * batch, batch), &signer()).unwrap();
    }
    drop(log);
    let bodies = bodies(&path);
    let (mut hash, mut read, mut judged, mut every) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..5 {
        hash.push(time(|| bodies.iter().for_each(|body| hash_once(body))));
        read.push(time(|| {
            let connection = Connection::open(&path).unwrap();
            let mut statement = connection.prepare("SELECT body FROM entry ORDER BY seq").unwrap();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                hash_once(row.get_ref(0).unwrap().as_blob().unwrap());
            }
        }));
        judged.push(time(|| assert!(verify(&path, &Trust::default(), None, Depth::Covering).passed())));
        if round == 0 {
            every.push(time(|| assert!(verify(&path, &Trust::default(), None, Depth::Every).passed())));
        }
    }
    let (times_hashing, times_reading) = (median_ratio(&judged, &hash), median_ratio(&judged, &read));
    let (hash, read, judged) = (median(hash), median(read), median(judged));
    println!(
        r#"{{"measure":"verify","batch":{batch},"entries":{entries},"mean_bytes":{},"verify_ms":{:.1},"every_signature_ms":{:.1},"hash_once_ms":{:.1},"read_and_hash_once_ms":{:.1},"times_hashing":{:.2},"times_reading_and_hashing":{:.2}}}"#,
        bodies.iter().map(Vec::len).sum::<usize>() / bodies.len().max(1),
        judged * 1e3,
        median(every) * 1e3,
        hash * 1e3,
        read * 1e3,
        times_hashing,
        times_reading,
    );
}

fn hash_once(entry: &[u8]) {
    black_box(Sha256::digest(entry));
}

fn key() -> Arc<dyn CheckpointKey> {
    Arc::new(SigningKey::from_seed(&Secret::from_bytes(&mut [1; 32])))
}

fn signer() -> Signer {
    Signer::Unlocked(key())
}

fn make(folder: &Path) -> (Log, PathBuf) {
    let path = folder.join("audit.db");
    let origin = Origin::vault(VaultId::from_bytes([1; 16]));
    (Log::create(&path, &origin, &*key(), [2; 32]).unwrap(), path)
}

/// Intents with two recipients and an attachment, and their outcomes, in turn.
fn drafts(first: u64, count: u64) -> Vec<Draft> {
    let to = ["mia@example.org", "jo@test.example"].map(|text| EmailAddress::parse(text).unwrap());
    let draft = |n: u64| {
        let mut request = [0; 16];
        request[..8].copy_from_slice(&(n / 2).to_be_bytes());
        let verdict = if n.is_multiple_of(2) { Verdict::Intent } else { Verdict::Done };
        let time = UnixMillis(1_700_000_000_000 + n * 1000);
        let mut draft = Draft::new(time, Actor::key_hash([7; 32]), Some(Role::Owner), Action::Send, verdict)
            .target("4f0c2f6c1d7e4b0f9a3e5d6c7b8a9f01")
            .request(RequestId::from_bytes(request));
        draft.message_id = Some(format!("<{n:032x}@signet.invalid>"));
        if verdict == Verdict::Intent {
            draft = draft.recipients(&to, |text| Sha256::digest(text).into());
            draft.bytes = Some(1_234_567);
            draft.attachment_hmacs = vec![Sha256::digest(n.to_be_bytes()).into()];
        }
        draft
    };
    (first..first + count).map(draft).collect()
}

fn bodies(path: &Path) -> Vec<Vec<u8>> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT body FROM entry ORDER BY seq").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn time(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().max(Duration::from_nanos(1)).as_secs_f64()
}

/// The median of the rounds' ratios: both of a round ran on the same machine at the same time.
fn median_ratio(one: &[f64], other: &[f64]) -> f64 {
    median(one.iter().zip(other).map(|(one, other)| one / other).collect())
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
