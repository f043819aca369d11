//! Write-once keychain items: fresh names, older ones removed only when the vault file names a newer one.

use zeroize::Zeroizing;

use crate::{ItemName, Keychain, KeychainError};

/// How many taken names are skipped before giving up. Each crash between a keychain write and the commit
/// that names it leaves one; the next start removes those that have become older.
const SKIPS: u64 = 64;

/// How many names below the current one are looked at when tidying up.
const TIDY_DEPTH: u64 = 64;

/// A gap this long ends the search for older items.
const TIDY_GAP: u64 = 4;

/// Creates the first free item after generation `after`, with the value made for its generation; returns
/// the generation. Not durable before
/// [`Keychain::sync`].
pub(crate) fn create_next(
    keychain: &dyn Keychain,
    after: u64,
    name: impl Fn(u64) -> ItemName,
    mut value: impl FnMut(u64) -> Vec<u8>,
) -> Result<u64, KeychainError> {
    for generation in after.saturating_add(1)..=after.saturating_add(SKIPS) {
        let value = Zeroizing::new(value(generation));
        match keychain.create(&name(generation), &value) {
            Err(KeychainError::Exists) => {}
            outcome => return outcome.map(|()| generation),
        }
    }
    Err(KeychainError::Failed)
}

/// Removes items older than the current generation. What cannot be removed now is tried again at the next
/// unlock, so nothing is reported.
pub(crate) fn tidy(keychain: &dyn Keychain, current: u64, name: impl Fn(u64) -> ItemName) {
    let mut gap = 0;
    for generation in (1..current).rev().take(usize::try_from(TIDY_DEPTH).unwrap_or(usize::MAX)) {
        match keychain.read(&name(generation)) {
            Ok(Some(_)) => {
                gap = 0;
                if keychain.delete(&name(generation)).is_err() {
                    return;
                }
            }
            Ok(None) if gap < TIDY_GAP => gap += 1,
            _ => return,
        }
    }
}

/// Removes every item that may exist around the current generation: for a vault that is being destroyed.
pub(crate) fn remove_all(
    keychain: &dyn Keychain,
    current: u64,
    name: impl Fn(u64) -> ItemName,
) -> Result<(), KeychainError> {
    let mut gap = 0;
    for generation in current.. {
        if keychain.read(&name(generation))?.is_none() {
            gap += 1;
            if gap > TIDY_GAP {
                break;
            }
            continue;
        }
        gap = 0;
        keychain.delete(&name(generation))?;
    }
    tidy(keychain, current, name);
    Ok(())
}
