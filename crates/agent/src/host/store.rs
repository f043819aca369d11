//! What a host keeps in its vault, and how it is read back.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, RwLock};

use serde::{Deserialize, Serialize};
use signet_core::{Cidr, Code, DeviceHash, Failure};
use signet_crypto::{CryptoRng, ImportKeyPair, SealKey, Secret, SecretBytes, SigningKey, VerifyingKey};
use signet_link::Identity;
use signet_team::{HostHash, SignedRecord, Team};
use signet_vault::{OpenVault, Table};
use zeroize::Zeroizing;

use crate::agent::Agent;
use crate::host::Host;

const FACTS: [u8; 16] = *b"facts\0\0\0\0\0\0\0\0\0\0\0";
const IDENTITY: [u8; 16] = *b"identity\0\0\0\0\0\0\0\0";
const NOTES: [u8; 16] = *b"notes\0\0\0\0\0\0\0\0\0\0\0";
const IMPORT: [u8; 16] = *b"import\0\0\0\0\0\0\0\0\0\0";
const RESTORED: [u8; 16] = *b"restored\0\0\0\0\0\0\0\0";
const OWNER: [u8; 16] = *b"owner\0\0\0\0\0\0\0\0\0\0\0";

/// What a host is called and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostFacts {
    pub(crate) name: String,
    pub(crate) listen: String,
    pub(crate) reachable_at: Vec<String>,
    /// Proxies whose word for an address is taken.
    #[serde(default)]
    pub(crate) proxies: Vec<Cidr>,
}

/// What a vault that is being made shall be as a host.
#[derive(Clone)]
pub(crate) struct NewHostFacts {
    pub(crate) facts: HostFacts,
    pub(crate) networks: Vec<Cidr>,
}

/// The file that says that the vault came from a backup since its devices were seen last.
pub(crate) fn restored_mark(data: &Path) -> PathBuf {
    data.join("restored")
}

/// The row of a record, by its number.
pub(crate) fn row_of(epoch: u64) -> [u8; 16] {
    u128::from(epoch).to_be_bytes()
}

/// Makes the vault a host, or changes its facts. Identity and owner are fixed the first time.
pub(crate) fn save(vault: &mut OpenVault, facts: &HostFacts) -> Result<(), Failure> {
    let failed = |error: signet_vault::VaultError| error.failure();
    if vault.fetch(Table::Host, IDENTITY).map_err(failed)?.is_none() {
        let mut rng = signet_crypto::system_rng();
        let (identity, notes) = (make_secret(&mut rng), make_secret(&mut rng));
        let owner = vault.owner_key().public().to_bytes();
        // Sealed: the vault is where they live. The owner's key is fixed with them.
        vault.put(Table::Host, NOTES, notes.expose()).map_err(failed)?;
        vault.put(Table::Host, OWNER, &owner).map_err(failed)?;
        vault.put(Table::Host, IDENTITY, identity.expose()).map_err(failed)?;
    }
    let bytes = serde_json::to_vec(facts).map_err(|_| Failure::new(Code::Internal))?;
    vault.put(Table::Host, FACTS, &bytes).map_err(failed)
}

/// What custodians seal key files to; made when it is asked for first.
pub(crate) fn import_key(vault: &mut OpenVault) -> Result<ImportKeyPair, Failure> {
    let failed = |error: signet_vault::VaultError| error.failure();
    if let Some(seed) = vault.fetch(Table::Host, IMPORT).map_err(failed)? {
        // Exposed to become the key pair that it is the seed of.
        let seed = Secret::parse(seed.expose()).ok_or_else(|| Failure::new(Code::VaultDamaged))?;
        return Ok(ImportKeyPair::derive(&seed));
    }
    let seed = Secret::make(&mut signet_crypto::system_rng());
    // Sealed: the vault is where it lives.
    vault.put(Table::Host, IMPORT, seed.expose()).map_err(failed)?;
    Ok(ImportKeyPair::derive(&seed))
}

