//! `history.*`.

use std::sync::Arc;

use signet_api::wire::{
    HistoryItem, HistoryListReply, HistoryQuery, HistoryRemoveRequest, HistoryRow, Removed, RowChoice,
};
use signet_api::{HistoryList, HistoryRemove, HistoryShow, Never};
use signet_core::{Failure, Principal};
use signet_vault::Table;

use crate::agent::Agent;
use crate::history;
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
                let vault = cell.open()?;
                let limit = query.limit.unwrap_or(50);
                let text = query.text.map(|text| text.to_lowercase());
                let ids = history::newest_first(vault, Table::History);
                let mut items = Vec::new();
                for id in ids.into_iter().filter(|id| query.before.is_none_or(|before| *id < before)) {
                    let row = history::row(&history::load(vault, id)?);
                    if text.as_deref().is_none_or(|text| matches(&row, text)) {
                        if items.len() == limit {
                            return Ok(HistoryListReply { items, more: true });
                        }
                        items.push(row);
                    }
                }
                Ok(HistoryListReply { items, more: false })
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
        self.vault
            .run(move |cell| {
                let vault = cell.open()?;
                let ids = match &request {
                    HistoryRemoveRequest::One(text) => vec![history::find(vault, Table::History, text)?],
                    HistoryRemoveRequest::All => history::newest_first(vault, Table::History),
                };
                for id in &ids {
                    vault.delete(Table::History, *id.as_bytes()).map_err(|e| e.failure())?;
                }
                Ok(Removed { removed: ids.len() })
            })
            .await
    }
}

fn matches(row: &HistoryRow, text: &str) -> bool {
    let fields = [&row.from, &row.subject];
    fields.into_iter().chain(&row.to).any(|field| field.to_lowercase().contains(text))
}
