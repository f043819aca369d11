//! A file that somebody changed: it is refused, or what it gives is right. Never wrong data, never a key.

use std::fs;

use rusqlite::Connection;
use signet_core::Code;
use signet_vault::{OpenVault, UnlockError, Width};

use super::ceremonies::{assert_furnished, furnished};
use super::common::{Place, Saved, User};

fn closed() -> (Saved, User) {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    drop(vault);
    (place.save(), user)
}

/// The vault after `change` was made to its file with `SQLite`.
fn after(saved: &Saved, user: &User, change: impl FnOnce(&Connection)) -> Result<OpenVault, Code> {
    let place = Place::of(saved);
    let connection = Connection::open(place.file()).unwrap();
    change(&connection);
    drop(connection);
    opened(&place, user)
}

fn opened(place: &Place, user: &User) -> Result<OpenVault, Code> {
    let user = user.copy(&place.clock);
    let mut locked = place.open().map_err(|error| error.failure().code)?;
    locked
        .unlock(user.passphrase(), user.code(), Width::Near)
        .map_err(|error: UnlockError| error.failure().code)
}

#[test]
fn no_record_can_be_put_in_the_place_of_another() {
    let (saved, user) = closed();
    let count: i64 = {
        let place = Place::of(&saved);
        let connection = Connection::open(place.file()).unwrap();
        connection.query_row("SELECT count(*) FROM record", (), |row| row.get(0)).unwrap()
    };
    assert!(count >= 20, "{count}");
    let mut cases = 0;
    for from in 0..count {
        for to in (0..count).filter(|to| *to != from) {
            let sql = format!(
                "UPDATE record AS a SET version = b.version, front = b.front, body = b.body FROM record AS b
                 WHERE a.seq = (SELECT seq FROM record ORDER BY seq LIMIT 1 OFFSET {to})
                 AND b.seq = (SELECT seq FROM record ORDER BY seq LIMIT 1 OFFSET {from})"
            );
            let moved = after(&saved, &user, |file| assert_eq!(file.execute(&sql, ()).unwrap(), 1));
            assert_eq!(moved.err(), Some(Code::VaultDamaged), "{from} to {to}");
            cases += 1;
        }
    }
    assert!(cases >= 380, "{cases}");
}

#[test]
fn no_row_can_be_dropped_added_renamed_renumbered_or_reordered() {
    let (saved, user) = closed();
    for change in [
        "DELETE FROM record WHERE tbl = 33 AND seq = (SELECT max(seq) FROM record WHERE tbl = 33)",
        "DELETE FROM record",
        "INSERT INTO record (tbl, row, version, front, body) SELECT tbl, zeroblob(16), version, front, body FROM record WHERE tbl = 35 LIMIT 1",
        "UPDATE record SET row = zeroblob(16) WHERE seq = (SELECT max(seq) FROM record)",
        "UPDATE record SET version = version + 1 WHERE seq = (SELECT max(seq) FROM record)",
        "UPDATE record SET tbl = 34 WHERE seq = (SELECT max(seq) FROM record)",
        "UPDATE record SET seq = seq + 1000 WHERE seq = (SELECT min(seq) FROM record WHERE tbl = 33)",
        "UPDATE record SET row = x'00' WHERE seq = (SELECT max(seq) FROM record)",
        "UPDATE head SET state = zeroblob(length(state))",
        "UPDATE head SET state = CAST(state || zeroblob(24) AS BLOB)",
        "DELETE FROM head",
        "DELETE FROM codes",
        "UPDATE codes SET sealed = zeroblob(length(sealed))",
        "UPDATE codes SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) AS BLOB)",
        "DROP TABLE record",
        "CREATE TRIGGER t AFTER UPDATE ON head BEGIN DELETE FROM record; END",
        "CREATE VIEW v AS SELECT * FROM record",
    ] {
        let refused = after(&saved, &user, |file| file.execute_batch(change).unwrap());
        assert_eq!(refused.err(), Some(Code::VaultDamaged), "{change}");
    }
}

#[test]
fn no_row_can_be_replayed_from_an_earlier_time() {
    let place = Place::new();
    let (user, mut vault) = furnished(&place);
    vault.put(signet_vault::Table::History, [50; 16], b"first").unwrap();
    drop(vault);
    let connection = Connection::open(place.file()).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE kept AS SELECT * FROM record WHERE row = x'32323232323232323232323232323232'",
        )
        .unwrap();
    drop(connection);
    let mut vault = user.unlock(place.open().unwrap());
    user.wait();
    vault.put(signet_vault::Table::History, [50; 16], b"second").unwrap();
    drop(vault);
    let connection = Connection::open(place.file()).unwrap();
    connection
        .execute_batch(
            "REPLACE INTO record SELECT seq, tbl, row, version, front, body FROM kept; DROP TABLE kept",
        )
        .unwrap();
    drop(connection);
    assert_eq!(opened(&place, &user).err(), Some(Code::VaultDamaged));
}

