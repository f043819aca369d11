//! Reading rows ahead on a thread of its own, so that hashing entries, hashing checkpoints and judging
//! them happen at the same time.

use std::sync::mpsc::{Receiver, SyncSender};
use std::vec;

use rusqlite::{Connection, Row};

/// Rows in one message.
const CHUNK: usize = if cfg!(test) { 3 } else { 256 };
/// Messages that may wait: what is read ahead stays small however long the log is.
pub(crate) const WAITING: usize = 16;

/// Facts about some rows in a row, or why there are no more.
pub(crate) type Chunk<T> = rusqlite::Result<Vec<T>>;

/// Runs the query, whose parameter is the last row to read, and sends a fact for each row.
pub(crate) fn read<T>(
    connection: &Connection,
    query: &str,
    last: i64,
    mut fact: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    to: &SyncSender<Chunk<T>>,
) {
    let mut read = || {
        let mut statement = connection.prepare(query)?;
        let mut rows = statement.query([last])?;
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            while chunk.len() < CHUNK {
                let Some(row) = rows.next()? else { return Ok(chunk) };
                chunk.push(fact(row)?);
            }
            if to.send(Ok(chunk)).is_err() {
                return Ok(Vec::new()); // nobody wants more
            }
        }
    };
    drop(to.send(read()));
}

/// The facts, one by one. After an error there are none.
pub(crate) struct Facts<T> {
    from: Receiver<Chunk<T>>,
    chunk: vec::IntoIter<T>,
}

impl<T> Facts<T> {
    pub(crate) fn new(from: Receiver<Chunk<T>>) -> Self {
        Self { from, chunk: Vec::new().into_iter() }
    }
}

impl<T> Iterator for Facts<T> {
    type Item = rusqlite::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(fact) = self.chunk.next() {
                return Some(Ok(fact));
            }
            match self.from.recv().ok()? {
                Ok(chunk) => self.chunk = chunk.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
