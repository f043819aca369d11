//! Service-account keys: sealed in the keychain, described in the vault, escrowed for the kit.

use serde::{Deserialize, Serialize};
use signet_core::{EmailAddress, GoogleKeyId, KeyId, UnixMillis, VaultId};
use signet_crypto::{KeyRole, RecordPlace, SEAL_OVERHEAD, SealKey, SecretBytes, escrow_seal};

use crate::edit::Edit;
use crate::generations::create_next;
use crate::records::{ESCROW, SERVICE_KEY};
use crate::store::Place;
use crate::{ItemName, Keychain, KeychainError, OpenVault, Random, VaultError};

/// A service-account key to take in.
pub struct NewKey {
    /// The name people see.
    pub name: String,
    /// `client_email` of the key file.
    pub client_email: EmailAddress,
    /// `client_id` of the key file, which the Workspace administrator authorises.
    pub client_id: String,
    /// `project_id` of the key file.
    pub project_id: String,
    /// `private_key_id` of the key file.
    pub google_key_id: GoogleKeyId,
    /// Size of the RSA modulus in bits.
    pub bits: u16,
    /// When Google says the key was made, if it says.
    pub created: Option<UnixMillis>,
    /// The private key, PKCS#8 DER.
    pub der: SecretBytes,
}

/// What may be shown about a key in the vault. Also its sealed form (CBOR).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// The key inside this vault.
    pub id: KeyId,
    /// The name people see.
    pub name: String,
    /// The service account.
    pub client_email: EmailAddress,
    /// The numeric id that the Workspace administrator authorises.
    pub client_id: String,
    /// The Google Cloud project.
    pub project_id: String,
    /// The `kid` of its assertions.
    pub google_key_id: GoogleKeyId,
    /// Size of the RSA modulus in bits.
    pub bits: u16,
    /// When it was taken in.
    pub imported: UnixMillis,
    /// When Google says the key was made, if it says.
    pub created: Option<UnixMillis>,
}

/// The smallest limit of the platforms' keychains, in bytes (Windows: `CRED_MAX_CREDENTIAL_BLOB_SIZE`).
const LARGEST_ITEM: usize = 2560;

/// A key that an open vault can use.
pub(crate) struct ServiceKey {
    pub(crate) record: KeyRecord,
    /// The generation of its keychain item.
    pub(crate) generation: u64,
    /// What its keychain item is sealed with.
    pub(crate) seal_key: SealKey,
}

impl OpenVault {
    /// The service-account keys, in the order they were taken in.
    pub fn keys(&self) -> Vec<KeyRecord> {
        self.inside.service_keys.iter().map(|key| key.record.clone()).collect()
    }

    /// Takes a key in: into the keychain, then the vault file with its escrow, then a rolling backup.
    /// Durable on return.
    ///
    /// # Errors
    /// [`VaultError::KeyDuplicate`], [`VaultError::KeyTooLarge`]; after any error the key is not in the vault.
    pub fn import_key(&mut self, key: NewKey) -> Result<KeyRecord, VaultError> {
        let known = |other: &ServiceKey| {
            other.record.google_key_id == key.google_key_id && other.record.client_email == key.client_email
        };
        if self.inside.service_keys.iter().any(known) {
            return Err(VaultError::KeyDuplicate);
        }
        let (record, der) = describe(key, self.make_id(), self.env.now());
        let seal_key = SealKey::make(&mut self.env.random);
        let vault = self.inside.vault_id();
        let generation =
            store_item(&*self.env.keychain, vault, record.id, 0, &seal_key, &der, &mut self.env.random)?;
        self.env.keychain.sync()?;
        let kit = self.inside.header.core.kit_key;
        let key = ServiceKey { record: record.clone(), generation, seal_key };
        self.edit(|edit| {
            edit.put_service_key(&key)?;
            edit.put_escrow(&kit, record.id, &der)
        })?;
        self.inside.service_keys.push(key);
        self.back_up_after_change();
        Ok(record)
    }

    /// Changes the name people see.
    pub fn rename_key(&mut self, id: KeyId, name: &str) -> Result<KeyRecord, VaultError> {
        self.change_key(id, |record| record.name = name.into())
    }

    /// Sets when Google says the key was made.
    pub fn set_key_created(&mut self, id: KeyId, created: UnixMillis) -> Result<KeyRecord, VaultError> {
        self.change_key(id, |record| record.created = Some(created))
    }

    /// Removes a key from vault and keychain. Rolling backups from before still hold its escrow.
    pub fn remove_key(&mut self, id: KeyId) -> Result<(), VaultError> {
        let at = self.position(id)?;
        let generation = self.inside.service_keys[at].generation;
        self.edit(|edit| {
            for table in [KeyRole::ServiceKey.number(), SERVICE_KEY, ESCROW] {
                edit.remove(Place { table, row: *id.as_bytes() })?;
            }
            edit.state.keys.retain(|(key, _)| key != id.as_bytes());
            Ok(())
        })?;
        self.inside.service_keys.remove(at);
        let name = ItemName::key(self.inside.vault_id(), id, generation);
        self.env.keychain.delete(&name)?;
        self.env.keychain.sync()?;
        self.back_up_after_change();
        Ok(())
    }

