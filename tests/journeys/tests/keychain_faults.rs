//! A keychain that is missing, locked or hanging: an error with its remedy, never a file instead.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use signet_journeys::{PASSPHRASE, Person, SetUp};

fn stop_agent(person: &Person) {
    person.signet(["agent", "stop"]).ok();
    while person.agent().is_some() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn without_a_keychain_nothing_is_created() {
    let mut person = Person::new();
    person.desk.session_mut().stop_keyring();
    let command = person.command(["init", "--kdf", "floor", "--passphrase-stdin", "--script"]);
    let mut set_up = SetUp::start(command, &[PASSPHRASE]);
    if set_up.shown["error"].is_null() {
        person.take(&set_up);
        let answer = set_up.answer(Some(&person.code()));
        assert_eq!(answer["error"]["code"], "keychain-missing", "{answer}");
    } else {
        assert_eq!(set_up.shown["error"]["code"], "keychain-missing", "{}", set_up.shown);
    }
    set_up.abandon();
    assert!(!person.vault().join("vault.db").exists());
}

#[test]
fn a_keychain_that_goes_and_comes_back() {
    let mut person = Person::ready();
    person.signet(["lock"]).ok();
    person.desk.session_mut().stop_keyring();
    person.unlock().fails_with("keychain-missing");
    // Status and the log do not need it.
    person.signet(["status"]).ok();
    person.signet(["audit", "list"]).ok();
    person.desk.session_mut().start_keyring();
    person.unlock().ok();
    person.send(["--to", "ada@example.com", "--text", "x"]).ok();
}

#[test]
fn a_keychain_that_hangs_or_is_locked() {
    let mut person = Person::ready();
    person.signet(["lock"]).ok();
    stop_agent(&person);
    person.desk.session().freeze_keyring();
    let begun = std::time::Instant::now();
    person.unlock().fails_with("keychain-not-answering");
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    person.signet(["status"]).ok();
    person.desk.session().thaw_keyring();
    person.unlock().ok();
    person.signet(["lock"]).ok();
    person.desk.session().lock_collection();
    person.unlock().fails_with("keychain-locked");
    person.desk.session_mut().restart_keyring();
    person.unlock().ok();
}
