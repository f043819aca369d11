//! Passphrase, code and the keychain's two secrets open the vault; the code is used up before anything else.

use std::sync::Arc;

use signet_core::VaultId;
use signet_crypto::{
    CheckedHeader, DeviceSecret, Drift, EpochSecret, Header, ItemKind, OffsetTable, Passphrase, RootKey,
    Secret, SecretBytes, SigningKey, Step, TotpCode, TotpSeed, UnattendedSecret, Unlocked, Width, hotp,
    item_decode, item_encode, verify_code,
};

use crate::edit::{Edit, edit};
use crate::generations::{create_next, tidy};
use crate::inside::{Inside, encode_locked_audit};
use crate::locked::read_locked_audit;
use crate::records::LOCKED_AUDIT;
use crate::store::{Place, Store, read_codes};
use crate::{
    Environment, ItemName, Keychain, KeychainError, LockedAuditKey, LockedVault, OpenVault, Random,
    UnlockError, VaultError,
};

pub(crate) fn unlock(
    locked: &LockedVault,
    passphrase: &Passphrase,
    code: &TotpCode,
    width: Width,
) -> Result<OpenVault, UnlockError> {
    let mut env = locked.env.clone();
    let mut store = locked.store.again()?;
    let (head, stored) = locked.read_head()?;
    let header = stored.header();
    let device = read_device(&*env.keychain, header)?.ok_or(KeychainError::ItemGone)?;
    let epoch = read_epoch(&*env.keychain, header)?;
    let checked = stored.clone().check_device(&device)?;
    let (unlocked, table) = try_code(&env, &store, &checked, &device, &epoch, passphrase, code, width)?;
    let root = copy_root(&unlocked.root);
    let mut inside = Inside::load(&store, head, &stored, root, device)?;
    let locked_audit = use_up(&mut env, &mut store, &mut inside, &unlocked, &table)?;
    tidy_up(&*env.keychain, &inside);
    Ok(OpenVault { env, folder: locked.folder.clone(), store, inside, locked_audit })
}

/// Opens with the machine's secret. No code is used; everything else is as at any other unlock.
pub(crate) fn unlock_unattended(
    locked: &LockedVault,
    secret: &UnattendedSecret,
) -> Result<OpenVault, UnlockError> {
    let mut env = locked.env.clone();
    let mut store = locked.store.again()?;
    let (head, stored) = locked.read_head()?;
    let header = stored.header();
    let slot = header.unattended.clone().ok_or(UnlockError::NoUnattended)?;
    let device = read_device(&*env.keychain, header)?.ok_or(KeychainError::ItemGone)?;
    let epoch = read_epoch(&*env.keychain, header)?;
    let checked = stored.clone().check_device(&device)?;
    let table = OffsetTable::open(checked.header(), &device, &epoch, &read_codes(store.connection())?)?;
    let root = slot.open(&header.core, secret, &device).map_err(|_| UnlockError::WrongSecret)?;
    let drift = header.drift;
    let mut inside = Inside::load(&store, head, &stored, root, device)?;
    let table = moved_on(table, &inside.keys.seed, Step::at(env.code_time()))?;
    let locked_audit = begin_epoch(&mut env, &mut store, &mut inside, &table, drift)?;
    tidy_up(&*env.keychain, &inside);
    Ok(OpenVault { env, folder: locked.folder.clone(), store, inside, locked_audit })
}

/// The table as it is, while more than half of it is to come. After that it goes on to yesterday's code, or
/// a host that nobody visits for 400 days would accept none any more. A clock that is past the whole table
/// moves nothing: it is the clock that is wrong.
fn moved_on(table: OffsetTable, seed: &TotpSeed, here: Step) -> Result<OffsetTable, VaultError> {
    const DAY: u64 = 2880;
    let Some(yesterday) = here.number().checked_sub(DAY).map(Step::new) else { return Ok(table) };
    if yesterday < table.middle() {
        return Ok(table);
    }
    let Some(mask) = table.unmask(yesterday, &hotp(seed, yesterday)) else { return Ok(table) };
    Ok(table.after(yesterday, seed, &mask)?)
}

/// Proves passphrase and code against an open vault, and uses the code up.
pub(crate) fn step_up(
    vault: &mut OpenVault,
    passphrase: &Passphrase,
    code: &TotpCode,
) -> Result<(), UnlockError> {
    let OpenVault { env, store, inside, .. } = vault;
    let stored = signet_crypto::StoredHeader::decode(&inside.head.header)?;
    let epoch = read_epoch(&*env.keychain, &inside.header)?;
    let checked = stored.check_device(&inside.device)?;
    let (unlocked, table) =
        try_code(env, store, &checked, &inside.device, &epoch, passphrase, code, Width::Near)?;
    if !unlocked.root.same(&inside.root) {
        return Err(VaultError::Damaged.into());
    }
    vault.locked_audit = use_up(env, store, inside, &unlocked, &table)?;
    Ok(())
}

