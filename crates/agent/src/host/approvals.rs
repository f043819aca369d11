//! Messages that wait for somebody's yes: the exact bytes are kept, and only those are sent.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use signet_api::remote::{ApprovalsDecide, ApprovalsWaiting};
use signet_api::wire::{ApprovalDecideRequest, ApprovalListReply, ApprovalView, Draft, Empty};
use signet_audit::{Side, Verdict};
use signet_core::{
    Action, Approval, Approved, Clock, Code, Decision, Failure, GrantId, MemberId, Principal, RequestId,
    UnixMillis, decide_approval,
};
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::oneshot;

use crate::clock::SystemClock;
use crate::host::kept::KeptSend;
use crate::host::outgoing::Ready;
use crate::host::router::{Caller, Place, Serve};
use crate::host::uploads::Held;
use crate::news::Area;

/// Messages that one member may have waiting.
const EACH: usize = 8;
/// How often a member's messages may begin to wait in an hour: each is an entry in the log that no budget counts.
const AN_HOUR: usize = 60;

/// The messages that wait. Their notes beside the log say so too, so that none is forgotten without a word.
#[derive(Default)]
pub(crate) struct Waiting {
    frozen: Mutex<BTreeMap<RequestId, Arc<Frozen>>>,
    /// When each member's messages of the last hour began to wait.
    begun: Mutex<HashMap<MemberId, VecDeque<Instant>>>,
}

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
    /// Ends the wait for its time when the message is gone.
    _gone: oneshot::Sender<()>,
}

impl Waiting {
    /// Forgets them all.
    pub(crate) fn clear(&self) {
        let gone = std::mem::take(&mut *self.lock());
        // Outside the lock: dropping one ends its wait.
        drop(gone);
    }

    /// Forgets a member's messages.
    pub(crate) fn drop_of(&self, member: MemberId) {
        self.lock().retain(|_, frozen| frozen.member != member);
    }

    pub(crate) fn holds(&self, request: RequestId) -> bool {
        self.lock().contains_key(&request)
    }

    /// Takes a member's message back.
    pub(crate) fn withdraw(&self, request: RequestId, member: MemberId) -> Option<Arc<Frozen>> {
        self.take_if(request, |frozen| frozen.member == member)
    }

    /// Bytes and parts that wait: those of one member, and those of all.
    pub(crate) fn held(&self, member: MemberId) -> (Held, Held) {
        let (mut own, mut all) = (Held::default(), Held::default());
        for frozen in self.lock().values() {
            let held = Held { bytes: frozen.ready.composed.len(), parts: frozen.ready.attachments.len() };
            all += held;
            if frozen.member == member {
                own += held;
            }
        }
        (own, all)
    }

    /// Whether one more may begin to wait; counts it.
    fn begins(&self, member: MemberId, now: Instant) -> bool {
        if !room(&self.lock(), member) {
            return false;
        }
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let own = begun.entry(member).or_default();
        own.retain(|then| now.duration_since(*then) < Duration::from_hours(1));
        let fits = own.len() < AN_HOUR;
        if fits {
            own.push_back(now);
        }
        fits
    }

    /// Whether there was room for it.
    fn put(&self, frozen: &Arc<Frozen>) -> bool {
        let mut waiting = self.lock();
        let fits = room(&waiting, frozen.member);
        if fits {
            waiting.insert(frozen.ready.request, Arc::clone(frozen));
        }
        fits
    }

    fn find(&self, request: RequestId) -> Option<Arc<Frozen>> {
        self.lock().get(&request).cloned()
    }

    /// Takes a message out: whoever gets it answers for it.
    fn take_if(&self, request: RequestId, fits: impl Fn(&Frozen) -> bool) -> Option<Arc<Frozen>> {
        let mut waiting = self.lock();
        waiting.get(&request).is_some_and(|frozen| fits(frozen)).then(|| waiting.remove(&request)).flatten()
    }

