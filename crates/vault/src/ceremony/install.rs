//! A new vault comes into being: file and keychain items under names that nothing refers to, then one rename.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use signet_core::VaultId;
use signet_crypto::{
    AuditHmacKey, EpochSecret, Header, HeaderKey, ItemKind, KeyRole, OffsetTable, SealKey, Secret,
    SigningKey, TotpSeed, item_encode,
};

use super::answers::Proof;
use super::begin::copy_device;
use super::fresh::NewSecrets;
use crate::backup::remove_with_log;
use crate::edit::{Edit, edit};
use crate::info::read_parts;
use crate::inside::{Inside, ONLY, RootKeys};
use crate::keychain::remember;
use crate::locked::Folder;
use crate::manifest::Manifest;
use crate::store::{DirectoryLock, Head, State, Store, make_private_dir, sync_dir, vault_file};
use crate::unlock::copy_root;
use crate::{Environment, ItemName, Keychain, LockedAuditKey, OpenVault, VaultError};

/// The first generation of everything.
const FIRST: u64 = 1;

pub(super) fn new_vault(
    dir: &Path,
    new: &NewSecrets,
    audit: &SigningKey,
    proof: Proof,
    env: &mut Environment,
) -> Result<OpenVault, VaultError> {
    make_private_dir(dir)?;
    let folder = Folder { dir: dir.into(), lock: DirectoryLock::take(dir)? };
    let file = vault_file(dir);
    if file.try_exists()? {
        return Err(VaultError::Exists);
    }
    let unfinished = dir.join("vault.new");
    clear_unfinished(&unfinished, &*env.keychain)?;
    remember(dir, env.keychain.kind())?;
    let made = write(&unfinished, new, audit, proof, env);
    // Nothing refers to it before the rename, so what was written can be taken back.
    let (inside, locked_audit) = made.inspect_err(|_| drop(clear_unfinished(&unfinished, &*env.keychain)))?;
    fs::rename(&unfinished, &file)?;
    sync_dir(dir)?;
    let store = Store::reopen(&file)?;
    let vault =
        OpenVault { env: env.clone(), folder, store, inside, locked_audit: Some(Arc::new(locked_audit)) };
    vault.back_up_after_change();
    Ok(vault)
}

/// Writes file and keychain items, all durable on return.
fn write(
    file: &Path,
    new: &NewSecrets,
    audit: &SigningKey,
    proof: Proof,
    env: &mut Environment,
) -> Result<(Inside, SigningKey), VaultError> {
    let vault = new.core.vault_id;
    let (used, drift) = proof.0.ok_or(VaultError::Io)?;
    let first = used.plus(1).ok_or(VaultError::Io)?;
    let epoch = EpochSecret::make(&mut env.random);
    let locked_audit = SigningKey::make(&mut env.random);
    let table = OffsetTable::make(new.seed(), &new.mask, first, env.table);
    let (table, sealed) = table.seal(&new.core, FIRST, &new.device, &epoch, &mut env.random);
    let header = Header {
        core: new.core,
        created: env.now(),
        device_generation: FIRST,
        epoch: FIRST,
        drift,
        table,
        primary: new.primary.clone(),
        codes: new.codes.clone(),
        kit: new.kit.clone(),
        unattended: None,
        manifest_root: [0; 32],
    };
    let rng = &mut env.random;
    let keys = RootKeys {
        owner: SigningKey::make(rng),
        audit_signing: SigningKey::from_seed(&audit.seed()),
        audit_hmac: AuditHmacKey::make(rng),
        ..new.root_keys(None)
    };
    let public =
        LockedAuditKey { generation: FIRST, public: locked_audit.public().to_bytes(), since: header.created };
    let mut inside = Inside {
        root: copy_root(&new.root),
        device: copy_device(&new.device),
        header,
        state: State { locked_audit: FIRST, keys: Vec::new() },
        head: Head { header: Vec::new(), state: Vec::new() },
        manifest: Manifest::of([]),
        keys,
        service_keys: Vec::new(),
        locked_audit_keys: vec![public],
    };
    let mut store = Store::create(file)?;
    edit(&mut store, &mut inside, &mut env.random, None, |edit| {
        edit.put_codes(&sealed)?;
        edit.put_root_keys()?;
        edit.put_locked_audit(&public)
    })?;
    store.truncate_log()?;
    drop(store);
    File::open(file)?.sync_all()?;
    sync_dir(file.parent().ok_or(VaultError::Io)?)?;
    let items = [
        (ItemKind::Device, ItemName::device(vault, FIRST), new.device.as_secret()),
        (ItemKind::Epoch, ItemName::epoch(vault, FIRST), epoch.as_secret()),
        (ItemKind::LockedAudit, ItemName::locked_audit(vault, FIRST), &locked_audit.seed()),
    ];
    for (kind, name, secret) in items {
        // Stored: the keychain is where they live.
        env.keychain.create(&name, item_encode(kind, vault, FIRST, secret).expose())?;
    }
    env.keychain.sync()?;
    Ok((inside, locked_audit))
}

