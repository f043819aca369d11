//! Group commit: one thread owns the log; appends that arrive together share one transaction.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use crate::log::Group;
use crate::{AppendError, Draft, Log, Receipt, RecordsHead, Side, Signer};

/// At most so many appends share one transaction.
const GROUP: usize = 256;

/// A handle to the writing thread. Dropping it finishes what was accepted, then stops the thread.
pub struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

enum Job {
    Append(Append),
    Run(Box<dyn FnOnce(&mut Log) + Send>),
}

struct Append {
    drafts: Vec<Draft>,
    sides: Vec<Side>,
    /// None where there are no entries to sign for.
    signer: Option<Signer>,
    done: Box<dyn FnOnce(Result<Receipt, AppendError>) + Send>,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`AppendError::Stopped`] if the system gives no thread.
    pub fn spawn(log: Log) -> Result<Self, AppendError> {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new().name("audit".into()).spawn(move || work(log, &queue));
        let thread = thread.map_err(|_| AppendError::Stopped)?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Appends; `done` is called on the writing thread, and with `Ok` only when the entries are
    /// durable. It must not block.
    pub fn append(
        &self,
        drafts: Vec<Draft>,
        signer: Signer,
        done: impl FnOnce(Result<Receipt, AppendError>) + Send + 'static,
    ) {
        self.append_with(drafts, Vec::new(), signer, done);
    }

    /// The same, with changes beside the entries: all of it or nothing.
    pub fn append_with(
        &self,
        drafts: Vec<Draft>,
        sides: Vec<Side>,
        signer: Signer,
        done: impl FnOnce(Result<Receipt, AppendError>) + Send + 'static,
    ) {
        self.submit(Job::Append(Append { drafts, sides, signer: Some(signer), done: Box::new(done) }));
    }

    /// Changes beside the entries alone. The receipt's checkpoint is empty: nothing was signed.
    pub fn note(&self, sides: Vec<Side>, done: impl FnOnce(Result<Receipt, AppendError>) + Send + 'static) {
        self.submit(Job::Append(Append { drafts: Vec::new(), sides, signer: None, done: Box::new(done) }));
    }

    /// Appends and waits.
    ///
    /// # Errors
    /// [`AppendError`]; then none of the entries is in the log.
    pub fn append_wait(&self, drafts: Vec<Draft>, signer: Signer) -> Result<Receipt, AppendError> {
        let (send, receive) = mpsc::sync_channel(1);
        self.append(drafts, signer, move |result| drop(send.send(result)));
        receive.recv().unwrap_or(Err(AppendError::Stopped))
    }

    /// How far the team's records have come: each checkpoint of what is appended after this says so. `done`
    /// is called on the writing thread; it must not block.
    pub fn name_records(&self, records: RecordsHead, done: impl FnOnce() + Send + 'static) {
        self.submit(Job::Run(Box::new(move |log| {
            log.name_records(records);
            done();
        })));
    }

    /// Runs `work` with the log between two commits, and waits (for [`Log::replace_locked_key`] and
    /// [`Log::contains`]).
    ///
    /// # Errors
    /// [`AppendError::Stopped`] if the thread has stopped or `work` panicked.
    pub fn with_log<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Log) -> T + Send + 'static,
    ) -> Result<T, AppendError> {
        let (send, receive) = mpsc::sync_channel(1);
        self.submit(Job::Run(Box::new(move |log| drop(send.send(work(log))))));
        receive.recv().map_err(|_| AppendError::Stopped)
    }

    fn submit(&self, job: Job) {
        let Some(jobs) = &self.jobs else { return };
        if let Err(mpsc::SendError(Job::Append(append))) = jobs.send(job) {
            (append.done)(Err(AppendError::Stopped));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        // A callback may hold the last handle: a thread cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|t| t.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}

fn work(mut log: Log, queue: &Receiver<Job>) {
    while let Ok(job) = queue.recv() {
        let mut group = Vec::new();
        let mut next = Some(job);
        while let Some(job) = next.take() {
            match job {
                Job::Append(append) => {
                    if group
                        .iter()
                        .any(|other: &Append| !same_key(other.signer.as_ref(), append.signer.as_ref()))
                    {
                        write(&mut log, &mut group);
                    }
                    group.push(append);
                }
                Job::Run(run) => {
                    write(&mut log, &mut group);
                    // A fault in the caller's closure must not stop the log.
                    let _ = catch_unwind(AssertUnwindSafe(|| run(&mut log)));
                }
            }
            if group.len() < GROUP {
                next = queue.try_recv().ok();
            }
        }
        write(&mut log, &mut group);
    }
}

/// Commits the group and reports to each; empties it.
fn write(log: &mut Log, group: &mut Vec<Append>) {
    let mut accepted = Vec::with_capacity(group.len());
    for append in group.drain(..) {
        let checked = append.signer.as_ref().map_or(Ok(()), |signer| log.check(&append.drafts, signer));
        match checked {
            Ok(()) => accepted.push(append),
            Err(error) => report(append, Err(error)),
        }
    }
    if accepted.is_empty() {
        return;
    }
    let signer = accepted.iter().find_map(|append| append.signer.clone());
    let groups: Vec<_> =
        accepted.iter().map(|append| Group { drafts: &append.drafts, sides: &append.sides }).collect();
    let result = log.commit(&groups, signer.as_ref());
    // Nobody is told before the key is let go: the agent may be waiting to wipe it.
    drop(signer);
    match result {
        Ok(receipts) => {
            accepted.into_iter().zip(receipts).for_each(|(append, receipt)| report(append, receipt));
        }
        // One that is too large, or may not use the reserve, must not take the others with it.
        Err(_) if accepted.len() > 1 => {
            for append in accepted {
                let group = Group { drafts: &append.drafts, sides: &append.sides };
                let result = log.commit(&[group], append.signer.as_ref());
                let result = result.and_then(|mut one| one.pop().unwrap_or(Err(AppendError::Invalid)));
                report(append, result);
            }
        }
        Err(error) => accepted.into_iter().for_each(|append| report(append, Err(error.clone()))),
    }
}

fn report(append: Append, result: Result<Receipt, AppendError>) {
    let Append { done, signer, .. } = append;
    drop(signer);
    // A fault in the caller's callback must not stop the log.
    let _ = catch_unwind(AssertUnwindSafe(|| done(result)));
}

/// Whether one signature can cover both; what needs none goes with everything.
fn same_key(one: Option<&Signer>, other: Option<&Signer>) -> bool {
    match (one, other) {
        (Some(Signer::Unlocked(a)), Some(Signer::Unlocked(b)))
        | (Some(Signer::Locked(a)), Some(Signer::Locked(b))) => a.public_key() == b.public_key(),
        (None, _) | (_, None) => true,
        _ => false,
    }
}
