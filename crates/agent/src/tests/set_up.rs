//! Set-up as a window does it: the kit goes to a file, and proofs come when they are ready.

use std::os::fd::AsFd;
use std::process::Command;

use signet_api::wire::{
    AddressText, AuditQuery, CeremonyAnswers, CeremonyId, KitWriteRequest, VaultStatus, WireSecret,
};
use signet_api::{
    AddressParse, AuditList, CeremonyDrop, CeremonyFinish, CeremonyKitShow, CeremonyKitWrite, CeremonyProve,
    Status,
};
use signet_core::Code;

use super::desk::{Desk, code};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_sets_up_with_the_kit_on_paper_only() {
    let desk = Desk::new();
    let shown = desk.begin().await;
    assert_eq!(shown.kit.as_ref().unwrap().count, 9);
    let wire = serde_json::to_string(&shown).unwrap();
    let id = || shown.id.clone();
    let answers = |code, kit_groups| CeremonyAnswers { id: id(), code, kit_groups };

    let proven = desk.client.call::<CeremonyProve>(&answers(Some(code(&shown)), Vec::new())).await.unwrap();
    assert!(proven.code && !proven.kit_groups);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kit.pdf");
    let file = std::fs::File::create(&path).unwrap();
    let write = |handle| KitWriteRequest { id: id(), handle, language: Some("de".into()) };
    let handle = desk.client.attach(file.as_fd()).await.unwrap();
    desk.client.call::<CeremonyKitWrite>(&write(handle)).await.unwrap();
    let read = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().unwrap();
    let page = String::from_utf8(read.stdout).unwrap();
    let groups = desk.client.call::<CeremonyKitShow>(&CeremonyId { id: id() }).await.unwrap().groups;
    for group in &groups {
        assert!(page.split_whitespace().any(|word| word == group.expose()), "{page}");
        assert!(!wire.contains(group.expose()), "no window sees a group");
    }
    assert!(page.contains(&shown.kit.as_ref().unwrap().fingerprint), "{page}");

    let wrong = vec![(shown.asks_kit_groups[0], WireSecret::new("????".into()))];
    let refused = desk.client.call::<CeremonyProve>(&answers(None, wrong)).await.unwrap_err();
    assert_eq!(refused.code, Code::ProofFailed);
    let typed = shown.asks_kit_groups.iter();
    let typed = typed.map(|n| (*n, WireSecret::new(groups[n - 1].expose().to_lowercase()))).collect();
    let proven = desk.client.call::<CeremonyProve>(&answers(None, typed)).await.unwrap();
    assert!(proven.code && proven.kit_groups);
    let done = desk.client.call::<CeremonyFinish>(&answers(None, Vec::new())).await.unwrap();
    assert!(page.contains(&done.info.vault_id.to_string()), "{page}");
    let status = desk.client.call::<Status>(&signet_api::wire::Empty {}).await.unwrap();
    assert!(matches!(status.vault, VaultStatus::Unlocked { .. }));
    assert!(page.contains(&status.audit.fingerprint.unwrap()), "{page}");
    let late = desk.client.call::<CeremonyKitShow>(&CeremonyId { id: id() }).await.unwrap_err();
    assert_eq!(late.code, Code::SetupExpired);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_dropped_leaves_nothing_and_writes_nothing() {
    let desk = Desk::new();
    let shown = desk.begin().await;
    desk.client.call::<CeremonyDrop>(&CeremonyId { id: shown.id.clone() }).await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let handle = desk.client.attach(file.as_file().as_fd()).await.unwrap();
    let write = KitWriteRequest { id: shown.id.clone(), handle, language: None };
    assert_eq!(desk.client.call::<CeremonyKitWrite>(&write).await.unwrap_err().code, Code::SetupExpired);
    assert_eq!(file.as_file().metadata().unwrap().len(), 0);
    let other = KitWriteRequest { id: shown.id, handle: "0".repeat(32), language: Some("xx".into()) };
    assert_eq!(desk.client.call::<CeremonyKitWrite>(&other).await.unwrap_err().code, Code::Usage);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_are_read_without_a_vault_and_the_log_by_kind_and_words() {
    let desk = Desk::new();
    let text = "Mia <mia@example.org>, jörg@example.org".into();
    let parsed = desk.client.call::<AddressParse>(&AddressText { text }).await.unwrap();
    assert_eq!(parsed.entries[0].failure.as_ref().unwrap().code, Code::NonAsciiAddress);
    assert_eq!(parsed.entries[1].domain.as_deref(), Some("example.org"));
    drop(desk);

    let desk = Desk::open().await;
    desk.lock().await;
    let list = |query: AuditQuery| {
        let client = desk.client.clone();
        async move { client.call::<AuditList>(&query).await }
    };
    let kind = |kind: &str| AuditQuery { kind: Some(kind.into()), ..AuditQuery::default() };
    let changes = list(kind("changes")).await.unwrap();
    assert_eq!(changes.entries.len(), 1);
    assert!(changes.entries[0].sentence.contains("created the vault") && !changes.more);
    assert!(list(kind("sends")).await.unwrap().entries.is_empty());
    assert_eq!(list(kind("jokes")).await.unwrap_err().code, Code::Usage);
    let words = AuditQuery { text: Some("LOCKED the vault".into()), ..AuditQuery::default() };
    let locked = list(words).await.unwrap().entries;
    assert_eq!(locked.len(), 1, "{locked:?}");
    let one = AuditQuery { limit: Some(1), ..AuditQuery::default() };
    let page = list(one).await.unwrap();
    assert!(page.entries.len() == 1 && page.more);
}
