//! Google's own Python client sends through the sandbox, over TLS; Python's own parser reads what came.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};
use signet_core::Clock;
use signet_sandbox::{
    FaultName, NewFault, NewKeyOptions, Running, Sandbox, SandboxOptions, WallClock, client_id, make_key,
};
use signet_testkit::{python, workspace_root};
use tempfile::TempDir;

const EMAIL: &str = "robot@signet-sandbox.iam.gserviceaccount.com";

struct World {
    dir: TempDir,
    running: Running,
}

impl World {
    fn new() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let options = SandboxOptions { tls: true, ..SandboxOptions::new(dir.path().join("state")) };
        let running = Sandbox::start(options).unwrap();
        let made = make_key(&NewKeyOptions {
            email: EMAIL.into(),
            client_id: client_id(EMAIL),
            project_id: "signet-sandbox".into(),
            bits: 2048,
            created: WallClock.now(),
            token_uri: Some(format!("{}/token", running.https_url().unwrap())),
        })
        .unwrap();
        std::fs::write(dir.path().join("key.json"), made.file).unwrap();
        let scope = "https://www.googleapis.com/auth/gmail.send";
        running.google().register_key(EMAIL, made.public, Some(scope)).unwrap();
        // Every byte value, and larger than two of the client's chunks.
        let attachment: Vec<u8> = (0..1_300_000u32).map(|n| (n * 7 / 3).to_le_bytes()[0]).collect();
        std::fs::write(dir.path().join("Übersicht 1.bin"), attachment).unwrap();
        Self { dir, running }
    }

    /// Runs one of the programs and checks what arrived.
    fn send(&self, program: &str, subject: &str, way: &str) -> Value {
        let attachment = self.dir.path().join("Übersicht 1.bin");
        let reply = run(
            program,
            &[
                self.running.https_url().unwrap().as_ref(),
                &self.dir.path().join("key.json"),
                self.running.ca_pem_path(),
                "mia@example.com".as_ref(),
                "leo@example.com".as_ref(),
                &attachment,
            ],
        );
        let id = reply["sent"]["id"].as_str().unwrap();
        let record = self.running.google().mailbox().find(id).unwrap();
        assert_eq!((record.way.as_str(), record.user.as_str()), (way, "mia@example.com"));
        assert_eq!(record.findings, [], "clean by the mail standards");
        let read = run("read_message.py", &[&self.running.google().mailbox().delivered(id)]);
        assert_eq!(read["sha256"], reply["sha256"], "byte for byte what the client sent");
        assert_eq!((&read["subject"], &read["from"]), (&subject.into(), &"mia@example.com".into()));
        assert_eq!(read["defects"], Value::Array(Vec::new()));
        assert_eq!(read["text"].as_str().unwrap().trim_end(), "Hello, here is the file.");
        let hash = Sha256::digest(std::fs::read(&attachment).unwrap());
        assert_eq!(read["attachments"][0]["name"], "Übersicht 1.bin");
        assert_eq!(read["attachments"][0]["sha256"], data_encoding::HEXLOWER.encode(&hash));
        reply
    }
}

fn run(program: &str, args: &[&Path]) -> Value {
    let folder = workspace_root().join("tests/clients");
    let output = Command::new(python())
        .arg(folder.join(program))
        .args(args)
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("no_proxy", "*")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn google_api_python_client_sends_by_json_multipart_and_upload() {
    let world = World::new();
    world.send("send_json.py", "By JSON: Grüße", "json");
    world.send("send_multipart.py", "By multipart: Grüße", "multipart");
    let reply = world.send("send_resumable.py", "By upload: Grüße", "resumable");
    assert_eq!(reply["chunks"], 4);
    assert_eq!(world.running.google().mailbox().list().len(), 3);
}

#[test]
fn google_api_python_client_comes_through_faults_with_one_message() {
    let world = World::new();
    for (name, skip) in [("keep-fewer", 0), ("range-without-unit", 1), ("backend-error", 1)] {
        let mut fault = NewFault::once(FaultName::parse(name).unwrap());
        fault.at = Some(signet_sandbox::At::Chunk);
        fault.skip = skip;
        fault.amount = Some(256 * 1024);
        world.running.google().add_fault(fault).unwrap();
    }
    let reply = world.send("send_resumable.py", "By upload: Grüße", "resumable");
    assert!(reply["chunks"].as_u64().unwrap() > 4, "{reply}");
    assert_eq!(world.running.google().mailbox().list().len(), 1);
    assert!(world.running.google().books().faults.is_empty(), "each fault struck");
}