/// Proves a fresh code alone against an open vault, and uses it up.
pub(crate) fn fresh_code(vault: &mut OpenVault, code: &TotpCode) -> Result<(), UnlockError> {
    let OpenVault { env, store, inside, .. } = vault;
    let stored = signet_crypto::StoredHeader::decode(&inside.head.header)?;
    let epoch = read_epoch(&*env.keychain, &inside.header)?;
    let checked = stored.check_device(&inside.device)?;
    let sealed = read_codes(store.connection())?;
    let table = OffsetTable::open(checked.header(), &inside.device, &epoch, &sealed)?;
    let here = Step::at(env.code_time());
    let drift = checked.header().drift;
    // The seed is at hand in an open vault, so that no key derivation is needed.
    let found = verify_code(&inside.keys.seed, code, here, drift, Width::Near, table.first());
    let (used, drift) = found.ok_or(UnlockError::WrongSecret)?;
    let mask = table.unmask(used, code).ok_or(UnlockError::WrongSecret)?;
    let unlocked = Unlocked { root: copy_root(&inside.root), mask, used, drift };
    vault.locked_audit = use_up(env, store, inside, &unlocked, &table)?;
    Ok(())
}

/// The device secret that the header names; `None` if the keychain has none. Never replaced by a new one.
pub(crate) fn read_device(
    keychain: &dyn Keychain,
    header: &Header,
) -> Result<Option<DeviceSecret>, VaultError> {
    let (vault, generation) = (header.core.vault_id, header.device_generation);
    let item = keychain.read(&ItemName::device(vault, generation))?;
    Ok(secret_of(ItemKind::Device, vault, generation, item)?.map(DeviceSecret::from_secret))
}

/// The epoch secret that the header names.
///
/// # Errors
/// [`VaultError::RolledBack`] if the keychain has moved on to a later epoch; a missing item if it is the
/// keychain that is behind.
pub(crate) fn read_epoch(keychain: &dyn Keychain, header: &Header) -> Result<EpochSecret, VaultError> {
    let (vault, epoch) = (header.core.vault_id, header.epoch);
    let item = keychain.read(&ItemName::epoch(vault, epoch))?;
    match secret_of(ItemKind::Epoch, vault, epoch, item)? {
        Some(secret) => Ok(EpochSecret::from_secret(secret)),
        None => Err(diagnose_epoch(keychain, vault, epoch)?),
    }
}

/// How many epochs around the missing one are looked at. A file that is older still is reported as such.
const NEARBY: u64 = 64;

/// The device secret is there and the epoch's is not: who is behind, the file or the keychain?
fn diagnose_epoch(keychain: &dyn Keychain, vault: VaultId, epoch: u64) -> Result<VaultError, VaultError> {
    let any = |mut epochs: std::ops::RangeInclusive<u64>| -> Result<bool, KeychainError> {
        epochs.try_fold(false, |found, epoch| {
            Ok(found || keychain.read(&ItemName::epoch(vault, epoch))?.is_some())
        })
    };
    let later = epoch.saturating_add(1)..=epoch.saturating_add(NEARBY);
    let earlier = epoch.saturating_sub(NEARBY).max(1)..=epoch.saturating_sub(1);
    if !any(later)? && any(earlier)? {
        Ok(KeychainError::ItemGone.into())
    } else {
        Ok(VaultError::RolledBack)
    }
}

fn secret_of(
    kind: ItemKind,
    vault: VaultId,
    generation: u64,
    item: Option<SecretBytes>,
) -> Result<Option<Secret<32>>, VaultError> {
    // Exposed to read the secret that the item holds.
    item.map(|item| item_decode(kind, vault, generation, item.expose())).transpose().map_err(Into::into)
}

#[expect(clippy::too_many_arguments, reason = "each is one input of the construction")]
fn try_code(
    env: &Environment,
    store: &Store,
    checked: &CheckedHeader,
    device: &DeviceSecret,
    epoch: &EpochSecret,
    passphrase: &Passphrase,
    code: &TotpCode,
    width: Width,
) -> Result<(Unlocked, OffsetTable), UnlockError> {
    let sealed = read_codes(store.connection())?;
    let table = OffsetTable::open(checked.header(), device, epoch, &sealed)?;
    let unlocked =
        signet_crypto::unlock(checked, device, &table, passphrase, code, env.code_time(), width, &env.kdf)
            .map_err(UnlockError::of_unlock)?;
    Ok((unlocked, table))
}

