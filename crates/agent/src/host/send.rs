//! `send.*`: decided on the manifest, decided again on the final bytes, recorded, signed, sent.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use signet_api::remote::{
    CommitRequest, Manifest, RemoteReport, RequestChoice, RequestView, SendBegin, SendCommit, SendDrop,
    SendState, UploadView,
};
use signet_api::wire::{
    AuditReceipt, Empty, SendEvent, SendOutcome, SendPhase, SendReport, SentAttachment, SharedSend,
    WatchEvent,
};
use signet_audit::{Draft, Note, Receipt, Side, Verdict};
use signet_core::{
    Action, Approved, Clock, Code, Failure, FileName, GrantId, KeyId, LastCode, Principal, RequestId, Scope,
    SendDecision, UnixMillis,
};
use signet_google::{Journal, LocalKey, Outcome, SessionUri};
use signet_mail::{
    Composed, Message, MessageId, Part, Severity, Stamp, Survey, compose, encoded_len, preflight,
};
use tokio::sync::mpsc::UnboundedSender;

use crate::clock::SystemClock;
use crate::host::Host;
use crate::host::decision::MessageFacts;
use crate::host::router::{Caller, Place, Serve};
use crate::host::uploads::{Upload, derive_request};
use crate::message::{self, part_of};
use crate::sends::SendInProgress;
use crate::timeline::Timeline;
use crate::usecase::message_check::of_mail;
use crate::usecase::send::{MessageBody, Progress, VaultKeys, wire_outcome};

/// What the host remembers of a request, sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptSend {
    pub(crate) key: KeyId,
    pub(crate) sub: String,
    pub(crate) from: String,
    pub(crate) recipients: usize,
    pub(crate) subject: String,
    pub(crate) bytes: u64,
    /// The upload session, while it is open.
    pub(crate) session: Option<String>,
    pub(crate) finishing: bool,
    pub(crate) report: Option<SendReport>,
}

/// A message of a member that could go out now.
#[derive(Clone)]
pub(crate) struct Ready {
    pub(crate) request: RequestId,
    pub(crate) principal: Principal,
    pub(crate) facts: Arc<MessageFacts>,
    pub(crate) composed: Composed,
    pub(crate) message_id: MessageId,
    pub(crate) findings: Vec<signet_api::wire::Finding>,
    pub(crate) attachments: Vec<SentAttachment>,
    pub(crate) hashes: Vec<[u8; 32]>,
    pub(crate) with_code: bool,
    /// The message as its member wrote it.
    pub(crate) draft: signet_api::wire::Draft,
}

impl Serve<SendBegin> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        manifest: Manifest,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<UploadView, Failure> {
        self.authorise(&caller, Action::Send).await?;
        let (member, device) = (caller.member()?, caller.guest.device());
        let request = derive_request(device, manifest.request);
        if self.kept(request).await?.is_some() || self.host.waiting.holds(request) {
            return Err(Failure::new(Code::Repeated));
        }
        let with_code = match &manifest.code {
            Some(code) => {
                let verified = self.host.codes.verify(&self.agent, member, code).await;
                if let Err(failure) = verified {
                    self.refuse(&caller, Action::Send, failure.code).await;
                    return Err(failure);
                }
                true
            }
            None => false,
        };
        let refused = |failure: Failure| async {
            self.refuse(&caller, Action::Send, failure.code).await;
            failure
        };
        let (message, sub, facts) = match self.announced(member, &manifest) {
            Ok(announced) => announced,
            Err(failure) => return Err(refused(failure).await),
        };
        let code = self.code_of(member, with_code).await?;
        let needs_approval = match self.decide(&caller.principal, &facts, code, None).await? {
            SendDecision::Allow { .. } => false,
            SendDecision::NeedsApproval { .. } => true,
            SendDecision::Deny(denial) => return Err(refused(denial.into()).await),
        };
        let folder = self.agent.home.data().to_path_buf();
        let upload = Upload::new((request, member, device), manifest, message, sub, with_code, &folder)?;
        let upload = self.host.uploads.begin(upload)?;
        Ok(UploadView { have: upload.have().await, needs_approval })
    }
}

