//! A member's message on its way: the intent on record with its budget, the token, the upload, the outcome.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use async_trait::async_trait;
use signet_api::wire::{
    AuditReceipt, SendEvent, SendOutcome, SendPhase, SendReport, SentAttachment, WatchEvent,
};
use signet_audit::{Draft, Receipt, Side, Signer, Verdict};
use signet_core::{Action, Clock, Code, Failure, GrantId, Principal, RequestId, Scope, UnixMillis};
use signet_google::{Journal, LocalKey, Outcome, SessionUri};
use signet_mail::{Composed, MessageId};
use tokio::sync::mpsc::UnboundedSender;

use crate::clock::SystemClock;
use crate::host::decision::MessageFacts;
use crate::host::kept::KeptSend;
use crate::host::router::Place;
use crate::sends::SendInProgress;
use crate::signer;
use crate::timeline::Timeline;
use crate::usecase::send::{MessageBody, Progress, VaultKeys, wire_outcome};

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

/// A message that was on its way, and what the log has of it.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) report: SendReport,
    /// The place of its outcome's entry; of its intent's, if the outcome could not be recorded.
    pub(crate) entry: u64,
}

impl Place {
    /// Intent, token, upload, outcome.
    pub(crate) async fn send(
        &self,
        ready: &Ready,
        grant: GrantId,
        begun: Instant,
        events: &UnboundedSender<SendEvent>,
    ) -> Result<Sent, Failure> {
        // As for the owner's: nothing uses a key before the log was compared with what the keychain remembers.
        self.agent.door.compared().await?;
        let claim = self.agent.door.claim(ready.request).ok_or_else(|| Failure::new(Code::Repeated))?;
        let kept = KeptSend::begun(ready);
        let member = ready.principal.member().ok_or_else(|| Failure::new(Code::NotMember))?;
        let send = SendInProgress::new(
            ready.request,
            SystemClock.now(),
            kept.from.clone(),
            kept.subject.clone(),
            kept.bytes,
            Timeline::begun(begun),
        );
        let send = Arc::new(send.of_member(member));
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
        // Looked at once the send is in the list: a revocation either is seen here, or cancels it there.
        let recorded = if self.host.is_ended(member) {
            Err(Failure::new(Code::MemberEnded))
        } else {
            self.send_recorded(ready, grant, kept, &send, begun).await
        };
        let ended = recorded.clone().map(|sent| sent.report);
        let state = crate::history::state_of_end(&ended).to_owned();
        send.end(ended);
        let _ = watching.await;
        self.agent.sends.remove(ready.request);
        self.agent.news.send(WatchEvent::SendEnded { request_id: ready.request, state });
        drop(claim);
        recorded
    }

    async fn send_recorded(
        &self,
        ready: &Ready,
        grant: GrantId,
        mut kept: KeptSend,
        send: &Arc<SendInProgress>,
        begun: Instant,
    ) -> Result<Sent, Failure> {
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
        let (intent, signer) = self.described(ready, Verdict::Intent).await?;
        let intended =
            self.agent.audit.append_with(vec![intent], vec![reserve, Side::Note(note)], signer).await?;
        kept.intent = Some(intended.first_seq);
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
        let entry = receipt.as_ref().map_or(intended.first_seq, |receipt| receipt.first_seq);
        report.audit = receipt.ok().map(|receipt| AuditReceipt {
            size: receipt.size,
            root: data_encoding::HEXLOWER.encode(&receipt.root),
        });
        self.agent.keep_anchor_soon();
        Ok(Sent { report, entry })
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

    /// The intent's entry with the vault's HMACs, and who signs it.
    async fn described(&self, ready: &Ready, verdict: Verdict) -> Result<(Draft, Signer), Failure> {
        let draft = self
            .draft(&ready.principal, Action::Send, verdict)
            .target(ready.facts.key.to_string())
            .request(ready.request);
        let (facts, hashes) = (Arc::clone(&ready.facts), ready.hashes.clone());
        let message_id = ready.message_id.as_str().to_owned();
        self.agent
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                let hmac = vault.audit_hmac_key();
                let mut draft = draft.recipients(&facts.recipients, |text| hmac.tag(text));
                draft.attachment_hmacs = hashes.iter().map(|hash| hmac.tag(hash)).collect();
                draft.bytes = Some(facts.bytes);
                draft.message_id = Some(message_id);
                Ok((draft, signer::unlocked(vault.audit_signing_key())))
            })
            .await
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
            earlier: false,
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
