//! Resumable uploads: every rule of the protocol, and one message whatever happens.

use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn chunks_of_256_kib_end_in_one_message_and_one_reply_for_ever() {
    let world = World::new();
    let message = message(3 * UNIT + 1234);
    let total = message.len().to_string();
    for prefix in ["/upload", "/resumable/upload"] {
        for (verb, with_token) in [(reqwest::Method::PUT, true), (reqwest::Method::POST, false)] {
            let token = world.token().await;
            let start = world
                .post(&token, &format!("{prefix}/gmail/v1/users/me/messages/send?uploadType=resumable"))
                .json(&json!({}));
            let reply = start.send().await.unwrap();
            assert_eq!((reply.status().as_u16(), reply.content_length()), (200, Some(0)));
            let session = reply.headers()["location"].to_str().unwrap().to_owned();
            assert!(session.starts_with(&world.url(prefix)) && session.contains("upload_id="), "{session}");
            let before = world.mail().len();
            let mut last = None;
            for first in (0..message.len()).step_by(UNIT) {
                let chunk = &message[first..message.len().min(first + UNIT)];
                let range = format!("bytes {first}-{}/{total}", first + chunk.len() - 1);
                let mut request = world.http.request(verb.clone(), &session).header("content-range", range);
                if with_token {
                    request = request.bearer_auth(&token);
                }
                let reply = request.body(chunk.to_vec()).send().await.unwrap();
                if first + chunk.len() < message.len() {
                    assert_eq!(kept(&reply).unwrap(), format!("bytes=0-{}", first + chunk.len() - 1));
                    assert!(reply.headers().get("location").is_none());
                } else {
                    last = Some(json_of(reply).await);
                }
            }
            let (status, body) = last.unwrap();
            assert_eq!(status, 200);
            assert!(world.delivered(body["id"].as_str().unwrap()) == message);
            for reply in
                [world.status(&session, &total).await, world.put(&session, &message, 0, &total).await]
            {
                assert_eq!(json_of(reply).await, (200, body.clone()));
            }
            assert_eq!(world.mail().len(), before + 1);
        }
    }
}

#[tokio::test]
async fn the_whole_message_may_come_at_once() {
    let world = World::new();
    let token = world.token().await;
    let message = message(UNIT + 77);
    let session = world.open(&token, Some(message.len())).await;
    let reply = world.http.put(&session).body(message.clone()).send().await.unwrap();
    let (status, body) = json_of(reply).await;
    assert_eq!(status, 200);
    assert!(world.delivered(body["id"].as_str().unwrap()) == message);
    assert_eq!(world.mail()[0].way, "resumable");
}

#[tokio::test]
async fn a_status_query_says_what_was_kept() {
    let world = World::new();
    let token = world.token().await;
    let message = message(2 * UNIT);
    let total = message.len().to_string();
    let session = world.open(&token, Some(message.len())).await;
    assert_eq!(kept(&world.status(&session, &total).await), None, "nothing yet: no Range");
    assert_eq!(kept(&world.put(&session, &message[..UNIT], 0, &total).await), Some("bytes=0-262143"));
    assert_eq!(kept(&world.status(&session, &total).await), Some("bytes=0-262143"));
    assert_eq!(kept(&world.status(&session, "*").await), Some("bytes=0-262143"));
    // Sending kept bytes again changes nothing.
    let reply = world.put(&session, &message, 0, &total).await;
    let (status, body) = json_of(reply).await;
    assert_eq!(status, 200);
    assert!(world.delivered(body["id"].as_str().unwrap()) == message);
}

#[tokio::test]
async fn inconsistent_chunks_are_refused_and_change_nothing() {
    let world = World::new();
    let token = world.token().await;
    let message = message(3 * UNIT);
    let size = message.len();
    let session = world.open(&token, Some(size)).await;
    let total = size.to_string();
    world.put(&session, &message[..UNIT], 0, &total).await;
    let send = async |range: &str, bytes: &[u8]| {
        let request = world.http.put(&session).header("content-range", range).body(bytes.to_vec());
        request.send().await.unwrap().status().as_u16()
    };
    let part = &message[UNIT..2 * UNIT];
    let from = |first: usize, last: usize| format!("bytes {first}-{last}/{total}");
    let cases: Vec<(String, &[u8], &str)> = vec![
        (from(UNIT, 2 * UNIT - 2), &part[1..], "not a multiple of 256 KiB"),
        (from(UNIT, UNIT), &part[..1], "a single byte in the middle"),
        (from(2 * UNIT, size - 1), &message[2 * UNIT..], "a gap"),
        (from(UNIT, 2 * UNIT - 1), &part[..100], "fewer bytes than the header says"),
        (from(UNIT, 2 * UNIT - 1), &message[UNIT..=2 * UNIT], "more bytes than the header says"),
        (format!("bytes {UNIT}-{}/{}", 2 * UNIT - 1, size + 1), part, "another total"),
        (format!("bytes {UNIT}-{}/{}", 2 * UNIT - 1, UNIT), part, "past its own total"),
        ("bytes nonsense".into(), part, "no range at all"),
    ];
    for (range, bytes, what) in cases {
        assert_eq!(send(&range, bytes).await, 400, "{what}");
        assert_eq!(kept(&world.status(&session, &total).await), Some("bytes=0-262143"), "{what}");
    }
    assert_eq!(world.put(&session, &message[UNIT..], UNIT, &total).await.status(), 200);
    assert!(world.delivered(&world.mail()[0].id) == message);
}

