//! The one thread that touches the vault. Keychain and key derivation block; here they block nobody
//! else, and the stack that held secrets is wiped after each use.

use std::sync::{Arc, mpsc};

use signet_core::{Code, Failure};
use signet_hardening::scrub_stack;
use tokio::sync::oneshot;

use crate::snapshot::Snapshots;
use crate::vault_cell::VaultCell;

type Work = Box<dyn FnOnce(&mut VaultCell) + Send>;

/// A handle to the thread.
#[derive(Clone)]
pub(crate) struct VaultThread {
    work: mpsc::Sender<Work>,
}

impl VaultThread {
    /// Starts the thread; `make` builds the cell there.
    pub(crate) fn spawn(
        snapshots: Arc<Snapshots>,
        make: impl FnOnce() -> VaultCell + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel::<Work>();
        std::thread::Builder::new().name("vault".into()).spawn(move || {
            let mut cell = make();
            snapshots.take(&cell);
            for work in receiver {
                cell.refresh();
                work(&mut cell);
                snapshots.take(&cell);
                scrub_stack();
            }
            cell.lock();
            scrub_stack();
        })?;
        Ok(Self { work: sender })
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
        self.work.send(work).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}
