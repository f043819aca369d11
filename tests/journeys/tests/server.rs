//! A host on a server, over real processes: made over ssh, started with nobody there, taken over elsewhere.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use signet_journeys::{Host, Member, PASSPHRASE, Server, SetUp, files_below, left_out};

const SENDER: &str = "mia@sandbox.example";

fn draft(subject: &str) -> Value {
    json!({ "from": SENDER, "to": ["ada@example.org"], "subject": subject, "text": "Hello" })
}

#[track_caller]
fn sends(member: &Member, host: &Host, subject: &str) {
    let reply = member.send(host, &draft(subject)).ok();
    assert_eq!(reply["outcome"]["outcome"], "sent", "{reply}");
    let id = reply["outcome"]["message_id"].as_str().unwrap();
    assert_eq!(host.owner.delivered(id).header("subject"), subject);
}

#[track_caller]
fn is_away(member: &Member) {
    let shared = member.person.call("shared.list", &json!({})).ok();
    assert_eq!(shared["hosts"][0]["failure"]["code"], "host-away", "{shared}");
}

fn join(server: &mut Server) -> Member {
    server.host.join("mia", "sender", &[json!({ "senders": [SENDER] })])
}

fn run(program: &str, words: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program);
    child.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Whether this machine can seal to itself: systemd is there, and we are root. Elsewhere the secret goes to
/// the agent as it is, and that the sealing was left out is said.
fn seals() -> bool {
    let seals = rustix::process::geteuid().is_root() && Command::new("systemd-creds").output().is_ok();
    if !seals {
        left_out("not root, or no systemd-creds: the credential is not sealed in this run");
    }
    seals
}

/// Enables the start with nobody there, and brings the credential to where the agent finds it. Returns the
/// secret.
fn enable(server: &mut Server) -> String {
    let credential = server.credential();
    let code = server.host.owner.next_step();
    let words = ["host", "unattended", "enable", "--to-stdout", "--code", &code];
    let output = server.host.owner.command(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let secret = String::from_utf8(output.stdout).unwrap();
    assert_eq!(secret.len(), 64, "{secret}");
    if seals() {
        let sealed = server.host.owner.path("sealed").display().to_string();
        run("systemd-creds", &["encrypt", "--name=signet-unattended", "-", &sealed], secret.as_bytes());
        unseal(&sealed, &credential);
        assert_eq!(std::fs::read(&credential).unwrap(), secret.as_bytes(), "the round trip");
    } else {
        std::fs::write(&credential, &secret).unwrap();
    }
    secret
}

/// What the service manager does before it starts the agent.
fn unseal(sealed: &str, place: &Path) {
    let place = place.display().to_string();
    run("systemd-creds", &["decrypt", "--name=signet-unattended", sealed, &place], b"");
}

fn status(server: &Server) -> Value {
    server.host.owner.signet(["status"]).ok()
}

#[test]
fn a_host_on_a_server_serves_after_a_restart_with_nobody_there() {
    let mut server = Server::ready();
    let shown = status(&server);
    let folder = shown["headless"]["folder"].as_str().unwrap();
    assert_eq!(Path::new(folder), server.keychain());
    assert_eq!(
        (&shown["headless"]["unattended"], &shown["vault"]["state"]),
        (&json!(false), &json!("unlocked"))
    );
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&server.keychain()), 0o700);
    let items = files_below(&server.keychain());
    assert!(items.len() >= 4, "{items:?}");
    assert!(items.iter().all(|item| mode(item) == 0o600));
    let mia = join(&mut server);
    sends(&mia, &server.host, "With somebody there");

    // Without the slot a restart leaves it locked.
    assert_eq!(server.stop(), Some(0));
    assert_eq!(server.start(), "waiting to be unlocked");
    is_away(&mia);
    server.host.owner.unlock().ok();
    server.host.owner.signet(["host", "start"]).ok();

    // It takes a code that was not used before.
    let words = ["host", "unattended", "enable", "--to-stdout", "--code"];
    let used = server.host.owner.code();
    server.host.owner.signet(words.iter().chain(&[&*used])).fails_with("member-code-wrong");
    assert_eq!(status(&server)["headless"]["unattended"], false);
    let secret = enable(&mut server);
    assert_eq!(status(&server)["headless"]["unattended"], true);

    for (round, subject) in ["After a stop", "After a power cut"].into_iter().enumerate() {
        if round == 0 {
            assert_eq!(server.stop(), Some(0));
        } else {
            server.kill();
        }
        assert_eq!(server.start(), "serving the team; opened with nobody there");
        sends(&mia, &server.host, subject);
        assert_eq!(status(&server)["headless"]["opened_unattended"], true);
    }
    let text = server.host.owner.desk.signet(["--sandbox", "host", "status"]).output().unwrap().stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("root on this machine has the keys"), "{text}");
    assert!(text.contains("root here, and whoever has the disk, can read them"), "{text}");

    // What needs its owner still does.
    let renamed = ["host", "init", "--name", "Other", "--code", "000000"];
    server.host.owner.signet(renamed).fails_with("member-code-wrong");
    server.host.verifies();
    let log = server.host.owner.signet(["audit", "list", "--limit", "50"]).ok();
    let entries = log["entries"].as_array().unwrap();
    let alone = |action: &str| {
        entries
            .iter()
            .filter(|entry| entry["fields"]["action"] == action && entry["fields"]["target"] == "unattended")
            .count()
    };
    assert_eq!((alone("unlock"), alone("host-start")), (2, 2), "{log}");

    // Nowhere on this disk but in the service manager's hands.
    let secrets = [secret.clone().into_bytes(), data_encoding::HEXLOWER.decode(secret.as_bytes()).unwrap()];
    for file in files_below(server.host.owner.desk.session().dir()) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let found = secrets.iter().any(|secret| bytes.windows(secret.len()).any(|window| window == *secret));
        assert_eq!(found, file == server.credential(), "{}", file.display());
    }
}

