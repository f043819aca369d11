//! A sender's patched client: every message that the grant does not cover is refused before anything is signed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use serde_json::json;
use signet_redteam::{Manifest, Stage, conditions, hostile_drafts, hostile_parts};

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
}
