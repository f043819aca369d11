//! Drafts: durable, quick, and with their earlier versions.

use std::time::{Duration, Instant};

use signet_api::wire::{Draft, DraftItem, DraftSaveRequest, Empty, RowChoice};
use signet_api::{DraftList, DraftRemove, DraftSave, DraftVersions};
use signet_core::{Code, RequestId, UnixMillis};
use signet_vault::Table;

use super::desk::Desk;
use crate::drafts;

const MINUTE: u64 = 60_000;

fn item(id: RequestId, saved: u64, text: &str) -> DraftItem {
    let draft = Draft { text: Some(text.into()), ..Draft::default() };
    DraftItem { id, saved: UnixMillis(saved), draft, key: None, view: None }
}

async fn save_at(desk: &Desk, id: RequestId, saved: u64, text: &str) {
    let item = item(id, saved, text);
    desk.agent.vault.run(move |cell| drafts::save(cell.open()?, &item)).await.unwrap();
}

async fn versions_at(desk: &Desk, id: RequestId, now: u64) -> Vec<String> {
    let versions = desk.agent.vault.run(move |cell| drafts::versions(cell.open()?, id, UnixMillis(now)));
    versions.await.unwrap().into_iter().map(|item| item.draft.text.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_makes_one_version_a_minute_and_ten_are_kept_for_a_week() {
    let desk = Desk::open().await;
    let begun = 1_790_000_000_000;
    let (id, other) = (RequestId::from_bytes([1; 16]), RequestId::from_bytes([2; 16]));
    save_at(&desk, other, begun, "other").await;
    // A key every second for a quarter of an hour.
    for second in 0..900 {
        save_at(&desk, id, begun + second * 1000, &format!("{second}")).await;
    }
    let now = begun + 15 * MINUTE;
    let kept = versions_at(&desk, id, now).await;
    assert_eq!(kept.len(), 10);
    assert_eq!(kept[0], "840");
    assert_eq!(kept[9], "300");
    // The same again, and what only moves the caret, is no version.
    save_at(&desk, id, now + 5 * MINUTE, "899").await;
    save_at(&desk, id, now + 9 * MINUTE, "899").await;
    assert_eq!(versions_at(&desk, id, now + 9 * MINUTE).await, kept);
    assert!(versions_at(&desk, other, now).await.is_empty());
    assert!(versions_at(&desk, id, now + 8 * 86_400_000).await.is_empty(), "a week later");
    let late = UnixMillis(now + 8 * 86_400_000);
    let left = desk.agent.vault.run(move |cell| {
        drafts::purge(cell.open()?, late)?;
        Ok(cell.open()?.rows(Table::DraftVersion).len())
    });
    assert_eq!(left.await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_state_of_a_reopened_draft_is_kept_and_all_go_with_the_draft() {
    let desk = Desk::open().await;
    let save = |id, text: &str| {
        let draft = Draft { text: Some(text.into()), ..Draft::default() };
        let request = DraftSaveRequest { id, draft, key: Some("k".into()), view: Some("12".into()) };
        let client = desk.client.clone();
        async move { client.call::<DraftSave>(&request).await.unwrap() }
    };
    let first = save(None, "as it was").await;
    save(Some(first.id), "changed").await;
    let choice = RowChoice { id: first.id.to_string() };
    let versions = desk.client.call::<DraftVersions>(&choice).await.unwrap().drafts;
    assert_eq!(versions.len(), 1);
    assert_eq!((versions[0].draft.text.as_deref(), versions[0].saved), (Some("as it was"), first.saved));
    let listed = desk.client.call::<DraftList>(&Empty {}).await.unwrap().drafts;
    assert_eq!(listed.len(), 1, "versions are no drafts");
    assert_eq!(listed[0].view.as_deref(), Some("12"));
    desk.client.call::<DraftRemove>(&choice).await.unwrap();
    assert_eq!(desk.client.call::<DraftVersions>(&choice).await.unwrap_err().code, Code::NotFound);
    let left = desk.agent.vault.run(|cell| Ok(cell.open()?.rows(Table::DraftVersion).len())).await;
    assert_eq!(left.unwrap(), 0);
}

/// A key press is answered before the next one, with the draft on the disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn saving_takes_no_time() {
    let desk = Desk::open().await;
    let mut id = None;
    let mut took = Vec::new();
    for n in 0..60 {
        let draft = Draft { text: Some(format!("{n} {}", "words ".repeat(4_000))), ..Draft::default() };
        let begun = Instant::now();
        let request = DraftSaveRequest { id, draft, key: None, view: None };
        id = Some(desk.client.call::<DraftSave>(&request).await.unwrap().id);
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    let median: Duration = took[took.len() / 2];
    assert!(median < Duration::from_millis(30), "{median:?}");
}