#[test]
fn a_start_with_nobody_there_ends_when_it_is_switched_off_or_secrets_change() {
    let mut server = Server::ready();
    let mia = join(&mut server);
    enable(&mut server);
    // A change of secrets ends it, and status says so after the next start.
    let code = server.host.owner.next_step();
    let renew = ["codes", "renew", "--passphrase-stdin", "--code", &code, "--script"];
    let mut renewal = SetUp::start(server.host.owner.command(renew), &[PASSPHRASE]);
    let done = renewal.answer(None);
    assert!(done["info"].is_object(), "{done}");
    assert_eq!(renewal.end(), 0);
    assert_eq!(status(&server)["headless"]["unattended"], false);
    server.stop();
    let said = server.start();
    assert!(said.starts_with("locked: This host does not start by itself"), "{said}");
    let shown = status(&server);
    assert_eq!(shown["vault"]["state"], "locked");
    assert_eq!(shown["headless"]["failure"]["code"], "wrong-passphrase-or-code", "{shown}");
    is_away(&mia);
    server.host.owner.unlock().ok();
    assert_eq!(status(&server)["headless"]["failure"], Value::Null);

    enable(&mut server);
    let code = server.host.owner.next_step();
    let off = server.host.owner.signet(["host", "unattended", "disable", "--code", &code]).ok();
    assert_eq!(off["headless"]["unattended"], false);
    server.stop();
    assert!(server.start().starts_with("locked: "));
    std::fs::write(server.credential(), "not a secret").unwrap();
    server.stop();
    assert!(server.start().starts_with("locked: The credential"));
    std::fs::remove_file(server.credential()).unwrap();
    server.stop();
    assert_eq!(server.start(), "waiting to be unlocked");
    server.host.owner.unlock().ok();
    server.host.verifies();
}

