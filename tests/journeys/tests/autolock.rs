//! The vault locks itself: on idleness, before the computer sleeps, and with the screen.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::time::{Duration, Instant};

use signet_journeys::{Logind, Person};
use signet_testkit::Desk;

/// A person with an open vault, in a login session `own` of theirs, and that of somebody else.
fn logged_in() -> (Logind, Person) {
    let desk = Desk::new();
    let logind = Logind::start(desk.session());
    let uid = rustix::process::geteuid().as_raw();
    logind.begin_session("own", uid);
    logind.begin_session("other", uid + 1);
    let mut person = Person::at(desk);
    person.init();
    eventually("the agent watches", || logind.sleep_is_delayed());
    assert_eq!(unseen(&person), Vec::<String>::new());
    (logind, person)
}

/// What cannot be seen, as `status` says.
fn unseen(person: &Person) -> Vec<String> {
    let status = person.signet(["status"]).ok();
    let notes = status["unprotected"].as_array().cloned().unwrap_or_default();
    let notes = notes.iter().filter_map(|note| Some(note.as_str()?.to_owned()));
    notes.filter(|note| note.contains("cannot be seen")).collect()
}

fn is_open(person: &Person) -> bool {
    person.signet(["status"]).ok()["vault"]["state"] == "unlocked"
}

#[track_caller]
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(15), "not so: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Long enough for a signal that should do nothing to have done it.
fn stays_open(person: &Person, what: &str) {
    std::thread::sleep(Duration::from_millis(700));
    assert!(is_open(person), "{what}");
}

#[test]
fn sleep_waits_until_the_vault_is_locked() {
    let (logind, mut person) = logged_in();
    logind.prepare_for_sleep(true);
    eventually("the sleep goes on", || !logind.sleep_is_delayed());
    assert!(!is_open(&person), "the vault is locked before the computer sleeps");
    logind.prepare_for_sleep(false);
    eventually("the next sleep is delayed again", || logind.sleep_is_delayed());
    person.unlock().ok();
    person.signet(["settings", "set", "--lock-on-suspend", "false"]).ok();
    logind.prepare_for_sleep(true);
    eventually("the sleep goes on", || !logind.sleep_is_delayed());
    assert!(is_open(&person), "that was switched off");
}

#[test]
fn the_vault_locks_with_the_screen_of_any_session_of_its_user() {
    let (logind, mut person) = logged_in();
    logind.lock_session("other");
    logind.hint_locked("other", true);
    logind.hint_locked("own", false);
    stays_open(&person, "another user's screen is of no concern");

    logind.lock_session("own");
    eventually("locked when asked to lock the screen", || !is_open(&person));
    person.unlock().ok();
    logind.hint_locked("own", true);
    eventually("locked with the screen", || !is_open(&person));
    person.unlock().ok();

    logind.begin_session("later", rustix::process::geteuid().as_raw());
    logind.hint_locked("later", true);
    eventually("locked with a session that began later", || !is_open(&person));
    person.unlock().ok();
    person.signet(["settings", "set", "--lock-on-screen-lock", "false"]).ok();
    logind.lock_session("own");
    stays_open(&person, "that was switched off");
}

#[test]
fn without_logind_or_a_session_status_says_so() {
    let desk = Desk::new();
    let logind = Logind::start(desk.session());
    let mut person = Person::at(desk);
    person.init();
    eventually("no session is seen", || unseen(&person).iter().any(|note| note.contains("no session")));
    assert!(logind.sleep_is_delayed(), "sleep is seen all the same");
    drop(logind);
    eventually("no logind is seen", || unseen(&person).iter().any(|note| note.contains("does not answer")));
    assert!(is_open(&person));
}

#[test]
fn an_idle_vault_locks_itself() {
    let person = Person::with_vault();
    person.signet(["settings", "set", "--idle-lock", "25h"]).fails_with("usage");
    person.signet(["settings", "set", "--idle-lock", "2s"]).ok();
    let began = Instant::now();
    // Looking at the status is no use of the vault.
    eventually("locked by itself", || !is_open(&person));
    assert!(began.elapsed() >= Duration::from_secs(2) - Duration::from_millis(200), "{:?}", began.elapsed());
    person.signet(["key", "list"]).fails_with("locked");
}

#[test]
fn use_keeps_the_vault_open() {
    let person = Person::with_vault();
    person.signet(["settings", "set", "--idle-lock", "3s"]).ok();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(6) {
        person.signet(["key", "list"]).ok();
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!(is_open(&person));
}
