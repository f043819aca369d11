//! The sealed history: one row for each send, its id ordered by time.

use signet_api::wire::{HistoryItem, HistoryRow, SendOutcome, SendReport};
use signet_core::{Code, Failure, RequestId, UnixMillis};
use signet_vault::{OpenVault, Table};

use crate::vault_cell::VaultCell;

/// Makes a request id that sorts by time: 48 bits of milliseconds, 80 random bits.
pub(crate) fn make_request_id(now: UnixMillis) -> Result<RequestId, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Failure::new(Code::Internal))?;
    if let (Some(head), Some(time)) = (bytes.get_mut(..6), now.0.to_be_bytes().get(2..)) {
        head.copy_from_slice(time);
    }
    Ok(RequestId::from_bytes(bytes))
}

/// The time inside a request id.
pub(crate) fn time_of(id: RequestId) -> UnixMillis {
    UnixMillis(id.as_bytes().iter().take(6).fold(0, |time, byte| (time << 8) | u64::from(*byte)))
}

/// Saves an item.
pub(crate) fn save(cell: &mut VaultCell, item: &HistoryItem) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(item).map_err(|_| Failure::new(Code::Internal))?;
    cell.open()?.put(Table::History, *item.id.as_bytes(), &bytes).map_err(|e| e.failure())?;
    cell.history.note(item);
    Ok(())
}

/// Reads an item.
pub(crate) fn load(vault: &OpenVault, id: RequestId) -> Result<HistoryItem, Failure> {
    let bytes = vault.fetch(Table::History, *id.as_bytes()).map_err(|e| e.failure())?;
    let bytes = bytes.ok_or_else(|| Failure::new(Code::NotFound))?;
    // Exposed to read the record for its owner.
    serde_json::from_slice(bytes.expose()).map_err(|_| Failure::new(Code::VaultDamaged))
}

/// Forgets an item.
pub(crate) fn delete(cell: &mut VaultCell, id: RequestId) -> Result<(), Failure> {
    cell.open()?.delete(Table::History, *id.as_bytes()).map_err(|e| e.failure())?;
    cell.history.forget(id);
    Ok(())
}

/// The ids of a table's rows, newest first.
pub(crate) fn newest_first(vault: &OpenVault, table: Table) -> Vec<RequestId> {
    let mut ids: Vec<RequestId> = vault.rows(table).into_iter().map(RequestId::from_bytes).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids
}

/// The row whose id begins with that text.
pub(crate) fn find(vault: &OpenVault, table: Table, text: &str) -> Result<RequestId, Failure> {
    let ids = newest_first(vault, table);
    let mut matching = ids.into_iter().filter(|id| id.to_string().starts_with(text));
    match (matching.next(), matching.next()) {
        (Some(id), None) if !text.is_empty() => Ok(id),
        (None, _) => Err(Failure::new(Code::NotFound)),
        _ => Err(Failure::new(Code::Ambiguous)),
    }
}

/// Forgets what is older than the setting allows.
pub(crate) fn purge(cell: &mut VaultCell, days: u32, now: UnixMillis) -> Result<usize, Failure> {
    let oldest = UnixMillis(now.0.saturating_sub(u64::from(days) * 86_400_000));
    let ids = newest_first(cell.open()?, Table::History);
    let old: Vec<_> = ids.into_iter().filter(|id| time_of(*id) < oldest).collect();
    for id in &old {
        delete(cell, *id)?;
    }
    Ok(old.len())
}

/// The state of an item whose send ended so.
pub(crate) fn state_of_end(end: &Result<SendReport, Failure>) -> &'static str {
    match end {
        Ok(report) => state(&report.outcome),
        // Locked with the message at Google; everything else ends before that.
        Err(failure) if failure.code == Code::SendUnknown => "unknown",
        Err(_) => "not-sent",
    }
}

fn state(outcome: &SendOutcome) -> &'static str {
    match outcome {
        SendOutcome::NotSent { .. } => "not-sent",
        SendOutcome::Unknown { .. } => "unknown",
        SendOutcome::Sent { .. } | SendOutcome::DryRun | SendOutcome::Written => "sent",
    }
}

/// The line of an item.
pub(crate) fn row(item: &HistoryItem) -> HistoryRow {
    let outcome = item.report.as_ref().map(|report| &report.outcome);
    let code = match outcome {
        Some(SendOutcome::NotSent { failure } | SendOutcome::Unknown { failure }) => Some(failure.code),
        _ => None,
    };
    let draft = &item.draft;
    HistoryRow {
        id: item.id,
        time: item.time,
        from: draft.from.clone(),
        to: draft.to.clone(),
        recipients: draft.to.len() + draft.cc.len() + draft.bcc.len(),
        subject: draft.subject.clone(),
        attachments: draft.attachments.len(),
        state: outcome.map_or("sending", state).into(),
        key: item.key.clone(),
        code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_sort_by_time_and_tell_it() {
        let early = make_request_id(UnixMillis(1_790_000_000_000)).unwrap();
        let late = make_request_id(UnixMillis(1_790_000_000_001)).unwrap();
        assert!(early < late);
        assert_eq!(time_of(late), UnixMillis(1_790_000_000_001));
    }
}