#[tokio::test]
async fn totals_over_the_limit_are_413() {
    let world = World::new();
    let token = world.token().await;
    let path = "/upload/gmail/v1/users/me/messages/send?uploadType=resumable";
    let start = world.post(&token, path).header("x-upload-content-length", 36_700_161).json(&json!({}));
    assert_eq!(start.send().await.unwrap().status(), 413);
    let session = world.open(&token, None).await;
    let reply = world.put(&session, &message(UNIT)[..UNIT], 0, "36700161").await;
    assert_eq!(reply.status(), 413);
}

#[tokio::test]
async fn a_chunk_that_breaks_off_keeps_whole_units() {
    use tokio::io::AsyncWriteExt;
    let world = World::new();
    let token = world.token().await;
    let message = message(4 * UNIT);
    let (size, total) = (message.len(), message.len().to_string());
    let session = world.open(&token, Some(size)).await;
    let url: url::Url = session.parse().unwrap();
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", url.port().unwrap())).await.unwrap();
    let head = format!(
        "PUT {}?{} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Range: bytes 0-{}/{size}\r\nContent-Length: {size}\r\n\r\n",
        url.path(),
        url.query().unwrap(),
        size - 1
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&message[..2 * UNIT + 1000]).await.unwrap();
    stream.flush().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    drop(stream);
    let reply = world.status(&session, &total).await;
    assert_eq!(kept(&reply), Some("bytes=0-524287"));
    assert_eq!(world.put(&session, &message[2 * UNIT..], 2 * UNIT, &total).await.status(), 200);
    assert!(world.delivered(&world.mail()[0].id) == message);
    assert_eq!(world.mail().len(), 1);
}

#[tokio::test]
async fn two_clients_finishing_at_once_send_one_message() {
    let world = World::new();
    let token = world.token().await;
    let message = message(UNIT);
    let total = message.len().to_string();
    let session = world.open(&token, None).await;
    let put = || world.put(&session, &message, 0, &total);
    let (a, b, c) = tokio::join!(put(), put(), put());
    let (a, b, c) = (json_of(a).await, json_of(b).await, json_of(c).await);
    assert_eq!(a.0, 200);
    assert_eq!((&a, &a), (&b, &c));
    assert_eq!(world.mail().len(), 1);
}

#[tokio::test]
async fn uploads_end_after_a_week_and_unknown_ones_are_404() {
    let world = World::new();
    let token = world.token().await;
    let session = world.open(&token, None).await;
    world.google().set_clock_offset(7 * 86_400_000 - 1000).unwrap();
    assert_eq!(world.status(&session, "*").await.status(), 308);
    world.google().set_clock_offset(7 * 86_400_000).unwrap();
    assert_eq!(world.status(&session, "*").await.status(), 410);
    let unknown = session.replace("upload_id=", "upload_id=x");
    assert_eq!(world.status(&unknown, "*").await.status(), 404);
    let outside = format!("{}..%2F..%2Fgoogle", &session[..session.find("upload_id=").unwrap() + 10]);
    assert_eq!(world.status(&outside, "*").await.status(), 404);
}

#[tokio::test]
async fn a_refused_message_ends_its_upload() {
    let world = World::new();
    let token = world.token().await;
    let session = world.open(&token, None).await;
    let reply = world.put(&session, b"Subject: s\r\n\r\nx\r\n", 0, "17").await;
    let (status, body) = json_of(reply).await;
    assert_eq!((status, &body["error"]["message"]), (400, &json!("Recipient address required")));
    assert_eq!(world.status(&session, "17").await.status(), 410);
}
