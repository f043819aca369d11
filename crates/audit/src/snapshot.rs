//! Opening a log only to look: also a copy, also in a folder that cannot be written.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::{OpenError, db};

/// An open log that stays as it is.
pub(crate) struct Snapshot {
    connection: Connection,
    path: PathBuf,
    open: fn(&Path) -> rusqlite::Result<Connection>,
    /// Holds the private copy, if one had to be made, until the connection is closed.
    _copy: Option<tempfile::TempDir>,
}

impl Snapshot {
    /// Without a `-wal` file nobody has the log open: it is read without touching its folder. With
    /// one and a `-shm` file it is in use, or was when its process died, and is read in place. A copy
    /// (there is no `-shm`) or a folder that cannot be written is read from a private copy.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        if !path.exists() {
            return Err(OpenError::Missing);
        }
        let wal = db::beside(path, "-wal");
        if !wal.exists() {
            return Ok(Self::of(path, db::open_immutable, None)?);
        }
        if db::beside(path, "-shm").exists()
            && let Ok(snapshot) = Self::of(path, db::open_readable, None)
        {
            return Ok(snapshot);
        }
        let unavailable = |error: std::io::Error| OpenError::Unavailable(error.to_string());
        let folder = tempfile::tempdir().map_err(unavailable)?;
        let copy = folder.path().join("audit.db");
        fs::copy(path, &copy).map_err(unavailable)?;
        fs::copy(wal, db::beside(&copy, "-wal")).map_err(unavailable)?;
        Ok(Self::of(&copy, db::open_readable, Some(folder))?)
    }

    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Another connection, for another thread. It may see rows that were appended since, but none of
    /// this one's rows are gone: there is no reason to look beyond this one's last row.
    pub(crate) fn another(&self) -> rusqlite::Result<Connection> {
        begin((self.open)(&self.path)?)
    }

    fn of(
        path: &Path,
        open: fn(&Path) -> rusqlite::Result<Connection>,
        copy: Option<tempfile::TempDir>,
    ) -> rusqlite::Result<Self> {
        Ok(Self { connection: begin(open(path)?)?, path: path.into(), open, _copy: copy })
    }
}

/// One read transaction for everything, so that a writer beside it does not move the ground.
fn begin(connection: Connection) -> rusqlite::Result<Connection> {
    connection.execute_batch("BEGIN")?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}
