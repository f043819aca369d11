//! Sending in one request: what is accepted, what is delivered, what is refused.

use data_encoding::{BASE64, BASE64URL};
use serde_json::json;
use signet_sandbox::{Finding, SendAs};

use crate::support::*;

#[tokio::test]
async fn a_message_arrives_byte_for_byte_by_json_and_by_media() {
    let world = World::new();
    let token = world.token().await;
    for (way, message) in [("json", message(0)), ("json", message(3_000_000)), ("media", message(5_000_000))]
    {
        let reply = match way {
            "json" => world.send_json(&token, &message).await,
            _ => world.send_media(&token, message.clone()).await,
        };
        let (status, body) = json_of(reply).await;
        assert_eq!(status, 200, "{body}");
        let id = body["id"].as_str().unwrap();
        assert_eq!((id.len(), &body["labelIds"]), (16, &json!(["SENT"])));
        assert_eq!((world.delivered(id) == message, world.sent(id) == message), (true, true));
        let record = world.mail().pop().unwrap();
        assert_eq!((record.id.as_str(), record.way.as_str(), record.bytes), (id, way, message.len() as u64));
        assert_eq!((record.findings, record.subject.as_str()), (vec![], "Hello"));
    }
    assert_eq!(world.mail().len(), 3);
    assert_eq!(std::fs::read_dir(world.state("uploads")).unwrap().count(), 0, "nothing is left over");
}

#[tokio::test]
async fn multipart_carries_metadata_and_message() {
    let world = World::new();
    let token = world.token().await;
    let message = message(700_000);
    let mut body = b"--b\r\nContent-Type: application/json\r\n\r\n{\"threadId\":\"00000000000000ab\"}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n".to_vec();
    body.extend_from_slice(&message);
    body.extend_from_slice(b"\r\n--b--");
    let reply = world
        .post(&token, "/upload/gmail/v1/users/me/messages/send?uploadType=multipart")
        .header("content-type", "multipart/related; boundary=b")
        .body(body);
    let (status, body) = json_of(reply.send().await.unwrap()).await;
    assert_eq!((status, &body["threadId"]), (200, &json!("00000000000000ab")));
    assert!(world.delivered(body["id"].as_str().unwrap()) == message);
}

#[tokio::test]
async fn bcc_is_kept_for_the_sender_and_hidden_from_everybody_else() {
    let world = World::new();
    let token = world.token().await;
    let text = "From: mia@example.com\r\nTo: a@example.com\r\nBcc: b@example.com,\r\n c@example.com\r\nDate: Sun, 22 Nov 2026 20:00:00 +0000\r\nMessage-ID: <1@x>\r\n\r\nhello\r\n";
    let (_, body) = json_of(world.send_media(&token, text.into()).await).await;
    let id = body["id"].as_str().unwrap();
    assert_eq!(world.sent(id), text.as_bytes());
    assert_eq!(
        String::from_utf8(world.delivered(id)).unwrap(),
        text.replace("Bcc: b@example.com,\r\n c@example.com\r\n", "")
    );
    assert_eq!(world.mail()[0].bcc, ["b@example.com", "c@example.com"]);
}

#[tokio::test]
async fn from_is_replaced_unless_the_alias_is_accepted() {
    let world = World::new();
    let token = world.token().await;
    let send = async |from: &str| {
        let text = format!("From: Boss <{from}>\r\nTo: a@example.com\r\nSubject: s\r\n\r\nhello\r\n");
        let (status, body) = json_of(world.send_json(&token, text.as_bytes()).await).await;
        assert_eq!(status, 200);
        let id = body["id"].as_str().unwrap().to_owned();
        let copies = [world.delivered(&id), world.sent(&id)].map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(copies[0], copies[1]);
        let from = copies[0].lines().find_map(|line| line.strip_prefix("From: ")).unwrap().to_owned();
        (from, world.google().mailbox().find(&id).unwrap().from_uploaded)
    };
    let alias = |address: &str, accepted, default| SendAs {
        address: address.into(),
        name: String::new(),
        accepted,
        default,
    };
    assert_eq!(send("boss@example.com").await, (USER.into(), Some("boss@example.com".into())));
    assert_eq!(send("MIA@example.com").await, ("Boss <MIA@example.com>".into(), None));
    world
        .google()
        .change(|books| {
            let user = books.workspace.users.entry(USER.into()).or_default();
            user.send_as =
                vec![alias("boss@example.com", true, false), alias("wait@example.com", false, false)];
        })
        .unwrap();
    assert_eq!(send("boss@example.com").await, ("Boss <boss@example.com>".into(), None));
    assert_eq!(send("wait@example.com").await, (USER.into(), Some("wait@example.com".into())));
    world
        .google()
        .change(|books| books.workspace.users.get_mut(USER).unwrap().send_as[0].default = true)
        .unwrap();
    assert_eq!(send("wait@example.com").await.0, "boss@example.com");
}