#[test]
fn the_programs_seal_the_secret_themselves_where_they_may() {
    if !seals() {
        return;
    }
    let mut server = Server::ready();
    let mia = join(&mut server);
    let sealed = server.host.owner.path("sealed").display().to_string();
    let code = server.host.owner.next_step();
    let enable = ["host", "unattended", "enable", "--credential", &sealed, "--code", &code];
    server.host.owner.signet(enable).ok();
    unseal(&sealed, &server.credential());
    server.kill();
    assert_eq!(server.start(), "serving the team; opened with nobody there");
    sends(&mia, &server.host, "Hello");

    // Nowhere to put it: nothing is made, and the code is not used up.
    let code = server.host.owner.next_step();
    let nowhere = ["host", "unattended", "enable", "--credential", "/nowhere/at/all", "--code", &code];
    server.host.owner.signet(nowhere).fails_with("read-only");
    let off = ["host", "unattended", "disable", "--code", &code];
    server.host.owner.signet(off).ok();
}

#[test]
fn nothing_chooses_files_by_itself_and_nothing_switches() {
    // On a server, an ordinary set-up has no keychain to use and says so.
    let mut server = Server::new();
    server.host.owner.google(["start"]).ok();
    server.start();
    let init = ["init", "--kdf", "floor", "--passphrase-stdin", "--script"];
    let lines = format!("{PASSPHRASE}\n");
    server.host.owner.signet_with(init, &lines).fails_with("keychain-missing");
    assert!(!server.keychain().exists());
    server.init();
    let again = ["host", "init", "--headless", "--name", "Two", "--passphrase-stdin", "--script"];
    server.host.owner.signet_with(again, &lines).fails_with("vault-exists");
    server.stop();

    // The marker is gone, or says something else: not opened, and nothing made elsewhere.
    let marker = server.host.owner.vault().join("keychain");
    let text = std::fs::read(&marker).unwrap();
    for wrong in [None, Some("system\n")] {
        match wrong {
            None => std::fs::remove_file(&marker).unwrap(),
            Some(text) => std::fs::write(&marker, text).unwrap(),
        }
        server.start();
        let shown = status(&server);
        assert_eq!(shown["vault"]["failure"]["code"], "keychain-failed", "{shown}");
        server.host.owner.unlock().fails_with("keychain-failed");
        server.stop();
    }
    std::fs::write(&marker, text).unwrap();
    // Somebody opened the folder to others.
    std::fs::set_permissions(server.keychain(), PermissionsExt::from_mode(0o755)).unwrap();
    server.start();
    server.host.owner.unlock().fails_with("keychain-failed");
    std::fs::set_permissions(server.keychain(), PermissionsExt::from_mode(0o700)).unwrap();
    server.host.owner.unlock().ok();

    // A vault at a desk does not start with nobody there.
    let mut desk = Host::serving();
    let code = desk.owner.next_step();
    desk.owner.signet(["host", "unattended", "enable", "--to-stdout", "--code", &code]).fails_with("usage");
    assert_eq!(desk.owner.signet(["status"]).ok().get("headless"), None);
}

#[test]
fn one_process_owns_the_store() {
    let mut server = Server::ready();
    enable(&mut server);
    let second = server.host.owner.desk.agent(["--profile", "sandbox"]).output().unwrap();
    assert_eq!(second.status.code(), Some(13), "{}", String::from_utf8_lossy(&second.stderr));

    // With sockets of its own, on the same files.
    let other = server.host.owner.desk.session().make_dir("other");
    let data = other.join("data");
    std::fs::create_dir(&data).unwrap();
    std::os::unix::fs::symlink(server.host.owner.path("data"), data.join("signet")).unwrap();
    let state = other.join("state");
    std::fs::create_dir(&state).unwrap();
    std::os::unix::fs::symlink(server.host.owner.path("state"), state.join("signet")).unwrap();
    let run = other.join("run");
    std::fs::create_dir(&run).unwrap();
    let intrude = |words: &[&str]| {
        let mut signet = server.host.owner.desk.signet(["--sandbox", "--json"]);
        signet.args(words).env_remove("SIGNET_HOME").env("XDG_DATA_HOME", &data);
        signet.env("XDG_STATE_HOME", &state).env("XDG_RUNTIME_DIR", &run);
        signet.env("CREDENTIALS_DIRECTORY", server.host.owner.path("credentials"));
        signet_journeys::Answer::of(&signet.output().unwrap())
    };
    let shown = intrude(&["status"]).ok();
    assert_eq!(shown["vault"]["state"], "unusable", "{shown}");
    assert_eq!(shown["vault"]["failure"]["code"], "agent-already-running");
    intrude(&["host", "start"]).fails_with("agent-already-running");
    intrude(&["agent", "stop"]).ok();
    server.host.owner.signet(["host", "status"]).ok();
    server.host.verifies();
}

