//! The history: found by what was written, quickly, and in step with what happens.

use std::time::{Duration, Instant};

use signet_api::wire::{
    Draft, HistoryItem, HistoryListReply, HistoryQuery, HistoryRemoveRequest, SendOutcome, SendReport,
};
use signet_api::{HistoryList, HistoryRemove};
use signet_core::{Code, Failure, RequestId, UnixMillis};

use super::desk::Desk;
use crate::history::{self, time_of};

const KEYS: [&str; 2] = ["one@project.iam.gserviceaccount.com", "two@project.iam.gserviceaccount.com"];

/// The n-th message: every third was refused, every other has the other key.
fn item(n: u32) -> HistoryItem {
    let mut id = [0; 16];
    id[2..6].copy_from_slice(&n.to_be_bytes());
    // Young, so that it is not forgotten.
    id[..2].copy_from_slice(&[0x01, 0xff]);
    let id = RequestId::from_bytes(id);
    let outcome = if n.is_multiple_of(3) {
        SendOutcome::NotSent { failure: Failure::new(Code::DelegationMissing).fact("n", n) }
    } else {
        SendOutcome::Sent { message_id: n.to_string(), thread_id: n.to_string() }
    };
    let report = SendReport {
        request_id: id,
        outcome,
        bytes: 1,
        millis: 1,
        recipients: 1,
        findings: Vec::new(),
        attachments: Vec::new(),
        preview: None,
        audit: None,
        timeline: Vec::new(),
        earlier: false,
    };
    let draft = Draft {
        from: "Mia <mia@example.org>".into(),
        to: vec![format!("Person {n} <person{n}@example.com>")],
        bcc: vec![format!("Hidden{n}@example.com")],
        subject: format!("Message {n}, Größe"),
        text: Some("A line of text.\n".repeat(20)),
        ..Draft::default()
    };
    let key = KEYS[usize::from(n % 2 == 1)].into();
    HistoryItem { id, time: UnixMillis(time_of(id).0), key, draft, report: Some(report) }
}

async fn fill(desk: &Desk, items: std::ops::Range<u32>) {
    let filled =
        desk.agent.vault.run(move |cell| items.into_iter().try_for_each(|n| history::save(cell, &item(n))));
    filled.await.unwrap();
}

async fn list(desk: &Desk, query: HistoryQuery) -> HistoryListReply {
    desk.client.call::<HistoryList>(&query).await.unwrap()
}

fn subjects(reply: &HistoryListReply) -> Vec<u32> {
    let number = |subject: &str| subject["Message ".len()..].split(',').next().unwrap().parse().unwrap();
    reply.items.iter().map(|row| number(&row.subject)).collect()
}

fn text(text: &str) -> HistoryQuery {
    HistoryQuery { text: Some(text.into()), ..HistoryQuery::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_found_by_text_state_and_key_and_page_by_page() {
    let desk = Desk::open().await;
    fill(&desk, 0..60).await;
    let first = list(&desk, HistoryQuery::default()).await;
    assert_eq!((subjects(&first), first.more), ((10..60).rev().collect(), true));
    let before = HistoryQuery { before: first.items.last().map(|row| row.id), ..HistoryQuery::default() };
    let rest = list(&desk, before).await;
    assert_eq!((subjects(&rest), rest.more), ((0..10).rev().collect(), false));
    assert_eq!(subjects(&list(&desk, text("PERSON59@")).await), [59]);
    assert_eq!(subjects(&list(&desk, text("hidden7@")).await), [7], "blind copies are found, too");
    assert_eq!(list(&desk, text("GRÖSSE")).await.items.len(), 0);
    assert_eq!(list(&desk, text("größe")).await.items.len(), 50);
    let refused = HistoryQuery { state: Some("not-sent".into()), ..HistoryQuery::default() };
    assert_eq!(
        subjects(&list(&desk, refused).await),
        (0..60).rev().filter(|n| n % 3 == 0).collect::<Vec<_>>()
    );
    let both = HistoryQuery {
        state: Some("sent".into()),
        key: Some(KEYS[1].into()),
        limit: Some(3),
        ..HistoryQuery::default()
    };
    let both = list(&desk, both).await;
    assert_eq!((subjects(&both), both.more), (vec![59, 55, 53], true));
    let wrong = HistoryQuery { state: Some("lost".into()), ..HistoryQuery::default() };
    assert_eq!(desk.client.call::<HistoryList>(&wrong).await.unwrap_err().code, Code::Usage);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_or_removed_after_the_first_look_is_seen() {
    let desk = Desk::open().await;
    fill(&desk, 0..5).await;
    assert_eq!(list(&desk, HistoryQuery::default()).await.items.len(), 5);
    fill(&desk, 4..7).await;
    assert_eq!(subjects(&list(&desk, HistoryQuery::default()).await), [6, 5, 4, 3, 2, 1, 0]);
    let one = HistoryRemoveRequest::One(item(5).id.to_string());
    desk.client.call::<HistoryRemove>(&one).await.unwrap();
    assert_eq!(subjects(&list(&desk, HistoryQuery::default()).await), [6, 4, 3, 2, 1, 0]);
    let of_key = desk.agent.vault.run(|cell| {
        let (vault, index) = cell.open_with_history()?;
        let known = index.of_key(vault, KEYS[0])?;
        Ok((known.senders, known.refusal.and_then(|failure| failure.facts.get("n").cloned())))
    });
    let (senders, refusal) = of_key.await.unwrap();
    assert_eq!(senders, ["Mia <mia@example.org>"]);
    assert_eq!(refusal.as_deref(), Some("6"), "nothing was accepted since");
    fill(&desk, 8..9).await;
    let since = desk.agent.vault.run(|cell| {
        let (vault, index) = cell.open_with_history()?;
        Ok(index.of_key(vault, KEYS[0])?.refusal.is_none())
    });
    assert!(since.await.unwrap());
    desk.client.call::<HistoryRemove>(&HistoryRemoveRequest::All).await.unwrap();
    assert_eq!(list(&desk, HistoryQuery::default()).await.items.len(), 0);
    desk.lock().await;
    let closed = desk.client.call::<HistoryList>(&HistoryQuery::default()).await.unwrap_err();
    assert_eq!(closed.code, Code::Locked);
}

/// Ten thousand messages: the first look opens them all, every other one opens none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_are_searched_at_once() {
    let desk = Desk::open().await;
    fill(&desk, 0..10_000).await;
    let begun = Instant::now();
    list(&desk, HistoryQuery::default()).await;
    let first = begun.elapsed();
    let mut slowest = Duration::ZERO;
    for query in [text("person4321@"), text("nowhere"), text("größe"), HistoryQuery::default()] {
        let begun = Instant::now();
        list(&desk, query).await;
        slowest = slowest.max(begun.elapsed());
    }
    assert!(slowest < Duration::from_millis(100), "{slowest:?}; the first took {first:?}");
    assert!(first < Duration::from_secs(5), "{first:?}");
}
