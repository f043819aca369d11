//! The one thread that touches the vault. Keychain and key derivation block; here they block nobody
//! else, and the stack that held secrets is wiped after each use.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use signet_core::{Code, Failure};
use signet_hardening::scrub_stack;
use tokio::sync::oneshot;

use crate::snapshot::Snapshots;
use crate::vault_cell::{VaultCell, VaultState};

type Work = Box<dyn FnOnce(&mut VaultCell) + Send>;

enum Message {
    Do(Work),
    End,
}

/// A handle to the thread.
#[derive(Clone)]
pub(crate) struct VaultThread {
    messages: mpsc::Sender<Message>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl VaultThread {
    /// Starts the thread; `make` builds the cell there.
    pub(crate) fn spawn(
        snapshots: Arc<Snapshots>,
        make: impl FnOnce() -> VaultCell + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::Builder::new().name("vault".into()).spawn(move || {
            let mut cell = make();
            look(&mut cell);
            snapshots.take(&cell);
            while let Ok(Message::Do(work)) = receiver.recv() {
                look(&mut cell);
                survive(&mut cell, work);
                snapshots.take(&cell);
                scrub_stack();
            }
            survive(&mut cell, |cell| {
                cell.lock();
            });
            scrub_stack();
        })?;
        Ok(Self { messages: sender, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Ends the thread, and waits until the vault is locked and its file closed. Blocking.
    pub(crate) fn end(&self) {
        // A thread that is gone has closed the file already.
        let _ = self.messages.send(Message::End);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the vault thread had ended early");
        }
    }

    /// Runs `work` on the thread and waits for it. If it panics, the vault is locked and the answer is
    /// [`Code::Internal`]; the thread goes on.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut VaultCell) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (done, answer) = oneshot::channel();
        let work: Work = Box::new(move |cell| {
            // The caller may have gone away; the work is done all the same.
            let _ = done.send(work(cell));
        });
        let gone = || Failure::new(Code::Internal);
        self.messages.send(Message::Do(work)).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// Looks for a vault; one that makes the look panic cannot be used.
fn look(cell: &mut VaultCell) {
    if !survive(cell, VaultCell::refresh) {
        cell.state = VaultState::Unusable(Failure::new(Code::Internal));
    }
}

/// Runs `work`; returns false if it panicked. Then everything it may have left half-done is dropped: the
/// vault is closed, and whoever comes next looks at its file afresh.
fn survive(cell: &mut VaultCell, work: impl FnOnce(&mut VaultCell)) -> bool {
    // Asserted: of the cell only folder and keychains outlive a panic, and no work changes those.
    let ended = catch_unwind(AssertUnwindSafe(|| work(cell)));
    if ended.is_err() {
        tracing::error!("a fault on the vault thread: the vault is locked");
        // Closing runs destructors of the same data, so it may panic, too; the cell is empty all the same.
        if catch_unwind(AssertUnwindSafe(|| cell.release())).is_err() {
            tracing::error!("closing the vault after the fault failed");
        }
        // What is there now, so that nobody is told that there is no vault.
        if catch_unwind(AssertUnwindSafe(|| cell.refresh())).is_err() {
            cell.state = VaultState::Unusable(Failure::new(Code::Internal));
        }
    }
    ended.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::keychains::Keychains;
    use signet_vault::{Environment, OsKeychain, Random};
    use std::time::Duration;

    #[tokio::test]
    async fn a_panic_locks_the_vault_and_the_thread_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().to_path_buf();
        let snapshots = Arc::new(Snapshots::default());
        let thread = VaultThread::spawn(Arc::clone(&snapshots), move || {
            let keychain = Arc::new(OsKeychain::new(Duration::from_secs(1)));
            let random = Random::new(signet_crypto::system_rng());
            let system = Environment::production(Arc::new(SystemClock), keychain, random);
            let files = dir.join("keychain-files");
            VaultCell::new(dir, Keychains::new(system, files))
        })
        .unwrap();
        let failed: Result<(), _> = thread
            .run(|cell| {
                cell.state = VaultState::Unusable(Failure::new(Code::DiskFull));
                let nothing: [u8; 0] = [];
                let at = cell.ceremonies.len();
                assert!(nothing.get(at).is_some(), "a fault, on purpose");
                Ok(())
            })
            .await;
        assert_eq!(failed.unwrap_err().code, Code::Internal);
        assert!(matches!(snapshots.newest(), Some(crate::snapshot::Snapshot::Absent)));
        let next = thread.run(|cell| Ok(matches!(cell.state, VaultState::Absent))).await;
        assert!(next.unwrap());
        thread.end();
    }
}
