//! Messages that wait for somebody's yes: the exact bytes are kept, and only those are sent.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use signet_api::remote::{ApprovalsDecide, ApprovalsWaiting};
use signet_api::wire::{ApprovalDecideRequest, ApprovalListReply, ApprovalView, Draft, Empty};
use signet_audit::Side;
use signet_core::{
    Action, Approval, Approved, Clock, Code, Decision, DeviceHash, Failure, GrantId, MemberId, Principal,
    RequestId, UnixMillis, decide_approval,
};
use tokio::sync::mpsc::{self, UnboundedSender};

use crate::clock::SystemClock;
use crate::host::kept::KeptSend;
use crate::host::outgoing::Ready;
use crate::host::router::{Caller, Place, Serve};
use crate::news::Area;

/// Messages that one member may have waiting.
const EACH: usize = 8;

/// The messages that wait.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<BTreeMap<RequestId, Arc<Frozen>>>);

/// One message that waits.
pub(crate) struct Frozen {
    pub(crate) caller: Caller,
    pub(crate) member: MemberId,
    pub(crate) ready: Ready,
    pub(crate) grant: GrantId,
    pub(crate) approval: Approval,
    pub(crate) digest: [u8; 32],
    pub(crate) draft: Draft,
    pub(crate) since: UnixMillis,
    pub(crate) until: UnixMillis,
}

impl Waiting {
    pub(crate) fn holds(&self, request: RequestId) -> bool {
        self.lock().contains_key(&request)
    }

    /// Takes a device's message back.
    pub(crate) fn withdraw(&self, request: RequestId, device: DeviceHash) {
        self.lock().retain(|id, frozen| *id != request || frozen.caller.guest.device() != device);
    }

    pub(crate) fn drop_of(&self, member: MemberId) {
        self.lock().retain(|_, frozen| frozen.member != member);
    }

    fn all(&self) -> Vec<Arc<Frozen>> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<RequestId, Arc<Frozen>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Freezes a message until somebody answers or its time is over.
    pub(crate) async fn wait_for_approval(
        &self,
        caller: &Caller,
        mut ready: Ready,
        grant: GrantId,
        approval: Approval,
    ) -> Result<(), Failure> {
        let member = caller.member()?;
        let composed = ready.composed.clone();
        let hashing = tokio::task::spawn_blocking(move || digest_of(composed.reader(0)));
        let digest = hashing.await.map_err(|_| Failure::new(Code::Internal))??;
        let draft = ready.draft.clone();
        Arc::make_mut(&mut ready.facts).digest = Some(digest);
        let since = SystemClock.now();
        let until = UnixMillis(since.0.saturating_add(u64::from(approval.within_secs) * 1000));
        let request = ready.request;
        let frozen = Arc::new(Frozen {
            caller: caller.clone(),
            member,
            ready,
            grant,
            approval,
            digest,
            draft,
            since,
            until,
        });
        {
            let mut waiting = self.host.waiting.lock();
            if waiting.values().filter(|other| other.member == member).count() >= EACH {
                return Err(Failure::new(Code::HostFull));
            }
            waiting.insert(request, frozen);
        }
        self.note(caller, Action::Send, format!("waits {}", HEXLOWER.encode(&digest))).await?;
        self.agent.news.changed(Area::Team);
        let place = self.clone();
        let caller = caller.clone();
        let within = Duration::from_secs(u64::from(approval.within_secs));
        tokio::spawn(async move {
            tokio::time::sleep(within).await;
            let over = place.host.waiting.lock().remove(&request);
            if let Some(frozen) = over {
                place.end_unsent(&frozen, Code::ApprovalOver).await;
                place.refuse(&caller, Action::Send, Code::ApprovalOver).await;
                place.agent.news.changed(Area::Team);
            }
        });
        Ok(())
    }

    /// Remembers that a message was not approved, so that its member hears it when asking again.
    async fn end_unsent(&self, frozen: &Frozen, code: Code) {
        let kept = KeptSend::unsent(&frozen.ready, Failure::new(code));
        let noted = match self.note_of(&frozen.ready, &kept, frozen.since, false) {
            Ok(note) => self.agent.audit.note(vec![Side::Note(note)]).await,
            Err(failure) => Err(failure),
        };
        if let Err(failure) = noted {
            tracing::warn!(code = failure.code.as_str(), "a refused message could not be remembered");
        }
    }

