//! One host that this device belongs to: its record, its key, its connection.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use data_encoding::HEXLOWER;
use signet_api::remote::{SessionOpen, SessionRequest, SessionView};
use signet_api::wire::SharedAccepted;
use signet_api::{Home, Method};
use signet_core::{Code, Failure};
use signet_crypto::{Secret, SigningKey};
use signet_link::{Connector, Identity, LinkError};
use signet_team::HostHash;
use signet_vault::{ItemName, Keychain};

use super::connection::Connection;
use super::store::{self, Chain, MembershipRecord, Seen};

/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// A host that this device belongs to.
pub(crate) struct Membership {
    host: HostHash,
    home: Home,
    keychain: Arc<dyn Keychain>,
    record: Mutex<MembershipRecord>,
    /// The open connection. One at a time: the host keeps one for each device.
    connection: tokio::sync::Mutex<Option<Arc<Connection>>>,
    /// Held while the log is asked about and the answer is checked.
    watching: tokio::sync::Mutex<()>,
}

impl Membership {
    pub(crate) fn new(record: MembershipRecord, home: Home, keychain: Arc<dyn Keychain>) -> Self {
        let host = HostHash::parse(&record.host).unwrap_or_else(|_| HostHash::from_bytes([0; 32]));
        Self {
            host,
            home,
            keychain,
            record: Mutex::new(record),
            connection: tokio::sync::Mutex::default(),
            watching: tokio::sync::Mutex::default(),
        }
    }

    pub(crate) const fn host(&self) -> HostHash {
        self.host
    }

    /// What is remembered now.
    pub(crate) fn record(&self) -> MembershipRecord {
        self.lock().clone()
    }

    /// Changes what is remembered, durably before it counts.
    pub(crate) fn change(&self, change: impl FnOnce(&mut MembershipRecord)) -> Result<(), Failure> {
        let mut record = self.lock();
        let mut changed = record.clone();
        change(&mut changed);
        if changed != *record {
            store::write(self.home.data(), &changed)?;
            *record = changed;
        }
        Ok(())
    }

    /// Calls a method of the host, in a session. A connection that has gone stale is made anew once.
    pub(crate) async fn call<M: Method>(&self, request: &M::Request) -> Result<M::Response, Failure> {
        let connection = self.session().await?;
        match connection.call::<M>(request).await {
            Err(failure) if failure.code == Code::HostAway => {
                self.forget(&connection).await;
                self.session().await?.call::<M>(request).await
            }
            result => result,
        }
    }

    /// An open session: the connection that is there, or a new one.
    pub(crate) async fn session(&self) -> Result<Arc<Connection>, Failure> {
        let mut kept = self.connection.lock().await;
        if let Some(connection) = kept.as_ref().filter(|connection| connection.is_alive()) {
            return Ok(Arc::clone(connection));
        }
        *kept = None;
        let connection = self.connect().await?;
        let record = self.record();
        if let Some(alarm) = record.alarm {
            return Err(Failure::new(Code::HostForked).fact("alarm", alarm));
        }
        let request = SessionRequest { state: record.token, seen: record.seen.map_or(0, |seen| seen.size) };
        let opened = connection.call::<SessionOpen>(&request).await;
        if opened.as_ref().is_err_and(|failure| failure.code == Code::DeviceSuspended) {
            // Once its owner has confirmed this device, it begins afresh.
            self.change(|record| record.token = None)?;
        }
        let opened = opened?;
        let SessionView { next, host, name, role, code_set, .. } = opened.clone();
        // Stored before anything else is asked: the host has forgotten the one before.
        self.change(|record| {
            record.token = Some(next);
            record.joined = true;
            record.words = None;
            record.host_name = host;
            record.member = Some(name);
            record.role = Some(role);
            record.code_set = code_set;
        })?;
        self.check_chain(&connection, &opened).await?;
        self.look_first(&connection).await?;
        let connection = Arc::new(connection);
        *kept = Some(Arc::clone(&connection));
        Ok(connection)
    }

