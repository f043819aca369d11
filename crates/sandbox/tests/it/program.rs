//! The program: its verbs as people and scripts use them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::*;

/// A state directory whose sandbox is stopped at the end.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn state(&self) -> std::path::PathBuf {
        self.0.path().join("state")
    }

    fn output(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_signet-sandbox"))
            .arg("--state")
            .arg(self.state())
            .args(args)
            .output()
            .unwrap()
    }

    fn text(&self, args: &[&str]) -> String {
        let output = self.output(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.text(&[args, &["--json"]].concat())).unwrap()
    }

    fn fails(&self, args: &[&str]) -> String {
        let output = self.output(args);
        assert!(!output.status.success(), "{args:?}");
        assert_eq!(output.stdout, b"", "{args:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.output(&["stop"]);
    }
}

#[tokio::test]
async fn a_tour_from_start_to_stop() {
    let home = Home::new();
    let started = home.json(&["start"]);
    assert_eq!(started["already_running"], false);
    assert_eq!(home.json(&["start"])["already_running"], true);
    let endpoint: Value =
        serde_json::from_slice(&fs::read(home.state().join("endpoint.json")).unwrap()).unwrap();
    assert_eq!(endpoint["http"], started["http"]);
    assert_eq!(endpoint["https"], Value::Null);

    let file = home.path("key.json");
    let key = home.json(&["new-key", "--out", &file]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let google = fs::read_to_string(home.state().join("google.json")).unwrap();
    assert!(google.contains(key["key_id"].as_str().unwrap()) && !google.contains("PRIVATE"));
    assert!(home.fails(&["new-key", "--out", &file]).contains("never overwritten"));

    // A token by hand and a message with it.
    let parsed: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(parsed["token_uri"], "https://oauth2.googleapis.com/token");
    let pair = pair(&fs::read_to_string(&file).unwrap());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let claims = serde_json::json!({
        "iss": parsed["client_email"], "sub": USER, "scope": SEND, "aud": parsed["token_uri"],
        "iat": now - 10, "exp": now + 3000,
    });
    let part = |value: &Value| data_encoding::BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!(
        "{}.{}",
        part(&serde_json::json!({ "alg": "RS256", "kid": parsed["private_key_id"] })),
        part(&claims)
    );
    let mut signature = vec![0; pair.public_modulus_len()];
    let random = aws_lc_rs::rand::SystemRandom::new();
    pair.sign(&aws_lc_rs::signature::RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
    let assertion = format!("{signed}.{}", data_encoding::BASE64URL_NOPAD.encode(&signature));
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &assertion)];
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let base = started["http"].as_str().unwrap();
    let reply: Value =
        http.post(format!("{base}/token")).form(&form).send().await.unwrap().json().await.unwrap();
    let token = reply["access_token"].as_str().unwrap();
    let text = "From: mia@example.com\r\nTo: a@example.com\r\nBcc: b@example.com\r\nSubject: Tour\r\nDate: Sun, 22 Nov 2026 20:00:00 +0000\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello there\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=\"../a.csv\"\r\n\r\n1,2\r\n--b--\r\n";
    let url = format!("{base}/upload/gmail/v1/users/me/messages/send?uploadType=media");
    let sent = http
        .post(url)
        .bearer_auth(token)
        .header("content-type", "message/rfc822")
        .body(text)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);

    let list = home.json(&["inbox", "list"]);
    let id = list[0]["id"].as_str().unwrap();
    assert!(home.text(&["inbox", "list"]).contains("Tour"));
    assert_eq!(home.json(&["inbox", "list", "--user", "b@example.com"]).as_array().unwrap().len(), 1);
    assert!(home.text(&["inbox", "list", "--user", "c@example.com"]).contains("No message"));
    assert_eq!(home.text(&["inbox", "raw", id]), text.replace("Bcc: b@example.com\r\n", ""));
    assert_eq!(home.text(&["inbox", "raw", "last", "--sent"]), text);
    let shown = home.text(&["inbox", "show", "last"]);
    assert!(shown.contains("Bcc:      b@example.com") && shown.contains("Hello there"), "{shown}");
    let shown = home.json(&["inbox", "show", id]);
    assert_eq!(shown["attachments"][0]["content_type"], "text/csv");
    let out = home.path("out");
    let saved = home.json(&["inbox", "attachments", id, "--out", &out]);
    let saved = Path::new(saved[0].as_str().unwrap()).to_owned();
    assert!(saved.starts_with(&out) && saved.parent() == Some(Path::new(&out)), "{}", saved.display());
    assert_eq!(fs::read(saved).unwrap(), b"1,2");
    assert!(home.fails(&["inbox", "show", "zz"]).contains("There is no message zz."));
    let log = fs::read_to_string(home.state().join("sandbox.log")).unwrap();
    assert!(log.contains("POST /token 200") && !log.contains(token) && !log.contains(&assertion), "{log}");

    assert_eq!(home.json(&["stop"])["stopped"], true);
    assert!(!home.state().join("endpoint.json").exists());
    assert!(home.text(&["stop"]).contains("not running"));
    assert_eq!(home.json(&["inbox", "list"]).as_array().unwrap().len(), 1, "the mail is still there");
    home.text(&["reset"]);
    assert_eq!(home.json(&["inbox", "list"]).as_array().unwrap().len(), 0);
    assert_eq!(home.json(&["keys", "list"]).as_array().unwrap().len(), 1, "keys stay");
}

