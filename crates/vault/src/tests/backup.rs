//! Backups, restoring and the end of a vault.

use std::fs;

use signet_core::Code;
use signet_vault::{Table, Width, backups, destroy, restore};

use super::ceremonies::{assert_furnished, furnished};
use super::common::{Place, new_key};

#[test]
fn five_rolling_backups_are_kept_and_the_oldest_go_first() {
    let place = Place::new();
    let (_, mut vault) = furnished(&place);
    let mut made = Vec::new();
    for _ in 0..7 {
        place.wait();
        made.push(vault.backup_now().unwrap().file);
    }
    let kept: Vec<_> = backups(place.dir()).unwrap().into_iter().map(|backup| backup.file).collect();
    assert_eq!(kept, made[2..]);
    place.wait();
    let interrupted = place.dir().join("backups/.signet-backup-abc123");
    fs::create_dir(&interrupted).unwrap();
    fs::write(interrupted.join("copy.db"), "half a copy").unwrap();
    vault.import_key(new_key(3)).unwrap();
    let newest = backups(place.dir()).unwrap().pop().unwrap();
    assert!(newest.bytes > 50_000 && newest.file != made[6], "a new key makes one by itself");
    let strays = fs::read_dir(place.dir().join("backups")).unwrap().count();
    assert_eq!(strays, 5, "no temporary files stay");
}

#[cfg(unix)]
#[test]
fn files_are_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let (_, vault) = furnished(&place);
    let copy = place.dir().join("copy.db");
    vault.backup_to(&copy).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in ["vault.db", "vault.db-wal", "vault.lock", "copy.db"] {
        assert_eq!(mode(&place.dir().join(file)), 0o600, "{file}");
    }
    assert_eq!(mode(&place.dir().join("backups")), 0o700);
    for backup in backups(place.dir()).unwrap() {
        assert_eq!(mode(&backup.file), 0o600);
    }
}

#[test]
fn a_backup_never_overwrites_a_file() {
    let place = Place::new();
    let (_, vault) = furnished(&place);
    let file = place.dir().join("mine.txt");
    fs::write(&file, "mine").unwrap();
    assert_eq!(vault.backup_to(&file).unwrap_err().failure().code, Code::VaultExists);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_restored_backup_of_now_opens_and_the_replaced_file_is_kept() {
    let place = Place::new();
    let (user, mut vault) = furnished(&place);
    let backup = vault.backup_now().unwrap();
    vault.put(Table::History, [77; 16], b"after the backup").unwrap();
    drop(vault);
    place.wait();
    let info = restore(place.dir(), &backup.file, place.environment()).unwrap();
    assert_eq!(info.keys, 2);
    assert!(!place.open().unwrap().needs_kit().unwrap());
    place.wait();
    let vault = user.unlock(place.open().unwrap());
    assert_furnished(&vault);
    assert!(vault.fetch(Table::History, [77; 16]).unwrap().is_none(), "it is the backup");
    drop(vault);
    // What it replaced is the newest rolling backup, and whole.
    let replaced = backups(place.dir()).unwrap().pop().unwrap();
    place.wait();
    restore(place.dir(), &replaced.file, place.environment()).unwrap();
    let rows = place.open().unwrap().info();
    assert_eq!(rows.keys, 2);
    assert!(!place.dir().join("restore.tmp").exists());
}

#[test]
fn a_backup_from_before_the_last_code_is_told_as_rolled_back() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    let backup = vault.backup_now().unwrap();
    drop(user.unlock(vault.lock()));
    place.wait();
    restore(place.dir(), &backup.file, place.environment()).unwrap();
    let mut locked = place.open().unwrap();
    assert!(locked.needs_kit().unwrap());
    let refused = locked.unlock(user.passphrase(), user.code(), Width::Near);
    assert_eq!(refused.err().unwrap().failure().code, Code::VaultRolledBack);
}

#[test]
fn what_is_no_backup_is_refused_and_nothing_is_replaced() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    let backup = vault.backup_now().unwrap();
    let held = restore(place.dir(), &backup.file, place.environment());
    assert_eq!(held.err().unwrap().failure().code, Code::AgentElsewhere, "the vault is in use");
    drop(vault);
    let whole = fs::read(&backup.file).unwrap();
    let file = place.dir().join("given");
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 1000].fill(0xff);
    for (content, name) in [
        (Vec::new(), "empty"),
        (b"not a database at all".to_vec(), "text"),
        (whole[..whole.len() / 2].to_vec(), "half"),
        (damaged, "overwritten"),
    ] {
        fs::write(&file, content).unwrap();
        let refused = restore(place.dir(), &file, place.environment());
        assert_eq!(refused.expect_err(name).failure().code, Code::BackupUnreadable, "{name}");
    }
    let none = restore(place.dir(), &place.dir().join("absent"), place.environment());
    assert_eq!(none.err().unwrap().failure().code, Code::BackupUnreadable);
    let sandbox = restore(place.dir(), &backup.file, place.sandbox_environment(0));
    assert_eq!(sandbox.err().unwrap().failure().code, Code::ProfileMismatch);
    let other = Place::new();
    let (_, others) = furnished(&other);
    let foreign = others.backup_now().unwrap();
    let refused = restore(place.dir(), &foreign.file, place.environment());
    assert_eq!(refused.err().unwrap().failure().code, Code::VaultExists, "another vault is here");
    assert_furnished(&user.unlock(place.open().unwrap()));
}

#[test]
fn a_damaged_vault_can_be_replaced_by_a_backup() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    let backup = vault.backup_now().unwrap();
    drop(vault);
    fs::write(place.file(), vec![0x55; 100_000]).unwrap();
    assert_eq!(place.open().err().unwrap().failure().code, Code::VaultDamaged);
    restore(place.dir(), &backup.file, place.environment()).unwrap();
    assert_furnished(&user.unlock(place.open().unwrap()));
}

#[test]
fn a_destroyed_vault_leaves_nothing_in_file_or_keychain() {
    let place = Place::new();
    let (_, vault) = furnished(&place);
    vault.set_anchor(&signet_vault::Anchor { size: 1, root: [1; 32] }).unwrap();
    let held = destroy(place.dir(), place.environment());
    assert_eq!(held.err().unwrap().failure().code, Code::AgentElsewhere);
    drop(vault);
    let wrong = destroy(place.dir(), place.sandbox_environment(0));
    assert_eq!(wrong.err().unwrap().failure().code, Code::ProfileMismatch);
    destroy(place.dir(), place.environment()).unwrap();
    assert!(place.keychain.names().is_empty(), "{:?}", place.keychain.names());
    let left: Vec<_> = fs::read_dir(place.dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["vault.lock"]);
    assert_eq!(destroy(place.dir(), place.environment()).err().unwrap().failure().code, Code::NoVault);
    drop(place.init());
}