#[test]
fn another_machine_takes_over_from_a_backup_and_members_see_what_was_lost() {
    let mut a = Server::ready();
    let mia = join(&mut a);
    sends(&mia, &a.host, "Before the backup");
    let backup = a.host.owner.path("signet.backup").display().to_string();
    a.host.owner.signet(["backup", "create", &backup]).ok();
    for subject in ["After the backup", "And again"] {
        sends(&mia, &a.host, subject);
    }
    let identity = a.host.owner.signet(["host", "status"]).ok()["host"]["key"].clone();
    a.kill();
    a.host.owner.google(["stop"]).ok();

    let mut b = elsewhere(&a);
    b.start();
    let lines = format!("{PASSPHRASE}\n{}\n", a.host.owner.kit);
    let nothing = ["host", "take-over", "/nowhere/signet.backup", "--passphrase-stdin", "--script"];
    b.host.owner.signet_with(nothing, &lines).fails_with("backup-unreadable");
    assert_eq!(status(&b)["vault"]["state"], "absent");
    take_over(&mut b, &a, &backup);
    let now = b.host.owner.signet(["host", "status"]).ok();
    assert_eq!((&now["host"]["key"], now["serving"].is_object()), (&identity, true), "{now}");
    assert_eq!(now["headless"]["unattended"], false);

    // The member hears why, and goes on once the owner has confirmed the device.
    let shared = mia.person.call("shared.list", &json!({})).ok();
    let failure = &shared["hosts"][0]["failure"];
    assert_eq!(failure["code"], "device-suspended", "{shared}");
    assert!(failure["what"].as_str().unwrap().contains("restored from a backup"), "{failure}");
    confirm(&b, &mia);
    let failure = mia.send(&b.host, &draft("Too early")).failure().unwrap();
    assert_eq!(failure["code"], "host-forked", "{failure}");
    let told = failure["facts"]["alarm"].as_str().unwrap();
    assert!(
        told.contains("shorter than this device has seen") || told.contains("does not contain"),
        "{told}"
    );
    let (seen, left) = (number(&failure, "entries_seen"), number(&failure, "entries_now"));
    assert!(seen > 0 && left > 0, "{failure}");
    let shared = mia.person.signet(["shared", "list"]).ok();
    assert!(shared["hosts"][0]["alarm"].is_string(), "it stays until somebody decides: {shared}");
    let host = mia.host.clone();
    let accepted = mia.person.signet(["shared", "accept", &host, "--yes"]).ok();
    assert_eq!(accepted["seen"], seen, "{accepted}");
    mia.person.signet(["shared", "accept", &host, "--yes"]).fails_with("usage");
    sends(&mia, &b.host, "From the new machine");
    b.host.verifies();

    // The old machine comes back: it does not know where the device has been since.
    b.host.owner.signet(["host", "stop"]).ok();
    a.host.owner.google(["start"]).ok();
    a.start();
    a.host.owner.unlock().ok();
    a.host.owner.signet(["host", "start"]).ok();
    mia.send(&a.host, &draft("To the old one")).fails_with("device-suspended");
    a.stop();
    b.host.owner.signet(["host", "start"]).ok();
    // Having been turned away, the device asks to be confirmed again, and is then as before.
    mia.send(&b.host, &draft("Not yet")).fails_with("device-suspended");
    confirm(&b, &mia);
    sends(&mia, &b.host, "Back");
    b.host.verifies();
}