#[test]
fn a_body_that_was_changed_is_refused_when_it_is_read() {
    let (saved, user) = closed();
    let change = "UPDATE record SET body = zeroblob(length(body)) WHERE tbl = 33";
    let vault = after(&saved, &user, |file| assert!(file.execute(change, ()).unwrap() > 0)).unwrap();
    let rows = vault.rows(signet_vault::Table::History);
    for row in rows {
        let read = vault.fetch(signet_vault::Table::History, row);
        assert_eq!(read.err().unwrap().failure().code, Code::VaultDamaged);
    }
}

#[test]
fn every_byte_of_the_header_counts() {
    let (saved, user) = closed();
    let place = Place::of(&saved);
    let connection = Connection::open(place.file()).unwrap();
    let header: Vec<u8> = connection.query_row("SELECT header FROM head", (), |row| row.get(0)).unwrap();
    drop(connection);
    for at in 0..header.len() {
        let mut changed = header.clone();
        changed[at] ^= 1 << (at % 8);
        let refused = after(&saved, &user, |file| {
            file.execute("UPDATE head SET header = ?1", [&changed]).unwrap();
        });
        let code = refused.err().unwrap_or_else(|| panic!("byte {at} does not count"));
        // A changed id, generation or epoch names other keychain items; the profile byte is refused first.
        let expected = [
            Code::VaultDamaged,
            Code::VaultNewer,
            Code::VaultParameters,
            Code::KeychainItemMissing,
            Code::VaultRolledBack,
            Code::ProfileMismatch,
        ];
        assert!(expected.contains(&code), "byte {at}: {code:?}");
    }
    let shorter = after(&saved, &user, |file| {
        file.execute("UPDATE head SET header = ?1", [&header[..header.len() - 1]]).unwrap();
    });
    assert_eq!(shorter.err(), Some(Code::VaultDamaged));
}

#[test]
fn newer_files_and_refused_parameters_have_their_own_words() {
    let (saved, user) = closed();
    let newer = after(&saved, &user, |file| file.pragma_update(None, "user_version", 2).unwrap());
    assert_eq!(newer.err(), Some(Code::VaultNewer));
    let foreign = after(&saved, &user, |file| file.pragma_update(None, "application_id", 1).unwrap());
    assert_eq!(foreign.err(), Some(Code::VaultDamaged));
    let with = |at: usize, bytes: &[u8]| {
        after(&saved, &user, |file| {
            let mut header: Vec<u8> =
                file.query_row("SELECT header FROM head", (), |row| row.get(0)).unwrap();
            header[at..at + bytes.len()].copy_from_slice(bytes);
            file.execute("UPDATE head SET header = ?1", [header]).unwrap();
        })
        .err()
    };
    assert_eq!(with(8, &2_u16.to_be_bytes()), Some(Code::VaultNewer), "format");
    assert_eq!(with(12, &2_u16.to_be_bytes()), Some(Code::VaultNewer), "suite");
    // After core, created, generation, epoch, drift, TOTP, table and the slot's kind, length, id and KDF.
    let memory = 63 + 24 + 2 + 3 + 44 + 1 + 3 + 8 + 1;
    assert_eq!(with(memory, &1024_u32.to_be_bytes()), Some(Code::VaultParameters), "1 MiB");
    assert_eq!(with(memory, &u32::MAX.to_be_bytes()), Some(Code::VaultParameters), "4 TiB");
    // Within floor and ceiling: the device's MAC speaks before the key derivation runs.
    assert_eq!(with(memory, &(2048_u32 * 1024).to_be_bytes()), Some(Code::VaultDamaged), "2 GiB");
}

#[test]
fn truncated_and_flipped_files_are_refused_or_right() {
    let (saved, user) = closed();
    let place = Place::of(&saved);
    let file = fs::read(place.file()).unwrap();
    let check = |content: &[u8], case: &str| -> bool {
        let place = Place::of(&saved);
        fs::write(place.file(), content).unwrap();
        match opened(&place, &user) {
            Ok(vault) => {
                assert_furnished(&vault);
                true
            }
            Err(code) => {
                let expected = [
                    Code::VaultDamaged,
                    Code::VaultNewer,
                    Code::VaultParameters,
                    Code::KeychainItemMissing,
                    Code::VaultRolledBack,
                    Code::ProfileMismatch,
                ];
                assert!(expected.contains(&code), "{case}: {code:?}");
                false
            }
        }
    };
    for tenth in 0..40 {
        let length = file.len() * tenth / 40 + tenth % 3;
        assert!(!check(&file[..length], &format!("cut to {length}")), "cut to {length}");
    }
    let mut refused = 0;
    for n in 0..150 {
        let at = (n * 7919 + n * n * 31) % file.len();
        let mut content = file.clone();
        content[at] ^= 1 << (n % 8);
        if !check(&content, &format!("bit {} of byte {at}", n % 8)) {
            refused += 1;
        }
    }
    assert!(refused > 100, "{refused} of 150 flips were noticed; the others changed nothing that is read");
}
