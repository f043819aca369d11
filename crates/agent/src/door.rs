//! The one door: authorise and record are one function. What it does not let through did not happen;
//! what it lets through is on record before it begins.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use signet_audit::{Actor, Caller as Refused, Draft, Receipt, Refusal, Signer, Throttle, Verdict};
use signet_core::{Action, Clock, Code, Decision, Failure, Principal, RequestId, decide};
use signet_vault::OpenVault;

use crate::audit_desk::AuditDesk;
use crate::clock::SystemClock;
use crate::signer;
use crate::usecase::unlock::open_log;
use crate::vault_cell::{VaultCell, VaultState};
use crate::vault_thread::VaultThread;

/// The local callers, who are no device.
const LOCAL: [u8; 32] = [0; 32];

/// The door of one agent.
pub(crate) struct Door {
    pub(crate) audit: Arc<AuditDesk>,
    vault: VaultThread,
    throttle: Mutex<Refusals>,
    active: Arc<Mutex<BTreeSet<RequestId>>>,
}

/// Refusals that are counted, and what was tried when they were.
#[derive(Default)]
struct Refusals {
    throttle: Throttle,
    tried: BTreeMap<(Refused, Code), Action>,
}

impl Refusals {
    /// Those to record now, this one among them if its caller has not used up its share.
    fn refuse(&mut self, caller: Refused, code: Code, action: Action) -> Option<Refusal> {
        let refusal = self.throttle.refuse(SystemClock.now(), caller, code);
        if refusal.is_none() {
            self.tried.insert((caller, code), action);
        }
        refusal
    }

    /// The counted ones whose minute is over.
    fn due(&mut self) -> Vec<(Refusal, Action)> {
        let due = self.throttle.due(SystemClock.now());
        due.into_iter()
            .map(|refusal| {
                let tried = self.tried.remove(&(refusal.caller, refusal.cause));
                (refusal, tried.unwrap_or(Action::SessionOpen))
            })
            .collect()
    }
}

/// An allowed action, on record as an intent. Its outcome has to be recorded too.
pub(crate) struct Permit {
    principal: Principal,
    action: Action,
    request: RequestId,
    target: String,
    /// While it lives, nobody else settles this request.
    _active: Active,
}

/// A request that is being worked on.
pub(crate) struct Active {
    requests: Arc<Mutex<BTreeSet<RequestId>>>,
    request: RequestId,
}

impl Drop for Active {
    fn drop(&mut self) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.request);
    }
}

impl Door {
    /// The door in front of that vault.
    pub(crate) fn new(audit: Arc<AuditDesk>, vault: VaultThread) -> Self {
        Self { audit, vault, throttle: Mutex::default(), active: Arc::default() }
    }

