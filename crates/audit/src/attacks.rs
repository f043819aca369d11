//! What an attacker can do to the file, and the check that finds it. What is not found is exactly what
//! DESIGN, section 8, says is not found: the last tests here show those, too.

use rusqlite::Connection;

use crate::encoding::encode;
use crate::note;
use crate::support::*;
use crate::tiles::{Stored, TileCache};
use crate::tree::{Edge, leaf_hash};
use crate::{CheckName, Depth, Draft, Log, OpenError, Receipt, Signer, verify};

/// Twelve entries: 0 to 5 unlocked, 6 and 7 locked, 8 to 11 unlocked, in nine commits.
fn history() -> (Home, Receipt) {
    let (home, mut log) = Home::new();
    log.append(&[unlock(0)], &unlocked()).unwrap();
    for n in 1..=2 {
        log.append(&[intent(n)], &unlocked()).unwrap();
        log.append(&[outcome(n)], &unlocked()).unwrap();
    }
    log.append(&[lock(5)], &unlocked()).unwrap();
    log.append(&[refusal(6), refusal(7)], &locked()).unwrap();
    log.append(&[unlock(8)], &unlocked()).unwrap();
    log.append(&[intent(9)], &unlocked()).unwrap();
    let receipt = log.append(&[outcome(9), lock(10)], &unlocked()).unwrap();
    drop(log);
    assert_eq!(home.failed(Some(receipt.anchor())), []);
    (home, receipt)
}

/// Entries and a checkpoint as somebody else would write them: under this key name, with this key.
fn forge(home: &Home, drafts: &[Draft], key_name: &str, signing: u8) {
    let connection = Connection::open(home.path()).unwrap();
    let (size, last) = crate::log::newest(&connection).unwrap().unwrap();
    let mut edge =
        Edge::of(&Stored { connection: &connection, size, cache: &TileCache::default() }, size).unwrap();
    let mut link = Some(note::hash(&last));
    for draft in drafts {
        let mut bytes = Vec::new();
        encode(draft, edge.size(), link.take().as_ref(), &mut bytes);
        let insert = "INSERT INTO entry (seq, body) VALUES (?1, ?2)";
        connection.execute(insert, (edge.size().cast_signed(), &bytes)).unwrap();
        edge.push(leaf_hash(&bytes));
    }
    let note = note::sign(origin().as_str(), key_name, edge.size(), (&edge.root(), None), &*key(signing));
    let insert = "INSERT INTO checkpoint (size, note) VALUES (?1, ?2)";
    connection.execute(insert, (edge.size().cast_signed(), note)).unwrap();
}

fn vault_name() -> String {
    origin().as_str().into()
}

fn locked_name() -> String {
    crate::keys::locked_name(origin().as_str())
}

fn refused_at_open(home: &Home) -> bool {
    matches!(Log::open(&home.path(), &origin()), Err(OpenError::Damaged(_)))
}

#[test]
fn edited_entries() {
    let edit = |change: &dyn Fn(&mut Vec<u8>)| {
        let (home, _) = history();
        let connection = Connection::open(home.path()).unwrap();
        let read = "SELECT body FROM entry WHERE seq = 3";
        let mut body: Vec<u8> = connection.query_row(read, [], |row| row.get(0)).unwrap();
        change(&mut body);
        connection.execute("UPDATE entry SET body = ?1 WHERE seq = 3", [body]).unwrap();
        home.failed(None)
    };
    // Another time, just as canonical: its last byte is before the actor's key.
    assert_eq!(edit(&|body| body[14] ^= 1), [CheckName::TreeRoot]);
    assert_eq!(edit(&|body| body.insert(0, 0)), [CheckName::EntryEncoding, CheckName::TreeRoot]);
    assert_eq!(edit(&Vec::clear), [CheckName::EntryEncoding, CheckName::TreeRoot]);
    assert_eq!(edit(&|body| body[4] = 4), [CheckName::Sequence, CheckName::TreeRoot]);
}

#[test]
fn reordered_entries() {
    let (home, _) = history();
    home.attack("UPDATE entry SET seq = -1 WHERE seq = 3; UPDATE entry SET seq = 3 WHERE seq = 4; UPDATE entry SET seq = 4 WHERE seq = -1");
    let failed = home.failed(None);
    assert!(failed.starts_with(&[CheckName::Sequence, CheckName::TreeRoot]), "{failed:?}");
}

