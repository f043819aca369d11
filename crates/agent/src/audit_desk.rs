//! The audit log's writer, and what is known of its health.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use signet_api::wire::AuditStatus;
use signet_audit::{
    Anchor, CheckpointKey, Draft, Fingerprint, Log, OpenError, Origin, Reader, Receipt, RecordsHead, Side,
    Signer, Writer,
};
use signet_core::{Code, Failure, VaultId};
use tokio::sync::oneshot;

use crate::news::{Area, News};

/// The log of this agent's vault.
pub(crate) struct AuditDesk {
    path: PathBuf,
    news: Arc<News>,
    state: Mutex<State>,
}

/// How the folder of a copy begins.
const COPY: &str = ".audit-copy.";
/// Readers that rest between two looks.
const READERS: usize = 8;

#[derive(Default)]
struct State {
    /// Readers at rest: a look is too short to open the file for it. Dropped before the writer, since the
    /// last one to close the file tidies up behind it, and only a writer can.
    readers: Arc<Mutex<Vec<Reader>>>,
    writer: Option<Arc<Writer>>,
    /// How far the team's records have come.
    records: Option<RecordsHead>,
    /// Why nothing can be recorded.
    failure: Option<Failure>,
    /// The log has been compared with what the keychain remembers. Until then nothing may use a key,
    /// and the anchor must not be overwritten.
    reconciled: bool,
    /// The log does not contain what the keychain remembers: the anchor stays as evidence.
    rolled_back: bool,
    size: u64,
}

impl AuditDesk {
    /// The log in `folder`; nothing is opened yet.
    pub(crate) fn new(folder: &Path, news: Arc<News>) -> Self {
        Self { path: folder.join("audit.db"), news, state: Mutex::default() }
    }

    /// The log's file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a log at all.
    pub(crate) fn is_there(&self) -> bool {
        self.path.exists()
    }

    /// Makes the log of a new vault.
    pub(crate) fn create(
        &self,
        vault: VaultId,
        key: &dyn CheckpointKey,
        locked_public: [u8; 32],
    ) -> Result<(), Failure> {
        let mut state = self.lock();
        adopt(&mut state, Log::create(&self.path, &Origin::vault(vault), key, locked_public))
    }

    /// Opens the log, if it is not open already. Returns whether there is one: an empty file, as a crash
    /// during set-up leaves it, is none.
    pub(crate) fn open(&self, vault: VaultId) -> Result<bool, Failure> {
        // Held throughout: two writers would each believe in an end of the log that is not there.
        let mut state = self.lock();
        if state.writer.is_some() {
            return Ok(true);
        }
        self.remove_copies();
        match Log::open(&self.path, &Origin::vault(vault)) {
            Err(OpenError::Missing) => Ok(false),
            log => adopt(&mut state, log).map(|()| true),
        }
    }

    /// Whether keys may be used: the log is open and has been compared with the keychain's memory.
    pub(crate) fn is_reconciled(&self) -> bool {
        let state = self.lock();
        state.reconciled && state.writer.is_some()
    }

    /// Lets go of the log, for restore and destroy.
    pub(crate) fn release(&self) {
        *self.lock() = State::default();
    }

    /// Appends entries; returns when they are durable.
    pub(crate) async fn append(&self, drafts: Vec<Draft>, signer: Signer) -> Result<Receipt, Failure> {
        self.append_with(drafts, Vec::new(), signer).await
    }

    /// The same, with changes beside the entries: all of it or nothing.
    pub(crate) async fn append_with(
        &self,
        drafts: Vec<Draft>,
        sides: Vec<Side>,
        signer: Signer,
    ) -> Result<Receipt, Failure> {
        let writer = self.writer()?;
        let (done, receipt) = oneshot::channel();
        writer.append_with(drafts, sides, signer, move |result| {
            // The asker may have gone away; the entry is durable all the same.
            let _ = done.send(result);
        });
        let receipt = receipt.await.map_err(|_| Failure::new(Code::AuditUnwritable))?;
        self.news.changed(Area::Audit);
        self.news.state();
        let mut state = self.lock();
        match receipt {
            Ok(receipt) => {
                state.size = receipt.size;
                state.failure = None;
                Ok(receipt)
            }
            Err(error) => {
                let failure = error.failure();
                // A locked vault's key not being enough for an entry is no fault of the log's.
                if matches!(failure.code, Code::AuditUnwritable | Code::AuditDamaged) {
                    state.failure = Some(failure.clone());
                }
                Err(failure)
            }
        }
    }

    /// Changes beside the entries alone; returns when they are durable.
    pub(crate) async fn note(&self, sides: Vec<Side>) -> Result<(), Failure> {
        let (done, receipt) = oneshot::channel();
        self.writer()?.note(sides, move |result| {
            // The asker may have gone away; the change is durable all the same.
            let _ = done.send(result);
        });
        let noted = receipt.await.map_err(|_| Failure::new(Code::AuditUnwritable))?;
        noted.map(|_| ()).map_err(|error| error.failure())
    }