    /// A connection without a session, for joining.
    pub(crate) async fn connect(&self) -> Result<Connection, Failure> {
        let key = self.device_key().await?;
        let identity = Identity::new(&key).map_err(|error| away(&error))?;
        let connector = Connector::new(&identity, self.host).map_err(|error| away(&error))?;
        let at = self.lock().at.clone();
        let link = connector.connect(&at, PATIENCE).await.map_err(|error| away(&error).fact("at", &at))?;
        Connection::open(link, key.public()).await
    }

    /// One question about the log at a time.
    pub(crate) async fn watching(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.watching.lock().await
    }

    /// Drops a connection that broke.
    pub(crate) async fn forget(&self, broken: &Arc<Connection>) {
        let mut kept = self.connection.lock().await;
        if kept.as_ref().is_some_and(|connection| Arc::ptr_eq(connection, broken)) {
            *kept = None;
        }
    }

    /// This device's key with the host, from the keychain.
    pub(crate) async fn device_key(&self) -> Result<SigningKey, Failure> {
        let (item, keychain) = (self.item(), Arc::clone(&self.keychain));
        let read = tokio::task::spawn_blocking(move || keychain.read(&item));
        let found = read.await.map_err(|_| Failure::new(Code::Internal))?.map_err(|error| error.failure())?;
        let bytes = found.ok_or_else(|| {
            Failure::new(Code::KeychainItemMissing)
                .remedy("Ask the host's owner for a new invite: this device's key is gone.")
        })?;
        // Exposed to become the key that it is.
        let seed = Secret::parse(bytes.expose()).ok_or_else(|| Failure::new(Code::KeychainItemMissing))?;
        Ok(SigningKey::from_seed(&seed))
    }

    /// Makes this device's key and keeps it, durably.
    pub(crate) async fn make_device_key(&self) -> Result<(), Failure> {
        let (item, keychain) = (self.item(), Arc::clone(&self.keychain));
        let made = tokio::task::spawn_blocking(move || {
            let key = SigningKey::make(&mut signet_crypto::system_rng());
            // Stored: the keychain is where it lives.
            keychain.create(&item, key.seed().expose())?;
            keychain.sync()
        });
        made.await.map_err(|_| Failure::new(Code::Internal))?.map_err(|error| error.failure())
    }

    /// Goes on with a host that contradicts what this device has seen, from its log and records as they are
    /// now. Never with another host, another owner, or a log that another key signs.
    pub(crate) async fn accept(&self) -> Result<SharedAccepted, Failure> {
        let mut kept = self.connection.lock().await;
        *kept = None;
        let record = self.record();
        let alarm = record.alarm.ok_or_else(|| {
            Failure::new(Code::Usage)
                .what("This device has nothing against that host.")
                .remedy("Nothing to do.")
        })?;
        let accepted = SharedAccepted {
            name: record.host_name,
            alarm,
            seen: record.seen.as_ref().map_or(0, |seen| seen.size),
        };
        self.change(|record| {
            record.alarm = None;
            record.seen = record.seen.take().map(Seen::none_of);
            record.chain = record.chain.take().map(Chain::none_of);
        })?;
        Ok(accepted)
    }

    /// Forgets key and record: this device does not belong to the host any more, as far as it can say.
    pub(crate) async fn leave(&self) -> Result<(), Failure> {
        *self.connection.lock().await = None;
        let (item, keychain) = (self.item(), Arc::clone(&self.keychain));
        let gone = tokio::task::spawn_blocking(move || keychain.delete(&item));
        gone.await.map_err(|_| Failure::new(Code::Internal))?.map_err(|error| error.failure())?;
        store::remove(self.home.data(), &self.lock().host)
    }

    fn item(&self) -> ItemName {
        let mut front = [0; 16];
        front.copy_from_slice(&self.host.as_bytes()[..16]);
        ItemName::member(self.home.profile(), front, self.lock().generation)
    }

    fn lock(&self) -> MutexGuard<'_, MembershipRecord> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a link's failure means to people.
pub(crate) fn away(error: &LinkError) -> Failure {
    let code = if error.is_impostor() { Code::HostImpostor } else { Code::HostAway };
    Failure::new(code).fact("cause", error)
}

/// The first digits of a host's key, as requests name it.
pub(crate) fn short(host: HostHash) -> String {
    HEXLOWER.encode(&host.as_bytes()[..4])
}
