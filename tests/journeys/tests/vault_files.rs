//! A vault file that is not as it should be. Nothing is lost: the good file still opens afterwards.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;

use signet_journeys::{PASSPHRASE, Person};

/// Stops the agent, so that the file is nobody's.
fn closed(person: &Person) {
    person.signet(["agent", "stop"]).ok();
    while person.agent().is_some() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn damaged_files_are_refused_and_the_good_one_still_opens() {
    let mut person = Person::ready();
    closed(&person);
    let file = person.vault().join("vault.db");
    let good = fs::read(&file).unwrap();
    let bad = |content: Vec<u8>| {
        fs::write(&file, content).unwrap();
        let answer = person.unlock_with(PASSPHRASE, "123456");
        closed(&person);
        answer
    };
    bad(good[..good.len() / 2].to_vec()).fails_with("vault-damaged");
    bad(Vec::new()).fails_with("vault-damaged");
    bad(vec![0x55; 20_000]).fails_with("vault-damaged");
    let header = good.windows(8).position(|window| window == b"SIGVAULT").expect("the header in the file");
    // One bit of the vault's id: the header's MAC under the device secret no longer fits.
    let mut flipped = good.clone();
    flipped[header + 20] ^= 1;
    let answer = bad(flipped);
    assert!([5, 6].contains(&answer.exit), "{}", answer.json);
    fs::write(&file, &good).unwrap();
    person.unlock().ok();
    person.send(["--to", "ada@example.com", "--text", "x"]).ok();
}

#[test]
fn an_older_copy_is_recognised_and_opens_with_the_kit() {
    let mut person = Person::ready();
    closed(&person);
    let file = person.vault().join("vault.db");
    let old = fs::read(&file).unwrap();
    person.unlock().ok();
    closed(&person);
    let new = fs::read(&file).unwrap();
    fs::write(&file, &old).unwrap();
    person.unlock().fails_with("vault-rolled-back");
    closed(&person);
    fs::write(&file, &new).unwrap();
    person.unlock().ok();
}

#[test]
fn a_folder_that_cannot_be_written_changes_nothing() {
    use std::os::unix::fs::PermissionsExt;
    // Root may write anywhere, so this needs an ordinary user.
    let mut person = Person::at(signet_testkit::Desk::unprivileged());
    person.init();
    closed(&person);
    let mode = |mode| {
        for name in ["", "vault.db"] {
            let path = person.vault().join(name);
            let mode = if name.is_empty() { mode } else { mode & 0o600 };
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    mode(0o500);
    // The next code: a vault that cannot note it as used does not open.
    let refused = person.unlock_with(PASSPHRASE, "123456");
    assert!([1, 6, 13].contains(&refused.exit), "{} {}", refused.json, refused.stderr);
    mode(0o700);
    if person.agent().is_some() {
        closed(&person);
    }
    person.unlock().ok();
}

#[test]
fn two_agents_cannot_use_one_vault() {
    let person = Person::ready();
    let second = person.desk.agent(["--profile", "sandbox"]).output().unwrap();
    assert_eq!(second.status.code(), Some(13), "{}", String::from_utf8_lossy(&second.stderr));
    person.send(["--to", "ada@example.com", "--text", "x"]).ok();
}

#[test]
fn an_agent_of_another_version_is_told_apart() {
    use std::io::{Read, Write};
    let person = Person::new();
    if person.agent().is_some() {
        closed(&person);
    }
    let run = person.path("run");
    fs::create_dir_all(&run).unwrap();
    let socket = run.join("sandbox.sock");
    let _ = fs::remove_file(&socket);
    fs::write(run.join("sandbox.fd.sock"), "").unwrap();
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nsignet-api: 0\r\ncontent-length: 0\r\n\r\n");
        }
    });
    person.signet(["key", "list"]).fails_with("agent-version");
}
