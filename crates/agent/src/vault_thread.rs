//! The one thread that touches the vault. Keychain and key derivation block; here they block nobody
//! else, and the stack that held secrets is wiped after each use.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use signet_core::{Code, Failure};
use signet_hardening::scrub_stack;
use tokio::sync::oneshot;

use crate::snapshot::Snapshots;
use crate::vault_cell::VaultCell;

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
            snapshots.take(&cell);
            while let Ok(Message::Do(work)) = receiver.recv() {
                cell.refresh();
                work(&mut cell);
                snapshots.take(&cell);
                scrub_stack();
            }
            cell.lock();
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

    /// Runs `work` on the thread and waits for it.
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