#[tokio::test]
async fn missing_date_and_message_id_are_added() {
    let world = World::new();
    let token = world.token().await;
    let text = "From: mia@example.com\r\nTo: a@example.com\r\n\r\nhello\r\n";
    let (_, body) = json_of(world.send_json(&token, text.as_bytes()).await).await;
    let got = String::from_utf8(world.delivered(body["id"].as_str().unwrap())).unwrap();
    assert!(got.contains("\r\nDate: Fri, 15 Jan 2027 08:00:00 +0000\r\n"), "{got}");
    assert!(got.contains("\r\nMessage-ID: <") && got.ends_with("\r\n\r\nhello\r\n"), "{got}");
}

#[tokio::test]
async fn messages_that_gmail_refuses_are_refused_in_its_words() {
    let world = World::new();
    let token = world.token().await;
    let encoded = BASE64.encode(&message(0));
    let cases: [(&[u8], &str); 3] = [
        (b"From: mia@example.com\r\n\r\nhello\r\n", "Recipient address required"),
        (b"To: nobody\r\n\r\nhello\r\n", "Invalid To header"),
        (encoded.as_bytes(), "Recipient address required"),
    ];
    for (message, want) in cases {
        let (status, body) = json_of(world.send_media(&token, message.to_vec()).await).await;
        assert_eq!((status, &body["error"]["message"]), (400, &json!(want)));
        assert_eq!(body["error"]["errors"][0]["reason"], "invalidArgument");
        assert_eq!(body["error"]["status"], "INVALID_ARGUMENT");
    }
    let reply = world.post(&token, "/gmail/v1/users/me/messages/send").json(&json!({})).send().await.unwrap();
    let (status, body) = json_of(reply).await;
    assert_eq!((status, &body["error"]["errors"][0]["reason"]), (400, &json!("badRequest")));
    assert_eq!(world.mail().len(), 0);
    assert_eq!(std::fs::read_dir(world.state("uploads")).unwrap().count(), 0, "nothing is left over");
}

