//! Sealed drafts, and their earlier versions: one a minute at most, ten for each draft, for a week.

use signet_api::wire::DraftItem;
use signet_core::{Code, Failure, RequestId, UnixMillis};
use signet_vault::{OpenVault, Table};

/// Versions of one draft.
const MOST: usize = 10;
/// How long a version stays, in milliseconds.
const LIFE: u64 = 7 * 86_400_000;
/// Two versions are at least so far apart, in milliseconds: typing does not use them up.
const GAP: u64 = 60_000;
/// A version's row: the first bytes of its draft's id, then when it was saved, in 6 bytes.
const OF_DRAFT: usize = 10;

/// Saves a draft. What it replaces becomes a version, unless the newest one is too young. Durable on
/// return.
pub(crate) fn save(vault: &mut OpenVault, item: &DraftItem) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(item).map_err(|_| Failure::new(Code::Internal))?;
    if let Some(before) = find(vault, item.id)?.filter(|before| before.draft != item.draft) {
        keep(vault, &before, item.saved)?;
    }
    vault.put(Table::Draft, *item.id.as_bytes(), &bytes).map_err(|e| e.failure())
}

/// A draft.
pub(crate) fn load(vault: &OpenVault, id: RequestId) -> Result<DraftItem, Failure> {
    find(vault, id)?.ok_or_else(|| Failure::new(Code::NotFound))
}

/// The earlier versions of a draft, newest first.
pub(crate) fn versions(vault: &OpenVault, id: RequestId, now: UnixMillis) -> Result<Vec<DraftItem>, Failure> {
    let rows = rows_of(vault, id);
    let young = rows.into_iter().filter(|row| !is_over(*row, now));
    let versions = young.filter_map(|row| read(vault, Table::DraftVersion, row).transpose());
    versions.collect()
}

/// Removes a draft with its versions.
pub(crate) fn remove(vault: &mut OpenVault, id: RequestId) -> Result<(), Failure> {
    vault.delete(Table::Draft, *id.as_bytes()).map_err(|e| e.failure())?;
    for row in rows_of(vault, id) {
        vault.delete(Table::DraftVersion, row).map_err(|e| e.failure())?;
    }
    Ok(())
}

/// Forgets versions that are over, of any draft.
pub(crate) fn purge(vault: &mut OpenVault, now: UnixMillis) -> Result<(), Failure> {
    for row in vault.rows(Table::DraftVersion) {
        if is_over(row, now) {
            vault.delete(Table::DraftVersion, row).map_err(|e| e.failure())?;
        }
    }
    Ok(())
}

fn keep(vault: &mut OpenVault, before: &DraftItem, now: UnixMillis) -> Result<(), Failure> {
    let rows = rows_of(vault, before.id);
    if rows.first().is_some_and(|newest| before.saved.0.saturating_sub(saved(*newest)) < GAP) {
        return Ok(());
    }
    let mut row = [0; 16];
    let (head, time) = row.split_at_mut(OF_DRAFT);
    head.copy_from_slice(before.id.as_bytes().get(..OF_DRAFT).unwrap_or_default());
    time.copy_from_slice(before.saved.0.to_be_bytes().get(2..).unwrap_or_default());
    let bytes = serde_json::to_vec(before).map_err(|_| Failure::new(Code::Internal))?;
    vault.put(Table::DraftVersion, row, &bytes).map_err(|e| e.failure())?;
    for (place, old) in rows.into_iter().enumerate() {
        // One more than before is there now.
        if place + 1 >= MOST || is_over(old, now) {
            vault.delete(Table::DraftVersion, old).map_err(|e| e.failure())?;
        }
    }
    Ok(())
}

/// The rows of a draft's versions, newest first.
fn rows_of(vault: &OpenVault, id: RequestId) -> Vec<[u8; 16]> {
    let head = id.as_bytes().get(..OF_DRAFT).unwrap_or_default();
    let mut rows = vault.rows(Table::DraftVersion);
    rows.retain(|row| row.starts_with(head));
    rows.sort_unstable_by(|one, other| other.cmp(one));
    rows
}

fn saved(row: [u8; 16]) -> u64 {
    row.iter().skip(OF_DRAFT).fold(0, |time, byte| (time << 8) | u64::from(*byte))
}

fn is_over(row: [u8; 16], now: UnixMillis) -> bool {
    now.0.saturating_sub(saved(row)) > LIFE
}

fn find(vault: &OpenVault, id: RequestId) -> Result<Option<DraftItem>, Failure> {
    read(vault, Table::Draft, *id.as_bytes())
}

fn read(vault: &OpenVault, table: Table, row: [u8; 16]) -> Result<Option<DraftItem>, Failure> {
    let found = vault.fetch(table, row).map_err(|e| e.failure())?;
    // Exposed to show the draft to its owner.
    let item = found.map(|bytes| serde_json::from_slice(bytes.expose()));
    item.transpose().map_err(|_| Failure::new(Code::VaultDamaged))
}
