//! `send.*`: decided on the manifest, decided again on the final bytes.

use std::sync::Arc;
use std::time::Instant;

use signet_api::remote::{
    CheckpointRequest, CommitRequest, Manifest, RemoteReport, RequestChoice, RequestView, SendBegin,
    SendCommit, SendDrop, SendState, UploadView,
};
use signet_api::wire::{Empty, SendEvent, SentAttachment};
use signet_core::{Action, Approved, Clock, Code, Failure, FileName, LastCode, SendDecision};
use signet_mail::{Message, MessageId, Part, Severity, Stamp, Survey, compose, encoded_len, preflight};
use tokio::sync::mpsc::UnboundedSender;

use crate::clock::SystemClock;
use crate::host::decision::MessageFacts;
use crate::host::kept::derive_asked;
use crate::host::outgoing::{Ready, Sent};
use crate::host::router::{Caller, Place, Serve};
use crate::host::uploads::{Upload, derive_request};
use crate::message::{self, part_of};
use crate::news::Area;
use crate::usecase::message_check::of_mail;

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
        let request = self.request_of(&caller, manifest.request).await?;
        if let Some(upload) = self.host.uploads.in_hand(request) {
            return Err(repeated(upload.is_of(&manifest)));
        }
        if let Some(kept) = self.kept(request).await? {
            let parts: Vec<String> = manifest.parts.iter().map(|part| part.sha256.clone()).collect();
            let same =
                kept.asked.is_none() || kept.asked == derive_asked(manifest.key, &manifest.draft, &parts);
            return Err(repeated(same));
        }
        let with_code = match &manifest.code {
            Some(_) if self.host.uploads.has_code(device, request, &manifest) => true,
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
        let upload = self.host.uploads.begin(upload, self.host.waiting.held(member))?;
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
        // Held to the end: from then on it is refused, waits, or is on record.
        let (upload, _in_hand) = self.host.uploads.take(device, request)?;
        let ready = match self.ready(&caller, &upload).await {
            Ok(ready) => ready,
            Err(failure) => {
                self.refuse(&caller, Action::Send, failure.code).await;
                return Err(failure);
            }
        };
        let Some(Sent { report, entry }) = self.decide_and_send(&caller, ready, None, begun, &events).await?
        else {
            return Ok(RemoteReport { report: None, checkpoint: None, entry: None });
        };
        let asked = CheckpointRequest { seen: commit.seen, also: None };
        let (checkpoint, entry) = self.checkpoint(asked, device, Some(entry)).await?;
        Ok(RemoteReport { report: Some(report), checkpoint: Some(checkpoint), entry })
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
        let request = self.request_of(&caller, choice.request).await?;
        let state = |state: &str, report| RequestView {
            request,
            state: state.into(),
            report,
            checkpoint: None,
            entry: None,
        };
        // Looked at first: what leaves the hand is on record by then.
        let in_hand = self.host.uploads.in_hand(request).is_some();
        if let Some(kept) = self.kept(request).await? {
            let Some(report) = kept.report else {
                return Ok(state(if kept.waits { "waiting" } else { "sending" }, None));
            };
            let ended = state("ended", Some(report));
            let Some(intent) = kept.intent else { return Ok(ended) };
            let asked = CheckpointRequest { seen: choice.seen, also: None };
            let (view, entry) = self.checkpoint(asked, caller.guest.device(), Some(intent)).await?;
            return Ok(RequestView { checkpoint: Some(view), entry, ..ended });
        }
        let uploading = self.host.uploads.find(caller.guest.device(), request).is_ok();
        Ok(match (in_hand, uploading) {
            (true, _) => state("sending", None),
            (false, true) => state("uploading", None),
            (false, false) => state("unknown-request", None),
        })
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
        let request = self.request_of(&caller, choice.request).await?;
        // One that is gone already is no fault.
        let _ = self.host.uploads.take(device, request);
        if let Some(frozen) = self.host.waiting.withdraw(request, caller.member()?) {
            if self.end_unsent(&frozen, Failure::new(Code::Cancelled)).await {
                self.refuse(&caller, Action::Send, Code::Cancelled).await;
            }
            self.agent.news.changed(Area::Team);
        }
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
        // Before a rule looks at each of them.
        let recipients = message.recipients().count();
        if recipients > signet_mail::MAX_RECIPIENTS {
            return Err(Failure::new(Code::TooManyRecipients).fact("recipients", recipients));
        }
        if manifest.draft.attachments.len() != manifest.parts.len() {
            return Err(Failure::new(Code::UploadMismatch));
        }
        let announced = manifest.parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.bytes));
        if announced > signet_mail::MAX_ENCODED {
            return Err(Failure::new(Code::MessageTooLarge).fact("encoded_bytes", announced));
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
    ) -> Result<Option<Sent>, Failure> {
        let member = caller.member()?;
        // Asked anew: a role or a membership may have ended while the bytes came.
        let principal = self.host.admit(&caller.guest)?;
        let code = self.code_of(member, ready.with_code).await?;
        let again = approved.is_some();
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
                self.wait_for_approval(caller, ready, (grant, approval), again).await?;
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

    async fn code_of(&self, member: signet_core::MemberId, with_code: bool) -> Result<LastCode, Failure> {
        if with_code { Ok(LastCode::WithThisSend) } else { self.host.codes.last(&self.agent, member).await }
    }
}

/// Why a request is not begun again.
fn repeated(same: bool) -> Failure {
    if same {
        return Failure::new(Code::Repeated);
    }
    Failure::new(Code::UploadMismatch)
        .what("That request id belongs to another message.")
        .remedy("Leave it out for a new message; nothing was sent now.")
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
