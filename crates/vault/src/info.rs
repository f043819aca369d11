//! What may be known about a vault without opening it.

use std::path::Path;

use sha2::{Digest, Sha256};
use signet_core::{Profile, UnixMillis, VaultId};
use signet_crypto::{Header, KdfParams, STEP_SECONDS, Step, StoredHeader};

use crate::VaultError;
use crate::manifest::Manifest;
use crate::store::{Head, State, Store, read_all, read_codes, vault_file};

/// Facts from the vault's header. Readable by anyone who has the file; checked against the device secret
/// before an unlock and against the vault root after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultInfo {
    /// The vault, for its whole life.
    pub vault_id: VaultId,
    /// Production or sandbox, fixed for life.
    pub profile: Profile,
    /// The fingerprint printed on the recovery kit.
    pub kit_fingerprint: String,
    /// The cost of one guess at the passphrase.
    pub kdf: KdfParams,
    /// When the vault was made.
    pub created: UnixMillis,
    /// Recovery codes that still work, 0 to 8.
    pub codes_left: usize,
    /// From then on codes no longer open the vault, unless it is used before: 400 days after the last use.
    pub codes_end: UnixMillis,
    /// Service-account keys in the vault.
    pub keys: usize,
    /// Whether the machine can open it with nobody there.
    pub unattended: bool,
}

/// A key that signed, or may have signed, audit entries made while the vault was locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockedAuditKey {
    /// Its generation in the keychain, from 1.
    pub generation: u64,
    /// The Ed25519 public key.
    pub public: [u8; 32],
    /// When it was made.
    pub since: UnixMillis,
}

impl VaultInfo {
    pub(crate) fn of(header: &Header, state: &State) -> Self {
        let end = header.table.first.number().saturating_add(header.table.steps.steps().into());
        // Anybody may have written an unopened header: stay within what milliseconds can express.
        let end = end.min(u64::MAX / 1000 / STEP_SECONDS);
        Self {
            vault_id: header.core.vault_id,
            profile: header.core.profile,
            kit_fingerprint: header.core.kit_key.fingerprint(),
            kdf: header.primary.kdf(),
            created: header.created,
            codes_left: header.codes.len(),
            codes_end: Step::new(end).starts(),
            keys: state.keys.len(),
            unattended: header.unattended.is_some(),
        }
    }
}

/// Facts about the vault in `dir`, as its file claims them: nothing is authenticated or locked, so even a
/// vault that is damaged further on tells its id. Does not speak to the keychain.
///
/// # Errors
/// [`VaultError::NoVault`], and what is wrong with the header.
pub fn inspect(dir: &Path) -> Result<VaultInfo, VaultError> {
    read_info(&Store::reopen(&vault_file(dir))?)
}

/// Header and state of a file, well-formed but not authenticated.
pub(crate) fn read_parts(store: &Store) -> Result<(Header, State), VaultError> {
    let head = Head::read(store.connection())?;
    Ok((StoredHeader::decode(&head.header)?.header().clone(), State::decode(&head.state)?))
}

/// Checks what can be checked without the keys: that the code table and the set of rows are those that the
/// header names. Not authenticated, but finds damage.
pub(crate) fn check_whole(store: &Store) -> Result<(), VaultError> {
    let (header, state) = read_parts(store)?;
    let table: [u8; 32] = Sha256::digest(read_codes(store.connection())?).into();
    let rows = Manifest::of(read_all(store.connection())?);
    let whole = table == header.table.digest && rows.root(&state.encode()) == header.manifest_root;
    if whole { Ok(()) } else { Err(VaultError::Damaged) }
}

/// Facts about a file.
pub(crate) fn read_info(store: &Store) -> Result<VaultInfo, VaultError> {
    let (header, state) = read_parts(store)?;
    Ok(VaultInfo::of(&header, &state))
}
