//! Resumable uploads that are open: what each is for, and the bytes kept so far.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;
use tokio::sync::Mutex as AsyncMutex;

use super::{StateDir, StateError, write_atomic};
use crate::gmail::Purpose;
use crate::message::Incoming;

/// Uploads keep whole units of this many bytes, except for the last one (Gmail guide, uploads).
pub(crate) const UNIT: u64 = 256 * 1024;

/// What is known about an upload from its start on; written once, then only to mark it expired.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UploadRecord {
    /// `upload_id`: whoever has it may upload.
    pub(crate) id: String,
    /// Who started it.
    pub(crate) user: String,
    /// What happens with the message.
    pub(crate) purpose: Purpose,
    /// The id of the message to be; fixed now, so that finishing twice gives one message.
    pub(crate) message_id: String,
    /// The thread it belongs to.
    pub(crate) thread_id: Option<String>,
    /// The length announced at the start.
    pub(crate) total: Option<u64>,
    /// When it was started.
    pub(crate) created: UnixMillis,
    /// Whether it was ended before its time.
    pub(crate) expired: bool,
}

/// One upload.
pub(crate) struct Upload {
    pub(crate) record: UploadRecord,
    part: PathBuf,
    incoming: Option<Incoming>,
    /// The reply of the finished upload, given again to whoever asks.
    pub(crate) finished: Option<Finished>,
}

/// The reply that ended an upload.
#[derive(Clone)]
pub(crate) struct Finished {
    pub(crate) body: serde_json::Value,
}

impl Upload {
    /// The message so far.
    pub(crate) fn incoming(&mut self) -> io::Result<&mut Incoming> {
        match &mut self.incoming {
            Some(incoming) => Ok(incoming),
            none => {
                let kept = fs::metadata(&self.part).map_or(0, |meta| meta.len());
                Ok(none.insert(Incoming::reopen(&self.part, kept / UNIT * UNIT)?))
            }
        }
    }

    /// Forgets what is after the first `keep` bytes.
    pub(crate) fn keep(&mut self, keep: u64) -> io::Result<()> {
        if self.incoming()?.length() > keep {
            self.incoming = None;
            self.incoming = Some(Incoming::reopen(&self.part, keep)?);
        }
        Ok(())
    }

    /// The complete message; the upload has none afterwards.
    pub(crate) fn take(&mut self) -> io::Result<Incoming> {
        self.incoming()?;
        self.incoming.take().ok_or_else(|| io::Error::other("no upload"))
    }
}

/// All uploads.
pub(crate) struct Uploads {
    dir: StateDir,
    open: Mutex<HashMap<String, Arc<AsyncMutex<Upload>>>>,
}

impl Uploads {
    pub(crate) fn new(dir: StateDir) -> Self {
        Self { dir, open: Mutex::default() }
    }

    /// Opens a new upload.
    pub(crate) fn start(&self, record: UploadRecord) -> Result<(), StateError> {
        self.write(&record)?;
        let upload = self.fresh(record);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(upload.record.id.clone(), Arc::new(AsyncMutex::new(upload)));
        Ok(())
    }

    /// The upload with that id, also one from before a restart.
    pub(crate) fn find(&self, id: &str) -> Option<Arc<AsyncMutex<Upload>>> {
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return None;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(upload) = open.get(id) {
            return Some(Arc::clone(upload));
        }
        let bytes = fs::read(self.file(id, "json")).ok()?;
        let record: UploadRecord = serde_json::from_slice(&bytes).ok()?;
        let upload = Arc::new(AsyncMutex::new(self.fresh(record)));
        open.insert(id.to_owned(), Arc::clone(&upload));
        Some(upload)
    }

    /// Ends an upload before its time.
    pub(crate) fn expire(&self, upload: &mut Upload) -> Result<(), StateError> {
        upload.record.expired = true;
        upload.incoming = None;
        // The bytes may be gone already.
        let _ = fs::remove_file(&upload.part);
        self.write(&upload.record)
    }

    pub(crate) fn clear(&self) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn fresh(&self, record: UploadRecord) -> Upload {
        Upload { part: self.file(&record.id, "part"), record, incoming: None, finished: None }
    }

    fn write(&self, record: &UploadRecord) -> Result<(), StateError> {
        let path = self.file(&record.id, "json");
        let bytes = serde_json::to_vec(record)
            .map_err(|error| StateError::Damaged { path: path.clone(), what: error.to_string() })?;
        write_atomic(&path, &bytes)
    }

    fn file(&self, id: &str, end: &str) -> PathBuf {
        self.dir.uploads().join(format!("{id}.{end}"))
    }
}
