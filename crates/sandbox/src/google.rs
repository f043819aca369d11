//! The stand-in itself: everything it knows, and the changes that its owner can make.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signet_core::{Clock, UnixMillis};
use tokio::sync::Notify;

use crate::fault::{At, Fault, NewFault};
use crate::new_key::client_id;
use crate::state::{
    Account, AccountState, Books, Delegation, GoogleKey, KeyState, Mailbox, Meters, SandboxClock, StateDir,
    StateError, Uploads,
};

/// A stand-in for Google over one state directory. Whoever makes one holds the directory's lock.
pub struct Google {
    pub(crate) dir: StateDir,
    pub(crate) clock: SandboxClock,
    pub(crate) mailbox: Mailbox,
    pub(crate) uploads: Uploads,
    pub(crate) token_key: [u8; 32],
    books: Mutex<Books>,
    meters: Mutex<Meters>,
    stop: Notify,
}

impl Google {
    /// Opens the stand-in with what the directory remembers.
    pub fn open(dir: StateDir, clock: Arc<dyn Clock>) -> Result<Self, StateError> {
        let books = Books::load(&dir)?;
        let mailbox = Mailbox::open(dir.clone())?;
        let mut meters = Meters::default();
        for record in mailbox.list().iter().filter(|record| record.labels.iter().any(|l| l == "SENT")) {
            meters.count_sent(&record.user, record.time);
        }
        Ok(Self {
            clock: SandboxClock::new(clock, books.clock_offset_ms),
            mailbox,
            uploads: Uploads::new(dir.clone()),
            token_key: dir.token_key()?,
            books: Mutex::new(books),
            meters: Mutex::new(meters),
            stop: Notify::new(),
            dir,
        })
    }

    /// The time by the sandbox's clock.
    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// The mail.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// A copy of what is configured.
    pub fn books(&self) -> Books {
        self.lock_books().clone()
    }

    /// Changes what is configured, and keeps it.
    pub fn change<T>(&self, change: impl FnOnce(&mut Books) -> T) -> Result<T, StateError> {
        let mut books = self.lock_books();
        let mut next = books.clone();
        let answer = change(&mut next);
        next.save(&self.dir)?;
        self.clock.set_offset(next.clock_offset_ms);
        *books = next;
        Ok(answer)
    }

    /// Looks at what is configured.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Books) -> T) -> T {
        look(&self.lock_books())
    }

    pub(crate) fn meters(&self) -> MutexGuard<'_, Meters> {
        self.meters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers the public half of a key; the account is made when it is not there yet.
    pub fn register_key(
        &self,
        email: &str,
        key: GoogleKey,
        delegate: Option<&str>,
    ) -> Result<Account, StateError> {
        let now = self.now();
        let id = client_id(email);
        self.change(|books| {
            let project_id = books.project_id.clone();
            if books.account(email).is_none() {
                books.accounts.push(Account {
                    email: email.to_owned(),
                    client_id: id.clone(),
                    project_id,
                    state: AccountState::Active,
                    keys: Vec::new(),
                });
            }
            let account = books.accounts.iter_mut().find(|account| account.email == email);
            let account = account.map(|account| {
                account.keys.push(key);
                account.clone()
            });
            if let (Some(scope), Some(account)) = (delegate, &account) {
                delegate_scope(books, &account.client_id, scope, now);
            }
            account
        })?
        .ok_or_else(|| StateError::Damaged {
            path: self.dir.books(),
            what: "the account is not there".into(),
        })
    }

    /// Sets the state of the key with that id; false when there is none.
    pub fn set_key_state(&self, key_id: &str, state: KeyState) -> Result<bool, StateError> {
        self.change(|books| {
            let keys = books.accounts.iter_mut().flat_map(|account| &mut account.keys);
            keys.filter(|key| key.id == key_id).map(|key| key.state = state).count() > 0
        })
    }

    /// Sets the state of a service account; false when there is none.
    pub fn set_account_state(&self, email: &str, state: AccountState) -> Result<bool, StateError> {
        self.change(|books| {
            let accounts = books.accounts.iter_mut().filter(|account| account.email == email);
            accounts.map(|account| account.state = state).count() > 0
        })
    }

    /// Writes an entry on the delegation page, in the place of an earlier one; no scopes removes it.
    pub fn delegate(&self, client_id: &str, scopes: Vec<String>, from: UnixMillis) -> Result<(), StateError> {
        self.change(|books| {
            books.delegation.retain(|entry| entry.client_id != client_id);
            if !scopes.is_empty() {
                books.delegation.push(Delegation { client_id: client_id.to_owned(), scopes, from });
            }
        })
    }

    /// Adds a fault script and says its number.
    pub fn add_fault(&self, fault: NewFault) -> Result<u64, StateError> {
        self.change(|books| {
            let id = books.next_fault;
            books.next_fault += 1;
            books.faults.push(Fault::new(id, fault));
            id
        })
    }

    /// Removes one fault script, or all of them; says how many.
    pub fn clear_faults(&self, id: Option<u64>) -> Result<usize, StateError> {
        self.change(|books| {
            let before = books.faults.len();
            books.faults.retain(|fault| id.is_some_and(|id| fault.id != id));
            before - books.faults.len()
        })
    }

    /// Moves the clock to `offset_ms` from the real one.
    pub fn set_clock_offset(&self, offset_ms: i64) -> Result<(), StateError> {
        self.change(|books| books.clock_offset_ms = offset_ms)
    }

    /// Forgets the mail, the uploads and the faults, and puts the clock right. Keys stay.
    pub fn reset(&self) -> Result<(), StateError> {
        self.dir.clear_mail()?;
        self.mailbox.clear();
        self.uploads.clear();
        *self.meters() = Meters::default();
        self.change(|books| {
            books.faults.clear();
            books.clock_offset_ms = 0;
        })
    }

    /// Asks the process that serves to end.
    pub fn stop(&self) {
        self.stop.notify_one();
    }

    pub(crate) async fn stopped(&self) {
        self.stop.notified().await;
    }

    /// The fault that strikes here and now, if one does; it counts as used.
    pub(crate) fn fault(&self, at: At, user: Option<&str>) -> Option<Fault> {
        let now = self.now();
        let mut faults = self.look(|books| books.faults.clone());
        let struck = faults.iter_mut().find_map(|fault| fault.strike(at, user, now));
        if struck.is_none() && self.look(|books| books.faults == faults) {
            return None;
        }
        // Again, and for good: another request may have come in between.
        let struck = self.change(|books| {
            let struck = books.faults.iter_mut().find_map(|fault| fault.strike(at, user, now));
            books.faults.retain(|fault| fault.times != Some(0));
            struck
        });
        struck.ok().flatten()
    }

    fn lock_books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn delegate_scope(books: &mut Books, client_id: &str, scope: &str, now: UnixMillis) {
    match books.delegation.iter_mut().find(|entry| entry.client_id == client_id) {
        Some(entry) if entry.scopes.iter().any(|known| known == scope) => {}
        Some(entry) => entry.scopes.push(scope.to_owned()),
        None => books.delegation.push(Delegation {
            client_id: client_id.to_owned(),
            scopes: vec![scope.to_owned()],
            from: now,
        }),
    }
}

/// Random bytes.
pub(crate) fn make_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The operating system's source does not fail once the system is up (getrandom(2)).
    if getrandom::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}
