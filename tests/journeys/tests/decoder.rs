//! A vault made by Signet, opened by a decoder that was written from docs/FORMATS.md alone.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::io::Write;
use std::process::{Command, Stdio};

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Value, json};
use signet_journeys::{PASSPHRASE, Person, Server, files_below};
use signet_testkit::{python, workspace_root};

#[test]
fn the_independent_decoder_opens_a_vault_with_its_secrets() {
    let mut person = Person::ready();
    let key = person.signet(["key", "list"]).ok()["keys"][0]["id"].as_str().unwrap().to_owned();
    person.send(["--to", "ada@example.com", "--subject", "Sealed in the history", "--text", "x"]).ok();
    person.signet(["agent", "stop"]).ok();
    while person.agent().is_some() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let device = kept(&person, "/d/");
    let epoch = kept(&person, "/e/");
    let item = format!("{key}={}", kept(&person, "/key/"));
    // The vault is at the step after the last code that it took.
    let code = person.next_step();
    let step = person.step().to_string();
    let file = person.vault().join("vault.db").display().to_string();
    let open = |code: &str| {
        let words = ["open", &file, "--device", &device, "--epoch", &epoch, "--item", &item];
        decode(&[&words[..], &["--passphrase-stdin", "--code", code, "--step", &step]].concat())
    };
    let (worked, opened) = open(&code);
    assert!(worked, "{opened}");
    let text = opened.to_string();
    assert!(text.contains(&key), "the key is not in {text}");
    assert!(text.contains("Sealed in the history"), "the history is not in {text}");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(!open(wrong).0, "a wrong code opened it");
    // And Signet itself still opens it afterwards: reading changes nothing.
    person.unlock().ok();
}

#[test]
fn the_independent_decoder_opens_a_hosts_vault_with_the_machines_secret() {
    let mut server = Server::ready();
    let code = server.host.owner.next_step();
    let made = server.host.owner.call("host.unattended-enable", &json!({ "code": code })).ok();
    let secret = made["secret"].as_str().unwrap();
    server.stop();
    let items = files_below(&server.keychain());
    let device = items.iter().find(|file| file.to_string_lossy().contains(".d.")).unwrap();
    let device = HEXLOWER.encode(&std::fs::read(device).unwrap());
    let file = server.host.owner.vault().join("vault.db").display().to_string();
    let (worked, opened) = decode(&["open", &file, "--device", &device, "--unattended", secret]);
    assert!(worked, "{opened}");
    assert_eq!(opened["header"]["unattended"], true);
    assert_eq!(opened["keys"][0]["id"], server.host.key);
    let wrong = secret.replace(['0', '1'], "2");
    assert!(!decode(&["open", &file, "--device", &device, "--unattended", &wrong]).0);
    assert_eq!(server.start(), "waiting to be unlocked", "the secret was not given to the machine");
}

#[test]
fn the_decoder_agrees_with_the_vectors() {
    let vectors = workspace_root().join("crates/crypto/vectors/signet1.json").display().to_string();
    let (worked, said) = decode(&["vectors", &vectors]);
    assert!(worked, "{said}");
}

#[test]
fn the_decoder_of_the_team_agrees_with_the_vectors() {
    let vectors = workspace_root().join("crates/team/vectors/team1.json").display().to_string();
    let (worked, said) = decode_with("signet_team.py", &["vectors", &vectors]);
    assert!(worked, "{said}");
    assert_eq!(said["records"], 20);
}

fn decode(words: &[&str]) -> (bool, Value) {
    decode_with("signet_decode.py", words)
}

fn decode_with(script: &str, words: &[&str]) -> (bool, Value) {
    let mut child = Command::new(python())
        .arg(workspace_root().join("tests/decoder").join(script))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // `vectors` reads nothing.
    let _ = writeln!(child.stdin.take().unwrap(), "{PASSPHRASE}");
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), serde_json::from_str(&said).unwrap_or(Value::String(said)))
}

/// The newest keychain item whose name holds that part, in hex.
fn kept(person: &Person, part: &str) -> String {
    let script = include_str!("../../leaks/src/python/keyring_items.py");
    let mut command = person.desk.session().command("/usr/bin/python3");
    let output = command.args(["-c", script]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let items: Value = serde_json::from_slice(&output.stdout).unwrap();
    let named = items.as_object().unwrap().iter().filter(|(name, _)| name.contains(part));
    let (_, value) = named.max_by_key(|(name, _)| generation(name)).unwrap();
    let text = BASE64.decode(value.as_str().unwrap().as_bytes()).unwrap();
    HEXLOWER.encode(&BASE64URL_NOPAD.decode(&text).unwrap())
}

fn generation(name: &str) -> u64 {
    name.rsplit('/')
        .next()
        .and_then(|number| number.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok())
        .unwrap_or(0)
}
