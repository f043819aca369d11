//! What is committed together with entries, or not at all: how often a grant was used, the sealed note of each
//! request, what other devices have signed. None of it is part of the tree: it is the host's memory, the
//! entries are the record.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, Transaction};
use signet_core::{RequestId, UnixMillis};

use crate::AppendError;

/// One change beside the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// Counts a request against a grant. Refuses the whole append if the grant's limits are used up, or if
    /// the request was counted before.
    Reserve {
        /// The grant.
        grant: u64,
        /// The request.
        request: RequestId,
        /// Now.
        now: UnixMillis,
        /// At most so many in 60 seconds.
        per_minute: Option<u32>,
        /// At most so many in 24 hours.
        per_day: Option<u32>,
    },
    /// Gives the request's use back: it definitely did not happen.
    Release(RequestId),
    /// Sets the note of a request, whose body the caller has sealed.
    Note(Note),
    /// Keeps the newest cosignature of a device.
    Cosigned(Cosigned),
    /// Forgets the cosignatures of all devices.
    ForgetCosigned,
}

/// A device's cosignature, as the caller encodes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// Hash of the device's key.
    pub device: [u8; 32],
    /// What it signed, and the signature.
    pub body: Vec<u8>,
}

/// The note of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The request.
    pub request: RequestId,
    /// Whose it is: the member's id.
    pub member: [u8; 16],
    /// When it began.
    pub time: UnixMillis,
    /// Whether it has no outcome yet.
    pub open: bool,
    /// Sealed by the caller.
    pub body: Vec<u8>,
}

