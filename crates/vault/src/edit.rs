//! One change of the vault file: rows, code table, state and header in one transaction, or nothing.

use rusqlite::{Connection, Transaction};
use signet_core::VaultId;
use signet_crypto::{Header, KeyRole, wrap};

use crate::inside::Inside;
use crate::records::seal_record;
use crate::store::{self, FRONT, Head, Place, Row, State, Store};
use crate::{OpenVault, Random, VaultError};

/// What one change writes. Its effects are undone in memory if the transaction does not commit.
pub(crate) struct Edit<'a> {
    transaction: Transaction<'a>,
    pub(crate) inside: &'a mut Inside,
    pub(crate) rng: &'a mut Random,
    undo: Vec<(Place, Option<Row>)>,
    /// The header to be written; its manifest root is set at the end.
    pub(crate) header: Header,
    /// The state to be written.
    pub(crate) state: State,
}

impl OpenVault {
    /// Makes one change of the vault file.
    pub(crate) fn edit<T>(
        &mut self,
        change: impl FnOnce(&mut Edit<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let before = self.inside.head.clone();
        edit(&mut self.store, &mut self.inside, &mut self.env.random, Some(&before), change)
    }

    /// [`VaultError::Superseded`] if a ceremony has changed the file since this vault was opened.
    pub(crate) fn superseded_or(&self, otherwise: VaultError) -> VaultError {
        match Head::read(self.store.connection()) {
            Ok(head) if head == self.inside.head => otherwise,
            Ok(_) => VaultError::Superseded,
            Err(error) => error,
        }
    }
}

/// Makes one change. Refused if header and state in the file are not `before`: another ceremony has
/// changed it since.
pub(crate) fn edit<T>(
    store: &mut Store,
    inside: &mut Inside,
    rng: &mut Random,
    before: Option<&Head>,
    change: impl FnOnce(&mut Edit<'_>) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let transaction = store.begin()?;
    if let Some(before) = before
        && Head::read(&transaction)? != *before
    {
        return Err(VaultError::Superseded);
    }
    let (header, state) = (inside.header.clone(), inside.state.clone());
    let mut edit = Edit { transaction, inside, rng, undo: Vec::new(), header, state };
    let written = change(&mut edit).and_then(|value| Ok((value, edit.write_head()?)));
    let Edit { transaction, inside, undo, header, state, .. } = edit;
    let committed = written.and_then(|written| {
        transaction.commit()?;
        Ok(written)
    });
    match committed {
        Ok((value, head)) => {
            (inside.header, inside.state, inside.head) = (header, state, head);
            Ok(value)
        }
        Err(error) => {
            for (place, row) in undo.into_iter().rev() {
                inside.manifest.set(place, row);
            }
            Err(error)
        }
    }
}

impl Edit<'_> {
    /// Seals a record with the record key.
    pub(crate) fn put_record(&mut self, place: Place, value: &[u8]) -> Result<(), VaultError> {
        let version = self.next_version(place);
        let inside = &self.inside;
        let sealed = seal_record(&inside.keys.records, inside.vault_id(), place, version, value, self.rng);
        self.put_sealed(place, version, &sealed)
    }

    /// Wraps a key with the root.
    pub(crate) fn put_wrapped(&mut self, role: KeyRole, row: [u8; 16], key: &[u8]) -> Result<(), VaultError> {
        let place = Place { table: role.number(), row };
        let version = self.next_version(place);
        let sealed = wrap(&self.inside.root, self.vault_id(), role, row, version, key, self.rng);
        self.put_sealed(place, version, &sealed)
    }

    /// Removes a row; one that is not there is no error.
    pub(crate) fn remove(&mut self, place: Place) -> Result<(), VaultError> {
        store::remove(&self.transaction, place)?;
        self.track(place, None);
        Ok(())
    }

    /// Replaces the sealed code table. The caller sets the header's description of it.
    pub(crate) fn put_codes(&mut self, sealed: &[u8]) -> Result<(), VaultError> {
        store::write_codes(&self.transaction, sealed)
    }

    /// The file as this change sees it.
    pub(crate) fn connection(&self) -> &Connection {
        &self.transaction
    }

    pub(crate) fn vault_id(&self) -> VaultId {
        self.inside.vault_id()
    }

    /// Binds rows and state into the header and writes both.
    fn write_head(&mut self) -> Result<Head, VaultError> {
        let state = self.state.encode();
        self.header.manifest_root = self.inside.manifest.root(&state);
        let header = self.header.encode(&self.inside.device, &self.inside.keys.header);
        let head = Head { header, state };
        head.write(&self.transaction)?;
        Ok(head)
    }

    fn put_sealed(&mut self, place: Place, version: u64, sealed: &[u8]) -> Result<(), VaultError> {
        let manifest = &self.inside.manifest;
        let seq = manifest.row(place).map_or_else(|| manifest.next_seq(), |row| row.seq);
        let front = *sealed.first_chunk::<FRONT>().ok_or(VaultError::Io)?;
        let row = Row { place, seq, version, front };
        store::write(&self.transaction, &row, sealed)?;
        self.track(place, Some(row));
        Ok(())
    }

    fn next_version(&self, place: Place) -> u64 {
        self.inside.manifest.row(place).map_or(1, |row| row.version + 1)
    }

    fn track(&mut self, place: Place, row: Option<Row>) {
        let before = self.inside.manifest.set(place, row);
        self.undo.push((place, before));
    }
}
