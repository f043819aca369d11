//! `draft.*`: sealed as they are typed.

use std::sync::Arc;

use signet_api::wire::{DraftItem, DraftListReply, DraftSaveRequest, Empty, Removed, RowChoice};
use signet_api::{DraftList, DraftRemove, DraftSave, Never};
use signet_core::{Clock, Code, Failure, Principal, RequestId};
use signet_vault::{OpenVault, Table};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::history;
use crate::router::{Events, Handle};

impl Handle<DraftSave> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: DraftSaveRequest,
        _: Events<Never>,
    ) -> Result<DraftItem, Failure> {
        let saved = SystemClock.now();
        let DraftSaveRequest { id, draft, key, view } = request;
        let id = id.map_or_else(|| history::make_request_id(saved), Ok)?;
        let item = DraftItem { id, saved, draft, key, view };
        self.vault
            .run(move |cell| {
                let bytes = serde_json::to_vec(&item).map_err(|_| Failure::new(Code::Internal))?;
                cell.open()?.put(Table::Draft, *item.id.as_bytes(), &bytes).map_err(|e| e.failure())?;
                Ok(item)
            })
            .await
    }
}

impl Handle<DraftList> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<DraftListReply, Failure> {
        self.vault
            .run(|cell| {
                let vault = cell.open()?;
                let ids = history::newest_first(vault, Table::Draft);
                let mut drafts = ids.into_iter().map(|id| load(vault, id)).collect::<Result<Vec<_>, _>>()?;
                drafts.sort_by_key(|draft| std::cmp::Reverse(draft.saved));
                Ok(DraftListReply { drafts })
            })
            .await
    }
}

impl Handle<DraftRemove> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: RowChoice,
        _: Events<Never>,
    ) -> Result<Removed, Failure> {
        self.vault
            .run(move |cell| {
                let vault = cell.open()?;
                let id = history::find(vault, Table::Draft, &request.id)?;
                vault.delete(Table::Draft, *id.as_bytes()).map_err(|e| e.failure())?;
                Ok(Removed { removed: 1 })
            })
            .await
    }
}

fn load(vault: &OpenVault, id: RequestId) -> Result<DraftItem, Failure> {
    let bytes = vault.fetch(Table::Draft, *id.as_bytes()).map_err(|e| e.failure())?;
    let bytes = bytes.ok_or_else(|| Failure::new(Code::NotFound))?;
    // Exposed to show the draft to its owner.
    serde_json::from_slice(bytes.expose()).map_err(|_| Failure::new(Code::VaultDamaged))
}
