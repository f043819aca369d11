//! `draft.*`: sealed as they are typed.

use std::sync::Arc;

use signet_api::wire::{DraftItem, DraftListReply, DraftSaveRequest, Empty, Removed, RowChoice};
use signet_api::{DraftList, DraftRemove, DraftSave, DraftVersions, Never};
use signet_core::{Clock, Failure, Principal};
use signet_vault::Table;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::news::Area;
use crate::router::{Events, Handle};
use crate::{drafts, history};

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
        let saved = self
            .vault
            .run(move |cell| {
                drafts::save(cell.open()?, &item)?;
                Ok(item)
            })
            .await?;
        self.news.changed(Area::Drafts);
        Ok(saved)
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
                let mut drafts =
                    ids.into_iter().map(|id| drafts::load(vault, id)).collect::<Result<Vec<_>, _>>()?;
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
        let removed = self
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                let id = history::find(vault, Table::Draft, &request.id)?;
                drafts::remove(vault, id)?;
                Ok(Removed { removed: 1 })
            })
            .await?;
        self.news.changed(Area::Drafts);
        Ok(removed)
    }
}

impl Handle<DraftVersions> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: RowChoice,
        _: Events<Never>,
    ) -> Result<DraftListReply, Failure> {
        let now = SystemClock.now();
        self.vault
            .run(move |cell| {
                let vault = cell.open()?;
                let id = history::find(vault, Table::Draft, &request.id)?;
                Ok(DraftListReply { drafts: drafts::versions(vault, id, now)? })
            })
            .await
    }
}
