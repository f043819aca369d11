//! A vault is replaced by a backup, or removed for good. What is refused changes nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use signet_journeys::Person;

/// A backup in the person's folder.
fn backup(person: &Person) -> String {
    let file = person.path("signet.backup").display().to_string();
    person.signet(["backup", "create", &file]).ok();
    file
}

#[test]
fn a_refused_restore_leaves_the_vault_open() {
    let person = Person::ready();
    let file = backup(&person);
    person.signet(["restore", &file]).fails_with("vault-exists");
    person.signet(["key", "list"]).ok();
    person.signet(["restore", "--replace", "/nowhere/signet.backup"]).fails_with("backup-unreadable");
    person.signet(["key", "list"]).ok();
}

#[test]
fn a_restore_says_whether_the_backup_needs_the_kit() {
    let mut person = Person::ready();
    let file = backup(&person);
    let restored = person.signet(["restore", "--replace", &file]).ok();
    assert_eq!(restored["needs_kit"], false, "{restored}");
    person.unlock().ok();
    // The backup is from before that code was used.
    let restored = person.signet(["restore", "--replace", &file]).ok();
    assert_eq!(restored["needs_kit"], true, "{restored}");
    person.unlock().fails_with("vault-rolled-back");
}

#[test]
fn a_destroyed_vault_leaves_its_log_and_room_for_another() {
    let mut person = Person::ready();
    let id = person.signet(["status"]).ok()["vault"]["info"]["vault_id"].as_str().unwrap().to_owned();
    let other = "0".repeat(id.len());
    person.signet(["vault", "destroy", "--yes", "--vault-id", &other]).fails_with("not-found");
    person.signet(["key", "list"]).ok();

    let destroyed = person.signet(["vault", "destroy", "--yes"]).ok();
    let log = person.vault().join(format!("audit-{id}.db"));
    assert_eq!(destroyed["log"], log.display().to_string());
    assert!(!person.vault().join("audit.db").exists() && !person.vault().join("vault.db").exists());
    let log = log.display().to_string();
    let export = person.desk.signet(["--sandbox", "audit", "export", "--log", &log]).output().unwrap();
    let entries = String::from_utf8(export.stdout).unwrap();
    assert!(entries.lines().last().unwrap().contains("vault-destroy"), "{entries}");
    person.signet(["audit", "verify", "--log", &log]).ok();

    person.init();
    person.import();
    person.send(["--to", "ada@example.com", "--text", "x"]).ok();
    person.verify().ok();
}

#[test]
fn a_vault_that_cannot_be_read_is_removed_by_hand_only() {
    let person = Person::with_vault();
    let id = person.signet(["status"]).ok()["vault"]["info"]["vault_id"].as_str().unwrap().to_owned();
    person.signet(["agent", "stop"]).ok();
    while person.agent().is_some() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::fs::write(person.vault().join("vault.db"), vec![0x55; 20_000]).unwrap();
    person.signet(["vault", "destroy", "--yes", "--vault-id", &id]).fails_with("vault-damaged");
    assert!(person.vault().join("vault.db").exists() && person.vault().join("audit.db").exists());
}