#[tokio::test]
async fn sizes_over_the_limit_are_413_and_json_ends_earlier_with_a_page() {
    let world = World::new();
    let token = world.token().await;
    let exact = |size: usize| {
        let mut bytes = message(size - 100);
        bytes.resize(size - 2, b'x');
        bytes.extend_from_slice(b"\r\n");
        bytes
    };
    let reply = world.send_media(&token, exact(36_700_160)).await;
    assert_eq!(reply.status(), 200);
    let reply = world.send_media(&token, exact(36_700_161)).await;
    assert_eq!(reply.status(), 413);
    let reply = world.send_json(&token, &message(7_500_000)).await;
    assert_eq!(reply.status(), 413);
    assert!(reply.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(world.mail().len(), 1);
}

#[tokio::test]
async fn what_breaks_the_mail_standards_is_noted_and_refused_only_when_strict() {
    let world = World::new();
    let token = world.token().await;
    let head = "From: mia@example.com\nTo: a@example.com\n\n";
    let bad = [
        (head.to_owned(), Finding::BareLf),
        (format!("{}\r{}", head.replace('\n', "\r\n"), "x\r\n"), Finding::BareCr),
        (format!("{}{}\r\n", head.replace('\n', "\r\n"), "x".repeat(999)), Finding::LongLine),
        (format!("{}\0\r\n", head.replace('\n', "\r\n")), Finding::Nul),
        (format!("Subject: é\r\n{}", head.replace('\n', "\r\n")), Finding::RawHeader),
    ];
    for (text, finding) in &bad {
        assert_eq!(world.send_media(&token, text.clone().into()).await.status(), 200);
        let noted = world.mail().into_iter().flat_map(|record| record.findings).any(|f| f == *finding);
        assert!(noted, "{finding:?}");
    }
    world.google().change(|books| books.strict = true).unwrap();
    for (text, finding) in bad {
        assert_eq!(world.send_media(&token, text.into()).await.status(), 400, "{finding:?}");
    }
}

#[tokio::test]
async fn raw_is_base64url_padded_or_not_and_the_other_alphabet_unless_strict() {
    let world = World::new();
    let token = world.token().await;
    let mut message = message(0);
    message.extend_from_slice(b"?>~\r\nok\r\n");
    let send = async |raw: String| {
        let request = world.post(&token, "/gmail/v1/users/me/messages/send").json(&json!({ "raw": raw }));
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(send(BASE64URL.encode(&message)).await, 200);
    let mut odd = message.clone();
    let standard = loop {
        let standard = BASE64.encode(&odd);
        if standard.contains(['+', '/']) {
            break standard;
        }
        odd.push(b'?');
        odd.push(b'?');
        odd.push(b'>');
    };
    assert_eq!(send(standard.clone()).await, 200);
    world.google().change(|books| books.strict = true).unwrap();
    assert_eq!(send(standard).await, 400);
    assert_eq!(send("*".into()).await, 400);
}

#[tokio::test]
async fn the_user_is_me_or_the_token_s_own() {
    let world = World::new();
    let token = world.token().await;
    let send = async |user: &str| {
        let path = format!("/upload/gmail/v1/users/{user}/messages/send?uploadType=media");
        let request = world.post(&token, &path).header("content-type", "message/rfc822").body(message(0));
        json_of(request.send().await.unwrap()).await
    };
    for user in ["me", "mia@example.com", "mia%40example.com"] {
        assert_eq!(send(user).await.0, 200, "{user}");
    }
    let (status, body) = send("boss@example.com").await;
    assert_eq!((status, &body["error"]["message"]), (403, &json!("Delegation denied for boss@example.com")));
    assert_eq!(body["error"]["errors"][0]["reason"], "forbidden");
}

#[tokio::test]
async fn without_a_good_token_nothing_is_sent() {
    let world = World::new();
    let message = message(0);
    let (status, body) = json_of(world.send_media("ya29.unknown", message.clone()).await).await;
    assert_eq!((status, &body["error"]["status"]), (401, &json!("UNAUTHENTICATED")));
    assert_eq!(body["error"]["errors"][0]["reason"], "authError");
    let path = "/upload/gmail/v1/users/me/messages/send?uploadType=media";
    let reply =
        world.http.post(world.url(path)).header("content-type", "message/rfc822").body(message.clone());
    let (status, body) = json_of(reply.send().await.unwrap()).await;
    assert_eq!((status, &body["error"]["errors"][0]["reason"]), (401, &json!("required")));
    world.allow(&[SEND, READ]);
    let reader = world.token_for(USER, &[READ]).await;
    let (status, body) = json_of(world.send_media(&reader, message.clone()).await).await;
    assert_eq!((status, &body["error"]["errors"][0]["reason"]), (403, &json!("insufficientPermissions")));
    let method = "caribou.api.proto.MailboxService.SendMessage";
    assert_eq!(body["error"]["details"][0]["metadata"]["method"], method);
    // A service account that acts as nobody has no mailbox.
    let mut claims = world.claims();
    claims.as_object_mut().unwrap().remove("sub");
    let (_, body) = world.ask(&world.jwt(&claims)).await;
    let (status, body) =
        json_of(world.send_media(body["access_token"].as_str().unwrap(), message).await).await;
    assert_eq!((status, &body["error"]["message"]), (400, &json!("Precondition check failed.")));
    assert_eq!(world.mail().len(), 0);
}

#[tokio::test]
async fn a_user_without_a_mailbox_is_told_so() {
    let world = World::new();
    let token = world.token().await;
    world
        .google()
        .change(|books| books.workspace.users.entry(USER.into()).or_default().mail_off = true)
        .unwrap();
    let (status, body) = json_of(world.send_json(&token, &message(0)).await).await;
    assert_eq!((status, &body["error"]["message"]), (400, &json!("Mail service not enabled")));
}