/// How often a grant was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// In the last 60 seconds.
    pub minute: u32,
    /// In the last 24 hours.
    pub day: u32,
    /// When the oldest of the 60 seconds no longer counts.
    pub minute_free_at: Option<UnixMillis>,
    /// When the oldest of the 24 hours no longer counts.
    pub day_free_at: Option<UnixMillis>,
}

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
/// How long a note of an ended request is kept.
const KEPT: u64 = 90 * DAY;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS budget
        (request BLOB PRIMARY KEY, grant_id INTEGER NOT NULL, time INTEGER NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS budget_of_grant ON budget (grant_id, time);
    CREATE TABLE IF NOT EXISTS note
        (request BLOB PRIMARY KEY, member BLOB NOT NULL, time INTEGER NOT NULL, open INTEGER NOT NULL,
         body BLOB NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS note_of_member ON note (member, time);
    CREATE INDEX IF NOT EXISTS note_open ON note (time) WHERE open = 1;
    CREATE TABLE IF NOT EXISTS cosignature (device BLOB PRIMARY KEY, body BLOB NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS note_ended ON note (time) WHERE open = 0;
";

/// Makes the tables, in a log that has none yet.
pub(crate) fn make_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(SCHEMA)
}

/// Applies one change inside the transaction of its entries.
pub(crate) fn apply(transaction: &Transaction<'_>, side: &Side) -> Result<(), AppendError> {
    match side {
        Side::Reserve { grant, request, now, per_minute, per_day } => {
            let limits = [(per_minute, MINUTE), (per_day, DAY)];
            for (limit, window) in limits {
                let Some(limit) = limit else { continue };
                if let Some(free_at) = full_until(transaction, *grant, *now, *limit, window)? {
                    return Err(AppendError::OverBudget { free_at });
                }
            }
            let inserted = transaction
                .prepare_cached(
                    "INSERT INTO budget (request, grant_id, time) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                )?
                .execute((request.as_bytes(), grant.cast_signed(), now.0.cast_signed()))?;
            if inserted == 0 {
                return Err(AppendError::Repeated);
            }
            // What no limit looks at any more; a few at a time, so that no append pays for many.
            transaction
                .prepare_cached(
                    "DELETE FROM budget WHERE request IN
                     (SELECT request FROM budget WHERE grant_id = ?1 AND time < ?2 ORDER BY time LIMIT 8)
                     AND request NOT IN (SELECT request FROM note)",
                )?
                .execute((grant.cast_signed(), now.0.saturating_sub(2 * DAY).cast_signed()))?;
        }
        Side::Release(request) => {
            // The row stays, out of every window, so that the request is not counted twice.
            transaction
                .prepare_cached("UPDATE budget SET time = 0 WHERE request = ?1")?
                .execute([request.as_bytes()])?;
        }
        Side::ForgetCosigned => {
            transaction.execute("DELETE FROM cosignature", [])?;
        }
        Side::Cosigned(Cosigned { device, body }) => {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO cosignature (device, body) VALUES (?1, ?2)")?
                .execute((device, body))?;
        }
        Side::Note(note) => {
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO note (request, member, time, open, body)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((
                    note.request.as_bytes(),
                    note.member,
                    note.time.0.cast_signed(),
                    note.open,
                    &note.body,
                ))?;
            if note.open {
                return Ok(());
            }
            // As long as a history is kept; a few at a time, so that no append pays for many.
            transaction
                .prepare_cached(
                    "DELETE FROM note WHERE request IN
                     (SELECT request FROM note WHERE open = 0 AND time < ?1 ORDER BY time LIMIT 8)",
                )?
                .execute([note.time.0.saturating_sub(KEPT).cast_signed()])?;
        }
    }
    Ok(())
}

/// When a full window has room again; none if it has room now. Looks at `limit` rows at most.
fn full_until(
    connection: &Connection,
    grant: u64,
    now: UnixMillis,
    limit: u32,
    window: u64,
) -> rusqlite::Result<Option<UnixMillis>> {
    let Some(newest) = limit.checked_sub(1) else { return Ok(Some(UnixMillis(u64::MAX))) };
    let since = now.0.saturating_sub(window);
    let oldest: Option<i64> = connection
        .prepare_cached(
            "SELECT time FROM budget WHERE grant_id = ?1 AND time > ?2 ORDER BY time DESC LIMIT 1 OFFSET ?3",
        )?
        .query_row((grant.cast_signed(), since.cast_signed(), newest), |row| row.get(0))
        .optional()?;
    Ok(oldest.map(|time| UnixMillis(time.cast_unsigned().saturating_add(window))))
}

/// How often a grant was used up to now.
pub(crate) fn used(connection: &Connection, grant: u64, now: UnixMillis) -> rusqlite::Result<Used> {
    let count = |window: u64| -> rusqlite::Result<(u32, Option<UnixMillis>)> {
        connection
            .prepare_cached("SELECT count(*), min(time) FROM budget WHERE grant_id = ?1 AND time > ?2")?
            .query_row((grant.cast_signed(), now.0.saturating_sub(window).cast_signed()), |row| {
                let oldest: Option<i64> = row.get(1)?;
                let free = oldest.map(|time| UnixMillis(time.cast_unsigned().saturating_add(window)));
                Ok((row.get(0)?, free))
            })
    };
    let ((minute, minute_free_at), (day, day_free_at)) = (count(MINUTE)?, count(DAY)?);
    Ok(Used { minute, day, minute_free_at, day_free_at })
}

/// The note of a request.
pub(crate) fn note(connection: &Connection, request: RequestId) -> rusqlite::Result<Option<Note>> {
    connection
        .prepare_cached("SELECT request, member, time, open, body FROM note WHERE request = ?1")?
        .query_row([request.as_bytes()], read)
        .optional()
}

/// A member's newest notes that began in that time.
pub(crate) fn notes_of(
    connection: &Connection,
    member: [u8; 16],
    time: Range<UnixMillis>,
    limit: u32,
) -> rusqlite::Result<Vec<Note>> {
    let milliseconds = |time: UnixMillis| i64::try_from(time.0).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "SELECT request, member, time, open, body FROM note
             WHERE member = ?1 AND time >= ?2 AND time < ?3 ORDER BY time DESC LIMIT ?4",
        )?
        .query_map((member, milliseconds(time.start), milliseconds(time.end), limit), read)?
        .collect()
}

/// Every note without an outcome, oldest first.
pub(crate) fn open_notes(connection: &Connection) -> rusqlite::Result<Vec<Note>> {
    connection
        .prepare_cached("SELECT request, member, time, open, body FROM note WHERE open = 1 ORDER BY time")?
        .query_map([], read)?
        .collect()
}

/// The newest cosignature of each device.
pub(crate) fn cosignatures(connection: &Connection) -> rusqlite::Result<Vec<Cosigned>> {
    connection
        .prepare_cached("SELECT device, body FROM cosignature ORDER BY device")?
        .query_map([], |row| Ok(Cosigned { device: row.get(0)?, body: row.get(1)? }))?
        .collect()
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        request: RequestId::from_bytes(row.get(0)?),
        member: row.get(1)?,
        time: UnixMillis(row.get::<_, i64>(2)?.cast_unsigned()),
        open: row.get(3)?,
        body: row.get(4)?,
    })
}
