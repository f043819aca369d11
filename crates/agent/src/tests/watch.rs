//! `watch`: told at once, told of every change, gone with its caller, and no use of the vault.

use std::time::{Duration, Instant};

use signet_api::wire::{
    Draft, DraftSaveRequest, Empty, Line, SettingsPatch, StatusReport, VaultStatus, WatchEvent,
};
use signet_api::{Call, DraftSave, Lock, SettingsChange, Watch};
use signet_core::{Code, Failure};

use super::desk::Desk;
use crate::snapshot::Snapshot;

async fn event(call: &mut Call<Watch>) -> WatchEvent {
    let line = tokio::time::timeout(Duration::from_secs(10), call.line()).await.expect("told in time");
    match line.unwrap() {
        Line::Event(event) => event,
        Line::Result(_) => panic!("the watch ended"),
        Line::Failure(failure) => panic!("{failure:?}"),
    }
}

async fn status(call: &mut Call<Watch>) -> StatusReport {
    loop {
        if let WatchEvent::Status { status } = event(call).await {
            return status;
        }
    }
}

async fn area(call: &mut Call<Watch>, wanted: &str) {
    loop {
        if matches!(event(call).await, WatchEvent::Changed { area } if area == wanted) {
            return;
        }
    }
}

fn draft(n: usize) -> DraftSaveRequest {
    let draft = Draft { subject: format!("draft {n}"), ..Draft::default() };
    DraftSaveRequest { id: None, draft, key: None, view: None }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_comes_at_once_and_with_every_change() {
    let desk = Desk::open().await;
    let mut call = desk.client.start::<Watch>(&Empty {}).await.unwrap();
    let WatchEvent::Status { status: first } = event(&mut call).await else { panic!("first the state") };
    assert!(matches!(first.vault, VaultStatus::Unlocked { .. }));
    desk.client.call::<DraftSave>(&draft(1)).await.unwrap();
    area(&mut call, "drafts").await;
    let patch = SettingsPatch { idle_lock_seconds: Some(60), ..SettingsPatch::default() };
    desk.client.call::<SettingsChange>(&patch).await.unwrap();
    area(&mut call, "settings").await;
    // From another client, and without being asked.
    desk.client.call::<Lock>(&Empty {}).await.unwrap();
    loop {
        if matches!(status(&mut call).await.vault, VaultStatus::Locked { .. }) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_changes_is_told_a_few_times() {
    let desk = Desk::open().await;
    let mut call = desk.client.start::<Watch>(&Empty {}).await.unwrap();
    status(&mut call).await;
    let begun = Instant::now();
    for n in 0..40 {
        desk.client.call::<DraftSave>(&draft(n)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let gaps = begun.elapsed().as_millis() / 250 + 1;
    let mut told = 0;
    while let Ok(line) = tokio::time::timeout(Duration::from_millis(600), call.line()).await {
        told += u128::from(
            matches!(line.unwrap(), Line::Event(WatchEvent::Changed { area }) if area == "drafts"),
        );
    }
    assert!(told >= 1 && told <= gaps + 2, "told {told} times in {gaps} gaps");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watching_keeps_no_vault_awake() {
    let desk = Desk::open().await;
    let patch = SettingsPatch { idle_lock_seconds: Some(2), ..SettingsPatch::default() };
    desk.client.call::<SettingsChange>(&patch).await.unwrap();
    let mut call = desk.client.start::<Watch>(&Empty {}).await.unwrap();
    // Others who come and look do not count either.
    let others = tokio::spawn({
        let client = desk.client.clone();
        async move {
            loop {
                let mut other = client.start::<Watch>(&Empty {}).await.unwrap();
                let _ = other.line().await;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    });
    while !matches!(status(&mut call).await.vault, VaultStatus::Locked { .. }) {}
    others.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_who_come_and_go_leave_nothing_behind() {
    let desk = Desk::new();
    let descriptors = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let before = descriptors();
    for n in 0..1_000 {
        let mut call = loop {
            // The last ones are not gone yet: their places are free in a moment.
            match desk.client.start::<Watch>(&Empty {}).await.unwrap().first().await {
                Ok(call) => break call,
                Err(failure) => assert_eq!(failure.code, Code::Busy),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        if n % 100 == 0 {
            // Some stay a little, and go in the middle of everything.
            let _ = tokio::time::timeout(Duration::from_millis(30), call.line()).await;
        }
    }
    let begun = Instant::now();
    while desk.agent.news.watchers() > 0 || descriptors() > before + 8 {
        let left = (desk.agent.news.watchers(), descriptors());
        assert!(begun.elapsed() < Duration::from_secs(5), "{left:?} of {before}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_places_for_sixteen_and_everybody_else_is_served() {
    let desk = Desk::new();
    let mut calls = Vec::new();
    for _ in 0..16 {
        calls.push(desk.client.start::<Watch>(&Empty {}).await.unwrap().first().await.unwrap());
    }
    let Err(refused) = desk.client.start::<Watch>(&Empty {}).await.unwrap().first().await else {
        panic!("one too many")
    };
    assert_eq!(refused.code, Code::Busy);
    desk.client.call::<signet_api::Status>(&Empty {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_that_closes_the_vault_ends_what_uses_it() {
    let desk = Desk::open().await;
    let agent = desk.agent.clone();
    let works = tokio::spawn(async move { agent.while_open(std::future::pending::<()>()).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!works.is_finished());
    let fault: Result<(), Failure> = desk
        .agent
        .vault
        .run(|cell| {
            assert!(cell.ceremonies.contains_key("none"), "a fault, on purpose");
            Ok(())
        })
        .await;
    assert_eq!(fault.unwrap_err().code, Code::Internal);
    let ended = tokio::time::timeout(Duration::from_secs(5), works).await.expect("ends by itself").unwrap();
    assert_eq!(ended.unwrap_err().code, Code::Locked);
    assert!(matches!(desk.agent.snapshots.newest(), Some(Snapshot::Locked(_))));
}

/// A call whose first event has come.
trait First: Sized {
    async fn first(self) -> Result<Self, Failure>;
}

impl First for Call<Watch> {
    async fn first(mut self) -> Result<Self, Failure> {
        match self.line().await? {
            Line::Event(_) => Ok(self),
            Line::Result(_) => Err(Failure::new(Code::Internal)),
            Line::Failure(failure) => Err(failure),
        }
    }
}