#[test]
fn deleted_entries() {
    let (home, _) = history();
    home.attack("DELETE FROM entry WHERE seq = 3");
    assert!(home.failed(None).contains(&CheckName::Sequence));
    home.attack("UPDATE entry SET seq = seq - 1 WHERE seq > 3");
    assert!(home.failed(None).contains(&CheckName::Sequence));
}

#[test]
fn truncated_log() {
    let (home, receipt) = history();
    home.attack("DELETE FROM entry WHERE seq >= 10");
    assert_eq!(home.failed(None), [CheckName::TreeRoot]);
    assert_eq!(home.failed(Some(receipt.anchor())), [CheckName::TreeRoot, CheckName::Anchor]);
    assert!(refused_at_open(&home));
    let (home, _) = history();
    home.attack("DELETE FROM checkpoint WHERE size = 12");
    assert_eq!(home.failed(None), [CheckName::TreeRoot]);
    home.attack("DELETE FROM checkpoint");
    assert!(home.failed(None).contains(&CheckName::CheckpointSignature));
    assert!(refused_at_open(&home));
}

#[test]
fn truncated_file() {
    let (home, _) = history();
    let bytes = std::fs::read(home.path()).unwrap();
    for part in [0, 100, 4096, bytes.len() / 2, bytes.len() - 4096] {
        std::fs::write(home.path(), &bytes[..part]).unwrap();
        assert!(home.failed(None).contains(&CheckName::File), "{part} bytes");
        assert!(Log::open(&home.path(), &origin()).is_err(), "{part} bytes");
    }
    std::fs::remove_file(home.path()).unwrap();
    assert_eq!(home.failed(None), [CheckName::File]);
}

#[test]
fn removed_added_and_exchanged_checkpoints() {
    let change = |sql: &str| {
        let (home, _) = history();
        home.attack(sql);
        home.failed(None)
    };
    assert_eq!(change("DELETE FROM checkpoint WHERE size = 2"), [CheckName::CheckpointChain]);
    assert_eq!(change("DELETE FROM checkpoint WHERE size = 0"), [CheckName::CheckpointChain]);
    let copied = "INSERT INTO checkpoint SELECT 7, note FROM checkpoint WHERE size = 8";
    assert!(change(copied).contains(&CheckName::CheckpointSignature));
    let older = "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 1) WHERE size = 2";
    assert_eq!(change(older), [CheckName::CheckpointChain, CheckName::CheckpointSignature]);
    // Another key signs the last one, which no entry names.
    let (home, _) = history();
    home.attack("DELETE FROM checkpoint WHERE size = 12; DELETE FROM entry WHERE seq >= 10");
    forge(&home, &[outcome(9)], &vault_name(), 5);
    assert_eq!(home.failed(None), [CheckName::CheckpointSignature]);
}

#[test]
fn a_signature_in_the_middle_is_bound_by_the_next_commit() {
    let (home, _) = history();
    let connection = Connection::open(home.path()).unwrap();
    let read = "SELECT note FROM checkpoint WHERE size = 2";
    let note: String = connection.query_row(read, [], |row| row.get(0)).unwrap();
    let place = note.len() - 20;
    let other = if &note[place..=place] == "A" { "B" } else { "A" };
    let changed = format!("{}{other}{}", &note[..place], &note[place + 1..]);
    connection.execute("UPDATE checkpoint SET note = ?1 WHERE size = 2", [changed]).unwrap();
    drop(connection);
    assert_eq!(home.failed(None), [CheckName::CheckpointChain]);
    let every: Vec<_> = verify(&home.path(), &trust(), None, Depth::Every).failed().collect();
    assert_eq!(every, [CheckName::CheckpointChain, CheckName::CheckpointSignature]);
}

#[test]
fn changed_tree_nodes() {
    let (home, mut log) = Home::new();
    let drafts: Vec<_> = (0..300).map(intent).collect();
    log.append(&drafts, &unlocked()).unwrap();
    drop(log);
    for sql in [
        "UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE id = 0",
        "UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE id > 0",
        "DELETE FROM tile WHERE id = 0",
        "INSERT INTO tile VALUES (1, x'00')",
    ] {
        let other = Home { folder: tempfile::tempdir().unwrap() };
        copy_files(&home.path(), &other.path());
        assert_eq!(other.failed(None), []);
        other.attack(sql);
        assert_eq!(other.failed(None), [CheckName::TreeNodes], "{sql}");
    }
}