/// Which devices were suspended because the vault came from a backup: their hashes, one after the other.
pub(crate) fn encode_devices(devices: &HashSet<DeviceHash>) -> Vec<u8> {
    devices.iter().flat_map(|device| *device.as_bytes()).collect()
}

/// Remembers them.
pub(crate) fn save_restored(vault: &mut OpenVault, devices: &[u8]) -> Result<(), Failure> {
    vault.put(Table::Host, RESTORED, devices).map_err(|error| error.failure())
}

/// The host of the agent's open vault; none if it is no host.
pub(crate) async fn load(agent: &Agent) -> Result<Option<Host>, Failure> {
    agent.vault.run(|cell| read(cell.open()?)).await
}

fn read(vault: &OpenVault) -> Result<Option<Host>, Failure> {
    let damaged = || Failure::new(Code::VaultDamaged);
    let fetch = |table, row| vault.fetch(table, row).map_err(|error| error.failure());
    let Some(facts) = fetch(Table::Host, FACTS)? else { return Ok(None) };
    // Exposed to be read into what they are.
    let facts: HostFacts = serde_json::from_slice(facts.expose()).map_err(|_| damaged())?;
    let seed = fetch(Table::Host, IDENTITY)?.and_then(|b| Secret::parse(b.expose())).ok_or_else(damaged)?;
    let notes = fetch(Table::Host, NOTES)?.and_then(|b| SealKey::parse(b.expose())).ok_or_else(damaged)?;
    let owner = fetch(Table::Host, OWNER)?.and_then(|b| key_of(&b)).ok_or_else(damaged)?;
    // No secret: hashes of public keys.
    let restored =
        fetch(Table::Host, RESTORED)?.map(|bytes| decode_devices(bytes.expose())).unwrap_or_default();
    let signing = SigningKey::from_seed(&seed);
    let identity = Identity::new(&signing).map_err(|_| damaged())?;
    let key = signing.public();
    let hash = HostHash::of(&key);
    let mut records = Vec::new();
    for row in vault.rows(Table::TeamRecord) {
        let bytes = fetch(Table::TeamRecord, row)?.ok_or_else(damaged)?;
        records.push(SignedRecord::decode(bytes.expose()).map_err(|_| damaged())?);
    }
    records.sort_by_key(|record| record.record().epoch);
    let team = Team::replay(owner, hash, &records).map_err(|error| damaged().fact("record", error))?;
    Ok(Some(Host {
        facts: RwLock::new(facts),
        identity,
        key,
        hash,
        notes,
        team: RwLock::new(team),
        chain: tokio::sync::Mutex::default(),
        ended: Mutex::default(),
        seen: Mutex::default(),
        restored: Mutex::new(restored),
        invites: super::invites::Invites::load(vault)?,
        codes: super::codes::Codes::default(),
        online: super::online::Online::default(),
        copies: super::copies::Copies::default(),
        uploads: super::uploads::Uploads::default(),
        waiting: super::approvals::Waiting::default(),
        witnesses: super::witness::Witnesses::default(),
        serving: super::serving::Serving::default(),
    }))
}

impl Host {
    /// The facts have been changed in the vault.
    pub(crate) fn adopt(&self, facts: HostFacts) {
        *self.facts.write().unwrap_or_else(std::sync::PoisonError::into_inner) = facts;
    }
}

fn decode_devices(bytes: &[u8]) -> HashSet<DeviceHash> {
    let (hashes, _) = bytes.as_chunks();
    hashes.iter().map(|hash| DeviceHash::from_bytes(*hash)).collect()
}

fn make_secret(rng: &mut impl CryptoRng) -> Zeroizing32 {
    let mut bytes = Zeroizing::new([0; 32]);
    rng.fill_bytes(&mut bytes[..]);
    Zeroizing32(bytes)
}

/// 32 fresh bytes on their way into the vault.
struct Zeroizing32(Zeroizing<[u8; 32]>);

impl Zeroizing32 {
    fn expose(&self) -> &[u8] {
        &self.0[..]
    }
}

fn key_of(bytes: &SecretBytes) -> Option<VerifyingKey> {
    VerifyingKey::parse(bytes.expose().try_into().ok()?).ok()
}
