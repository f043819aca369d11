//! Rows of the `record` table. A seal is kept in two parts: its front (suite, nonce, commitment) is what
//! the manifest covers, so that the bodies need not be read to check it.

use rusqlite::{Connection, OptionalExtension};

use crate::VaultError;

/// Bytes of a seal up to and including its commitment: `01 | suite | N[24] | C[32]`.
pub(crate) const FRONT: usize = 58;

/// Where a record is: what its seal is bound to, with its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) table: u8,
    pub(crate) row: [u8; 16],
}

/// A row without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) place: Place,
    pub(crate) seq: u64,
    pub(crate) version: u64,
    pub(crate) front: [u8; FRONT],
}

/// Every row, in the order of first put.
pub(crate) fn read_all(connection: &Connection) -> Result<Vec<Row>, VaultError> {
    let mut statement =
        connection.prepare_cached("SELECT seq, tbl, row, version, front FROM record ORDER BY seq")?;
    let rows = statement
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    rows.map(|row| {
        let (seq, table, row, version, front): (i64, i64, Vec<u8>, i64, Vec<u8>) = row?;
        parse(seq, table, &row, version, &front).ok_or(VaultError::Damaged)
    })
    .collect()
}

fn parse(seq: i64, table: i64, row: &[u8], version: i64, front: &[u8]) -> Option<Row> {
    Some(Row {
        place: Place { table: u8::try_from(table).ok()?, row: row.try_into().ok()? },
        seq: u64::try_from(seq).ok()?,
        version: u64::try_from(version).ok()?,
        front: front.try_into().ok()?,
    })
}

/// The sealed value of a row that the manifest knows; `None` if the file does not have that very row.
pub(crate) fn read_sealed(connection: &Connection, row: &Row) -> Result<Option<Vec<u8>>, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT body FROM record WHERE tbl = ?1 AND row = ?2 AND version = ?3 AND front = ?4",
    )?;
    let body: Option<Vec<u8>> = statement
        .query_row((row.place.table, &row.place.row[..], signed(row.version)?, &row.front[..]), |row| {
            row.get(0)
        })
        .optional()?;
    Ok(body.map(|body| [&row.front[..], &body].concat()))
}

/// Writes a row, new or in place of the earlier one.
pub(crate) fn write(connection: &Connection, row: &Row, sealed: &[u8]) -> Result<(), VaultError> {
    let body = sealed.get(FRONT..).ok_or(VaultError::Damaged)?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO record (seq, tbl, row, version, front, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (tbl, row) DO UPDATE
         SET version = excluded.version, front = excluded.front, body = excluded.body",
    )?;
    statement.execute((
        signed(row.seq)?,
        row.place.table,
        &row.place.row[..],
        signed(row.version)?,
        &row.front[..],
        body,
    ))?;
    Ok(())
}

/// Removes a row.
pub(crate) fn remove(connection: &Connection, place: Place) -> Result<(), VaultError> {
    let mut statement = connection.prepare_cached("DELETE FROM record WHERE tbl = ?1 AND row = ?2")?;
    statement.execute((place.table, &place.row[..]))?;
    Ok(())
}

fn signed(number: u64) -> Result<i64, VaultError> {
    i64::try_from(number).map_err(|_| VaultError::Damaged)
}