#[test]
fn a_log_that_was_saved_goes_on_on_the_other_machine() {
    let mut a = Server::ready();
    let mia = join(&mut a);
    let backup = a.host.owner.path("signet.backup").display().to_string();
    a.host.owner.signet(["backup", "create", &backup]).ok();
    sends(&mia, &a.host, "After the backup");
    a.stop();
    a.host.owner.google(["stop"]).ok();

    let mut b = elsewhere(&a);
    std::fs::create_dir_all(b.host.owner.vault()).unwrap();
    std::fs::copy(a.host.owner.vault().join("audit.db"), b.host.owner.vault().join("audit.db")).unwrap();
    b.start();
    take_over(&mut b, &a, &backup);
    mia.send(&b.host, &draft("Too early")).fails_with("device-suspended");
    confirm(&b, &mia);
    sends(&mia, &b.host, "Nothing is lost");
    let shared = mia.person.signet(["shared", "list"]).ok();
    assert_eq!(shared["hosts"][0]["alarm"], Value::Null, "{shared}");
    let subjects = mia.person.call("shared.sends", &json!({ "host": mia.host })).ok();
    assert_eq!(subjects["sends"].as_array().unwrap().len(), 2, "{subjects}");
    b.host.verifies();
}

/// Another machine: the same Google, and nothing else of the first.
fn elsewhere(a: &Server) -> Server {
    let mut b = Server::new();
    let google = |server: &Server| server.host.owner.path("sandbox-google").display().to_string();
    run("cp", &["-r", &google(a), &google(&b)], b"");
    b.host.owner.google(["start"]).ok();
    b.host.owner.next_step();
    (b.host.at, b.host.key) = (a.host.at.clone(), a.host.key.clone());
    b
}

#[test]
fn a_mistyped_kit_leaves_a_backup_that_the_right_one_opens() {
    let mut a = Server::ready();
    let backup = a.host.owner.path("signet.backup").display().to_string();
    a.host.owner.signet(["backup", "create", &backup]).ok();
    let identity = a.host.owner.signet(["host", "status"]).ok()["host"]["key"].clone();
    a.kill();
    a.host.owner.google(["stop"]).ok();
    let mut b = elsewhere(&a);
    b.start();
    let lines = format!("{PASSPHRASE}\n{}\n", mistyped(&a.host.owner.kit));
    let words = ["host", "take-over", &backup, "--passphrase-stdin", "--script"];
    for code in ["kit-mistyped", "vault-exists"] {
        let told = b.host.owner.signet_with(words, &lines);
        let remedy = told.json["error"]["remedy"].to_string();
        told.fails_with(code);
        assert!(remedy.contains("recover --kit") && remedy.contains("host start"), "{code}: {remedy}");
    }
    let words = ["recover", "--kit", "--passphrase-stdin", "--script"];
    let mut set_up = SetUp::start(b.host.owner.command(words), &[PASSPHRASE, &a.host.owner.kit]);
    b.host.owner.take(&set_up);
    set_up.answer(Some(&b.host.owner.code()));
    assert_eq!(set_up.end(), 0);
    let now = b.host.owner.signet(["host", "start"]).ok();
    assert_eq!((&now["host"]["key"], now["serving"].is_object()), (&identity, true), "{now}");
    b.host.verifies();
}

fn take_over(b: &mut Server, a: &Server, backup: &str) {
    let words = ["host", "take-over", backup, "--passphrase-stdin", "--script"];
    let mut set_up = SetUp::start(b.host.owner.command(words), &[PASSPHRASE, &a.host.owner.kit]);
    b.host.owner.take(&set_up);
    let done = set_up.answer(Some(&b.host.owner.code()));
    assert!(done["info"].is_object(), "{done}");
    assert_eq!(set_up.end(), 0);
}

/// The kit with one character read wrongly.
fn mistyped(kit: &str) -> String {
    let last = kit.chars().last().unwrap();
    let other = if last == 'A' { 'B' } else { 'A' };
    format!("{}{other}", &kit[..kit.len() - last.len_utf8()])
}

fn confirm(server: &Server, member: &Member) {
    let team = server.host.owner.call("team.show", &json!({})).ok();
    let device = &team["members"][0]["devices"][0]["id"];
    let change = json!({ "member": member.id, "change": { "change": "device-confirm", "device": device } });
    server.host.owner.call("member.change", &change).ok();
}

fn number(failure: &Value, fact: &str) -> u64 {
    failure["facts"][fact].as_str().unwrap().parse().unwrap()
}
