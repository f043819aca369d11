//! One platform store at a time, each on its own thread, and what a store that was left behind may still do.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use signet_crypto::SecretBytes;
use zeroize::Zeroizing;

use super::deadline::Worker;
use super::{ItemName, KeychainError};

/// The plain operations of a store.
pub(super) trait Items: 'static {
    fn read(&self, item: &ItemName) -> Result<Option<SecretBytes>, KeychainError>;
    fn write(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError>;
    fn delete(&self, item: &ItemName) -> Result<(), KeychainError>;
}

/// Owns the store.
pub(super) struct Port<S> {
    deadline: Duration,
    open: Arc<dyn Fn() -> Result<S, KeychainError> + Send + Sync>,
    /// Asked after a time-out: a better word than "hung", if there is one.
    explain_delay: fn() -> Option<KeychainError>,
    stores: Mutex<Stores<S>>,
    /// Names whose write did not answer in time: it may still happen, whenever the provider wakes up.
    unsettled: Mutex<BTreeSet<ItemName>>,
}

struct Stores<S> {
    current: Option<Worker<S>>,
    /// The last store that hung; not finished while its call, perhaps a prompt, is still waiting.
    stuck: Option<JoinHandle<()>>,
}

impl<S: Items> Port<S> {
    pub(super) fn new(
        deadline: Duration,
        open: Arc<dyn Fn() -> Result<S, KeychainError> + Send + Sync>,
        explain_delay: fn() -> Option<KeychainError>,
    ) -> Self {
        let stores = Mutex::new(Stores { current: None, stuck: None });
        Self { deadline, open, explain_delay, stores, unsettled: Mutex::new(BTreeSet::new()) }
    }

    pub(super) fn read(&self, item: &ItemName) -> Result<Option<SecretBytes>, KeychainError> {
        let item = item.clone();
        self.call(move |store| store.read(&item))
    }

    pub(super) fn write(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        let name = item.clone();
        let value = Arc::new(Zeroizing::new(value.to_vec()));
        // Noted before, so that no way out of the call forgets it.
        self.unsettled().insert(item.clone());
        let outcome = self.call(move |store| store.write(&name, &value));
        if outcome.is_ok() {
            self.unsettled().remove(item);
        }
        outcome
    }

    pub(super) fn delete(&self, item: &ItemName) -> Result<(), KeychainError> {
        let item = item.clone();
        self.call(move |store| store.delete(&item))
    }

    pub(super) fn may_still_be_written(&self, item: &ItemName) -> bool {
        self.unsettled().contains(item)
    }

    /// Runs the job; once more on a new store if one that had worked before fails, because its provider
    /// may have been restarted. Every job gives the same result when done twice.
    fn call<T: Send + 'static>(
        &self,
        job: impl Fn(&mut S) -> Result<T, KeychainError> + Clone + Send + 'static,
    ) -> Result<T, KeychainError> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        self.look_at_stuck(&mut stores)?;
        loop {
            let mut current = if let Some(current) = stores.current.take() {
                current
            } else {
                let open = Arc::clone(&self.open);
                Worker::start(move || open(), self.deadline).map_err(|error| self.explain(error))?
            };
            match current.run(job.clone(), self.deadline) {
                Err(KeychainError::Failed) if current.proven => {}
                Err(error @ KeychainError::Hung) => {
                    stores.stuck = Some(current.abandon());
                    return Err(self.explain(error));
                }
                Err(error @ (KeychainError::Failed | KeychainError::Missing)) => return Err(error),
                outcome => {
                    current.proven = true;
                    stores.current = Some(current);
                    return outcome;
                }
            }
        }
    }

    /// While a prompt of an earlier call waits for the user, another call would only add another prompt.
    fn look_at_stuck(&self, stores: &mut Stores<S>) -> Result<(), KeychainError> {
        if stores.stuck.as_ref().is_some_and(JoinHandle::is_finished) {
            stores.stuck = None;
        }
        if stores.stuck.is_some() && (self.explain_delay)() == Some(KeychainError::Locked) {
            return Err(KeychainError::Locked);
        }
        Ok(())
    }

    fn explain(&self, error: KeychainError) -> KeychainError {
        match error {
            KeychainError::Hung => (self.explain_delay)().unwrap_or(KeychainError::Hung),
            other => other,
        }
    }

    fn unsettled(&self) -> MutexGuard<'_, BTreeSet<ItemName>> {
        self.unsettled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_core::VaultId;
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

    /// A store that is a number: which one it is.
    impl Items for usize {
        fn read(&self, _: &ItemName) -> Result<Option<SecretBytes>, KeychainError> {
            Ok(None)
        }

        fn write(&self, _: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
            match value {
                b"slow" => thread::sleep(Duration::from_secs(3)),
                b"refused" => return Err(KeychainError::Locked),
                _ => {}
            }
            Ok(())
        }

        fn delete(&self, _: &ItemName) -> Result<(), KeychainError> {
            Ok(())
        }
    }

    #[test]
    fn a_name_whose_write_did_not_answer_is_not_used_again() {
        static OPENS: AtomicUsize = AtomicUsize::new(0);
        let port = port_within(SHORT, &OPENS);
        let name = |n| ItemName::epoch(VaultId::from_bytes([1; 16]), n);
        assert_eq!(port.write(&name(1), b"quick"), Ok(()));
        assert!(!port.may_still_be_written(&name(1)));
        assert_eq!(port.write(&name(2), b"slow"), Err(KeychainError::Hung));
        assert!(port.may_still_be_written(&name(2)), "it lands when the provider wakes up");
        assert_eq!(port.write(&name(3), b"refused"), Err(KeychainError::Locked));
        assert!(!port.may_still_be_written(&name(1)));
    }

    #[test]
    fn while_a_prompt_waits_no_further_one_is_asked_for() {
        static OPENS: AtomicUsize = AtomicUsize::new(0);
        let open = || Ok(OPENS.fetch_add(1, Ordering::SeqCst));
        let port = Port::new(SHORT, Arc::new(open), || Some(KeychainError::Locked));
        let name = ItemName::epoch(VaultId::from_bytes([1; 16]), 1);
        assert_eq!(port.write(&name, b"slow"), Err(KeychainError::Locked));
        assert_eq!(port.read(&name).err(), Some(KeychainError::Locked));
        assert_eq!(OPENS.load(Ordering::SeqCst), 1, "the provider was left alone");
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
        let port = Port::<usize>::new(
            SHORT,
            Arc::new(|| {
                loop {
                    thread::park();
                }
            }),
            || Some(KeychainError::Locked),
        );
        assert_eq!(port.call(|_| Ok(())), Err(KeychainError::Locked));
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
