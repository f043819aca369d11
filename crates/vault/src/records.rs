//! Sealed records: settings, history, drafts, uploads, and the vault's own.

use signet_core::VaultId;
use signet_crypto::{OpenError, RecordPlace, SealKey, SecretBytes};

use crate::store::{Place, read_sealed};
use crate::{OpenVault, VaultError};

/// What a record is. Part of what its seal is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// One setting or group of settings.
    Setting,
    /// One message that was sent, or not.
    History,
    /// One draft.
    Draft,
    /// One resumable upload that is not settled yet.
    Upload,
    /// One earlier version of a draft.
    DraftVersion,
    /// What the vault's owner serves as a host: identity, name, address.
    Host,
    /// One signed record of the team, in the order of their epochs.
    TeamRecord,
    /// One invite.
    Invite,
    /// What the host remembers of one member's device: join state.
    Device,
    /// A member's second factor with the host.
    MemberCode,
}

impl Table {
    const fn number(self) -> u8 {
        match self {
            Self::Setting => SETTING,
            Self::History => HISTORY,
            Self::Draft => DRAFT,
            Self::Upload => UPLOAD,
            Self::DraftVersion => DRAFT_VERSION,
            Self::Host => HOST,
            Self::TeamRecord => TEAM_RECORD,
            Self::Invite => INVITE,
            Self::Device => DEVICE,
            Self::MemberCode => MEMBER_CODE,
        }
    }
}

// Numbers of tables, as `docs/FORMATS.md` lists them. Below 16: keys wrapped by the root, by their role.
/// What is known about a service-account key.
pub(crate) const SERVICE_KEY: u8 = 16;
/// A service-account key for the recovery kit (HPKE), inside the seal of a record.
pub(crate) const ESCROW: u8 = 17;
/// A public key that may have signed audit entries while locked.
pub(crate) const LOCKED_AUDIT: u8 = 18;
const SETTING: u8 = 32;
const HISTORY: u8 = 33;
const DRAFT: u8 = 34;
const UPLOAD: u8 = 35;
const DRAFT_VERSION: u8 = 36;
const HOST: u8 = 37;
const TEAM_RECORD: u8 = 38;
const INVITE: u8 = 39;
const DEVICE: u8 = 40;
const MEMBER_CODE: u8 = 41;

/// The first number of tables whose rows are sealed with the record key.
pub(crate) const FIRST_RECORD: u8 = 16;

impl OpenVault {
    /// Seals a record, new or in place of the row's earlier one. Durable on return.
    pub fn put(&mut self, table: Table, row: [u8; 16], value: &[u8]) -> Result<(), VaultError> {
        self.edit(|edit| edit.put_record(Place { table: table.number(), row }, value))
    }

    /// Seals several records in one change: all of them or none. Durable on return.
    pub fn put_all(
        &mut self,
        records: impl IntoIterator<Item = (Table, [u8; 16], Vec<u8>)>,
    ) -> Result<(), VaultError> {
        self.edit(|edit| {
            records.into_iter().try_for_each(|(table, row, value)| {
                edit.put_record(Place { table: table.number(), row }, &value)
            })
        })
    }

    /// A record's value.
    pub fn fetch(&self, table: Table, row: [u8; 16]) -> Result<Option<SecretBytes>, VaultError> {
        self.record(Place { table: table.number(), row })
    }

    /// The rows of a table, in the order they were first put: newest last.
    pub fn rows(&self, table: Table) -> Vec<[u8; 16]> {
        self.inside.manifest.rows(table.number()).into_iter().map(|row| row.place.row).collect()
    }

    /// Removes a record. One that is not there is no error.
    pub fn delete(&mut self, table: Table, row: [u8; 16]) -> Result<(), VaultError> {
        let place = Place { table: table.number(), row };
        if self.inside.manifest.row(place).is_none() {
            return Ok(());
        }
        self.edit(|edit| edit.remove(place))
    }

    /// The value at a place sealed with the record key.
    pub(crate) fn record(&self, place: Place) -> Result<Option<SecretBytes>, VaultError> {
        let inside = &self.inside;
        let Some(row) = inside.manifest.row(place) else { return Ok(None) };
        let Some(sealed) = read_sealed(self.store.connection(), row)? else {
            // The manifest knows a row that the file does not have.
            return Err(self.superseded_or(VaultError::Damaged));
        };
        Ok(Some(open_record(&inside.keys.records, inside.vault_id(), place, row.version, &sealed)?))
    }
}

/// What a record's seal is bound to.
fn bound_to(vault_id: VaultId, place: Place, version: u64) -> Vec<u8> {
    RecordPlace { label: "/record", vault_id, table: place.table, row_id: place.row, column: 0, version }
        .aad()
}

/// Seals a record's value for its place and version.
pub(crate) fn seal_record(
    key: &SealKey,
    vault_id: VaultId,
    place: Place,
    version: u64,
    value: &[u8],
    rng: &mut crate::Random,
) -> Vec<u8> {
    signet_crypto::seal(key, &bound_to(vault_id, place, version), value, rng)
}

/// Opens a sealed record.
pub(crate) fn open_record(
    key: &SealKey,
    vault_id: VaultId,
    place: Place,
    version: u64,
    sealed: &[u8],
) -> Result<SecretBytes, OpenError> {
    signet_crypto::open(key, &bound_to(vault_id, place, version), sealed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn a_seal_opens_in_its_own_place_version_and_vault_only() {
        let mut rng = Random::new(signet_crypto::system_rng());
        let (key, other_key) = (SealKey::make(&mut rng), SealKey::make(&mut rng));
        let vault = VaultId::from_bytes([1; 16]);
        let mut places = Vec::new();
        for table in [1, 3, 16, 17, 18, 32, 33, 34, 35, 36, 37, 41] {
            for row in [[0; 16], [1; 16], [0xff; 16]] {
                for version in [1, 2, u64::MAX] {
                    places.push((Place { table, row }, version));
                }
            }
        }
        for (place, version) in &places {
            let sealed = seal_record(&key, vault, *place, *version, b"value", &mut rng);
            for (other, other_version) in &places {
                let opened = open_record(&key, vault, *other, *other_version, &sealed);
                assert_eq!(
                    opened.is_ok(),
                    (place, version) == (other, other_version),
                    "{place:?} in {other:?}"
                );
            }
            assert!(open_record(&other_key, vault, *place, *version, &sealed).is_err());
            let elsewhere = VaultId::from_bytes([2; 16]);
            assert!(open_record(&key, elsewhere, *place, *version, &sealed).is_err());
            // Nor as a wrapped key or a keychain item, which have labels of their own.
            for label in ["/wrap", "/keychain"] {
                let (vault_id, table, row_id, version) = (vault, place.table, place.row, *version);
                let aad = RecordPlace { label, vault_id, table, row_id, column: 0, version }.aad();
                assert!(signet_crypto::open(&key, &aad, &sealed).is_err());
            }
        }
    }
}
