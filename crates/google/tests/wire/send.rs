//! Sends that go well, and what the requests look like.

use std::sync::atomic::{AtomicU64, Ordering};

use signet_core::Code;
use signet_google::Outcome;

use crate::fake::{Fault, Step};
use crate::world::{KIB, Letter, Mark, Notes, World};

#[tokio::test]
async fn a_small_message_goes_in_one_chunk_after_one_note() {
    let world = World::new([]).await;
    let letter = Letter::new(700);
    let outcome = world.send(letter.clone()).await;
    assert_eq!(outcome, Outcome::Sent { message_id: "msession1".into(), thread_id: "tsession1".into() });
    assert_eq!(world.events(), ["Token", "Initiate", "started and finishing", "Last"]);
    assert_eq!(world.fake.state().delivered, [letter.bytes()]);
}

#[tokio::test]
async fn sizes_around_the_chunk_unit_arrive_whole() {
    for len in [1, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1, 512 * KIB, 512 * KIB + 1] {
        let world = World::new([]).await;
        let letter = Letter::new(len);
        assert!(matches!(world.send(letter.clone()).await, Outcome::Sent { .. }), "{len}");
        assert!(world.fake.state().delivered == [letter.bytes()], "{len}");
    }
}

#[tokio::test]
async fn a_large_message_streams_in_large_chunks_and_ends_with_a_small_one() {
    let world = World::new([]).await;
    let letter = Letter::new(17 * KIB * KIB + 5);
    let mark = Mark { seen: AtomicU64::new(0), cancel_at: None };
    let journal = Notes { fake: world.fake.clone(), refuse: None };
    let outcome = world.send_with(letter.clone(), &journal, &mark).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    let expected = ["Token", "Initiate", "started", "Chunk", "Chunk", "Chunk", "finishing", "Last"];
    assert_eq!(world.events(), expected);
    assert!(world.fake.state().delivered == [letter.bytes()]);
    assert_eq!(mark.seen.load(Ordering::Relaxed), letter.len as u64);
}

#[tokio::test]
async fn the_server_may_keep_less_and_spell_its_range_either_way() {
    let faults = [
        (Step::Chunk, Fault::Keep(256 * KIB)),
        (Step::Chunk, Fault::Keep(100_001)),
        (Step::Chunk, Fault::BareRange),
        (Step::Last, Fault::Keep(3)),
    ];
    let world = World::new(faults).await;
    let letter = Letter::new(1200 * KIB + 7);
    let outcome = world.send(letter.clone()).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    assert!(world.fake.state().delivered == [letter.bytes()]);
}

#[tokio::test]
async fn a_308_without_a_range_starts_the_bytes_again_but_not_the_session() {
    let world = World::new([(Step::Chunk, Fault::KeepNothing), (Step::Last, Fault::KeepNothing)]).await;
    let letter = Letter::new(600 * KIB);
    let outcome = world.send(letter.clone()).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    assert!(world.fake.state().delivered == [letter.bytes()]);
    assert_eq!(world.events().iter().filter(|it| *it == "Initiate").count(), 1);
}

#[tokio::test]
async fn a_session_that_moves_is_noted_before_it_is_followed() {
    let world = World::new([(Step::Chunk, Fault::Move)]).await;
    let outcome = world.send(Letter::new(600 * KIB)).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    let expected = ["Token", "Initiate", "started", "Chunk", "started", "finishing", "Last"];
    assert_eq!(world.events(), expected);
}

#[tokio::test]
async fn a_session_that_moves_in_doubt_keeps_its_doubt_in_the_same_write() {
    let world = World::new([(Step::Last, Fault::Keep(3)), (Step::Query, Fault::Move)]).await;
    world.fake.state().faults.push_front((Step::Last, Fault::ResetBefore));
    let outcome = world.send(Letter::new(10)).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    let expected = [
        "Token",
        "Initiate",
        "started and finishing",
        "Last",
        "Query",
        "started and finishing",
        "Last",
        "Last",
    ];
    assert_eq!(world.events(), expected);
}

#[tokio::test]
async fn the_second_send_uses_the_cached_token_and_a_rejected_one_is_renewed_once() {
    let world = World::new([]).await;
    world.send(Letter::new(10)).await;
    world.send(Letter::new(10)).await;
    assert_eq!(world.fake.state().forms.len(), 1);

    let rejected = || crate::fake::api_error(401, "authError", "Invalid Credentials");
    let world = World::new([(Step::Last, rejected())]).await;
    assert!(matches!(world.send(Letter::new(10)).await, Outcome::Sent { .. }));
    assert_eq!(world.fake.state().forms.len(), 2);
    assert_eq!(world.fake.state().bearers.last().unwrap(), "Bearer ya29.fake2");

    let world = World::new([(Step::Initiate, rejected()), (Step::Initiate, rejected())]).await;
    let Outcome::NotSent(failure) = world.send(Letter::new(10)).await else { panic!("must stop") };
    assert_eq!(failure.code, Code::TokenRejected);
    assert_eq!(world.fake.state().forms.len(), 2);
}

#[tokio::test]
async fn nothing_is_sent_without_the_journal() {
    for (note, len) in [("started and finishing", 10), ("started", 600 * KIB), ("finishing", 600 * KIB)] {
        let world = World::new([]).await;
        let journal = Notes { fake: world.fake.clone(), refuse: Some(note) };
        let Outcome::NotSent(failure) = world.send_with(Letter::new(len), &journal, &()).await else {
            panic!("{note} must stop it")
        };
        assert_eq!(failure.code, Code::DiskFull);
        assert!(!world.events().contains(&"Last".to_owned()));
    }
}