impl Serve<SendCommit> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        commit: CommitRequest,
        events: UnboundedSender<SendEvent>,
    ) -> Result<RemoteReport, Failure> {
        let begun = Instant::now();
        self.authorise(&caller, Action::Send).await?;
        let device = caller.guest.device();
        let request = derive_request(device, commit.request);
        let upload = self.host.uploads.take(device, request)?;
        let ready = match self.ready(&caller, &upload).await {
            Ok(ready) => ready,
            Err(failure) => {
                self.refuse(&caller, Action::Send, failure.code).await;
                return Err(failure);
            }
        };
        let report = self.decide_and_send(&caller, ready, None, begun, &events).await?;
        let checkpoint = match &report {
            Some(_) => Some(self.checkpoint(commit.seen, device).await?),
            None => None,
        };
        Ok(RemoteReport { report, checkpoint })
    }
}

impl Serve<SendState> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        choice: RequestChoice,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<RequestView, Failure> {
        let request = derive_request(caller.guest.device(), choice.request);
        let state = |state: &str, report| RequestView { state: state.into(), report };
        if let Some(kept) = self.kept(request).await? {
            return Ok(match kept.report {
                Some(report) => state("ended", Some(report)),
                None => state("sending", None),
            });
        }
        if self.host.waiting.holds(request) {
            return Ok(state("waiting", None));
        }
        let uploading = self.host.uploads.find(caller.guest.device(), request).is_ok();
        Ok(state(if uploading { "uploading" } else { "unknown-request" }, None))
    }
}

impl Serve<SendDrop> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        choice: RequestChoice,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<Empty, Failure> {
        let device = caller.guest.device();
        let request = derive_request(device, choice.request);
        // One that is gone already is no fault.
        let _ = self.host.uploads.take(device, request);
        self.host.waiting.withdraw(request, device);
        Ok(Empty {})
    }
}

impl Place {
    /// Parses what is announced; nothing has been uploaded yet.
    fn announced(
        &self,
        member: signet_core::MemberId,
        manifest: &Manifest,
    ) -> Result<(Message, signet_core::EmailAddress, MessageFacts), Failure> {
        let message = message::parse(&manifest.draft)?;
        if manifest.draft.attachments.len() != manifest.parts.len() {
            return Err(Failure::new(Code::UploadMismatch));
        }
        let parts = announced_parts(manifest)?;
        let encoded = encoded_len(&message, &parts, &stamp(&message)?).map_err(|e| e.failure())?;
        if encoded > signet_mail::MAX_ENCODED {
            return Err(Failure::new(Code::MessageTooLarge).fact("encoded_bytes", encoded));
        }
        let sub = self.subject_of(member, manifest.key, &message.from.address);
        let attachments = parts.into_iter().map(|(part, _)| (part.name, part.content_type)).collect();
        let facts = MessageFacts::of(manifest.key, sub.clone(), &message, attachments, encoded);
        Ok((message, sub, facts))
    }

    /// The message as it would be sent, from the bytes that have arrived.
    async fn ready(&self, caller: &Caller, upload: &Upload) -> Result<Ready, Failure> {
        let sources = upload.sources().await?;
        let draft = &upload.manifest.draft;
        let mut parts = Vec::new();
        let mut attachments = Vec::new();
        for (attachment, (source, survey)) in draft.attachments.iter().zip(sources) {
            let part = part_of(attachment, source)?;
            attachments.push(SentAttachment {
                name: part.name.to_string(),
                content_type: part.content_type.to_string(),
                bytes: survey.len,
                sha256: data_encoding::HEXLOWER.encode(&survey.sha256),
                path: None,
            });
            parts.push((part, survey));
        }
        let mut findings = Vec::new();
        for finding in preflight(&upload.message, &parts) {
            let stops = match finding.severity {
                Severity::Error => true,
                Severity::Confirm => !upload.manifest.allow_blocked,
                Severity::Warning => false,
            };
            if stops && let Some(failure) = finding.failure() {
                return Err(failure);
            }
            findings.push(signet_api::wire::Finding { blocks: stops, ..of_mail(finding) });
        }
        let hashes = parts.iter().map(|(_, survey)| survey.sha256).collect();
        let names = parts.iter().map(|(part, _)| (part.name.clone(), part.content_type.clone())).collect();
        let stamp = stamp(&upload.message)?;
        let composed = compose(&upload.message, parts, &stamp).map_err(|e| e.failure())?;
        let facts =
            MessageFacts::of(upload.manifest.key, upload.sub.clone(), &upload.message, names, composed.len());
        Ok(Ready {
            request: upload.request,
            principal: caller.principal,
            facts: Arc::new(facts),
            composed,
            message_id: stamp.message_id,
            findings,
            attachments,
            hashes,
            with_code: upload.with_code,
            draft: draft.clone(),
        })
    }

