//! A vault gets a new root: every keychain key under a fresh name, every record sealed anew, one transaction.

use std::sync::Arc;

use signet_crypto::{
    DeviceSecret, EpochSecret, Header, ItemKind, KitKeyPair, OffsetTable, PrimarySlot, RootKey, SealKey,
    SecretBytes, SigningKey, StoredHeader, escrow_open, item_encode,
};

use super::answers::Proof;
use super::begin::copy_device;
use super::fresh::NewSecrets;
use crate::backup::replace_rolling;
use crate::edit::{Edit, edit};
use crate::generations::create_next;
use crate::inside::Inside;
use crate::keys::{ServiceKey, read_item, store_item};
use crate::locked::{Folder, read_locked_audit};
use crate::records::{ESCROW, FIRST_RECORD, SERVICE_KEY, open_record};
use crate::store::{Head, Place, Row, Store, read_sealed};
use crate::unlock::{copy_root, make_epoch, make_locked_audit, tidy_up};
use crate::{Environment, ItemName, KeychainError, LockedAuditKey, OpenVault, VaultError};

/// The vault that gets a new root.
pub(super) struct Renewal {
    pub(super) folder: Folder,
    pub(super) store: Store,
    /// The root until now.
    pub(super) root: RootKey,
    /// The primary slot when the ceremony began: another one means another ceremony came first.
    pub(super) begun_from: PrimarySlot,
    /// The kit, where it opened the vault.
    pub(super) kit: Option<KitKeyPair>,
}

/// What went into the keychain under fresh names.
struct Moved {
    keys: Vec<MovedKey>,
    device_generation: u64,
    epoch: u64,
    epoch_secret: EpochSecret,
    locked_audit: SigningKey,
    /// If the keychain had lost the earlier one.
    new_locked_audit: Option<LockedAuditKey>,
}

struct MovedKey {
    key: ServiceKey,
    /// The key itself; `None` if its keychain item is gone, and then only its escrow is carried over.
    der: Option<SecretBytes>,
}

pub(super) fn renew(
    renewal: &Renewal,
    new: &NewSecrets,
    proof: Proof,
    env: &mut Environment,
) -> Result<OpenVault, VaultError> {
    let mut store = renewal.store.again()?;
    let head = Head::read(store.connection())?;
    let stored = StoredHeader::decode(&head.header)?;
    if stored.header().primary != renewal.begun_from {
        return Err(VaultError::Superseded);
    }
    let old = Inside::load(&store, head, &stored, copy_root(&renewal.root), copy_device(&new.device))?;
    let moved = move_items(renewal, &store, &old, new, env)?;
    env.keychain.sync()?;
    let (inside, locked_audit) = commit(&mut store, &old, moved, new, proof, env)?;
    // In effect, and durable. What follows removes what is older; an interruption leaves it to the next
    // unlock, and a fault is no reason to say that the change failed.
    tidy_up(&*env.keychain, &inside);
    if let Err(error) = store.truncate_log() {
        tracing::warn!(%error, "the write-ahead log was not emptied");
    }
    replace_rolling(&store, &renewal.folder.dir, env.now());
    Ok(OpenVault {
        env: env.clone(),
        folder: renewal.folder.clone(),
        store,
        inside,
        locked_audit: Some(Arc::new(locked_audit)),
    })
}

/// Puts everything that the new file will name into the keychain, under names that nothing refers to yet.
fn move_items(
    renewal: &Renewal,
    store: &Store,
    old: &Inside,
    new: &NewSecrets,
    env: &mut Environment,
) -> Result<Moved, VaultError> {
    let vault = old.vault_id();
    let mut keys = Vec::new();
    for key in &old.service_keys {
        let der = recall(renewal, store, old, key, env)?;
        if der.is_none() && new.core.kit_key != old.header.core.kit_key {
            // Its escrow is for the kit that is being replaced: it would be lost.
            return Err(KeychainError::ItemGone.into());
        }
        let (seal_key, generation) = match &der {
            Some(der) => {
                let seal_key = SealKey::make(&mut env.random);
                let keychain = Arc::clone(&env.keychain);
                let generation = store_item(
                    &*keychain,
                    vault,
                    key.record.id,
                    key.generation,
                    &seal_key,
                    der,
                    &mut env.random,
                )?;
                (seal_key, generation)
            }
            None => (SealKey::from_bytes(&mut { *key.seal_key.expose() }), key.generation),
        };
        keys.push(MovedKey { key: ServiceKey { record: key.record.clone(), generation, seal_key }, der });
    }
    let device_generation =
        if new.device_is_new { store_device(env, old, &new.device)? } else { old.header.device_generation };
    let keychain = Arc::clone(&env.keychain);
    let (epoch, epoch_secret) = make_epoch(&*keychain, vault, old.header.epoch, &mut env.random)?;
    let (new_locked_audit, locked_audit) = match read_locked_audit(env, vault, old.state.locked_audit) {
        Ok(Some(key)) => (None, key),
        Ok(None) | Err(VaultError::Keychain(KeychainError::ItemDamaged)) => {
            let (public, key) = make_locked_audit(env, vault, old.state.locked_audit)?;
            (Some(public), key)
        }
        Err(error) => return Err(error),
    };
    Ok(Moved { keys, device_generation, epoch, epoch_secret, locked_audit, new_locked_audit })
}

