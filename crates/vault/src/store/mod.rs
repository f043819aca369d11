//! `vault.db`: one `SQLite` file. The header, the code table and every record change in one transaction.

mod directory;
mod fault;
mod rows;
mod schema;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

pub(crate) use directory::{DirectoryLock, backups_dir, make_private_dir, sync_dir, vault_file};
pub(crate) use rows::{FRONT, Place, Row, read_all, read_sealed, remove, write};
pub(crate) use schema::{Head, State, read_codes, write_codes};

use crate::VaultError;

/// A connection to a vault file that has passed the checks.
pub(crate) struct Store {
    connection: Connection,
    file: PathBuf,
}

impl Store {
    /// Makes an empty vault file, readable by this user only. The file must not exist.
    pub(crate) fn create(file: &Path) -> Result<Self, VaultError> {
        directory::create_private(file)?;
        let store = Self { connection: connect(file)?, file: file.into() };
        store.connection.execute_batch(schema::CREATE)?;
        Ok(store)
    }

    /// Opens a vault file and checks that it is one and is whole.
    pub(crate) fn open(file: &Path) -> Result<Self, VaultError> {
        let store = Self::reopen(file)?;
        let ok: String = store.connection.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))?;
        if ok == "ok" { Ok(store) } else { Err(VaultError::Damaged) }
    }

    /// Opens a vault file that this process has checked before.
    pub(crate) fn reopen(file: &Path) -> Result<Self, VaultError> {
        if !file.try_exists()? {
            return Err(VaultError::NoVault);
        }
        let connection = connect(file)?;
        schema::check(&connection)?;
        Ok(Self { connection, file: file.into() })
    }

    /// Another connection to the same file.
    pub(crate) fn again(&self) -> Result<Self, VaultError> {
        Self::reopen(&self.file)
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Begins a transaction that can write; the lock is taken now, so that what is read stays true.
    pub(crate) fn begin(&mut self) -> Result<Transaction<'_>, VaultError> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    /// Moves everything into the main file and empties the write-ahead log, so that no older page stays.
    pub(crate) fn truncate_log(&self) -> Result<(), VaultError> {
        let busy: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
        if busy == 0 { Ok(()) } else { Err(VaultError::Io) }
    }

    /// Writes a compact copy to a new file.
    pub(crate) fn copy_into(&self, file: &Path) -> Result<(), VaultError> {
        directory::create_private(file)?;
        let name = file.to_str().ok_or(VaultError::Io)?;
        self.connection.execute("VACUUM INTO ?1", [name])?;
        std::fs::File::open(file)?.sync_all()?;
        Ok(())
    }
}

fn connect(file: &Path) -> Result<Connection, VaultError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    // `NOFOLLOW` refuses links anywhere in the path, so links above the file are resolved first.
    let connection = Connection::open_with_flags(directory::resolved(file)?, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch(schema::PRAGMAS)?;
    Ok(connection)
}