    /// The second decision, and what follows from it. None: the message waits for approval.
    pub(crate) async fn decide_and_send(
        &self,
        caller: &Caller,
        ready: Ready,
        approved: Option<Approved>,
        begun: Instant,
        events: &UnboundedSender<SendEvent>,
    ) -> Result<Option<SendReport>, Failure> {
        let member = caller.member()?;
        // Asked anew: a role or a membership may have ended while the bytes came.
        let principal = self.host.admit(&caller.guest)?;
        let code = self.code_of(member, ready.with_code).await?;
        match self.decide(&principal, &ready.facts, code, approved).await? {
            SendDecision::Allow { grant: Some(grant) } => {
                let ready = Ready { principal, ..ready };
                let sent = self.send(&ready, grant, begun, events).await;
                // Somebody else's message took the last of the budget between the decision and its entry.
                if let Err(failure) = &sent
                    && matches!(failure.code, Code::DeniedRate | Code::Repeated)
                {
                    self.refuse(caller, Action::Send, failure.code).await;
                }
                sent.map(Some)
            }
            SendDecision::NeedsApproval { grant, approval } => {
                self.wait_for_approval(caller, ready, grant, approval).await?;
                Ok(None)
            }
            SendDecision::Allow { grant: None } => Err(Failure::new(Code::Denied)),
            SendDecision::Deny(denial) => {
                let failure = Failure::from(denial);
                self.refuse(caller, Action::Send, failure.code).await;
                Err(failure)
            }
        }
    }

    /// Intent, token, upload, outcome.
    async fn send(
        &self,
        ready: &Ready,
        grant: GrantId,
        begun: Instant,
        events: &UnboundedSender<SendEvent>,
    ) -> Result<SendReport, Failure> {
        let claim = self.agent.door.claim(ready.request).ok_or_else(|| Failure::new(Code::Repeated))?;
        let kept = KeptSend {
            key: ready.facts.key,
            sub: ready.facts.sub.to_string(),
            from: ready.facts.from.to_string(),
            recipients: ready.facts.recipients.len(),
            subject: ready.facts.subject.clone(),
            bytes: ready.composed.len(),
            session: None,
            finishing: false,
            report: None,
        };
        let send = Arc::new(SendInProgress::new(
            ready.request,
            SystemClock.now(),
            kept.from.clone(),
            kept.subject.clone(),
            kept.bytes,
            Timeline::begun(begun),
        ));
        self.agent.sends.add(Arc::clone(&send));
        self.agent.news.send(WatchEvent::SendBegan {
            request_id: ready.request,
            program: "team".into(),
            pid: 0,
        });
        let _ = events.send(SendEvent::Started {
            request_id: ready.request,
            bytes: kept.bytes,
            findings: ready.findings.clone(),
        });
        let watching = {
            let (send, events) = (Arc::clone(&send), events.clone());
            tokio::spawn(async move {
                // Who listens may go away; the send goes on.
                let _ = send.follow(|event| drop(events.send(event))).await;
            })
        };
        let ended = self.send_recorded(ready, grant, kept, &send, begun).await;
        let state = crate::history::state_of_end(&ended).to_owned();
        send.end(ended.clone());
        let _ = watching.await;
        self.agent.sends.remove(ready.request);
        self.agent.news.send(WatchEvent::SendEnded { request_id: ready.request, state });
        drop(claim);
        ended
    }

    async fn send_recorded(
        &self,
        ready: &Ready,
        grant: GrantId,
        mut kept: KeptSend,
        send: &Arc<SendInProgress>,
        begun: Instant,
    ) -> Result<SendReport, Failure> {
        send.tell(SendEvent::Phase { phase: SendPhase::Recording });
        let time = SystemClock.now();
        let (per_minute, per_day) = {
            let team = self.host.team();
            let grant = team.grant(grant).ok_or_else(|| Failure::new(Code::DeniedNoGrant))?;
            (grant.conditions.per_minute, grant.conditions.per_day)
        };
        let reserve =
            Side::Reserve { grant: grant.0, request: ready.request, now: time, per_minute, per_day };
        let note = self.note_of(ready, &kept, time, true)?;
        let intent = self.described(ready, Verdict::Intent).await?;
        self.append(vec![intent], vec![reserve, Side::Note(note)]).await?;
        let outcome = self.upload(ready, &kept, time, send).await;
        let Ok(outcome) = outcome else {
            return Err(Failure::new(Code::SendUnknown)
                .what("The host was locked while Google had the message.")
                .remedy("Ask again later: the host then asks Google what became of it."));
        };
        let mut report = ready.report(begun);
        report.timeline = send.steps();
        report.outcome = wire_outcome(outcome.clone());
        let receipt = self.record_outcome(ready, &mut kept, &report, &outcome, time).await;
        if let Err(failure) = &receipt {
            tracing::error!(
                code = failure.code.as_str(),
                "the outcome of a member's send could not be recorded"
            );
        }
        report.audit = receipt.ok().map(|receipt| AuditReceipt {
            size: receipt.size,
            root: data_encoding::HEXLOWER.encode(&receipt.root),
        });
        self.agent.keep_anchor_soon();
        Ok(report)
    }