/// Removes what an interrupted set-up left: the keychain items of the vault in it, then the file.
fn clear_unfinished(file: &Path, keychain: &dyn Keychain) -> Result<(), VaultError> {
    if let Ok(store) = Store::reopen(file)
        && let Ok((header, _)) = read_parts(&store)
    {
        let vault: VaultId = header.core.vault_id;
        for name in [ItemName::device, ItemName::epoch, ItemName::locked_audit] {
            keychain.delete(&name(vault, FIRST))?;
        }
    }
    remove_with_log(file)
}

impl NewSecrets {
    /// The keys that the root wraps: those that a new root replaces, and the others from `kept`.
    pub(super) fn root_keys(&self, kept: Option<&RootKeys>) -> RootKeys {
        // Copied into other wiping containers.
        let signing = |key: fn(&RootKeys) -> &SigningKey| match kept {
            Some(kept) => SigningKey::from_seed(&key(kept).seed()),
            None => SigningKey::from_seed(&Secret::from_bytes(&mut [0; 32])),
        };
        RootKeys {
            header: HeaderKey::from_bytes(&mut { *self.header.expose() }),
            records: SealKey::from_bytes(&mut { *self.records.expose() }),
            owner: signing(|keys| &keys.owner),
            audit_signing: signing(|keys| &keys.audit_signing),
            audit_hmac: AuditHmacKey::from_bytes(&mut kept.map_or([0; 32], |kept| *kept.audit_hmac.expose())),
            seed: TotpSeed::from_bytes(&mut { *self.seed().expose() }),
        }
    }
}

impl Edit<'_> {
    /// Wraps the keys of the vault under its root.
    pub(super) fn put_root_keys(&mut self) -> Result<(), VaultError> {
        // Each is wrapped before it is stored.
        let keys = &self.inside.keys;
        let seeds = [keys.owner.seed(), keys.audit_signing.seed()];
        let fixed = [
            (KeyRole::HeaderMac, Secret::parse(keys.header.expose())),
            (KeyRole::Records, Secret::parse(keys.records.expose())),
            (KeyRole::AuditHmac, Secret::parse(keys.audit_hmac.expose())),
        ];
        let seed = TotpSeed::from_bytes(&mut { *keys.seed.expose() });
        for (role, key) in fixed {
            let key: Secret<32> = key.ok_or(VaultError::Io)?;
            self.put_wrapped(role, ONLY, key.expose())?;
        }
        for (role, key) in [KeyRole::Owner, KeyRole::AuditSigning].into_iter().zip(seeds) {
            self.put_wrapped(role, ONLY, key.expose())?;
        }
        self.put_wrapped(KeyRole::TotpSeed, ONLY, seed.expose())
    }
}
