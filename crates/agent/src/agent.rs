//! The agent: what all use cases share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use signet_api::Home;
use signet_api::wire::Settings;
use signet_core::{Action, Code, Failure, Principal, Profile, RequestId, UnixMillis};
use signet_google::{Endpoints, Google, Outcome, Proxy, TokenCache};
use signet_vault::TotpOffset;
use tokio::sync::watch;

use crate::audit_desk::AuditDesk;
use crate::clock::SystemClock;
use crate::code_tries::CodeTries;
use crate::door::Door;
use crate::handles::Handles;
use crate::host::Host;
use crate::idle::Idle;
use crate::member::Memberships;
use crate::news::News;
use crate::sandbox_place::SandboxPlace;
use crate::sends::Sends;
use crate::settings::proxy_of;
use crate::snapshot::Snapshots;
use crate::unattended::Unattended;
use crate::usecase::originals::Originals;
use crate::vault_thread::VaultThread;

/// One agent: one profile, one vault.
pub(crate) struct Agent {
    pub(crate) home: Home,
    pub(crate) vault: VaultThread,
    pub(crate) snapshots: Arc<Snapshots>,
    pub(crate) audit: Arc<AuditDesk>,
    pub(crate) door: Door,
    pub(crate) handles: Arc<Handles>,
    pub(crate) originals: Originals,
    pub(crate) sends: Arc<Sends>,
    pub(crate) news: Arc<News>,
    pub(crate) tokens: Arc<TokenCache>,
    pub(crate) idle: Idle,
    pub(crate) settings: watch::Sender<Settings>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) code_tries: CodeTries,
    pub(crate) unprotected: Mutex<Vec<String>>,
    /// Outcomes that could not be recorded when they came, for the next unlock.
    pub(crate) known: Mutex<BTreeMap<RequestId, Outcome>>,
    /// The host that this vault is, once somebody has asked for it since the unlock.
    pub(crate) host: tokio::sync::Mutex<Option<Arc<Host>>>,
    /// How the last start with nobody there went.
    pub(crate) unattended: Unattended,
    /// The hosts that this device belongs to.
    pub(crate) memberships: Arc<Memberships>,
    closing: watch::Sender<u64>,
    google: Mutex<Option<(Endpoints, String, Google)>>,
    /// How often the log's size and root were to be kept since they last were.
    anchors_wanted: AtomicU64,
}

/// How long the log's size and root rest in the keychain before newer ones replace them.
const ANCHOR_PAUSE: Duration = Duration::from_millis(250);

/// How long a lock waits for sends to end by themselves.
pub(crate) const LOCK_PATIENCE: Duration = Duration::from_secs(5);

impl Agent {
    /// An agent in front of that vault.
    pub(crate) fn new(
        home: Home,
        vault: VaultThread,
        snapshots: Arc<Snapshots>,
        unprotected: Vec<String>,
    ) -> Self {
        let news = Arc::new(News::new());
        let audit = Arc::new(AuditDesk::new(home.data(), Arc::clone(&news)));
        let memberships = Arc::new(Memberships::new(&home));
        Self {
            door: Door::new(Arc::clone(&audit), vault.clone()),
            host: tokio::sync::Mutex::default(),
            memberships,
            unattended: Unattended::default(),
            home,
            vault,
            snapshots,
            audit,
            handles: Arc::default(),
            originals: Originals::default(),
            sends: Arc::default(),
            news,
            tokens: Arc::new(TokenCache::new()),
            idle: Idle::new(),
            settings: watch::channel(Settings::default()).0,
            stop: watch::channel(false).0,
            code_tries: CodeTries::default(),
            unprotected: Mutex::new(unprotected),
            known: Mutex::default(),
            closing: watch::channel(0).0,
            google: Mutex::default(),
            anchors_wanted: AtomicU64::new(0),
        }
    }

