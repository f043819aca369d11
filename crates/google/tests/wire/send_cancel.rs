//! Cancelling: no wait, no mint and no slow disk holds a cancelled send up.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use signet_core::Code;
use signet_google::{Body, Freshness, Jitter, Outcome, Pace, Sleeper, TokenSource};

use crate::fake::{Fault, Step, api_error};
use crate::world::{KIB, Letter, World};

/// Waits that never end.
struct Forever;

#[async_trait]
impl Sleeper for Forever {
    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

impl Jitter for Forever {
    fn below(&self, bound: Duration) -> Duration {
        bound
    }
}

impl Pace for Forever {}

const LONG: Duration = Duration::from_secs(40);

/// Sends, and cancels a moment after the event was seen so many times.
/// A cancelled send must not wait: it gets 20 seconds, and all that it could wait for takes longer.
async fn cancelled_after(world: &World, event: &str, times: usize, body: impl Body + 'static) -> Outcome {
    let cancel = async {
        while world.count(event) < times {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        world.cancel.cancel();
    };
    let send = tokio::time::timeout(Duration::from_secs(20), world.send(body));
    tokio::join!(send, cancel).0.unwrap()
}

async fn stuck(faults: impl IntoIterator<Item = (Step, Fault)>) -> World {
    let mut world = World::new(faults).await;
    world.google = world.google.with_pace(Arc::new(Forever));
    world
}

fn cancelled(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotSent(failure) if failure.code == Code::Cancelled)
}

#[tokio::test]
async fn a_wait_before_the_last_chunk_ends_as_not_sent() {
    for step in [Step::Initiate, Step::Chunk] {
        let busy = Fault::Reply(503, Vec::new(), String::new());
        let world = stuck([(step, busy)]).await;
        let outcome = cancelled_after(&world, &format!("{step:?}"), 1, Letter::new(300 * KIB)).await;
        assert!(cancelled(&outcome), "{step:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_wait_in_doubt_ends_with_the_last_word_of_google() {
    let world = stuck([(Step::Last, Fault::ResetAfter)]).await;
    let outcome = cancelled_after(&world, "Last", 1, Letter::new(10)).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");

    let world = stuck([(Step::Last, Fault::ResetAfter), (Step::Query, Fault::ResetBefore)]).await;
    let outcome = cancelled_after(&world, "Last", 1, Letter::new(10)).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");

    // The server error is taken back by a range: certainly not sent, and not sent after all.
    let busy = Fault::Reply(503, Vec::new(), String::new());
    let world = stuck([(Step::Last, busy)]).await;
    let outcome = cancelled_after(&world, "Last", 1, Letter::new(300 * KIB)).await;
    assert!(cancelled(&outcome), "{outcome:?}");
    assert_eq!(world.delivered(), 0);
}

#[tokio::test]
async fn google_gets_some_seconds_for_its_last_word_and_no_more() {
    let faults = [(Step::Last, Fault::ResetAfter), (Step::Query, Fault::Slow(LONG))];
    let world = stuck(faults).await;
    let outcome = cancelled_after(&world, "Last", 1, Letter::new(10)).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_mint_does_not_hold_it_up() {
    let rejected = || api_error(401, "authError", "Invalid Credentials");
    let early = vec![(Step::Chunk, rejected())];
    let late = vec![(Step::Last, Fault::ResetAfter), (Step::Query, rejected())];
    for (faults, in_doubt) in [(early, false), (late, true)] {
        let world = World::new(faults).await;
        world.source.token(Freshness::Cached).await.unwrap();
        world.fake.state().faults.push_back((Step::Token, Fault::Slow(LONG)));
        let outcome = cancelled_after(&world, "Token", 2, Letter::new(300 * KIB)).await;
        assert_eq!(cancelled(&outcome), !in_doubt, "{outcome:?}");
        assert_eq!(matches!(outcome, Outcome::Unknown(_)), in_doubt, "{outcome:?}");
    }
}

/// A message on a disk that does not answer.
struct Hung(Mutex<Option<Receiver<()>>>);

impl Body for Hung {
    fn len(&self) -> u64 {
        10
    }

    fn open(&self, _: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(HungReader(self.0.lock().unwrap().take().unwrap())))
    }
}

struct HungReader(Receiver<()>);

impl Read for HungReader {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        Err(io::ErrorKind::TimedOut.into())
    }
}

#[tokio::test]
async fn a_hung_disk_does_not_hold_it_up() {
    let world = World::new([]).await;
    let (gate, wait): (Sender<()>, _) = channel();
    let outcome = cancelled_after(&world, "started and finishing", 1, Hung(Mutex::new(Some(wait)))).await;
    drop(gate);
    assert!(cancelled(&outcome), "{outcome:?}");
    assert_eq!(world.count("Last"), 0);
}
