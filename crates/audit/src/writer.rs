//! Group commit: one thread owns the log; appends that arrive together share one transaction.

use crate::{AppendError, Draft, Log, Receipt, Signer};

/// A handle to the writing thread. Dropping it finishes what was accepted, then stops the thread.
pub struct Writer {}

impl Writer {
    /// Starts the thread.
    pub fn spawn(log: Log) -> Result<Self, AppendError> {
        let _ = log;
        Err(AppendError::Stopped)
    }

    /// Appends; `done` is called on the writing thread, and with `Ok` only when the entries are
    /// durable. It must not block.
    pub fn append(
        &self,
        drafts: Vec<Draft>,
        signer: Signer,
        done: impl FnOnce(Result<Receipt, AppendError>) + Send + 'static,
    ) {
        let _ = (drafts, signer);
        done(Err(AppendError::Stopped));
    }

    /// Appends and waits.
    pub fn append_wait(&self, drafts: Vec<Draft>, signer: Signer) -> Result<Receipt, AppendError> {
        let _ = (drafts, signer);
        Err(AppendError::Stopped)
    }

    /// Runs `work` with the log between two commits, and waits (for [`Log::replace_locked_key`] and
    /// [`Log::contains`]).
    pub fn with_log<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Log) -> T + Send + 'static,
    ) -> Result<T, AppendError> {
        let _ = work;
        Err(AppendError::Stopped)
    }
}