#[test]
fn rolled_back_log() {
    let (home, mut log) = Home::new();
    log.append(&[unlock(0)], &unlocked()).unwrap();
    let copy = home.folder.path().join("older.db");
    copy_files(&home.path(), &copy);
    let anchor = log.append(&[intent(1), outcome(1)], &unlocked()).unwrap().anchor();
    drop(log);
    copy_files(&copy, &home.path());
    assert_eq!(home.failed(Some(anchor)), [CheckName::Anchor]);
    let mut log = home.open();
    assert!(!log.contains(&anchor).unwrap());
    // Continued from there, to the same size and beyond: a fork.
    for n in 5..9 {
        log.append(&[refusal(n)], &unlocked()).unwrap();
        assert!(!log.contains(&anchor).unwrap());
    }
    drop(log);
    assert_eq!(home.failed(Some(anchor)), [CheckName::Anchor]);
}

#[test]
fn replaced_log() {
    let (home, receipt) = history();
    std::fs::remove_file(home.path()).unwrap();
    let mut log = Log::create(&home.path(), &origin(), &*key(5), key(6).public_key()).unwrap();
    log.append(&[unlock(0)], &Signer::Unlocked(key(5))).unwrap();
    drop(log);
    assert_eq!(home.failed(None), [CheckName::Identity]);
    assert_eq!(home.failed(Some(receipt.anchor())), [CheckName::Identity, CheckName::Anchor]);
    // Another vault's genuine log.
    let other = crate::Trust {
        origin: Some(crate::Origin::vault(signet_core::VaultId::from_bytes([0; 16]))),
        ..trust()
    };
    let (home, _) = history();
    let failed: Vec<_> = verify(&home.path(), &other, None, Depth::Covering).failed().collect();
    assert_eq!(failed, [CheckName::Identity]);
}

#[test]
fn key_use_under_the_locked_key() {
    for draft in [intent(20), outcome(20)] {
        let (home, _) = history();
        forge(&home, &[refusal(19), draft], &locked_name(), 2);
        assert_eq!(home.failed(None), [CheckName::LockedKeyUse]);
        // And the agent does not put the vault's own signature on it.
        assert!(refused_at_open(&home));
    }
    let (home, _) = history();
    let mut hmacs = refusal(20);
    hmacs.recipient_hmacs = vec![[1; 32]];
    forge(&home, &[hmacs], &locked_name(), 2);
    assert_eq!(home.failed(None), [CheckName::LockedKeyUse]);
}

#[test]
fn the_locked_key_in_the_vault_keys_name() {
    let (home, _) = history();
    forge(&home, &[intent(20)], &vault_name(), 2);
    assert_eq!(home.failed(None), [CheckName::CheckpointSignature]);
    assert!(refused_at_open(&home));
    // Hidden behind a genuine locked entry.
    forge(&home, &[refusal(21)], &locked_name(), 2);
    assert_eq!(home.failed(None), [CheckName::CheckpointSignature]);
    assert!(refused_at_open(&home));
    // The right key id on a signature of the wrong key.
    let (home, receipt) = history();
    forge(&home, &[intent(20)], &vault_name(), 2);
    let (_, line) = receipt.checkpoint.split_once("\n\n").unwrap();
    let connection = Connection::open(home.path()).unwrap();
    let read = "SELECT note FROM checkpoint WHERE size = 13";
    let note: String = connection.query_row(read, [], |row| row.get(0)).unwrap();
    let (text, _) = note.split_once("\n\n").unwrap();
    let changed = format!("{text}\n\n{line}");
    connection.execute("UPDATE checkpoint SET note = ?1 WHERE size = 13", [changed]).unwrap();
    drop(connection);
    assert_eq!(home.failed(None), [CheckName::CheckpointSignature]);
    assert!(refused_at_open(&home));
    forge(&home, &[refusal(21)], &locked_name(), 2);
    assert_eq!(home.failed(None), [CheckName::CheckpointSignature]);
    assert!(refused_at_open(&home));
}

