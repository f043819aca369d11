//! Files that are not the key they should be, and one that wants to send the assertion elsewhere.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};
use signet_journeys::Person;

#[test]
fn every_wrong_kind_of_file_is_named() {
    let person = Person::with_vault();
    let good: Value = serde_json::from_slice(&std::fs::read(person.new_key()).unwrap()).unwrap();
    let with = |field: &str, value: &str| {
        let mut key = good.clone();
        key[field] = json!(value);
        key.to_string()
    };
    let cases = [
        ("not json".to_owned(), "key-file-unreadable"),
        (" ".repeat(70_000), "key-file-too-large"),
        (json!({"installed": {"client_id": "x"}}).to_string(), "key-file-oauth-client"),
        (json!({"web": {"client_id": "x"}}).to_string(), "key-file-oauth-client"),
        (json!({"type": "authorized_user"}).to_string(), "key-file-authorized-user"),
        (json!({"type": "external_account"}).to_string(), "key-file-external-account"),
        (json!({"type": "gdch_service_account"}).to_string(), "key-file-other-type"),
        (with("client_email", "nobody"), "key-file-field"),
        (with("universe_domain", "example.goog"), "key-universe"),
        (
            with("private_key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            "key-file-field",
        ),
    ];
    for (content, code) in cases {
        let file = person.file("wrong.json", content.as_bytes());
        person.signet(["key", "import", &file.display().to_string(), "--keep-original"]).fails_with(code);
    }
    assert_eq!(person.signet(["key", "list"]).ok()["keys"], json!([]));
    // The good one still goes in, by a pipe, once.
    let import = ["key", "import", "-"];
    person.signet_with(import, &good.to_string()).ok();
    person.signet_with(import, &good.to_string()).fails_with("key-duplicate");
    // A further copy may go, as the key is sealed; a file that only says so stays.
    let copy = person.file("copy.json", good.to_string().as_bytes());
    person
        .signet(["key", "import", &copy.display().to_string(), "--keep-original"])
        .fails_with("key-duplicate");
    person.signet(["key", "import", &copy.display().to_string(), "--remove-original"]).ok();
    assert!(!copy.exists());
    let mut other: Value = serde_json::from_slice(&std::fs::read(person.new_key()).unwrap()).unwrap();
    for field in ["private_key_id", "client_email"] {
        other[field] = good[field].clone();
    }
    let other = person.file("other.json", other.to_string().as_bytes());
    let import = ["key", "import", &other.display().to_string(), "--remove-original"];
    person.signet(import).fails_with("key-duplicate");
    assert!(other.exists(), "it holds another key under the same id");
}

#[test]
fn addresses_in_a_key_file_are_never_contacted() {
    let person = Person::with_vault();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let elsewhere = format!("http://{}", listener.local_addr().unwrap());
    let mut key: Value = serde_json::from_slice(&std::fs::read(person.new_key()).unwrap()).unwrap();
    for field in ["token_uri", "auth_uri", "client_x509_cert_url", "auth_provider_x509_cert_url"] {
        key[field] = json!(format!("{elsewhere}/{field}"));
    }
    person.signet_with(["key", "import", "-"], &key.to_string()).ok();
    person.signet(["check", "--sender", "mia@sandbox.example"]).ok();
    person.send(["--to", "ada@example.com", "--text", "x"]).ok();
    std::thread::sleep(Duration::from_millis(200));
    assert!(listener.accept().is_err(), "somebody asked the address in the key file");
}

#[test]
fn the_original_is_removed_only_if_it_is_still_the_same() {
    let person = Person::with_vault();
    let file = person.new_key();
    let kept = person.signet(["key", "import", &file.display().to_string(), "--keep-original"]).ok();
    assert!(file.exists());
    let key = kept["key"]["id"].as_str().unwrap().to_owned();
    let removed = person.signet(["key", "remove", &key, "--yes"]).ok();
    assert_eq!(removed["id"], key.as_str());
    person.signet(["key", "import", &file.display().to_string(), "--remove-original"]).ok();
    assert!(!file.exists());
}