#[test]
fn commands_do_the_same_with_and_without_a_running_sandbox() {
    for running in [false, true] {
        let home = Home::new();
        if running {
            home.text(&["start"]);
        }
        let file = home.path("key.json");
        let key = home.json(&[
            "new-key",
            "--out",
            &file,
            "--email",
            "bot@p.iam.gserviceaccount.com",
            "--no-delegation",
        ]);
        assert_eq!(home.json(&["delegation", "list"]).as_array().unwrap().len(), 0);
        home.text(&["delegation", "set", "bot@p.iam.gserviceaccount.com", "gmail.send", "--after", "5m"]);
        assert_eq!(home.json(&["delegation", "list"])[0]["scopes"][0], SEND);
        assert_eq!(home.json(&["delegation", "list"])[0]["client_id"], key["client_id"]);
        home.text(&["delegation", "remove", key["client_id"].as_str().unwrap()]);
        home.text(&["keys", "set", &key["key_id"].as_str().unwrap()[..8], "not-propagated"]);
        assert_eq!(home.json(&["keys", "list"])[0]["state"], "not-propagated");
        home.text(&["accounts", "set", "bot@p.iam.gserviceaccount.com", "disabled"]);
        assert_eq!(home.json(&["accounts", "list"])[0]["state"], "disabled");
        let before = home.json(&["clock"])["now_ms"].as_u64().unwrap();
        let after = home.json(&["clock", "+1h"]);
        assert!(after["now_ms"].as_u64().unwrap() >= before + 3_600_000);
        assert_eq!(home.json(&["clock", "-30m"])["offset_ms"], 1_800_000);
        assert_eq!(home.json(&["clock", "reset"])["offset_ms"], 0);
        assert_eq!(
            home.json(&["faults", "add", "backend-error", "--times", "3", "--at", "chunk", "--until", "1h"])
                ["id"],
            1
        );
        assert_eq!(home.json(&["faults", "list"])[0]["place"], "chunk");
        assert!(home.fails(&["faults", "add", "nonsense"]).contains("faults names"));
        assert!(home.fails(&["faults", "add", "slow", "--at", "moon"]).contains("Choose one of"));
        assert!(home.fails(&["faults", "clear", "9"]).starts_with("There is no fault 9."));
        assert_eq!(home.json(&["faults", "clear"])["removed"], 1);
        home.text(&["users", "domains", "Corp.example", "--listed-only"]);
        home.text(&["users", "set", "eva@corp.example", "--mail-off"]);
        home.text(&["users", "send-as", "eva@corp.example", "team@corp.example", "--pending"]);
        let users = home.json(&["users", "list"]);
        assert_eq!(users["domains"][0], "corp.example");
        assert_eq!(users["users"]["eva@corp.example"]["send_as"][0]["accepted"], false);
        assert_eq!(
            home.json(&["quota", "--scheme", "old", "--messages-per-day", "5"])["messages_per_day"],
            5
        );
        assert_eq!(home.json(&["strict", "on"])["strict"], true);
        assert_eq!(home.json(&["totp-offset"])["steps"], 0);
        assert_eq!(home.json(&["totp-offset", "-3"])["steps"], -3);
        assert_eq!(fs::read_to_string(home.state().join("totp-offset")).unwrap().trim(), "-3");
        assert_eq!(home.json(&["status"])["running"], running);
        assert!(home.json(&["faults", "names"]).as_array().unwrap().len() > 60);
    }
}

#[test]
fn it_listens_on_loopback_only() {
    let home = Home::new();
    let said = home.fails(&["start", "--address", "0.0.0.0"]);
    assert!(said.contains("not an address of this computer alone"), "{said}");
    let options = signet_sandbox::SandboxOptions {
        address: "0.0.0.0".parse().unwrap(),
        ..signet_sandbox::SandboxOptions::new(home.state())
    };
    assert!(signet_sandbox::Sandbox::start(options).is_err());
}

#[test]
fn it_ends_when_its_directory_is_removed() {
    let home = Home::new();
    let endpoint = home.json(&["start"]);
    let address = endpoint["http"].as_str().unwrap().trim_start_matches("http://").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    fs::remove_dir_all(home.state()).unwrap();
    let ended = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        std::net::TcpStream::connect(&address).is_err()
    });
    assert!(ended, "it still listens at {address}");
}

#[test]
fn a_port_in_use_is_said_so() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = home.fails(&["start", "--port", &port]);
    assert!(said.contains(&format!("port {port} is in use")), "{said}");
}

#[tokio::test]
async fn strangers_cannot_command_it_and_other_names_are_refused() {
    let world = World::new();
    let url = world.url("/_sandbox/command");
    let reply = world.http.post(&url).body(r#"{"command":"reset"}"#).send().await.unwrap();
    assert_eq!(reply.status(), 401);
    let reply = world
        .http
        .post(&url)
        .bearer_auth("0".repeat(64))
        .body(r#"{"command":"reset"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 401);
    let reply = world.http.get(world.url("/")).header("host", "evil.example").send().await.unwrap();
    assert_eq!(reply.status(), 421);
}