#[test]
fn a_locked_key_of_the_attackers_own() {
    let (home, _) = history();
    let public = key(5).public_key();
    let signature = crate::keys::certify(origin().as_str(), 12, &public, &*key(5));
    let connection = Connection::open(home.path()).unwrap();
    connection.execute("INSERT INTO locked_key VALUES (12, ?1, ?2)", (public, &signature[..])).unwrap();
    drop(connection);
    forge(&home, &[refusal(20)], &locked_name(), 5);
    assert_eq!(home.failed(None), [CheckName::Identity]);
    assert!(refused_at_open(&home));
}

#[test]
fn a_replaced_locked_key_counts_no_more() {
    let (home, _) = history();
    home.open().replace_locked_key(&*key(1), key(3).public_key()).unwrap();
    forge(&home, &[refusal(20)], &locked_name(), 2);
    assert_eq!(home.failed(None), [CheckName::CheckpointSignature]);
}

#[test]
fn every_changed_byte_of_every_row() {
    let (home, _) = history();
    let connection = Connection::open(home.path()).unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    let columns = [
        ("entry", "seq", "body"),
        ("checkpoint", "size", "CAST(note AS BLOB)"),
        ("locked_key", "since", "public"),
        ("locked_key", "since", "signature"),
        ("meta", "name", "value"),
    ];
    let mut changes = 0;
    for (table, id, column) in columns {
        let plain = column.trim_start_matches("CAST(").trim_end_matches(" AS BLOB)");
        let read = format!("SELECT rowid, {column} FROM {table} ORDER BY {id}");
        let rows: Vec<(i64, Vec<u8>)> = connection
            .prepare(&read)
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let cast = if plain == column { "?1" } else { "CAST(?1 AS TEXT)" };
        let write = format!("UPDATE {table} SET {plain} = {cast} WHERE rowid = ?2");
        for (row, good) in rows {
            for place in 0..good.len() {
                let mut bad = good.clone();
                bad[place] ^= 1 << (place % 7);
                connection.execute(&write, (&bad, row)).unwrap();
                let report = home.verify(None);
                assert!(!report.passed(), "{table} {row}, byte {place} of {plain}");
                changes += 1;
            }
            connection.execute(&write, (&good, row)).unwrap();
        }
    }
    assert!(changes > 2000, "{changes}");
    assert_eq!(home.failed(None), []);
}

// Not found, and said so in DESIGN, sections 8 and 9.

#[test]
fn not_found_file_and_keychain_rolled_back_together() {
    let (home, mut log) = Home::new();
    let anchor = log.append(&[unlock(0)], &unlocked()).unwrap().anchor();
    let copy = home.folder.path().join("older.db");
    copy_files(&home.path(), &copy);
    log.append(&[intent(1), outcome(1)], &unlocked()).unwrap();
    drop(log);
    copy_files(&copy, &home.path());
    assert_eq!(home.failed(Some(anchor)), []);
}

#[test]
fn not_found_rows_that_nobody_else_has_seen() {
    // Rolled back to a state that the anchor still lies in, or no anchor given.
    let (home, mut log) = Home::new();
    let anchor = log.append(&[unlock(0)], &unlocked()).unwrap().anchor();
    log.append(&[refusal(1)], &unlocked()).unwrap();
    drop(log);
    home.attack("DELETE FROM entry WHERE seq = 1; DELETE FROM checkpoint WHERE size = 2");
    assert_eq!(home.failed(Some(anchor)), []);
}

#[test]
fn not_found_false_entries_for_locked_time() {
    let (home, receipt) = history();
    forge(&home, &[refusal(20)], &locked_name(), 2);
    assert_eq!(home.failed(Some(receipt.anchor())), []);
}

#[test]
fn not_found_a_rewrite_with_the_vaults_own_key() {
    // Malware in the unlocked session, before anybody else saw what it rewrote.
    let (home, mut log) = Home::new();
    let anchor = log.append(&[unlock(0)], &unlocked()).unwrap().anchor();
    log.append(&[intent(1), outcome(1)], &unlocked()).unwrap();
    drop(log);
    home.attack("DELETE FROM entry WHERE seq > 0; DELETE FROM checkpoint WHERE size > 1");
    forge(&home, &[lock(2)], &vault_name(), 1);
    assert_eq!(home.failed(Some(anchor)), []);
}
