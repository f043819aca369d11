//! What outlives the process, and what a crash in the middle leaves.

use std::fs;

use signet_sandbox::{Mailbox, StateDir};

use crate::support::*;

#[tokio::test]
async fn keys_tokens_mail_faults_and_uploads_outlive_a_restart() {
    let mut world = World::new();
    let token = world.token().await;
    let message = message(3 * UNIT);
    let total = message.len().to_string();
    assert_eq!(world.send_media(&token, message.clone()).await.status(), 200);
    let session = world.open(&token, Some(message.len())).await;
    world.put(&session, &message[..2 * UNIT], 0, &total).await;
    world.fault_with("backend-error", |fault| fault.times = None);
    world.google().set_clock_offset(5000).unwrap();
    world.restart();
    let session = format!("{}{}", world.url(""), &session[session.find("/upload").unwrap()..]);
    assert_eq!(world.google().now().0, NOW.0 + 5000);
    assert_eq!(world.mail().len(), 1);
    assert_eq!(world.send_json(&token, &crate::support::message(0)).await.status(), 503, "the fault stays");
    assert_eq!(kept(&world.status(&session, &total).await), Some("bytes=0-524287"));
    let (status, body) = json_of(world.put(&session, &message[2 * UNIT..], 2 * UNIT, &total).await).await;
    assert_eq!(status, 200);
    assert!(world.delivered(body["id"].as_str().unwrap()) == message);
    world.restart();
    let session = format!("{}{}", world.url(""), &session[session.find("/upload").unwrap()..]);
    assert_eq!(json_of(world.status(&session, &total).await).await, (200, body), "still the same message");
    assert_eq!(world.mail().len(), 2);
}

#[tokio::test]
async fn a_crash_before_the_record_leaves_no_message_and_the_upload_can_go_on() {
    let mut world = World::new();
    let token = world.token().await;
    let message = message(UNIT);
    let total = message.len().to_string();
    let session = world.open(&token, None).await;
    let (_, body) = json_of(world.put(&session, &message, 0, &total).await).await;
    let id = body["id"].as_str().unwrap();
    // As if the process had died after the files were moved and before the record was renamed.
    world.running = None;
    fs::rename(world.state(&format!("mail/index/{id}.json")), world.state("mail/index/.new-x")).unwrap();
    world.start();
    assert_eq!(world.mail().len(), 0);
    let session = format!("{}{}", world.url(""), &session[session.find("/upload").unwrap()..]);
    assert_eq!(kept(&world.status(&session, "*").await), None);
    assert_eq!(json_of(world.put(&session, &message, 0, &total).await).await, (200, body.clone()));
    assert_eq!(world.mail().len(), 1);
    assert!(world.delivered(id) == message);
}

#[test]
fn a_directory_has_one_owner_and_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let state = StateDir::open(&dir.path().join("s")).unwrap();
    let lock = state.lock().unwrap();
    assert!(state.lock().is_err());
    drop(lock);
    assert!(state.lock().is_ok());
    state.control_key().unwrap();
    for (file, mode) in [("", 0o700), ("control-key", 0o600), ("lock", 0o600)] {
        let found = fs::metadata(state.path().join(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{file}");
    }
    assert!(Mailbox::open(state).unwrap().list().is_empty());
}

#[tokio::test]
async fn the_log_and_the_state_hold_no_token_assertion_or_private_key() {
    let world = World::new();
    let token = world.token().await;
    let session = world.open(&token, None).await;
    world.send_json(&token, &message(0)).await;
    let jwt = world.jwt(&world.claims());
    world.ask(&jwt).await;
    let private = data_encoding::BASE64
        .encode(&aws_lc_rs::encoding::AsDer::as_der(&key().1).unwrap().as_ref()[60..200]);
    let private = &private[4..60];
    let mut files = Vec::new();
    let mut folders = vec![world.dir.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    assert!(files.len() > 5);
    for file in files {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        for secret in [&token[..], &jwt, private] {
            assert!(!text.contains(secret), "{}", file.display());
        }
    }
    assert!(session.contains("upload_id="));
}
