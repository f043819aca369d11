//! The lines of the history, in memory while the vault is open: so that searching ten thousand of them
//! opens no seal. Made at the first look, kept in step by whoever writes, gone with the lock.

use std::collections::BTreeMap;

use signet_api::wire::{HistoryItem, HistoryListReply, HistoryQuery, HistoryRow, SendOutcome};
use signet_core::{Code, Failure, Kind, RequestId};
use signet_vault::{OpenVault, Table};

use crate::history;

/// The index; none until the first look.
#[derive(Default)]
pub(crate) struct HistoryIndex(Option<BTreeMap<RequestId, Line>>);

/// What is known of an item without opening it.
pub(crate) struct Line {
    row: HistoryRow,
    /// What a search looks at, in lower case.
    text: String,
    /// Why Google refused it, if that is how it ended.
    refusal: Option<Failure>,
}

/// How a key was used, as far as the history says.
pub(crate) struct KeyHistory {
    /// Senders, most used first.
    pub(crate) senders: Vec<String>,
    /// The last refusal by Google, if nothing was accepted since.
    pub(crate) refusal: Option<Failure>,
}

/// Lines of one page.
const PAGE: usize = 50;
/// A page has at most so many.
const MOST: usize = 1_000;

impl HistoryIndex {
    /// An item was written.
    pub(crate) fn note(&mut self, item: &HistoryItem) {
        if let Some(lines) = &mut self.0 {
            lines.insert(item.id, Line::of(item));
        }
    }

    /// An item was removed.
    pub(crate) fn forget(&mut self, id: RequestId) {
        if let Some(lines) = &mut self.0 {
            lines.remove(&id);
        }
    }

    /// Forgets everything; the next look makes it anew.
    pub(crate) fn clear(&mut self) {
        self.0 = None;
    }

    /// A page of what is asked for, newest first.
    pub(crate) fn list(
        &mut self,
        vault: &OpenVault,
        query: &HistoryQuery,
    ) -> Result<HistoryListReply, Failure> {
        let wanted = Wanted::of(query)?;
        let limit = query.limit.unwrap_or(PAGE).min(MOST);
        let lines = self.lines(vault)?;
        let older = match query.before {
            Some(before) => lines.range(..before),
            None => lines.range(..),
        };
        let mut found = older.rev().map(|(_, line)| line).filter(|line| wanted.takes(line));
        let items = found.by_ref().take(limit).map(|line| line.row.clone()).collect();
        Ok(HistoryListReply { items, more: found.next().is_some() })
    }

    /// How a key was used.
    pub(crate) fn of_key(&mut self, vault: &OpenVault, account: &str) -> Result<KeyHistory, Failure> {
        let mut counts = BTreeMap::<&str, usize>::new();
        let (mut refusal, mut accepted) = (None, false);
        for line in self.lines(vault)?.values().rev().filter(|line| line.row.key == account) {
            *counts.entry(&line.row.from).or_default() += 1;
            accepted |= line.row.state == "sent";
            if !accepted && refusal.is_none() {
                refusal.clone_from(&line.refusal);
            }
        }
        let mut senders: Vec<_> = counts.into_iter().collect();
        senders.sort_by_key(|(sender, count)| (std::cmp::Reverse(*count), *sender));
        let senders = senders.into_iter().map(|(sender, _)| sender.to_owned()).collect();
        Ok(KeyHistory { senders, refusal })
    }

    fn lines(&mut self, vault: &OpenVault) -> Result<&BTreeMap<RequestId, Line>, Failure> {
        if self.0.is_none() {
            let mut lines = BTreeMap::new();
            for row in vault.rows(Table::History) {
                let item = history::load(vault, RequestId::from_bytes(row))?;
                lines.insert(item.id, Line::of(&item));
            }
            self.0 = Some(lines);
        }
        self.0.as_ref().ok_or_else(|| Failure::new(Code::Internal))
    }
}

impl Line {
    fn of(item: &HistoryItem) -> Self {
        let row = history::row(item);
        let draft = &item.draft;
        let recipients = draft.to.iter().chain(&draft.cc).chain(&draft.bcc);
        let fields = [&draft.from, &draft.subject].into_iter().chain(recipients);
        let text = fields.map(|field| field.to_lowercase()).collect::<Vec<_>>().join("\n");
        let refusal = match item.report.as_ref().map(|report| &report.outcome) {
            Some(SendOutcome::NotSent { failure }) if failure.code.kind() == Kind::Google => {
                Some(failure.clone())
            }
            _ => None,
        };
        Self { row, text, refusal }
    }
}

/// A query made ready for many lines.
struct Wanted<'a> {
    text: Option<String>,
    state: Option<&'a str>,
    key: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(query: &'a HistoryQuery) -> Result<Self, Failure> {
        let state = query.state.as_deref();
        if state.is_some_and(|state| !matches!(state, "sent" | "not-sent" | "unknown" | "sending")) {
            return Err(Failure::new(Code::Usage)
                .what("There is no such state of a message.")
                .remedy("Use sent, not-sent, unknown or sending."));
        }
        Ok(Self {
            text: query.text.as_ref().map(|text| text.to_lowercase()),
            state,
            key: query.key.as_deref(),
        })
    }

    fn takes(&self, line: &Line) -> bool {
        self.state.is_none_or(|state| line.row.state == state)
            && self.key.is_none_or(|key| line.row.key == key)
            && self.text.as_deref().is_none_or(|text| line.text.contains(text))
    }
}
