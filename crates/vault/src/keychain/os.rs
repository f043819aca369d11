//! The operating system's keychain, through keyring's platform store.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use signet_crypto::SecretBytes;
use zeroize::Zeroizing;

use super::deadline::Worker;
use super::entries::Entries;
use super::{ItemName, Keychain, KeychainError, platform};

/// The keychain of this user's session. Calls block for at most the deadline; after a failure of the
/// platform or a time-out the next call builds a new store, and a store that hangs is left behind.
pub struct OsKeychain {
    port: Port<Entries>,
}

impl OsKeychain {
    /// How long a call waits unless told otherwise.
    pub const DEADLINE: Duration = Duration::from_secs(5);

    /// The session's keychain. Does not speak to it yet.
    pub fn new(deadline: Duration) -> Self {
        Self { port: Port::new(deadline, Arc::new(platform::open), platform::explain_delay) }
    }
}

impl Keychain for OsKeychain {
    fn read(&self, item: &ItemName) -> Result<Option<SecretBytes>, KeychainError> {
        let item = item.clone();
        self.port.call(move |store| store.read(&item))
    }

    fn write(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        let item = item.clone();
        let value = Arc::new(Zeroizing::new(value.to_vec()));
        self.port.call(move |store| store.write(&item, &value))
    }

    fn delete(&self, item: &ItemName) -> Result<(), KeychainError> {
        let item = item.clone();
        self.port.call(move |store| store.delete(&item))
    }

    fn sync(&self) -> Result<(), KeychainError> {
        platform::sync()
    }

    fn provider(&self) -> String {
        platform::provider()
    }
}

/// One store at a time, each on its own thread.
struct Port<S> {
    deadline: Duration,
    open: Arc<dyn Fn() -> Result<S, KeychainError> + Send + Sync>,
    /// Asked after a time-out: a better word than "hung", if there is one.
    explain_delay: fn() -> Option<KeychainError>,
    worker: Mutex<Option<Worker<S>>>,
}

impl<S: 'static> Port<S> {
    fn new(
        deadline: Duration,
        open: Arc<dyn Fn() -> Result<S, KeychainError> + Send + Sync>,
        explain_delay: fn() -> Option<KeychainError>,
    ) -> Self {
        Self { deadline, open, explain_delay, worker: Mutex::new(None) }
    }

    /// Runs the job; once more on a new store if one that had worked before fails, because its provider
    /// may have been restarted. Every job gives the same result when done twice.
    fn call<T: Send + 'static>(
        &self,
        job: impl Fn(&mut S) -> Result<T, KeychainError> + Clone + Send + 'static,
    ) -> Result<T, KeychainError> {
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let mut current = if let Some(current) = worker.take() {
                current
            } else {
                let open = Arc::clone(&self.open);
                Worker::start(move || open(), self.deadline).map_err(|error| self.explain(error))?
            };
            let outcome = current.run(job.clone(), self.deadline);
            let proven = current.proven;
            match outcome {
                Err(KeychainError::Failed) if proven => {}
                Err(error @ (KeychainError::Failed | KeychainError::Hung | KeychainError::Missing)) => {
                    return Err(self.explain(error));
                }
                outcome => {
                    current.proven = true;
                    *worker = Some(current);
                    return outcome;
                }
            }
        }
    }

    fn explain(&self, error: KeychainError) -> KeychainError {
        match error {
            KeychainError::Hung => (self.explain_delay)().unwrap_or(KeychainError::Hung),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Instant;

    const SHORT: Duration = Duration::from_millis(100);

    fn port(opens: &'static AtomicUsize) -> Port<usize> {
        port_within(Duration::from_secs(20), opens)
    }

    fn port_within(deadline: Duration, opens: &'static AtomicUsize) -> Port<usize> {
        Port::new(deadline, Arc::new(|| Ok(opens.fetch_add(1, Ordering::SeqCst))), || None)
    }

    #[test]
    fn a_store_that_works_is_kept() {
        static OPENS: AtomicUsize = AtomicUsize::new(0);
        let port = port(&OPENS);
        for _ in 0..3 {
            assert_eq!(port.call(|store| Ok(*store)), Ok(0));
        }
    }

    #[test]
    fn a_store_that_hangs_is_left_behind_in_time() {
        static OPENS: AtomicUsize = AtomicUsize::new(0);
        let port = port_within(SHORT, &OPENS);
        let started = Instant::now();
        let hung = port.call(|_| {
            thread::sleep(Duration::from_secs(5));
            Ok(())
        });
        assert_eq!(hung, Err(KeychainError::Hung));
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
        assert_eq!(port.call(|store| Ok(*store)), Ok(1), "a new store");
    }

    #[test]
    fn a_delay_is_explained_where_it_can_be() {
        let port = Port::<()>::new(
            SHORT,
            Arc::new(|| {
                loop {
                    thread::park()
                }
            }),
            || Some(KeychainError::Locked),
        );
        assert_eq!(port.call(|()| Ok(())), Err(KeychainError::Locked));
    }

    #[test]
    fn a_store_that_worked_and_then_fails_is_replaced_once() {
        static OPENS: AtomicUsize = AtomicUsize::new(0);
        let port = port(&OPENS);
        assert_eq!(port.call(|store| Ok(*store)), Ok(0));
        let first_fails =
            |store: &mut usize| if *store == 0 { Err(KeychainError::Failed) } else { Ok(*store) };
        assert_eq!(port.call(first_fails), Ok(1));
        assert_eq!(port.call(|_| Err::<(), _>(KeychainError::Failed)), Err(KeychainError::Failed));
        assert_eq!(OPENS.load(Ordering::SeqCst), 3, "one new store for that call, none beyond");
    }

    #[test]
    fn a_bus_that_comes_late_is_found() {
        static OPENS: AtomicUsize = AtomicUsize::new(0);
        let open = || match OPENS.fetch_add(1, Ordering::SeqCst) {
            0 => Err(KeychainError::Missing),
            n => Ok(n),
        };
        let port = Port::new(SHORT, Arc::new(open), || None);
        assert_eq!(port.call(|store| Ok(*store)), Err(KeychainError::Missing));
        assert_eq!(port.call(|store| Ok(*store)), Ok(1));
    }

    #[test]
    fn a_store_that_panics_is_replaced() {
        static OPENS: AtomicUsize = AtomicUsize::new(0);
        let port = port(&OPENS);
        let gone = port.call(|_| -> Result<(), _> { panic!("a fault of the provider's library") });
        assert_eq!(gone, Err(KeychainError::Failed));
        assert_eq!(port.call(|store| Ok(*store)), Ok(1));
    }

    #[test]
    fn a_locked_keychain_keeps_its_store() {
        static OPENS: AtomicUsize = AtomicUsize::new(0);
        let port = port(&OPENS);
        assert_eq!(port.call(|_| Err::<(), _>(KeychainError::Locked)), Err(KeychainError::Locked));
        assert_eq!(port.call(|store| Ok(*store)), Ok(0));
    }
}
