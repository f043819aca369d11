//! A disk that is full or cannot be written: a word of its own, nothing changed, usable again afterwards.

use std::time::{Duration, Instant};

use signet_core::Code;

use super::common::{Place, User, der, new_key};
use crate::{OpenVault, Table};

/// Makes the disk full for the vault's own connection: no page can be added.
fn fill(vault: &OpenVault) {
    let connection = vault.store.connection();
    let pages: i64 = connection.query_row("PRAGMA page_count", (), |row| row.get(0)).unwrap();
    connection.query_row(&format!("PRAGMA max_page_count = {pages}"), (), |_| Ok(())).unwrap();
}

fn free(vault: &OpenVault) {
    vault.store.connection().query_row("PRAGMA max_page_count = 1000000", (), |_| Ok(())).unwrap();
}

fn write_protect(vault: &OpenVault, on: bool) {
    vault.store.connection().pragma_update(None, "query_only", on).unwrap();
}

fn vault(place: &Place) -> (User, OpenVault) {
    let mut user = place.init();
    let mut vault = user.vault.take().unwrap();
    vault.import_key(new_key(1)).unwrap();
    vault.put(Table::Setting, [1; 16], b"before").unwrap();
    user.wait();
    (user, vault)
}

fn every_change_fails_with(code: Code, user: &User, vault: &mut OpenVault) {
    let key = vault.keys()[0].id;
    let big = vec![7; 300_000];
    assert_eq!(vault.put(Table::Draft, [2; 16], &big).unwrap_err().failure().code, code);
    assert_eq!(vault.put(Table::Setting, [1; 16], &big).unwrap_err().failure().code, code);
    // The first would fit; several are kept together or not at all.
    let both = [(Table::Draft, [3; 16], b"small".to_vec()), (Table::Draft, [2; 16], big)];
    assert_eq!(vault.put_all(both).unwrap_err().failure().code, code);
    if code == Code::ReadOnly {
        assert_eq!(vault.delete(Table::Setting, [1; 16]).unwrap_err().failure().code, code);
        assert_eq!(vault.rename_key(key, "new").unwrap_err().failure().code, code);
        assert_eq!(vault.import_key(new_key(2)).unwrap_err().failure().code, code);
        assert_eq!(vault.remove_key(key).unwrap_err().failure().code, code);
        assert_eq!(vault.step_up(user.passphrase(), user.code()).unwrap_err().failure().code, code);
    }
    assert_eq!(vault.keys().len(), 1);
    assert_eq!(vault.fetch(Table::Setting, [1; 16]).unwrap().unwrap().expose(), b"before");
    assert!(vault.rows(Table::Draft).is_empty());
    assert_eq!(vault.with_key(key, |_, bytes| bytes.expose().to_vec()).unwrap(), der(1));
}

#[test]
fn nothing_is_lost_on_a_full_or_a_read_only_disk() {
    let place = Place::new();
    let (user, mut vault) = vault(&place);
    fill(&vault);
    every_change_fails_with(Code::DiskFull, &user, &mut vault);
    free(&vault);
    write_protect(&vault, true);
    every_change_fails_with(Code::ReadOnly, &user, &mut vault);
    write_protect(&vault, false);
    // The manifest in memory is that of the file: what follows is written and read back after a restart.
    vault.put(Table::Draft, [3; 16], b"after").unwrap();
    vault.step_up(user.passphrase(), user.code()).unwrap();
    user.wait();
    let vault = user.unlock(vault.lock());
    assert_eq!(vault.fetch(Table::Draft, [3; 16]).unwrap().unwrap().expose(), b"after");
    assert_eq!(vault.fetch(Table::Setting, [1; 16]).unwrap().unwrap().expose(), b"before");
}

#[test]
fn the_file_is_opened_as_it_must_be() {
    let place = Place::new();
    let (_, vault) = vault(&place);
    let connection = vault.store.connection();
    let number = |name: &str| -> i64 { connection.pragma_query_value(None, name, |row| row.get(0)).unwrap() };
    let text: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(text, "wal");
    assert_eq!(number("synchronous"), 2, "FULL");
    assert_eq!(number("secure_delete"), 1);
    assert_eq!(number("trusted_schema"), 0);
    assert_eq!(number("application_id"), 0x5347_4e54);
    let mapped = connection.pragma_query_value(None, "mmap_size", |row| row.get::<_, i64>(0));
    assert_eq!(mapped.unwrap_or(0), 0);
    let version = rusqlite::version_number();
    assert!(version >= 3_051_003, "past the WAL-reset corruption (3.7.0 to 3.51.2): {version}");
}

#[test]
fn soak_ten_thousand_records_do_not_slow_a_put_down() {
    let place = Place::new();
    let (user, mut vault) = vault(&place);
    let mut row = [0; 16];
    let mut put = |vault: &mut OpenVault, n: u64| {
        row[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        let started = Instant::now();
        vault.put(Table::History, row, &[5; 2000]).unwrap();
        started.elapsed()
    };
    for n in 0..10_000 {
        put(&mut vault, n);
    }
    let mut times: Vec<Duration> = (10_000..10_200).map(|n| put(&mut vault, n)).collect();
    times.sort();
    println!("put at 10,000 rows: median {:?}, 95 % {:?}", times[100], times[190]);
    assert!(times[100] < Duration::from_millis(5), "median {:?}", times[100]);
    let locked = vault.lock();
    let started = Instant::now();
    let vault = user.unlock(locked);
    println!("unlock with 10,200 rows, without Argon2id: {:?}", started.elapsed());
    assert_eq!(vault.rows(Table::History).len(), 10_200);
}
