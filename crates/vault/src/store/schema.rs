//! The tables of `vault.db`, and the two blobs that describe the whole: header and state.

use rusqlite::{Connection, OptionalExtension};

use crate::VaultError;

/// `SGNT`: marks the file as a Signet vault.
pub(crate) const APPLICATION_ID: i32 = 0x5347_4e54;

/// The version of the tables. A file with a larger one is refused.
pub(crate) const SCHEMA_VERSION: i32 = 1;

/// Set on every connection. `secure_delete` overwrites what is removed; `trusted_schema=OFF` keeps a
/// planted schema from calling functions; no memory map, so that a failing disk is an error, not a signal.
pub(super) const PRAGMAS: &str = "
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA secure_delete = ON;
    PRAGMA mmap_size = 0;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA temp_store = MEMORY;
";

pub(super) const CREATE: &str = "
    PRAGMA application_id = 0x53474e54;
    PRAGMA user_version = 1;
    CREATE TABLE head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        header BLOB NOT NULL,   -- the vault header
        state BLOB NOT NULL     -- which keychain items belong to it
    ) STRICT;
    CREATE TABLE codes (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        sealed BLOB NOT NULL    -- the sealed offset table
    ) STRICT;
    CREATE TABLE record (
        seq INTEGER PRIMARY KEY,  -- order of first put
        tbl INTEGER NOT NULL,
        row BLOB NOT NULL,
        version INTEGER NOT NULL,
        front BLOB NOT NULL,    -- the seal up to its commitment
        body BLOB NOT NULL,     -- the rest
        UNIQUE (tbl, row)
    ) STRICT;
";

/// Refuses what is not a vault file of a known version.
pub(super) fn check(connection: &Connection) -> Result<(), VaultError> {
    let application: i32 = connection.query_row("PRAGMA application_id", (), |row| row.get(0))?;
    let version: i32 = connection.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    match (application, version) {
        (APPLICATION_ID, SCHEMA_VERSION) => refuse_programs(connection),
        (APPLICATION_ID, version) if version > SCHEMA_VERSION => Err(VaultError::Newer),
        _ => Err(VaultError::Damaged),
    }
}

/// A vault file holds data only: a trigger or a view was planted.
fn refuse_programs(connection: &Connection) -> Result<(), VaultError> {
    let planted = "SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')";
    match connection.query_row(planted, (), |row| row.get(0))? {
        0 => Ok(()),
        1_i64.. | i64::MIN..0 => Err(VaultError::Damaged),
    }
}

/// Header and state as stored.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) header: Vec<u8>,
    pub(crate) state: Vec<u8>,
}

impl Head {
    pub(crate) fn read(connection: &Connection) -> Result<Self, VaultError> {
        connection
            .query_row("SELECT header, state FROM head WHERE id = 1", (), |row| {
                Ok(Self { header: row.get(0)?, state: row.get(1)? })
            })
            .optional()?
            .ok_or(VaultError::Damaged)
    }

    pub(crate) fn write(&self, connection: &Connection) -> Result<(), VaultError> {
        connection.execute(
            "INSERT INTO head (id, header, state) VALUES (1, ?1, ?2)
             ON CONFLICT (id) DO UPDATE SET header = excluded.header, state = excluded.state",
            (&self.header, &self.state),
        )?;
        Ok(())
    }
}

/// The sealed offset table.
pub(crate) fn read_codes(connection: &Connection) -> Result<Vec<u8>, VaultError> {
    connection
        .query_row("SELECT sealed FROM codes WHERE id = 1", (), |row| row.get(0))
        .optional()?
        .ok_or(VaultError::Damaged)
}

/// Replaces the sealed offset table.
pub(crate) fn write_codes(connection: &Connection, sealed: &[u8]) -> Result<(), VaultError> {
    connection.execute(
        "INSERT INTO codes (id, sealed) VALUES (1, ?1)
         ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
        [sealed],
    )?;
    Ok(())
}

/// Which keychain items belong to this file. In the clear, because it is needed before anything can be
/// opened; bound by the manifest root. (The device generation and the epoch are in the header.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// Generation of the key for audit entries made while locked.
    pub(crate) locked_audit: u64,
    /// Service-account keys, in the order they were taken in: id and generation.
    pub(crate) keys: Vec<([u8; 16], u64)>,
}

const STATE_MAGIC: [u8; 4] = *b"SGS1";

impl State {
    /// `SGS1 | locked_audit u64 | n u32 | n * (id[16] | generation u64)`, big-endian.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = STATE_MAGIC.to_vec();
        bytes.extend(self.locked_audit.to_be_bytes());
        bytes.extend(u32::try_from(self.keys.len()).unwrap_or(u32::MAX).to_be_bytes());
        for (id, generation) in &self.keys {
            bytes.extend(id);
            bytes.extend(generation.to_be_bytes());
        }
        bytes
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, VaultError> {
        Self::read(bytes).ok_or(VaultError::Damaged)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (magic, rest) = bytes.split_first_chunk::<4>()?;
        let (locked_audit, rest) = rest.split_first_chunk::<8>()?;
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let (entries, rest) = rest.as_chunks::<24>();
        let count = usize::try_from(u32::from_be_bytes(*count)).ok()?;
        if *magic != STATE_MAGIC || count != entries.len() || !rest.is_empty() {
            return None;
        }
        let keys = entries
            .iter()
            .map(|entry| {
                let (id, generation) = entry.split_first_chunk::<16>()?;
                Some((*id, u64::from_be_bytes(generation.try_into().ok()?)))
            })
            .collect::<Option<_>>()?;
        Some(Self { locked_audit: u64::from_be_bytes(*locked_audit), keys })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_state_has_these_bytes() {
        let state = State { locked_audit: 4, keys: vec![([0xab; 16], 5)] };
        let expected = "534753310000000000000004\
            00000001abababababababababababababababab0000000000000005";
        assert_eq!(data_encoding::HEXLOWER.encode(&state.encode()), expected);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            locked_audit: u64,
            keys in proptest::collection::vec((any::<[u8; 16]>(), any::<u64>()), 0..5),
        ) {
            let state = State { locked_audit, keys };
            prop_assert_eq!(State::decode(&state.encode()).unwrap(), state);
        }

        #[test]
        fn other_lengths_are_refused(cut in 0_usize..64, extra in 1_usize..30) {
            let keys = vec![([1; 16], 1), ([2; 16], 1)];
            let mut bytes = State { locked_audit: 4, keys }.encode();
            prop_assert_eq!(bytes.len(), 64);
            prop_assert!(State::decode(&bytes[..cut]).is_err());
            bytes.extend(vec![0; extra]);
            prop_assert!(State::decode(&bytes).is_err());
        }
    }
}