/// Uses the code up: continues the table under a new epoch secret, keychain first, then the file. Returns
/// the key for audit entries made while locked, a new one if the keychain lost the earlier.
fn use_up(
    env: &mut Environment,
    store: &mut Store,
    inside: &mut Inside,
    unlocked: &Unlocked,
    table: &OffsetTable,
) -> Result<Option<Arc<SigningKey>>, VaultError> {
    let table = table.after(unlocked.used, &inside.keys.seed, &unlocked.mask)?;
    begin_epoch(env, store, inside, &table, unlocked.drift)
}

/// Seals the table under a new epoch secret, keychain first, then the file.
fn begin_epoch(
    env: &mut Environment,
    store: &mut Store,
    inside: &mut Inside,
    table: &OffsetTable,
    drift: Drift,
) -> Result<Option<Arc<SigningKey>>, VaultError> {
    let vault = inside.vault_id();
    let (epoch, secret) = make_epoch(&*env.keychain, vault, inside.header.epoch, &mut env.random)?;
    let kept = read_locked_audit(env, vault, inside.state.locked_audit)?;
    let made = match kept {
        Some(_) => None,
        None => Some(make_locked_audit(env, vault, inside.state.locked_audit)?),
    };
    env.keychain.sync()?;
    let before = inside.head.clone();
    let earlier = inside.header.epoch;
    edit(store, inside, &mut env.random, Some(&before), |edit| {
        let (info, sealed) = table.seal(&edit.header.core, epoch, &edit.inside.device, &secret, edit.rng);
        edit.put_codes(&sealed)?;
        (edit.header.table, edit.header.epoch, edit.header.drift) = (info, epoch, drift);
        made.as_ref().map_or(Ok(()), |(key, _)| edit.put_locked_audit(key))
    })?;
    // Not needed any more; if it stays, the next unlock removes it.
    let _ = env.keychain.delete(&ItemName::epoch(vault, earlier));
    Ok(match made {
        Some((public, key)) => {
            inside.locked_audit_keys.push(public);
            Some(Arc::new(key))
        }
        None => kept.map(Arc::new),
    })
}

/// A new epoch secret after `epoch`. Not durable before the keychain is synced.
pub(crate) fn make_epoch(
    keychain: &dyn Keychain,
    vault: VaultId,
    epoch: u64,
    rng: &mut Random,
) -> Result<(u64, EpochSecret), KeychainError> {
    let secret = Secret::make(rng);
    let name = |epoch| ItemName::epoch(vault, epoch);
    let epoch = create_next(keychain, epoch, name, |epoch| {
        // Stored: the keychain is where it lives.
        item_encode(ItemKind::Epoch, vault, epoch, &secret).expose().to_vec()
    })?;
    Ok((epoch, EpochSecret::from_secret(secret)))
}

/// A new key for audit entries made while locked. Not durable before the keychain is synced.
pub(crate) fn make_locked_audit(
    env: &mut Environment,
    vault: VaultId,
    after: u64,
) -> Result<(LockedAuditKey, SigningKey), KeychainError> {
    let key = SigningKey::make(&mut env.random);
    let name = |generation| ItemName::locked_audit(vault, generation);
    let generation = create_next(&*env.keychain, after, name, |generation| {
        // Stored: the keychain is where it lives.
        item_encode(ItemKind::LockedAudit, vault, generation, &key.seed()).expose().to_vec()
    })?;
    let public = LockedAuditKey { generation, public: key.public().to_bytes(), since: env.now() };
    Ok((public, key))
}

impl Edit<'_> {
    /// Records a locked-time key and names it in the state.
    pub(crate) fn put_locked_audit(&mut self, key: &LockedAuditKey) -> Result<(), VaultError> {
        let (row, value) = encode_locked_audit(key);
        self.state.locked_audit = key.generation;
        self.put_record(Place { table: LOCKED_AUDIT, row }, &value)
    }
}

/// Removes keychain items older than those that the file names.
pub(crate) fn tidy_up(keychain: &dyn Keychain, inside: &Inside) {
    let vault = inside.vault_id();
    tidy(keychain, inside.header.epoch, |epoch| ItemName::epoch(vault, epoch));
    tidy(keychain, inside.header.device_generation, |generation| ItemName::device(vault, generation));
    for key in &inside.service_keys {
        tidy(keychain, key.generation, |generation| ItemName::key(vault, key.record.id, generation));
    }
}

/// The root opens the vault's keys in one place and proves the code in another.
pub(crate) fn copy_root(root: &RootKey) -> RootKey {
    // Copied into another wiping container.
    let mut bytes = *root.expose();
    RootKey::from_bytes(&mut bytes)
}
