//! A thread that owns one platform store, so that a store that hangs can be left behind.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::KeychainError;

/// A thread with a store of type `S`, made on the thread.
pub(super) struct Worker<S> {
    jobs: mpsc::Sender<Job<S>>,
    thread: JoinHandle<()>,
    /// Whether a job has succeeded, so that a later failure may be the store's age.
    pub(super) proven: bool,
}

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

impl<S: 'static> Worker<S> {
    /// Starts a thread that opens a store and then serves it. It ends when this value is dropped, or, if
    /// the store hangs, when that call returns.
    pub(super) fn start(
        open: impl FnOnce() -> Result<S, KeychainError> + Send + 'static,
        deadline: Duration,
    ) -> Result<Self, KeychainError> {
        let (jobs, queue) = mpsc::channel::<Job<S>>();
        let (opened, outcome) = mpsc::sync_channel(1);
        let thread = thread::Builder::new()
            .name("keychain".into())
            .spawn(move || match open() {
                Err(error) => drop(opened.send(Err(error))),
                Ok(mut store) => {
                    if opened.send(Ok(())).is_ok() {
                        for job in queue {
                            job(&mut store);
                        }
                    }
                }
            })
            .map_err(|_| KeychainError::Failed)?;
        in_time(&outcome, deadline)?;
        Ok(Self { jobs, thread, proven: false })
    }

    /// Leaves the store behind; the handle says when its last call has returned.
    pub(super) fn abandon(self) -> JoinHandle<()> {
        self.thread
    }

    /// Runs `job` on the thread, for at most `deadline`.
    pub(super) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut S) -> Result<T, KeychainError> + Send + 'static,
        deadline: Duration,
    ) -> Result<T, KeychainError> {
        let (done, outcome) = mpsc::sync_channel(1);
        let job: Job<S> = Box::new(move |store| drop(done.send(job(store))));
        self.jobs.send(job).map_err(|_| KeychainError::Failed)?;
        in_time(&outcome, deadline)
    }
}

fn in_time<T>(
    outcome: &mpsc::Receiver<Result<T, KeychainError>>,
    deadline: Duration,
) -> Result<T, KeychainError> {
    outcome.recv_timeout(deadline).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => KeychainError::Hung,
            // The store panicked; its thread is gone.
            RecvTimeoutError::Disconnected => KeychainError::Failed,
        })
    })
}