/// The service-account key: from the keychain, else from escrow if the kit is at hand.
fn recall(
    renewal: &Renewal,
    store: &Store,
    old: &Inside,
    key: &ServiceKey,
    env: &Environment,
) -> Result<Option<SecretBytes>, VaultError> {
    let vault = old.vault_id();
    match (read_item(&*env.keychain, vault, key), &renewal.kit) {
        (Ok(None) | Err(VaultError::Damaged), Some(kit)) => {
            let escrow = old_record(store, old, Place { table: ESCROW, row: *key.record.id.as_bytes() })?;
            // Sealed to the kit: not a secret by itself.
            Ok(Some(escrow_open(kit, vault, key.record.id, escrow.expose())?))
        }
        (read, _) => read,
    }
}

fn store_device(env: &Environment, old: &Inside, device: &DeviceSecret) -> Result<u64, KeychainError> {
    let vault = old.vault_id();
    let name = |generation| ItemName::device(vault, generation);
    create_next(&*env.keychain, old.header.device_generation, name, |generation| {
        // Stored: the keychain is where it lives.
        item_encode(ItemKind::Device, vault, generation, device.as_secret()).expose().to_vec()
    })
}

/// The one transaction after which the new secrets are the vault's.
fn commit(
    store: &mut Store,
    old: &Inside,
    moved: Moved,
    new: &NewSecrets,
    proof: Proof,
    env: &mut Environment,
) -> Result<(Inside, SigningKey), VaultError> {
    let (first, drift) = match proof.0 {
        Some((used, drift)) => (used.plus(1).ok_or(VaultError::Io)?, drift),
        // The same seed: what was used stays used.
        None => (old.header.table.first, old.header.drift),
    };
    let table = OffsetTable::make(new.seed(), &new.mask, first, env.table);
    let (table, sealed) =
        table.seal(&new.core, moved.epoch, &new.device, &moved.epoch_secret, &mut env.random);
    let header = Header {
        core: new.core,
        created: old.header.created,
        device_generation: moved.device_generation,
        epoch: moved.epoch,
        drift,
        table,
        primary: new.primary.clone(),
        codes: new.codes.clone(),
        kit: new.kit.clone(),
        // The machine's secret is not at hand, and whoever had it shall not open what is renewed.
        unattended: None,
        manifest_root: [0; 32],
    };
    let mut inside = Inside {
        root: copy_root(&new.root),
        device: copy_device(&new.device),
        header,
        state: old.state.clone(),
        head: old.head.clone(),
        manifest: old.manifest.clone(),
        keys: new.root_keys(Some(&old.keys)),
        service_keys: Vec::new(),
        locked_audit_keys: old.locked_audit_keys.iter().copied().chain(moved.new_locked_audit).collect(),
    };
    edit(store, &mut inside, &mut env.random, Some(&old.head), |edit| {
        edit.put_codes(&sealed)?;
        edit.put_root_keys()?;
        reseal_records(edit, old)?;
        edit.state.keys.clear();
        for MovedKey { key, der } in &moved.keys {
            edit.put_service_key(key)?;
            match der {
                Some(der) => edit.put_escrow(&new.core.kit_key, key.record.id, der)?,
                None => reseal(edit, old, Place { table: ESCROW, row: *key.record.id.as_bytes() })?,
            }
        }
        moved.new_locked_audit.as_ref().map_or(Ok(()), |key| edit.put_locked_audit(key))?;
        all_replaced(edit, old)
    })?;
    inside.service_keys = moved.keys.into_iter().map(|moved| moved.key).collect();
    Ok((inside, moved.locked_audit))
}

/// Seals every record anew but those that belong to a service-account key.
fn reseal_records(edit: &mut Edit<'_>, old: &Inside) -> Result<(), VaultError> {
    let own =
        |row: &&Row| row.place.table >= FIRST_RECORD && ![SERVICE_KEY, ESCROW].contains(&row.place.table);
    old.manifest.all().filter(own).try_for_each(|row| reseal(edit, old, row.place))
}

fn reseal(edit: &mut Edit<'_>, old: &Inside, place: Place) -> Result<(), VaultError> {
    let value = open_old(edit.connection(), old, place)?;
    // Exposed to be sealed again.
    edit.put_record(place, value.expose())
}

/// A row that kept its old seal would be lost with the old root.
fn all_replaced(edit: &Edit<'_>, old: &Inside) -> Result<(), VaultError> {
    let kept = |row: &Row| edit.inside.manifest.row(row.place).is_none_or(|now| now.front == row.front);
    if old.manifest.all().any(kept) { Err(VaultError::Damaged) } else { Ok(()) }
}

fn old_record(store: &Store, old: &Inside, place: Place) -> Result<SecretBytes, VaultError> {
    open_old(store.connection(), old, place)
}

fn open_old(
    connection: &rusqlite::Connection,
    old: &Inside,
    place: Place,
) -> Result<SecretBytes, VaultError> {
    let row = old.manifest.row(place).ok_or(VaultError::Damaged)?;
    let sealed = read_sealed(connection, row)?.ok_or(VaultError::Damaged)?;
    Ok(open_record(&old.keys.records, old.vault_id(), place, row.version, &sealed)?)
}
