//! `history.*`.

use std::sync::Arc;

use signet_api::wire::{
    HistoryItem, HistoryListReply, HistoryQuery, HistoryRemoveRequest, Removed, RowChoice,
};
use signet_api::{HistoryList, HistoryRemove, HistoryShow, Never};
use signet_core::{Failure, Principal};
use signet_vault::Table;

use crate::agent::Agent;
use crate::history;
use crate::news::Area;
use crate::router::{Events, Handle};

impl Handle<HistoryList> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        query: HistoryQuery,
        _: Events<Never>,
    ) -> Result<HistoryListReply, Failure> {
        self.vault
            .run(move |cell| {
                let (vault, index) = cell.open_with_history()?;
                index.list(vault, &query)
            })
            .await
    }
}

impl Handle<HistoryShow> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: RowChoice,
        _: Events<Never>,
    ) -> Result<HistoryItem, Failure> {
        self.vault
            .run(move |cell| {
                let vault = cell.open()?;
                history::load(vault, history::find(vault, Table::History, &request.id)?)
            })
            .await
    }
}

impl Handle<HistoryRemove> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: HistoryRemoveRequest,
        _: Events<Never>,
    ) -> Result<Removed, Failure> {
        let removed = self
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                let ids = match &request {
                    HistoryRemoveRequest::One(text) => vec![history::find(vault, Table::History, text)?],
                    HistoryRemoveRequest::All => history::newest_first(vault, Table::History),
                };
                for id in &ids {
                    history::delete(cell, *id)?;
                }
                Ok(Removed { removed: ids.len() })
            })
            .await?;
        self.news.changed(Area::History);
        Ok(removed)
    }
}
