//! Profile, aliases, drafts and messages: what scopes allow, and what comes back.

use data_encoding::BASE64URL;
use serde_json::{Value, json};
use signet_sandbox::SendAs;

use crate::support::*;

#[tokio::test]
async fn scopes_decide_what_may_be_read() {
    let world = World::new();
    world.allow(&[SEND, READ, COMPOSE, SETTINGS, "https://www.googleapis.com/auth/gmail.metadata"]);
    let paths = ["profile", "settings/sendAs", "drafts", "messages"];
    let table: [(&str, [u16; 4]); 5] = [
        (SEND, [403, 403, 403, 403]),
        (COMPOSE, [200, 403, 200, 403]),
        (READ, [200, 200, 200, 200]),
        ("https://www.googleapis.com/auth/gmail.metadata", [200, 403, 403, 200]),
        (SETTINGS, [403, 200, 403, 403]),
    ];
    for (scope, want) in table {
        let token = world.token_for(USER, &[scope]).await;
        for (path, want) in paths.iter().zip(want) {
            let reply = world.get(&token, &format!("/gmail/v1/users/me/{path}")).send().await.unwrap();
            assert_eq!(reply.status(), want, "{scope} {path}");
        }
    }
}

#[tokio::test]
async fn profile_and_aliases_are_listed() {
    let world = World::new();
    world.allow(&[SEND, READ]);
    let token = world.token_for(USER, &[SEND, READ]).await;
    world.send_json(&token, &message(0)).await;
    let read = async |path: &str| {
        json_of(world.get(&token, &format!("/gmail/v1/users/me/{path}")).send().await.unwrap()).await.1
    };
    let profile = read("profile").await;
    assert_eq!((&profile["emailAddress"], &profile["messagesTotal"]), (&json!(USER), &json!(1)));
    assert!(profile["historyId"].is_string());
    let alias =
        SendAs { address: "team@example.com".into(), name: "Team".into(), accepted: false, default: false };
    world
        .google()
        .change(|books| books.workspace.users.entry(USER.into()).or_default().send_as.push(alias))
        .unwrap();
    let list = read("settings/sendAs").await;
    assert_eq!(
        (&list["sendAs"][0]["isPrimary"], &list["sendAs"][0]["sendAsEmail"]),
        (&json!(true), &json!(USER))
    );
    assert_eq!(list["sendAs"][1]["verificationStatus"], "pending");
    assert_eq!(read("settings/sendAs/team@example.com").await["displayName"], "Team");
}

#[tokio::test]
async fn a_sent_message_can_be_read_back_whole_by_its_sender_only() {
    let world = World::new();
    world.allow(&[SEND, READ]);
    let token = world.token_for(USER, &[SEND, READ]).await;
    let text = message(100_000);
    let (_, body) = json_of(world.send_media(&token, text.clone()).await).await;
    let path = format!("/gmail/v1/users/me/messages/{}?format=raw", body["id"].as_str().unwrap());
    let (_, body) = json_of(world.get(&token, &path).send().await.unwrap()).await;
    assert!(BASE64URL.decode(body["raw"].as_str().unwrap().as_bytes()).unwrap() == text);
    assert_eq!(body["internalDate"], NOW.0.to_string());
    let other = world.token_for("leo@example.com", &[READ]).await;
    assert_eq!(world.get(&other, &path).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn drafts_are_made_changed_sent_and_deleted() {
    let world = World::new();
    world.allow(&[COMPOSE]);
    let token = world.token_for(USER, &[COMPOSE]).await;
    let text = message(0);
    let draft = |text: &[u8]| json!({ "message": { "raw": BASE64URL.encode(text) } });
    let drafts = "/gmail/v1/users/me/drafts";
    let (status, made) =
        json_of(world.post(&token, drafts).json(&draft(b"Subject: later\r\n\r\n")).send().await.unwrap())
            .await;
    assert_eq!((status, &made["message"]["labelIds"]), (200, &json!(["DRAFT"])));
    let id = made["id"].as_str().unwrap().to_owned();
    let one = format!("{drafts}/{id}");
    let update = world.http.put(world.url(&one)).bearer_auth(&token).json(&draft(&text));
    assert_eq!(update.send().await.unwrap().status(), 200);
    let (_, got) = json_of(world.get(&token, &format!("{one}?format=raw")).send().await.unwrap()).await;
    assert!(BASE64URL.decode(got["message"]["raw"].as_str().unwrap().as_bytes()).unwrap() == text);
    assert_eq!(world.mail().len(), 0);
    let sent = world.post(&token, &format!("{drafts}/send")).json(&json!({ "id": id })).send().await.unwrap();
    let (status, sent) = json_of(sent).await;
    assert_eq!((status, &sent["labelIds"]), (200, &json!(["SENT"])));
    assert!(world.delivered(sent["id"].as_str().unwrap()) == text);
    assert_eq!(world.get(&token, &one).send().await.unwrap().status(), 404, "a sent draft is gone");

    let path = "/upload/gmail/v1/users/me/drafts?uploadType=media";
    let upload = world.post(&token, path).header("content-type", "message/rfc822").body(text.clone());
    let (_, made) = json_of(upload.send().await.unwrap()).await;
    let (_, list) = json_of(world.get(&token, drafts).send().await.unwrap()).await;
    assert_eq!(list["drafts"].as_array().map(Vec::len), Some(1));
    let one = format!("{drafts}/{}", made["id"].as_str().unwrap());
    let delete = world.http.delete(world.url(&one)).bearer_auth(&token).send().await.unwrap();
    assert_eq!(delete.status(), 204);
    let (_, list) = json_of(world.get(&token, drafts).send().await.unwrap()).await;
    assert_eq!(list["drafts"], Value::Array(Vec::new()));
    let sender = world.token_for("leo@example.com", &[COMPOSE]).await;
    assert_eq!(world.get(&sender, &one).send().await.unwrap().status(), 404);
}