    fn all(&self) -> Vec<Arc<Frozen>> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<RequestId, Arc<Frozen>>> {
        self.frozen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn room(waiting: &BTreeMap<RequestId, Arc<Frozen>>, member: MemberId) -> bool {
    waiting.values().filter(|frozen| frozen.member == member).count() < EACH
}

impl Place {
    /// Freezes a message until somebody answers or its time is over. `again`: it waited before, and the yes
    /// that it got does not count any more.
    pub(crate) async fn wait_for_approval(
        &self,
        caller: &Caller,
        mut ready: Ready,
        (grant, approval): (GrantId, Approval),
        again: bool,
    ) -> Result<(), Failure> {
        let member = caller.member()?;
        if !self.host.waiting.begins(member, Instant::now()) {
            return Err(Failure::new(Code::HostFull)
                .what("Too many of your messages wait for approval, or have waited within the hour.")
                .remedy("Ask for the answers that are due, then send again."));
        }
        let composed = ready.composed.clone();
        let hashing = tokio::task::spawn_blocking(move || digest_of(composed.reader(0)));
        let digest = hashing.await.map_err(|_| Failure::new(Code::Internal))??;
        let draft = ready.draft.clone();
        Arc::make_mut(&mut ready.facts).digest = Some(digest);
        let since = SystemClock.now();
        let until = UnixMillis(since.0.saturating_add(u64::from(approval.within_secs) * 1000));
        let request = ready.request;
        let (gone, is_gone) = oneshot::channel();
        let frozen = Arc::new(Frozen {
            _gone: gone,
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
        let fits;
        {
            // From its note on the request is known, so that the same one is not begun twice.
            let _claim = self.agent.door.claim(request).ok_or_else(|| Failure::new(Code::Repeated))?;
            if !again && self.kept(request).await?.is_some() {
                return Err(Failure::new(Code::Repeated));
            }
            let note = self.note_of(&frozen.ready, &KeptSend::waiting(&frozen.ready), since, true)?;
            let entry = self.draft(&caller.principal, Action::Send, Verdict::Allowed);
            let entry = entry.target(format!("waits {}", HEXLOWER.encode(&digest)));
            self.append(vec![entry], vec![Side::Note(note)]).await?;
            fits = self.host.waiting.put(&frozen);
        }
        if !fits {
            self.end_unsent(&frozen, Failure::new(Code::HostFull)).await;
            return Err(Failure::new(Code::HostFull));
        }
        self.agent.news.changed(Area::Team);
        let place = self.clone();
        let within = Duration::from_secs(u64::from(approval.within_secs));
        drop(frozen);
        tokio::spawn(async move {
            tokio::select! {
                _ = is_gone => return,
                () = tokio::time::sleep(within) => {}
            }
            // The same request may wait anew by then.
            let over = place.host.waiting.take_if(request, |now| now.until == until);
            if let Some(frozen) = over {
                if place.end_unsent(&frozen, Failure::new(Code::ApprovalOver)).await {
                    place.refuse(&frozen.caller, Action::Send, Code::ApprovalOver).await;
                }
                place.agent.news.changed(Area::Team);
            }
        });
        Ok(())
    }

    /// Remembers that a message was not sent, so that its member hears it when asking again. Whether it still
    /// waited.
    pub(crate) async fn end_unsent(&self, frozen: &Frozen, failure: Failure) -> bool {
        let request = frozen.ready.request;
        // Only what never went further than this: an intent has replaced the note, and has the last word.
        let Some(_claim) = self.agent.door.claim(request) else { return false };
        if !self.kept(request).await.is_ok_and(|kept| kept.is_some_and(|kept| kept.waits)) {
            return false;
        }
        let kept = KeptSend::unsent(&frozen.ready, failure);
        let noted = match self.note_of(&frozen.ready, &kept, frozen.since, false) {
            Ok(note) => self.agent.audit.note(vec![Side::Note(note)]).await,
            Err(failure) => Err(failure),
        };
        if let Err(failure) = noted {
            tracing::warn!(code = failure.code.as_str(), "a refused message could not be remembered");
        }
        true
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
        let mut waiting: Vec<ApprovalView> = waiting.collect();
        waiting.sort_by_key(|one| one.since);
        Ok(ApprovalListReply { waiting })
    }

    /// Whether this principal may answer that: the digest names the bytes that were looked at.
    pub(crate) fn may_answer(
        &self,
        principal: &Principal,
        request: &ApprovalDecideRequest,
    ) -> Result<(), Failure> {
        let frozen = self.host.waiting.find(request.request).ok_or_else(gone)?;
        if let Decision::Deny(code) = decide_approval(principal, &frozen.approval, frozen.member) {
            return Err(Failure::new(code));
        }
        if request.sha256 != HEXLOWER.encode(&frozen.digest) {
            return Err(Failure::new(Code::ApprovalChanged));
        }
        Ok(())
    }

    /// Answers, the answer being on record; only those bytes go out.
    pub(crate) async fn answer_approval(
        &self,
        principal: &Principal,
        request: &ApprovalDecideRequest,
    ) -> Result<(), Failure> {
        // Two answers at once: one of them finds nothing.
        // The same bytes may wait anew, for somebody else's yes.
        let same = |now: &Frozen| {
            let may = decide_approval(principal, &now.approval, now.member) == Decision::Allow;
            may && request.sha256 == HEXLOWER.encode(&now.digest)
        };
        let frozen = self.host.waiting.take_if(request.request, same);
        let frozen = frozen.ok_or_else(gone)?;
        self.agent.news.changed(Area::Team);
        if !request.approve {
            self.end_unsent(&frozen, Failure::new(Code::ApprovalRefused)).await;
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
                place.end_unsent(&frozen, failure).await;
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
        if let Err(failure) = self.may_answer(&caller.principal, &request) {
            self.refuse(&caller, Action::ApprovalDecide, failure.code).await;
            return Err(failure);
        }
        if request.approve {
            let code = request.code.as_deref().ok_or_else(|| Failure::new(Code::CodeNeeded))?;
            if let Err(failure) = self.host.codes.verify(&self.agent, member, code).await {
                self.refuse(&caller, Action::ApprovalDecide, failure.code).await;
                return Err(failure);
            }
        }
        // On record before it takes effect: who said yes to which bytes.
        let target = format!("{} {}", if request.approve { "yes" } else { "no" }, request.sha256);
        self.note(&caller, Action::ApprovalDecide, target).await?;
        self.answer_approval(&caller.principal, &request).await?;
        Ok(Empty {})
    }
}

fn gone() -> Failure {
    Failure::new(Code::NotFound)
        .what("That message does not wait any more.")
        .remedy("Its sender took it back, somebody else answered, or its time is over; nothing was done now.")
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
