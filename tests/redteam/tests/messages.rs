//! A sender's patched client: every message that the grant does not cover is refused before anything is signed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use serde_json::json;
use signet_redteam::{Manifest, Stage, conditions, hostile_drafts, hostile_parts, odd_drafts};

#[test]
fn no_hostile_message_is_signed() {
    let mut stage = Stage::new();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let key = stage.host.key.clone();
    let mut through = Vec::new();
    for (name, change) in hostile_drafts() {
        let manifest = Manifest::allowed(&key, "Hello").with(&change);
        let answer = mia.send(&manifest);
        println!("{:24} {name}", answer.code());
        if answer.is_ok() || answer.status == 0 {
            through.push((name, answer));
        }
    }
    for (name, part) in hostile_parts() {
        let mut manifest = Manifest::allowed(&key, "Hello").attach("a.txt", b"bytes");
        manifest.draft["attachments"][0] = part;
        let answer = mia.send(&manifest);
        println!("{:24} attachment: {name}", answer.code());
        if answer.is_ok() || answer.status == 0 {
            through.push((name, answer));
        }
    }
    assert!(through.is_empty(), "{through:#?}");
    stage.assert_recorded(Some(&mia), "denied-recipient");
    stage.ends_with(0);
    // The control: the same client, with what is allowed.
    assert!(mia.send(&Manifest::allowed(&key, "Hello").attach("a.txt", b"bytes")).is_ok());
    stage.ends_with(1);
    // What only looks like an attack arrives where the grant allows, with no header more than it should have.
    let odd = odd_drafts();
    for change in &odd {
        mia.send(&Manifest::allowed(&key, "Odd").with(change)).ok();
    }
    for message in stage.host.owner.inbox() {
        let id = message["id"].as_str().unwrap();
        let raw =
            stage.host.owner.desk.signet(["--sandbox", "sandbox", "inbox", "raw", id]).output().unwrap();
        let text = String::from_utf8(raw.stdout).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.lines().all(|line| !line.to_lowercase().starts_with("bcc")), "{head}");
        assert!(head.contains("@example.org") && !head.contains("<eve@example.com>"), "{head}");
    }
    stage.ends_with(1 + odd.len());
}
