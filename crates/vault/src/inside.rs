//! Everything that an open vault holds in memory. Each secret wipes itself when this is dropped.

use signet_core::{UnixMillis, VaultId};
use signet_crypto::{
    AuditHmacKey, DeviceSecret, Header, HeaderKey, KeyRole, RootKey, SealKey, Secret, SecretBytes,
    SigningKey, StoredHeader, TotpSeed, unwrap,
};

use crate::keys::{ServiceKey, parse_record};
use crate::manifest::Manifest;
use crate::records::{LOCKED_AUDIT, SERVICE_KEY, open_record};
use crate::store::{Head, Place, State, Store, read_all, read_sealed};
use crate::{LockedAuditKey, VaultError};

/// The inside of an open vault.
pub(crate) struct Inside {
    pub(crate) root: RootKey,
    pub(crate) device: DeviceSecret,
    pub(crate) header: Header,
    pub(crate) state: State,
    /// Header and state as they are in the file.
    pub(crate) head: Head,
    pub(crate) manifest: Manifest,
    pub(crate) keys: RootKeys,
    pub(crate) service_keys: Vec<ServiceKey>,
    pub(crate) locked_audit_keys: Vec<LockedAuditKey>,
}

/// The keys that the root wraps, but for those of the service-account keys.
pub(crate) struct RootKeys {
    pub(crate) header: HeaderKey,
    pub(crate) records: SealKey,
    pub(crate) owner: SigningKey,
    pub(crate) audit_signing: SigningKey,
    pub(crate) audit_hmac: AuditHmacKey,
    pub(crate) seed: TotpSeed,
}

/// The row of a wrapped key of which there is one.
pub(crate) const ONLY: [u8; 16] = [0; 16];

impl Inside {
    /// Opens everything with the root, and checks header and rows against each other.
    pub(crate) fn load(
        store: &Store,
        head: Head,
        stored: &StoredHeader,
        root: RootKey,
        device: DeviceSecret,
    ) -> Result<Self, VaultError> {
        let header = stored.header().clone();
        let state = State::decode(&head.state)?;
        let manifest = Manifest::of(read_all(store.connection())?);
        let reader = Reader { store, manifest: &manifest, vault: header.core.vault_id };
        let header_key = reader.wrapped(&root, KeyRole::HeaderMac).and_then(key(HeaderKey::parse))?;
        stored.check_vault(&header_key)?;
        if manifest.root(&head.state) != header.manifest_root {
            return Err(VaultError::Damaged);
        }
        let signing = |role| {
            reader.wrapped(&root, role).and_then(key(Secret::parse)).map(|seed| SigningKey::from_seed(&seed))
        };
        let keys = RootKeys {
            header: header_key,
            records: reader.wrapped(&root, KeyRole::Records).and_then(key(SealKey::parse))?,
            owner: signing(KeyRole::Owner)?,
            audit_signing: signing(KeyRole::AuditSigning)?,
            audit_hmac: reader.wrapped(&root, KeyRole::AuditHmac).and_then(key(AuditHmacKey::parse))?,
            seed: reader.wrapped(&root, KeyRole::TotpSeed).and_then(key(TotpSeed::parse))?,
        };
        let service_keys = reader.service_keys(&root, &keys.records, &state)?;
        let locked_audit_keys = reader.locked_audit_keys(&keys.records)?;
        Ok(Self { root, device, header, state, head, manifest, keys, service_keys, locked_audit_keys })
    }

    pub(crate) fn vault_id(&self) -> VaultId {
        self.header.core.vault_id
    }
}

/// Reads sealed rows of one file.
struct Reader<'a> {
    store: &'a Store,
    manifest: &'a Manifest,
    vault: VaultId,
}

impl Reader<'_> {
    fn wrapped(&self, root: &RootKey, role: KeyRole) -> Result<SecretBytes, VaultError> {
        self.wrapped_at(root, role, ONLY)
    }

    fn wrapped_at(&self, root: &RootKey, role: KeyRole, row: [u8; 16]) -> Result<SecretBytes, VaultError> {
        let (version, sealed) = self.sealed(Place { table: role.number(), row })?;
        Ok(unwrap(root, self.vault, role, row, version, &sealed)?)
    }

    fn record(&self, key: &SealKey, place: Place) -> Result<SecretBytes, VaultError> {
        let (version, sealed) = self.sealed(place)?;
        Ok(open_record(key, self.vault, place, version, &sealed)?)
    }

    fn sealed(&self, place: Place) -> Result<(u64, Vec<u8>), VaultError> {
        let row = self.manifest.row(place).ok_or(VaultError::Damaged)?;
        let sealed = read_sealed(self.store.connection(), row)?.ok_or(VaultError::Damaged)?;
        Ok((row.version, sealed))
    }

    fn service_keys(
        &self,
        root: &RootKey,
        records: &SealKey,
        state: &State,
    ) -> Result<Vec<ServiceKey>, VaultError> {
        let read = |(id, generation): &([u8; 16], u64)| {
            let seal_key = self.wrapped_at(root, KeyRole::ServiceKey, *id).and_then(key(SealKey::parse))?;
            let record = parse_record(*id, &self.record(records, Place { table: SERVICE_KEY, row: *id })?)?;
            Ok(ServiceKey { record, generation: *generation, seal_key })
        };
        state.keys.iter().map(read).collect()
    }

    fn locked_audit_keys(&self, records: &SealKey) -> Result<Vec<LockedAuditKey>, VaultError> {
        let read = |place: Place| parse_locked_audit(place.row, &self.record(records, place)?);
        self.manifest.rows(LOCKED_AUDIT).into_iter().map(|row| read(row.place)).collect()
    }
}

/// `since u64 (ms) | public key[32]`, under the row `0u64 | generation u64`.
pub(crate) fn encode_locked_audit(key: &LockedAuditKey) -> ([u8; 16], Vec<u8>) {
    let row = u128::from(key.generation).to_be_bytes();
    (row, [key.since.0.to_be_bytes().as_slice(), &key.public].concat())
}

fn parse_locked_audit(row: [u8; 16], value: &SecretBytes) -> Result<LockedAuditKey, VaultError> {
    let read = || {
        let generation = u64::try_from(u128::from_be_bytes(row)).ok()?;
        // A public key and a time; sealed so that they cannot be exchanged.
        let (since, public) = value.expose().split_first_chunk::<8>()?;
        Some(LockedAuditKey {
            generation,
            public: public.try_into().ok()?,
            since: UnixMillis(u64::from_be_bytes(*since)),
        })
    };
    read().ok_or(VaultError::Damaged)
}

/// Turns an opened value into a key of one meaning.
fn key<T>(parse: impl Fn(&[u8]) -> Option<T>) -> impl Fn(SecretBytes) -> Result<T, VaultError> {
    // Exposed to give the bytes their type.
    move |bytes| parse(bytes.expose()).ok_or(VaultError::Damaged)
}