    async fn upload(
        &self,
        ready: &Ready,
        kept: &KeptSend,
        time: UnixMillis,
        send: &Arc<SendInProgress>,
    ) -> Result<Outcome, Failure> {
        let google = match self.agent.google() {
            Ok(google) => google,
            Err(failure) => return Ok(Outcome::NotSent(failure)),
        };
        send.tell(SendEvent::Phase { phase: SendPhase::Token });
        let journal = HostJournal {
            place: self.clone(),
            ready: ready.clone(),
            time,
            kept: tokio::sync::Mutex::new(kept.clone()),
        };
        let tokens = LocalKey {
            google: google.clone(),
            keys: Arc::new(VaultKeys(self.agent.vault.clone())),
            cache: Arc::clone(&self.agent.tokens),
            key: ready.facts.key,
            subject: ready.facts.sub.clone(),
            scope: Scope::GmailSend,
        };
        let body = Arc::new(MessageBody(ready.composed.clone()));
        let watch = Progress { send: Arc::clone(send), phase: Mutex::new(SendPhase::Token) };
        self.agent.while_open(google.send(body, &tokens, &journal, &watch, &send.cancel)).await
    }

    async fn record_outcome(
        &self,
        ready: &Ready,
        kept: &mut KeptSend,
        report: &SendReport,
        outcome: &Outcome,
        time: UnixMillis,
    ) -> Result<Receipt, Failure> {
        let (verdict, message_id) = match outcome {
            Outcome::Sent { message_id, .. } => (Verdict::Done, Some(message_id.clone())),
            Outcome::NotSent(failure) => (Verdict::Failed(failure.code), None),
            Outcome::Unknown(failure) => (Verdict::Unknown(failure.code), None),
        };
        kept.report = Some(report.clone());
        kept.session = None;
        let mut sides = vec![Side::Note(self.note_of(ready, kept, time, false)?)];
        if matches!(outcome, Outcome::NotSent(_)) {
            sides.push(Side::Release(ready.request));
        }
        let mut draft = self
            .draft(&ready.principal, Action::Send, verdict)
            .target(ready.facts.key.to_string())
            .request(ready.request);
        draft.message_id = message_id;
        self.append(vec![draft], sides).await
    }

    /// The intent's entry, with the vault's HMACs.
    async fn described(&self, ready: &Ready, verdict: Verdict) -> Result<Draft, Failure> {
        let draft = self
            .draft(&ready.principal, Action::Send, verdict)
            .target(ready.facts.key.to_string())
            .request(ready.request);
        let (facts, hashes) = (Arc::clone(&ready.facts), ready.hashes.clone());
        let message_id = ready.message_id.as_str().to_owned();
        self.agent
            .vault
            .run(move |cell| {
                let hmac = cell.open()?.audit_hmac_key();
                let mut draft = draft.recipients(&facts.recipients, |text| hmac.tag(text));
                draft.attachment_hmacs = hashes.iter().map(|hash| hmac.tag(hash)).collect();
                draft.bytes = Some(facts.bytes);
                draft.message_id = Some(message_id);
                Ok(draft)
            })
            .await
    }

    fn note_of(&self, ready: &Ready, kept: &KeptSend, time: UnixMillis, open: bool) -> Result<Note, Failure> {
        let member = ready.principal.member().ok_or_else(|| Failure::new(Code::NotMember))?;
        Ok(Note {
            request: ready.request,
            member: *member.as_bytes(),
            time,
            open,
            body: seal_note(&self.host, ready.request, kept)?,
        })
    }

    /// What is remembered of a request.
    pub(crate) async fn kept(&self, request: RequestId) -> Result<Option<KeptSend>, Failure> {
        let note = self.agent.audit.look(move |log| log.note(request).map_err(|e| e.failure())).await?;
        note.map(|note| read_note(&self.host, &note)).transpose()
    }

    async fn code_of(&self, member: signet_core::MemberId, with_code: bool) -> Result<LastCode, Failure> {
        if with_code { Ok(LastCode::WithThisSend) } else { self.host.codes.last(&self.agent, member).await }
    }
}

