//! After a restart: a send without an outcome gets a true one, or stays open.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use proptest::prelude::*;
use signet_core::{Code, Failure};
use signet_google::{Endpoints, Interrupted, Jitter, Journal, Outcome, Pace, SessionUri, Sleeper};

use crate::fake::{Fault, Step, api_error, html};
use crate::send_invariant::fault;
use crate::world::{KIB, Letter, TestPace, World};

/// What the vault would have kept: the newest session, and whether it was finishing.
#[derive(Default)]
struct Kept(Mutex<Option<(String, bool)>>);

#[async_trait]
impl Journal for Kept {
    async fn session_started(&self, session: &SessionUri, finishing: bool) -> Result<(), Failure> {
        *self.0.lock().unwrap() = Some((session.expose().to_owned(), finishing));
        Ok(())
    }

    async fn finishing(&self) -> Result<(), Failure> {
        self.0.lock().unwrap().as_mut().unwrap().1 = true;
        Ok(())
    }
}

impl Kept {
    fn interrupted(&self, world: &World, len: usize) -> Option<Interrupted> {
        let (session, finishing) = self.0.lock().unwrap().clone()?;
        let session = SessionUri::parse(&session, &Endpoints::sandbox(&world.fake.url).unwrap()).unwrap();
        Some(Interrupted { session, finishing, len: len as u64 })
    }
}

/// Meets the first fault at its last chunk, is killed while it waits for its reply, and asks later through
/// the other faults.
async fn settled(
    last: Fault,
    later: impl IntoIterator<Item = (Step, Fault)>,
    len: usize,
) -> (Option<Outcome>, World) {
    let world = World::new([(Step::Last, last)]).await;
    let journal = Kept::default();
    tokio::select! {
        _ = world.send_with(Letter::new(len), &journal, &()) => panic!("must be killed"),
        () = async {
            while world.count("Last") == 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        } => {}
    }
    world.fake.state().faults.extend(later);
    tokio::time::sleep(Duration::from_millis(60)).await;
    let interrupted = journal.interrupted(&world, len).unwrap();
    assert!(interrupted.finishing);
    (world.google.settle_now(&interrupted, &world.source).await, world)
}

const TAKEN: Fault = Fault::SlowAfter(Duration::from_millis(40));
const LOST: Fault = Fault::Slow(Duration::from_mins(10));

#[tokio::test]
async fn the_session_says_what_became_of_the_send() {
    let (outcome, world) = settled(TAKEN, [], 10).await;
    assert!(matches!(outcome, Some(Outcome::Sent { .. })), "{outcome:?}");
    assert_eq!(world.delivered(), 1);

    // With a range, and without one: nothing of a small message was kept.
    for len in [300 * KIB, 10] {
        let (outcome, world) = settled(LOST, [], len).await;
        assert!(
            matches!(&outcome, Some(Outcome::NotSent(it)) if it.code == Code::Interrupted),
            "{outcome:?}"
        );
        assert_eq!(world.delivered(), 0);
        assert_eq!(world.count("Query"), 2);
    }

    for last in [TAKEN, LOST] {
        let (outcome, _) = settled(last, [(Step::Query, Fault::Expire)], 10).await;
        assert!(
            matches!(&outcome, Some(Outcome::Unknown(it)) if it.code == Code::SendUnknown),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_last_chunk_that_never_went_needs_no_question() {
    let world = World::new([]).await;
    let journal = Kept::default();
    world.cancel.cancel();
    world.send_with(Letter::new(10), &journal, &()).await;
    assert!(journal.interrupted(&world, 10).is_none());

    let session = format!("{}upload/session?upload_id=session1", world.fake.url);
    *journal.0.lock().unwrap() = Some((session, false));
    let interrupted = journal.interrupted(&world, 10).unwrap();
    let outcome = world.google.settle(&interrupted, &world.source).await;
    assert!(matches!(&outcome, Outcome::NotSent(it) if it.code == Code::Interrupted), "{outcome:?}");
    assert_eq!(world.count("Query"), 0);
}

#[tokio::test]
async fn what_is_not_an_answer_leaves_it_open() {
    let all_there = Fault::Reply(308, vec![("range", "bytes=0-9".into())], String::new());
    let elsewhere = Fault::Reply(308, vec![("range", "bytes=3-4".into())], String::new());
    for fault in [
        html(308),
        html(503),
        html(200),
        html(403),
        api_error(403, "forbidden", "Forbidden"),
        api_error(401, "authError", "Invalid Credentials"),
        Fault::ResetBefore,
        all_there,
        elsewhere,
    ] {
        for last in [TAKEN, LOST] {
            let later = (0..30).map(|_| (Step::Query, fault.clone()));
            let (outcome, _) = settled(last, later, 10).await;
            assert_eq!(outcome, None, "{fault:?}");
        }
    }
    // The second look counts like the first.
    let (outcome, world) =
        settled(LOST, [(Step::Query, Fault::BareRange), (Step::Query, html(308))], 10).await;
    assert!(matches!(outcome, Some(Outcome::NotSent(_))), "{outcome:?}");
    assert_eq!(world.count("Query"), 3);
}

/// Waits, but not for long.
struct Brief;

#[async_trait]
impl Sleeper for Brief {
    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time.min(Duration::from_millis(80))).await;
    }
}

impl Jitter for Brief {
    fn below(&self, _: Duration) -> Duration {
        Duration::ZERO
    }
}

impl Pace for Brief {
    fn stall(&self) -> Duration {
        Duration::from_millis(80)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn no_crash_and_no_script_of_faults_makes_a_settled_send_lie(
        faults in prop::collection::vec(fault(), 0..7),
        len in prop::sample::select(vec![10, 300 * KIB]),
        killed in prop::sample::select(vec!["started", "Initiate", "Last", "Last", "Query", "never"]),
        late in 0u64..30,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (outcome, delivered) = runtime.block_on(async {
            let mut world = World::new(faults).await;
            let hasty = TestPace { stall: Duration::from_millis(30), ..TestPace::default() };
            world.google = world.google.with_pace(std::sync::Arc::new(hasty));
            let journal = Kept::default();
            let kill = async {
                while killed == "never" || world.count(killed) == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                tokio::time::sleep(Duration::from_millis(late)).await;
            };
            tokio::select! {
                _ = world.send_with(Letter::new(len), &journal, &()) => {}
                () = kill => {}
            }
            let google = world.google.clone().with_pace(std::sync::Arc::new(Brief));
            let outcome = match journal.interrupted(&world, len) {
                Some(interrupted) => google.settle_now(&interrupted, &world.source).await,
                None => Some(Outcome::NotSent(Failure::new(Code::Interrupted))),
            };
            // A request that was still under way gets its chance to do harm.
            tokio::time::sleep(Duration::from_millis(70)).await;
            (outcome, world.delivered())
        });
        prop_assert!(delivered <= 1, "sent twice, {:?}", outcome);
        match outcome {
            Some(Outcome::Sent { .. }) => prop_assert_eq!(delivered, 1),
            Some(Outcome::NotSent(_)) => prop_assert_eq!(delivered, 0),
            Some(Outcome::Unknown(_)) | None => {}
        }
    }
}
