//! The file: `SQLite` with rowid tables only, opened with the same settings everywhere.

use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::HEXLOWER;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{AppendError, OpenError, ReadError};

/// `application_id` of an audit log: `SgAL`.
pub(crate) const APPLICATION_ID: i32 = 0x5367_414c;
/// `user_version`: the format.
pub(crate) const FORMAT: i32 = 1;

const SCHEMA: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE entry (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
    CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
    CREATE TABLE locked_key (since INTEGER PRIMARY KEY, public BLOB NOT NULL, signature BLOB NOT NULL) STRICT;
    CREATE TABLE tile (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
";

/// Makes the tables inside the transaction that also makes the first checkpoint.
pub(crate) fn make_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(SCHEMA)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", FORMAT)
}

/// Opens for writing; makes an empty file if there is none.
pub(crate) fn open_writable(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(16);
    Ok(connection)
}

/// Opens for reading.
pub(crate) fn open_readable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    settled(Connection::open_with_flags(path, flags)?)
}

/// Opens a file that nobody writes, without touching its folder.
pub(crate) fn open_immutable(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            plain @ (b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z') => {
                uri.push(char::from(*plain));
            }
            other => {
                uri.push('%');
                uri.push_str(&HEXLOWER.encode(&[*other]));
            }
        }
    }
    uri.push_str("?mode=ro&immutable=1");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    settled(Connection::open_with_flags(uri, flags)?)
}

/// The file beside the database with this ending, such as `-wal`.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The bytes under that name in the table `meta`.
pub(crate) fn meta(connection: &Connection, name: &str) -> rusqlite::Result<Vec<u8>> {
    connection.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0))
}

/// What `application_id` and `user_version` say.
pub(crate) fn kind(connection: &Connection) -> rusqlite::Result<(i32, i32)> {
    let application = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok((application, connection.pragma_query_value(None, "user_version", |row| row.get(0))?))
}

/// Whether nothing was ever committed to the file.
pub(crate) fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

fn settled(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

enum Class {
    Full,
    Damaged,
    Unavailable,
}

fn class(error: &rusqlite::Error) -> Class {
    use rusqlite::Error as E;
    match error {
        E::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DiskFull => Class::Full,
            // No room for the shared-memory index of the WAL.
            _ if failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => Class::Full,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation => {
                Class::Damaged
            }
            // "no such table", for example.
            ErrorCode::Unknown => Class::Damaged,
            _ => Class::Unavailable,
        },
        _ => Class::Damaged,
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match class(&error) {
            Class::Damaged => Self::Damaged(error.to_string()),
            Class::Full | Class::Unavailable => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for AppendError {
    fn from(error: rusqlite::Error) -> Self {
        match class(&error) {
            Class::Full => Self::DiskFull,
            Class::Damaged => Self::Damaged(error.to_string()),
            Class::Unavailable => Self::Unwritable(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        match class(&error) {
            Class::Damaged => Self::Damaged(error.to_string()),
            Class::Full | Class::Unavailable => Self::Unavailable(error.to_string()),
        }
    }
}