impl Ready {
    pub(crate) fn report(&self, begun: Instant) -> SendReport {
        SendReport {
            request_id: self.request,
            outcome: SendOutcome::DryRun,
            bytes: self.composed.len(),
            millis: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            recipients: self.facts.recipients.len(),
            findings: self.findings.clone(),
            attachments: self.attachments.clone(),
            preview: None,
            audit: None,
            timeline: Vec::new(),
        }
    }
}

impl KeptSend {
    /// The line for its member.
    pub(crate) fn view(&self, note: &Note) -> SharedSend {
        let (state, failure, message_id) = match self.report.as_ref().map(|report| &report.outcome) {
            Some(SendOutcome::Sent { message_id, .. }) => ("sent", None, Some(message_id.clone())),
            Some(SendOutcome::NotSent { failure }) => ("not-sent", Some(failure.clone()), None),
            Some(SendOutcome::Unknown { failure }) => ("unknown", Some(failure.clone()), None),
            Some(SendOutcome::DryRun | SendOutcome::Written) | None => ("sending", None, None),
        };
        SharedSend {
            request: note.request,
            time: note.time,
            from: self.from.clone(),
            recipients: self.recipients,
            subject: self.subject.clone(),
            state: state.into(),
            failure,
            message_id,
            bytes: self.bytes,
        }
    }
}

/// The journal of a member's upload: the note of the request, beside the log.
struct HostJournal {
    place: Place,
    ready: Ready,
    time: UnixMillis,
    kept: tokio::sync::Mutex<KeptSend>,
}

impl HostJournal {
    async fn save(&self, change: impl FnOnce(&mut KeptSend) + Send) -> Result<(), Failure> {
        let mut kept = self.kept.lock().await;
        change(&mut kept);
        let note = self.place.note_of(&self.ready, &kept, self.time, true)?;
        self.place.agent.audit.note(vec![Side::Note(note)]).await
    }
}

#[async_trait]
impl Journal for HostJournal {
    async fn session_started(&self, session: &SessionUri, finishing: bool) -> Result<(), Failure> {
        // Exposed to seal it: after a crash, only this address can tell what became of the message.
        let session = session.expose().to_owned();
        self.save(move |kept| {
            kept.session = Some(session);
            kept.finishing = finishing;
        })
        .await
    }

    async fn finishing(&self) -> Result<(), Failure> {
        self.save(|kept| kept.finishing = true).await
    }
}

/// Seals a note for its request.
pub(crate) fn seal_note(host: &Host, request: RequestId, kept: &KeptSend) -> Result<Vec<u8>, Failure> {
    let bytes = serde_json::to_vec(kept).map_err(|_| Failure::new(Code::Internal))?;
    let mut rng = signet_crypto::system_rng();
    Ok(signet_crypto::seal(&host.notes, &bound_to(request), &bytes, &mut rng))
}

/// Opens a note.
pub(crate) fn read_note(host: &Host, note: &Note) -> Result<KeptSend, Failure> {
    let bytes = signet_crypto::open(&host.notes, &bound_to(note.request), &note.body)?;
    // Exposed to be read into what was kept.
    serde_json::from_slice(bytes.expose()).map_err(|_| Failure::new(Code::VaultDamaged))
}

fn bound_to(request: RequestId) -> Vec<u8> {
    [b"signet1/note".as_slice(), request.as_bytes()].concat()
}

fn stamp(message: &Message) -> Result<Stamp, Failure> {
    let mut unique = [0; 16];
    let mut boundary_seed = [0; 16];
    for bytes in [&mut unique, &mut boundary_seed] {
        getrandom::fill(bytes).map_err(|_| Failure::new(Code::Internal))?;
    }
    let message_id = MessageId::derive(unique, &message.from.address);
    Ok(Stamp { date: SystemClock.now(), message_id, boundary_seed })
}

/// The announced parts with their sizes, and with nothing in them.
fn announced_parts(manifest: &Manifest) -> Result<Vec<(Part, Survey)>, Failure> {
    let nothing: Arc<dyn signet_mail::Source> = Arc::new(Vec::new());
    let mut parts = Vec::new();
    for (attachment, facts) in manifest.draft.attachments.iter().zip(&manifest.parts) {
        if attachment.name.as_ref().is_none_or(|name| FileName::parse(name).is_err()) {
            return Err(Failure::new(Code::InvalidFileName));
        }
        let part = part_of(attachment, Arc::clone(&nothing))?;
        parts.push((part, Survey { len: facts.bytes, sha256: [0; 32] }));
    }
    Ok(parts)
}
