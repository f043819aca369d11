//! Delivered mail: for each message the sender's copy, the recipients' copy and one record. The record
//! is written last and by rename, so that a crash leaves a message sent or not sent, never half.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{StateDir, StateError, write_atomic};
use crate::message::{Changes, Incoming, MessageRecord, rewrite};

/// The mail of all users.
pub struct Mailbox {
    dir: StateDir,
    records: Mutex<BTreeMap<String, MessageRecord>>,
}

impl Mailbox {
    /// Reads the records of a directory. Also usable beside a running sandbox, for looking only.
    pub fn open(dir: StateDir) -> Result<Self, StateError> {
        let folder = dir.index();
        let mut records = BTreeMap::new();
        for entry in fs::read_dir(&folder).map_err(StateError::io(&folder))?.flatten() {
            // Anything else is a temporary file of a write that did not finish: that message is not sent.
            if entry.path().extension().is_none_or(|end| end != "json") {
                continue;
            }
            let bytes = fs::read(entry.path()).map_err(StateError::io(&entry.path()))?;
            let record: MessageRecord = serde_json::from_slice(&bytes)
                .map_err(|error| StateError::Damaged { path: entry.path(), what: error.to_string() })?;
            records.insert(record.id.clone(), record);
        }
        Ok(Self { dir, records: Mutex::new(records) })
    }

    /// All records, oldest first.
    pub fn list(&self) -> Vec<MessageRecord> {
        let mut list: Vec<_> = self.records().values().cloned().collect();
        list.sort_by_key(|record| record.number);
        list
    }

    /// The record of one message.
    pub fn find(&self, id: &str) -> Option<MessageRecord> {
        self.records().get(id).cloned()
    }

    /// The message as its recipients got it: without `Bcc`.
    pub fn delivered(&self, id: &str) -> PathBuf {
        self.dir.inbox().join(format!("{id}.eml"))
    }

    /// The message as its sender keeps it: with `Bcc`.
    pub fn sent(&self, id: &str) -> PathBuf {
        self.dir.sent().join(format!("{id}.eml"))
    }

    /// Keeps a message. The same id twice is the same message: the first one stays.
    pub(crate) fn deliver(
        &self,
        incoming: Incoming,
        changes: &Changes,
        record: MessageRecord,
    ) -> Result<MessageRecord, StateError> {
        if let Some(known) = self.find(&record.id) {
            return Ok(known);
        }
        let (sent, delivered) = (self.sent(&record.id), self.delivered(&record.id));
        let sender_changes = Changes { drop_bcc: false, ..changes.clone() };
        let upload = incoming.path().to_owned();
        let headers = incoming.headers().to_vec();
        drop(incoming);
        let keep = || -> io::Result<()> {
            place(&upload, &headers, changes, &delivered)?;
            if *changes == sender_changes {
                link_or_copy(&delivered, &sent)
            } else {
                place(&upload, &headers, &sender_changes, &sent)
            }
        };
        keep().map_err(StateError::io(&upload))?;
        let record = self.write_record(record)?;
        // Last, so that a crash before the record leaves the upload to go on with.
        fs::remove_file(&upload).map_err(StateError::io(&upload))?;
        Ok(record)
    }

    /// Writes the record: from here on the message is sent.
    fn write_record(&self, mut record: MessageRecord) -> Result<MessageRecord, StateError> {
        let mut records = self.records();
        record.number = 1 + records.values().map(|record| record.number).max().unwrap_or(0);
        let path = self.dir.index().join(format!("{}.json", record.id));
        let bytes = serde_json::to_vec_pretty(&record)
            .map_err(|error| StateError::Damaged { path: path.clone(), what: error.to_string() })?;
        write_atomic(&path, &bytes)?;
        records.insert(record.id.clone(), record.clone());
        Ok(record)
    }

    pub(crate) fn clear(&self) {
        self.records().clear();
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<String, MessageRecord>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts the message at `source` to `target`, its header block changed.
fn place(source: &Path, headers: &[u8], changes: &Changes, target: &Path) -> io::Result<()> {
    if changes.is_none() {
        return link_or_copy(source, target);
    }
    let mut source = File::open(source)?;
    source.seek(SeekFrom::Start(headers.len() as u64))?;
    remove_if_there(target)?;
    let mut target = File::create(target)?;
    target.write_all(&rewrite(headers, changes))?;
    io::copy(&mut source, &mut target)?;
    Ok(())
}

/// One file under two names where the file system can, else two files.
fn link_or_copy(source: &Path, target: &Path) -> io::Result<()> {
    remove_if_there(target)?;
    fs::hard_link(source, target).or_else(|_| fs::copy(source, target).map(drop))
}

/// Makes room for a new file. What is there may be another name of the upload itself, left by a crash.
fn remove_if_there(target: &Path) -> io::Result<()> {
    match fs::remove_file(target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