    /// Does work that holds a key or a token, and lets go of it when the vault is locked.
    pub(crate) async fn while_open<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        let mut closing = self.closing.subscribe();
        tokio::select! {
            done = work => Ok(done),
            _ = closing.changed() => Err(Failure::new(Code::Locked)),
            // A fault on the vault's thread closes it without asking anybody.
            () = self.snapshots.closed() => Err(Failure::new(Code::Locked)),
        }
    }

    /// Lets go of what an open vault lent: tokens, and whatever still works with a key.
    pub(crate) fn let_go(&self) {
        if let Ok(mut host) = self.host.try_lock()
            && let Some(host) = host.take()
        {
            host.close();
        }
        self.closing.send_modify(|times| *times += 1);
        self.tokens.wipe();
        *self.google.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Stops serving, and forgets what the host remembers of its open vault.
    async fn close_host(&self) {
        if let Some(host) = self.host.lock().await.take() {
            host.close();
        }
    }

    /// Whether this vault serves a team just now.
    pub(crate) fn is_serving(&self) -> bool {
        // Busy means that it is being opened or closed: the next second tells.
        self.host.try_lock().is_ok_and(|host| host.as_ref().is_some_and(|host| host.serves()))
    }

    /// The time by which codes of members are judged: in the sandbox, as far ahead as its phone.
    pub(crate) fn member_time(&self, now: UnixMillis) -> UnixMillis {
        if self.home.profile() == Profile::Production {
            return now;
        }
        let steps = SandboxPlace::new(self.home.sandbox()).steps();
        let offset = steps.saturating_mul(i64::try_from(signet_crypto::STEP_SECONDS).unwrap_or(30)) * 1000;
        UnixMillis(now.0.saturating_add_signed(offset))
    }

    /// Google, as the profile and the settings say.
    pub(crate) fn google(&self) -> Result<Google, Failure> {
        let endpoints = match self.home.profile() {
            Profile::Production => Endpoints::production(),
            Profile::Sandbox => SandboxPlace::new(self.home.sandbox()).endpoints()?,
        };
        let proxy = match self.home.profile() {
            Profile::Production => self.settings.borrow().proxy.clone(),
            Profile::Sandbox => "none".to_owned(),
        };
        let mut kept = self.google.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, through, google)) = &*kept
            && *at == endpoints
            && *through == proxy
        {
            return Ok(google.clone());
        }
        let through: Proxy = proxy_of(&proxy)?;
        let google = Google::new(endpoints.clone(), &through, Arc::new(SystemClock))?;
        *kept = Some((endpoints, proxy, google.clone()));
        Ok(google)
    }

    /// Closes the vault: sends are asked to stop, tokens and keys forgotten, the log's size and root
    /// kept in the keychain. Waits for nothing that may not come; a failing log does not stop it.
    pub(crate) async fn lock(
        &self,
        principal: Principal,
        why: &str,
        patience: Duration,
    ) -> Result<(), Failure> {
        self.door.authorise(principal, Action::Lock).await?;
        self.close_host().await;
        if self.snapshots.is_open() {
            self.sends.stop_all(patience).await;
        }
        // What still uses a key or a token is let go of; what had begun is settled at the next unlock.
        self.closing.send_modify(|times| *times += 1);
        self.handles.clear();
        let anchor = self.audit.anchor();
        let was_open = self
            .vault
            .run(move |cell| {
                let was_open = cell.lock();
                if was_open
                    && let (Ok(vault), Some(anchor)) = (cell.locked(), anchor)
                    && let Err(error) = vault.set_anchor(&crate::usecase::unlock::vault_anchor(anchor))
                {
                    tracing::warn!(
                        code = error.failure().code.as_str(),
                        "the log's size and root could not be kept"
                    );
                }
                Ok(was_open)
            })
            .await?;
        // After the vault: whoever was still minting finds no key, and puts no token back.
        self.tokens.wipe();
        *self.google.lock().unwrap_or_else(PoisonError::into_inner) = None;
        signet_hardening::scrub_stack();
        if was_open {
            tracing::info!(why, "locked");
            let recorded =
                self.door.note(principal, Action::Lock, why.into(), signet_audit::Verdict::Allowed).await;
            if let Err(failure) = recorded {
                tracing::warn!(code = failure.code.as_str(), "locking could not be recorded");
            }
            self.give_back_soon();
        }
        Ok(())
    }

    /// Gives back what a locked agent does not need, once the answer has left and if it is still locked.
    fn give_back_soon(&self) {
        let snapshots = Arc::clone(&self.snapshots);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(700)).await;
            if !snapshots.is_open() {
                signet_hardening::give_back();
            }
        });
    }

    /// Keeps the log's size and root in the keychain, beside the caller: at once, and not again before a
    /// while is over, since a keychain takes longer than a send.
    pub(crate) fn keep_anchor_soon(self: &Arc<Self>) {
        if self.anchors_wanted.fetch_add(1, Ordering::AcqRel) > 0 {
            // Whoever is at it looks again.
            return;
        }
        let agent = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                let wanted = agent.anchors_wanted.load(Ordering::Acquire);
                agent.keep_anchor().await;
                tokio::time::sleep(ANCHOR_PAUSE).await;
                let wanted =
                    agent.anchors_wanted.compare_exchange(wanted, 0, Ordering::AcqRel, Ordering::Acquire);
                if wanted.is_ok() {
                    return;
                }
            }
        });
    }

    async fn keep_anchor(&self) {
        let audit = Arc::clone(&self.audit);
        let anchor = tokio::task::spawn_blocking(move || audit.anchor()).await;
        let Ok(Some(anchor)) = anchor else { return };
        let kept = self
            .vault
            .run(move |cell| {
                cell.open()?
                    .set_anchor(&crate::usecase::unlock::vault_anchor(anchor))
                    .map_err(|e| e.failure())
            })
            .await;
        if let Err(failure) = kept
            && failure.code != Code::Locked
        {
            tracing::warn!(code = failure.code.as_str(), "the log's size and root could not be kept");
        }
    }
}