    /// Reads the log beside the writer: what is durable is there, and nothing waits for a commit.
    pub(crate) async fn view<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader) -> Result<T, signet_audit::ReadError> + Send + 'static,
    ) -> Result<T, Failure> {
        let (path, at_rest) = (self.path.clone(), Arc::clone(&self.lock().readers));
        let reading = tokio::task::spawn_blocking(move || {
            let rested = at_rest.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let reader = rested.map_or_else(|| Reader::open(&path), Ok)?;
            let read = work(&reader)?;
            let mut at_rest = at_rest.lock().unwrap_or_else(PoisonError::into_inner);
            if at_rest.len() < READERS {
                at_rest.push(reader);
            }
            Ok::<_, signet_audit::ReadError>(read)
        });
        reading.await.map_err(|_| Failure::new(Code::Internal))?.map_err(|error| error.failure())
    }

    /// A whole copy of the log as an open file without a name, and without what lies beside the entries. `held`
    /// is held while it is made, whether or not anybody still waits, and comes back with it.
    pub(crate) async fn copy<T: Send + 'static>(&self, held: T) -> Result<(std::fs::File, T), Failure> {
        let folder = self.folder();
        self.view(move |reader| {
            let failed = |error: std::io::Error| signet_audit::ReadError::Output(error.to_string());
            let place = tempfile::Builder::new().prefix(COPY).tempdir_in(folder).map_err(failed)?;
            let copy = place.path().join("audit.db");
            reader.copy_to(&copy)?;
            Ok((std::fs::File::open(&copy).map_err(failed)?, held))
        })
        .await
    }

    /// Removes copies that a crash left half-made.
    fn remove_copies(&self) {
        let Ok(entries) = std::fs::read_dir(self.folder()) else { return };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(COPY) {
                // The next start tries again.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    }

    fn folder(&self) -> PathBuf {
        self.path.parent().map(Path::to_path_buf).unwrap_or_default()
    }

    /// How far the team's records have come: every checkpoint of what is appended after this says so. Where
    /// there is no log now, that of a log which is opened later; what ends a membership does not wait for one.
    pub(crate) async fn name_records(&self, records: RecordsHead) {
        self.lock().records = Some(records);
        let Ok(writer) = self.writer() else { return };
        let (done, named) = oneshot::channel();
        writer.name_records(records, move || {
            // Nobody may wait any more.
            let _ = done.send(());
        });
        // Dropped with a writer that has stopped: then nothing is appended either.
        let _ = named.await;
    }

    /// The name of the log, which its checkpoints begin with.
    pub(crate) fn origin(&self) -> Result<String, Failure> {
        let reader = self.reader()?;
        let checkpoint = reader.checkpoint().map_err(|error| error.failure())?;
        Ok(checkpoint.lines().next().unwrap_or_default().to_owned())
    }

    fn writer(&self) -> Result<Arc<Writer>, Failure> {
        let state = self.lock();
        let why = || state.failure.clone().unwrap_or_else(|| Failure::new(Code::AuditUnwritable));
        Ok(Arc::clone(state.writer.as_ref().ok_or_else(why)?))
    }

    /// Compares the log with what the keychain remembers, and names the locked key of now.
    /// Returns whether the log still contains it.
    pub(crate) fn reconcile(
        &self,
        anchor: Option<Anchor>,
        key: Arc<dyn CheckpointKey>,
        locked_public: [u8; 32],
    ) -> Result<bool, Failure> {
        let writer = self.lock().writer.clone().ok_or_else(|| Failure::new(Code::AuditUnwritable))?;
        let outcome = writer
            .with_log(move |log| {
                log.replace_locked_key(&*key, locked_public)?;
                Ok::<_, signet_audit::AppendError>(
                    anchor.is_none_or(|anchor| log.contains(&anchor).unwrap_or(false)),
                )
            })
            .and_then(|result| result)
            .map_err(|e| e.failure());
        let mut state = self.lock();
        match outcome {
            Ok(contained) => {
                state.reconciled = true;
                state.rolled_back = !contained;
                Ok(contained)
            }
            Err(failure) => {
                state.failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// Size and root to keep in the keychain; none if what is kept there must stay as evidence.
    pub(crate) fn anchor(&self) -> Option<Anchor> {
        let (writer, rolled_back) = {
            let state = self.lock();
            (state.writer.clone()?, state.rolled_back || !state.reconciled)
        };
        if rolled_back { None } else { writer.with_log(|log| log.anchor()).ok() }
    }

    /// A reader beside the writer.
    pub(crate) fn reader(&self) -> Result<Reader, Failure> {
        Reader::open(&self.path).map_err(|e| e.failure())
    }

    /// What `status` says.
    pub(crate) fn status(&self) -> AuditStatus {
        let fingerprint = self.fingerprint();
        let state = self.lock();
        let rolled_back = state.rolled_back.then(|| {
            Failure::new(Code::AuditDamaged)
                .what("The audit log is older than the keychain remembers, or was replaced.")
        });
        AuditStatus { size: state.size, fingerprint, failure: state.failure.clone().or(rolled_back) }
    }

    /// Fingerprint of the log's signing key, as the log names it.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        let reader = Reader::open(&self.path).ok()?;
        reader.fingerprint().ok().map(|fingerprint: Fingerprint| fingerprint.to_string())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes over a log that was opened, or keeps why it was not.
fn adopt(state: &mut State, log: Result<Log, OpenError>) -> Result<(), Failure> {
    let records = state.records;
    let opened = log.map_err(|e| e.failure()).and_then(|mut log| {
        if let Some(records) = records {
            log.name_records(records);
        }
        let size = log.anchor().size;
        Writer::spawn(log).map(|writer| (writer, size)).map_err(|e| e.failure())
    });
    match opened {
        Ok((writer, size)) => {
            *state = State { writer: Some(Arc::new(writer)), size, records, ..State::default() };
            Ok(())
        }
        Err(failure) => {
            state.failure = Some(failure.clone());
            Err(failure)
        }
    }
}