    /// Lends the key (PKCS#8 DER) to `use_key`; it is wiped when that returns.
    ///
    /// # Errors
    /// [`VaultError::NotFound`]; a keychain that does not answer or lacks the item.
    pub fn with_key<T>(
        &self,
        id: KeyId,
        use_key: impl FnOnce(&KeyRecord, &SecretBytes) -> T,
    ) -> Result<T, VaultError> {
        let key = &self.inside.service_keys[self.position(id)?];
        let der =
            read_item(&*self.env.keychain, self.inside.vault_id(), key)?.ok_or(KeychainError::ItemGone)?;
        Ok(use_key(&key.record, &der))
    }

    fn change_key(
        &mut self,
        id: KeyId,
        change: impl FnOnce(&mut KeyRecord),
    ) -> Result<KeyRecord, VaultError> {
        let at = self.position(id)?;
        let mut record = self.inside.service_keys[at].record.clone();
        change(&mut record);
        self.edit(|edit| edit.put_key_record(&record))?;
        self.inside.service_keys[at].record = record.clone();
        Ok(record)
    }

    fn position(&self, id: KeyId) -> Result<usize, VaultError> {
        self.inside.service_keys.iter().position(|key| key.record.id == id).ok_or(VaultError::NotFound)
    }

    fn make_id(&mut self) -> KeyId {
        use rand_core::Rng;
        let mut id = [0; 16];
        self.env.random.fill_bytes(&mut id);
        KeyId::from_bytes(id)
    }
}

impl Edit<'_> {
    /// Writes a key's description and wrapped sealing key, and names its keychain item in the state.
    pub(crate) fn put_service_key(&mut self, key: &ServiceKey) -> Result<(), VaultError> {
        let row = *key.record.id.as_bytes();
        // Wrapped by the root before it is stored.
        self.put_wrapped(KeyRole::ServiceKey, row, key.seal_key.expose())?;
        self.state.keys.retain(|(id, _)| *id != row);
        self.state.keys.push((row, key.generation));
        self.put_key_record(&key.record)
    }

    /// Seals the key to the recovery kit and puts that into a record.
    pub(crate) fn put_escrow(
        &mut self,
        kit: &signet_crypto::KitPublicKey,
        id: KeyId,
        der: &SecretBytes,
    ) -> Result<(), VaultError> {
        let escrow = escrow_seal(kit, self.vault_id(), id, der, self.rng)?;
        self.put_record(Place { table: ESCROW, row: *id.as_bytes() }, &escrow)
    }

    fn put_key_record(&mut self, record: &KeyRecord) -> Result<(), VaultError> {
        let mut cbor = Vec::new();
        ciborium::into_writer(record, &mut cbor).map_err(|_| VaultError::Io)?;
        self.put_record(Place { table: SERVICE_KEY, row: *record.id.as_bytes() }, &cbor)
    }
}

/// Reads a key's sealed description.
pub(crate) fn parse_record(id: [u8; 16], cbor: &SecretBytes) -> Result<KeyRecord, VaultError> {
    // A description, sealed for privacy; it holds no key.
    let record: KeyRecord = ciborium::from_reader(cbor.expose()).map_err(|_| VaultError::Damaged)?;
    if *record.id.as_bytes() == id { Ok(record) } else { Err(VaultError::Damaged) }
}

/// Seals a key into a fresh keychain item after generation `after`; returns the item's generation. Not
/// durable before the keychain is synced.
pub(crate) fn store_item(
    keychain: &dyn Keychain,
    vault: VaultId,
    id: KeyId,
    after: u64,
    seal_key: &SealKey,
    der: &SecretBytes,
    rng: &mut Random,
) -> Result<u64, VaultError> {
    if der.len() + SEAL_OVERHEAD > LARGEST_ITEM {
        return Err(VaultError::KeyTooLarge);
    }
    let name = |generation| ItemName::key(vault, id, generation);
    Ok(create_next(keychain, after, name, |generation| {
        // Sealed before it reaches the keychain.
        signet_crypto::seal(seal_key, &bound_to(vault, id, generation), der.expose(), rng)
    })?)
}

/// The key from the keychain; `None` if its item is gone.
pub(crate) fn read_item(
    keychain: &dyn Keychain,
    vault: VaultId,
    key: &ServiceKey,
) -> Result<Option<SecretBytes>, VaultError> {
    let Some(sealed) = keychain.read(&ItemName::key(vault, key.record.id, key.generation))? else {
        return Ok(None);
    };
    let aad = bound_to(vault, key.record.id, key.generation);
    // Sealed: not a secret by itself.
    Ok(Some(signet_crypto::open(&key.seal_key, &aad, sealed.expose())?))
}

/// What the seal of a keychain item is bound to.
fn bound_to(vault_id: VaultId, id: KeyId, generation: u64) -> Vec<u8> {
    let table = KeyRole::ServiceKey.number();
    RecordPlace {
        label: "/keychain",
        vault_id,
        table,
        row_id: *id.as_bytes(),
        column: 0,
        version: generation,
    }
    .aad()
}

fn describe(key: NewKey, id: KeyId, imported: UnixMillis) -> (KeyRecord, SecretBytes) {
    let NewKey { name, client_email, client_id, project_id, google_key_id, bits, created, der } = key;
    (KeyRecord { id, name, client_email, client_id, project_id, google_key_id, bits, imported, created }, der)
}
