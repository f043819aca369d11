//! The promise itself: whatever goes wrong, a send is sent once, not sent, or unknown, and never a lie.

use std::time::Duration;

use proptest::prelude::*;
use signet_google::Outcome;

use crate::fake::{Fault, Step, api_error, html};
use crate::world::{KIB, Letter, TestPace, World};

pub fn fault() -> impl Strategy<Value = (Step, Fault)> {
    let step = prop::sample::select(vec![Step::Initiate, Step::Chunk, Step::Last, Step::Last, Step::Query]);
    let fault = prop_oneof![
        Just(html(503)),
        Just(html(400)),
        Just(html(200)),
        Just(html(308)),
        Just(api_error(403, "rateLimitExceeded", "Rate Limit Exceeded")),
        Just(api_error(403, "dailyLimitExceeded", "Daily Limit Exceeded")),
        Just(api_error(401, "authError", "Invalid Credentials")),
        Just(Fault::Reply(200, Vec::new(), "{}".into())),
        Just(Fault::Reply(404, Vec::new(), String::new())),
        Just(api_error(404, "notFound", "Not Found")),
        Just(Fault::ReplyAfter(404, String::new())),
        Just(Fault::ReplyAfter(410, r#"{"error":{"code":410,"message":"Gone"}}"#.into())),
        Just(Fault::ReplyAfter(503, String::new())),
        Just(Fault::ReplyAfter(502, "<html>".into())),
        Just(Fault::ReplyAfter(200, "not json".into())),
        Just(Fault::ResetBefore),
        Just(Fault::ResetAfter),
        (0..300 * KIB).prop_map(Fault::Keep),
        Just(Fault::KeepNothing),
        Just(Fault::BareRange),
        Just(Fault::Move),
        Just(Fault::Expire),
        Just(Fault::Slow(Duration::from_millis(60))),
    ];
    (step, fault)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_script_of_faults_makes_a_send_lie(
        faults in prop::collection::vec(fault(), 0..9),
        len in prop::sample::select(vec![10, 300 * KIB, 600 * KIB + 1]),
        breaks in prop::option::weighted(0.1, 0usize..600 * KIB),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let letter = Letter { len, breaks: breaks.filter(|at| *at < len) };
        let (outcome, delivered) = runtime.block_on(async {
            let mut world = World::new(faults).await;
            let pace = TestPace { stall: Duration::from_millis(30), ..TestPace::default() };
            world.google = world.google.with_pace(std::sync::Arc::new(pace));
            let outcome = world.send(letter.clone()).await;
            // A request that was still under way gets its chance to do harm.
            tokio::time::sleep(Duration::from_millis(5)).await;
            let delivered = world.fake.state().delivered.clone();
            (outcome, delivered)
        });
        prop_assert!(delivered.len() <= 1, "sent twice, {:?}", outcome);
        for message in &delivered {
            prop_assert!(*message == letter.bytes(), "another message was sent");
        }
        let shown = format!("{outcome:?}");
        prop_assert!(!shown.contains("upload_id") && !shown.contains("ya29"), "a secret shows: {}", shown);
        match outcome {
            Outcome::Sent { .. } => prop_assert_eq!(delivered.len(), 1),
            Outcome::NotSent(_) => prop_assert_eq!(delivered.len(), 0),
            Outcome::Unknown(_) => {}
        }
    }
}
