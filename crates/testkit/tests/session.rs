//! The session is a real one, private, and does what tests ask of it.
#![allow(clippy::expect_used, reason = "a test")]

use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use signet_testkit::{Session, User};

const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";

#[test]
fn the_keyring_locks_and_comes_back_unlocked() {
    let mut session = Session::start();
    assert!(locked(&session).contains("false"));
    session.lock_collection();
    assert!(locked(&session).contains("true"));
    session.restart_keyring();
    assert!(locked(&session).contains("false"));
}

#[test]
fn a_frozen_keyring_hangs_and_a_thawed_one_answers() {
    let session = Session::start();
    session.freeze_keyring();
    let began = Instant::now();
    let answer = ask(&session);
    assert!(!answer.status.success() && began.elapsed() >= Duration::from_secs(1), "{answer:?}");
    session.thaw_keyring();
    assert!(ask(&session).status.success());
}

#[test]
fn nothing_starts_what_a_test_ended() {
    let mut session = Session::start();
    session.stop_keyring();
    assert!(!ask(&session).status.success());
    session.stop_bus();
    assert!(!ask(&session).status.success());
    session.start_bus();
    session.start_keyring();
    assert!(ask(&session).status.success());
}

#[test]
fn a_session_can_belong_to_another_user() {
    let session = Session::start_as(User::unprivileged());
    assert!(ask(&session).status.success());
    let run = std::fs::metadata(session.dir().join("run")).expect("run");
    assert_eq!(run.permissions().mode() & 0o777, 0o700);
}

#[test]
fn an_ended_session_leaves_nothing() {
    let session = Session::start();
    let dir = session.dir().to_owned();
    drop(session);
    assert!(!dir.exists());
}

fn locked(session: &Session) -> String {
    String::from_utf8(ask(session).stdout).expect("text")
}

/// Whether the collection is locked, within two seconds.
fn ask(session: &Session) -> Output {
    let mut call = session.command("gdbus");
    call.args(["call", "--timeout", "2", "--session", "--dest", "org.freedesktop.secrets"]);
    call.args(["--object-path", COLLECTION, "--method", "org.freedesktop.DBus.Properties.Get"]);
    call.args(["org.freedesktop.Secret.Collection", "Locked"]).stdin(Stdio::null());
    call.output().expect("gdbus")
}