    /// What waits and this principal may answer.
    pub(crate) async fn waiting_for(&self, principal: &Principal) -> Result<ApprovalListReply, Failure> {
        let names = self.agent.vault.run(|cell| Ok(cell.open()?.keys())).await?;
        let team = self.host.team();
        let may =
            |frozen: &Frozen| decide_approval(principal, &frozen.approval, frozen.member) == Decision::Allow;
        let waiting = self.host.waiting.all().into_iter().filter(|frozen| may(frozen)).map(|frozen| {
            let key = names.iter().find(|key| key.id == frozen.ready.facts.key);
            ApprovalView {
                request: frozen.ready.request,
                member: team.member(&frozen.member).map(|m| m.name.to_string()).unwrap_or_default(),
                key: key.map(|key| key.name.clone()).unwrap_or_default(),
                since: frozen.since,
                until: frozen.until,
                message: frozen.draft.clone(),
                attachments: frozen.ready.attachments.clone(),
                bytes: frozen.ready.composed.len(),
                sha256: HEXLOWER.encode(&frozen.digest),
            }
        });
        Ok(ApprovalListReply { waiting: waiting.collect() })
    }

    /// Answers: the digest names the bytes that were looked at, and only those go out.
    pub(crate) async fn answer_approval(
        &self,
        principal: &Principal,
        request: &ApprovalDecideRequest,
    ) -> Result<(), Failure> {
        let frozen = self.host.waiting.lock().get(&request.request).cloned();
        let frozen = frozen.ok_or_else(|| Failure::new(Code::NotFound))?;
        if let Decision::Deny(code) = decide_approval(principal, &frozen.approval, frozen.member) {
            return Err(Failure::new(code));
        }
        if request.sha256 != HEXLOWER.encode(&frozen.digest) {
            return Err(Failure::new(Code::ApprovalChanged));
        }
        if self.host.waiting.lock().remove(&request.request).is_none() {
            return Err(Failure::new(Code::NotFound));
        }
        self.agent.news.changed(Area::Team);
        if !request.approve {
            self.end_unsent(&frozen, Code::ApprovalRefused).await;
            self.refuse(&frozen.caller, Action::Send, Code::ApprovalRefused).await;
            return Ok(());
        }
        let approved = Approved { grant: frozen.grant, digest: frozen.digest };
        let place = self.clone();
        let (events, _) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let ready = frozen.ready.clone();
            let sent =
                place.decide_and_send(&frozen.caller, ready, Some(approved), Instant::now(), &events).await;
            if let Err(failure) = sent {
                tracing::info!(code = failure.code.as_str(), "an approved message could not be sent");
            }
        });
        Ok(())
    }
}

impl Serve<ApprovalsWaiting> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        _: Empty,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<ApprovalListReply, Failure> {
        self.authorise(&caller, Action::ApprovalDecide).await?;
        self.waiting_for(&caller.principal).await
    }
}

impl Serve<ApprovalsDecide> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        request: ApprovalDecideRequest,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<Empty, Failure> {
        self.authorise(&caller, Action::ApprovalDecide).await?;
        let member = caller.member()?;
        if request.approve {
            let code = request.code.as_deref().ok_or_else(|| Failure::new(Code::CodeNeeded))?;
            if let Err(failure) = self.host.codes.verify(&self.agent, member, code).await {
                self.refuse(&caller, Action::ApprovalDecide, failure.code).await;
                return Err(failure);
            }
        }
        if let Err(failure) = self.answer_approval(&caller.principal, &request).await {
            self.refuse(&caller, Action::ApprovalDecide, failure.code).await;
            return Err(failure);
        }
        let target = format!("{} {}", if request.approve { "yes" } else { "no" }, request.sha256);
        self.note(&caller, Action::ApprovalDecide, target).await?;
        Ok(Empty {})
    }
}

fn digest_of(mut bytes: impl Read) -> Result<[u8; 32], Failure> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match bytes.read(&mut buffer) {
            Ok(0) => return Ok(hash.finalize().into()),
            Ok(read) => hash.update(buffer.get(..read).unwrap_or_default()),
            Err(_) => return Err(Failure::new(Code::AttachmentChanged)),
        }
    }
}
