//! The quota engine over the wire.

use serde_json::json;
use signet_sandbox::QuotaScheme;

use crate::support::*;

#[tokio::test]
async fn units_a_minute_run_out_in_the_words_of_the_scheme_and_come_back() {
    let world = World::new();
    let token = world.token().await;
    for (scheme, metric) in [
        (QuotaScheme::New, "gmail.googleapis.com/total_query_cost"),
        (QuotaScheme::Old, "gmail.googleapis.com/default"),
    ] {
        world
            .google()
            .change(|books| {
                books.quota.scheme = scheme;
                books.quota.units_per_user_minute = Some(200);
                books.clock_offset_ms += 60_000;
            })
            .unwrap();
        for _ in 0..2 {
            assert_eq!(world.send_json(&token, &message(0)).await.status(), 200);
        }
        let (status, body) = json_of(world.send_json(&token, &message(0)).await).await;
        assert_eq!((status, &body["error"]["details"][0]["metadata"]["quota_metric"]), (403, &json!(metric)));
    }
    world.google().change(|books| books.clock_offset_ms += 60_000).unwrap();
    assert_eq!(world.send_json(&token, &message(0)).await.status(), 200);
}

#[tokio::test]
async fn the_daily_limit_counts_messages_of_all_ways_and_survives_a_restart() {
    let mut world = World::new();
    let token = world.token().await;
    world.google().change(|books| books.quota.messages_per_day = 2).unwrap();
    assert_eq!(world.send_json(&token, &message(0)).await.status(), 200);
    let session = world.open(&token, None).await;
    let text = message(0);
    assert_eq!(world.put(&session, &text, 0, &text.len().to_string()).await.status(), 200);
    world.restart();
    let (status, body) = json_of(world.send_media(&token, message(0)).await).await;
    assert_eq!(status, 429);
    let message = "Too many requests: User-rate limit exceeded (Mail sending)";
    assert_eq!(body["error"]["message"], message);
    assert_eq!(world.mail().len(), 2);
    world.google().set_clock_offset(86_400_000).unwrap();
    let token = world.token().await;
    assert_eq!(world.send_json(&token, &crate::support::message(0)).await.status(), 200);
}