    /// Authorises an action that uses the open vault, and records the intent. `describe` adds what the
    /// entry shall say, with the vault's HMAC key at hand.
    pub(crate) async fn enter(
        &self,
        principal: Principal,
        action: Action,
        request: RequestId,
        target: String,
        describe: impl FnOnce(&OpenVault, Draft) -> Draft + Send + 'static,
    ) -> Result<Permit, Failure> {
        self.authorise(principal, action).await?;
        self.compared().await?;
        let active = self.claim(request).ok_or_else(|| Failure::new(Code::Busy))?;
        let permit = Permit { principal, action, request, target, _active: active };
        let draft = permit.draft(Verdict::Intent);
        let (draft, signer) = self
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                let draft = describe(vault, by_owner(vault, draft));
                Ok((draft, signer::unlocked(vault.audit_signing_key())))
            })
            .await?;
        self.audit.append(vec![draft], signer).await?;
        Ok(permit)
    }

    /// Records how an entered action ended.
    pub(crate) async fn leave(
        &self,
        permit: &Permit,
        verdict: Verdict,
        message_id: Option<String>,
    ) -> Result<Receipt, Failure> {
        let mut draft = permit.draft(verdict);
        draft.message_id = message_id;
        let (draft, signer) = self
            .vault
            .run(move |cell| {
                let draft = match &cell.state {
                    VaultState::Open(vault) => by_owner(vault, draft),
                    _ => draft,
                };
                Ok((draft, signer_of(cell)?))
            })
            .await?;
        self.audit.append(vec![draft], signer).await
    }

    /// Claims a request for working on it; none if somebody else does.
    pub(crate) fn claim(&self, request: RequestId) -> Option<Active> {
        let mut requests = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        requests.insert(request).then(|| Active { requests: Arc::clone(&self.active), request })
    }

    /// Whether the log was compared with the keychain's memory; does it, where it was not possible at the
    /// unlock. A log that
    /// turns out to be rolled back stays usable: it is shown as such, and the evidence is kept.
    pub(crate) async fn compared(&self) -> Result<(), Failure> {
        if self.audit.is_reconciled() {
            return Ok(());
        }
        let audit = Arc::clone(&self.audit);
        let compared = self
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                let vault_id = vault.info().vault_id;
                open_log(vault, &audit, vault_id)
            })
            .await;
        if self.audit.is_reconciled() { Ok(()) } else { compared }
    }

    /// Authorises an action that is complete in itself, and records it with the key that the vault's
    /// state allows.
    pub(crate) async fn pass(
        &self,
        principal: Principal,
        action: Action,
        target: String,
    ) -> Result<(), Failure> {
        self.authorise(principal, action).await?;
        self.note(principal, action, target, Verdict::Allowed).await
    }

    /// Authorises only: for what must work when nothing can be recorded (lock, backup).
    pub(crate) async fn authorise(&self, principal: Principal, action: Action) -> Result<(), Failure> {
        match decide(&principal, action) {
            Decision::Allow => Ok(()),
            Decision::Deny(code) => {
                self.refuse(Some(principal), action, code).await;
                Err(Failure::new(code))
            }
        }
    }

    /// Records something that happened or was refused.
    pub(crate) async fn note(
        &self,
        principal: Principal,
        action: Action,
        target: String,
        verdict: Verdict,
    ) -> Result<(), Failure> {
        let now = SystemClock.now();
        let draft = Draft::new(now, Actor::NOBODY, Some(principal.role()), action, verdict).target(target);
        let (draft, signer) = self
            .vault
            .run(move |cell| {
                let draft = match &cell.state {
                    VaultState::Open(vault) => by_owner(vault, draft),
                    _ => draft,
                };
                Ok((draft, signer_of(cell)?))
            })
            .await?;
        self.audit.append(vec![draft], signer).await.map(|_| ())
    }

    /// The refusal to record now, if its caller has not used up its share; it is counted otherwise.
    pub(crate) fn throttled(&self, caller: Refused, action: Action, code: Code) -> Option<Refusal> {
        self.refusals().refuse(caller, code, action)
    }

    /// Records a refusal, within the limits that keep the log from being flooded. Never fails: the
    /// refusal stands whether or not it could be recorded.
    pub(crate) async fn refuse(&self, principal: Option<Principal>, action: Action, code: Code) {
        // A local caller is known by its user id alone, so all of them share one budget.
        let caller = principal.map_or(Refused::Unauthenticated, |_| Refused::Device(LOCAL));
        self.record_counted().await;
        if let Some(refusal) = self.throttled(caller, action, code) {
            let mut draft = drafted(&refusal, action);
            draft.role = principal.map(|p| p.role());
            self.record_refusal(draft).await;
        }
    }

    /// Records the counted refusals whose minute is over, each in its caller's name.
    pub(crate) async fn record_counted(&self) {
        let due = self.refusals().due();
        for (refusal, action) in due {
            self.record_refusal(drafted(&refusal, action)).await;
        }
    }

    /// Records a refusal that its caller has drafted.
    pub(crate) async fn record_refusal(&self, draft: Draft) {
        let signer = self.vault.run(signer_of).await;
        let recorded = match signer {
            Ok(signer) => self.audit.append(vec![draft], signer).await.map(|_| ()),
            Err(failure) => Err(failure),
        };
        if let Err(failure) = recorded {
            tracing::warn!(code = failure.code.as_str(), "a refusal could not be recorded");
        }
    }

    fn refusals(&self) -> MutexGuard<'_, Refusals> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A refusal's entry.
fn drafted(refusal: &Refusal, action: Action) -> Draft {
    let actor = match refusal.caller {
        Refused::Device(device) if device != LOCAL => Actor::key_hash(device),
        _ => Actor::NOBODY,
    };
    let mut draft = Draft::new(SystemClock.now(), actor, None, action, Verdict::Refused(refusal.cause));
    draft.count = refusal.count;
    draft
}

impl Permit {
    fn draft(&self, verdict: Verdict) -> Draft {
        Draft::new(SystemClock.now(), Actor::NOBODY, Some(self.principal.role()), self.action, verdict)
            .target(self.target.clone())
            .request(self.request)
    }
}

/// The draft in the name of the owner's key.
fn by_owner(vault: &OpenVault, mut draft: Draft) -> Draft {
    draft.actor = Actor::key_hash(Sha256::digest(vault.owner_key().public().to_bytes()).into());
    draft
}

/// The key that may sign entries in the vault's state.
pub(crate) fn signer_of(cell: &mut VaultCell) -> Result<Signer, Failure> {
    match &cell.state {
        VaultState::Open(vault) => Ok(signer::unlocked(vault.audit_signing_key())),
        VaultState::Locked(vault) => vault.locked_audit_key().map(signer::locked).map_err(|e| e.failure()),
        VaultState::Absent => Err(Failure::new(Code::NoVault)),
        VaultState::Unusable(failure) => Err(failure.clone()),
    }
}
