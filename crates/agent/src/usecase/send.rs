//! `send`: pass one over the files, the intent on record, the token, the upload, the outcome on record.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use signet_api::Send;
use signet_api::wire::{
    AuditReceipt, Finding, HistoryItem, SendEvent, SendMode, SendOutcome, SendPhase, SendReport, SendRequest,
    WatchEvent,
};
use signet_audit::{Receipt, Verdict};
use signet_core::{Action, Clock, Code, EmailAddress, Failure, KeyId, Principal, RequestId, Scope};
use signet_google::{Body, KeyPort, LocalKey, Outcome, ServiceKey, Watch};
use signet_mail::{Composed, MessageId, Severity, SourceChanged, Stamp, compose, preflight};
use signet_vault::{KeyRecord, Table};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::door::Permit;
use crate::history::{self, make_request_id};
use crate::journal::{UploadJournal, UploadNote};
use crate::message::{self, Prepared};
use crate::news::Area;
use crate::router::{Events, Handle};
use crate::sends::SendInProgress;
use crate::timeline::Timeline;
use crate::usecase::message_check::of_mail;
use crate::vault_thread::VaultThread;

impl Handle<Send> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: SendRequest,
        events: Events<SendEvent>,
    ) -> Result<SendReport, Failure> {
        let begun = Instant::now();
        let time = SystemClock.now();
        self.door.authorise(caller, Action::Send).await?;
        events.send(SendEvent::Phase { phase: SendPhase::Reading });
        let key = self.key(request.key.clone()).await?;
        let ready = self.ready(&request, make_request_id(time)?).await?;
        let report = ready.report(begun);
        match &request.mode {
            SendMode::DryRun => Ok(SendReport { preview: Some(ready.headers()?), ..report }),
            SendMode::Eml(handle) => {
                let file = self.handles.take(handle)?;
                let composed = ready.composed.clone();
                tokio::task::spawn_blocking(move || write_eml(&composed, file))
                    .await
                    .map_err(|_| Failure::new(Code::Internal))??;
                Ok(SendReport { outcome: SendOutcome::Written, ..ready.report(begun) })
            }
            SendMode::Send => {
                let send = Arc::new(SendInProgress::new(
                    ready.request,
                    time,
                    request.draft.from.clone(),
                    request.draft.subject.clone(),
                    ready.composed.len(),
                    Timeline::begun(begun),
                ));
                self.sends.add(Arc::clone(&send));
                let peer = events.peer();
                self.news.send(WatchEvent::SendBegan {
                    request_id: ready.request,
                    program: peer.program(),
                    pid: peer.pid,
                });
                let started = SendEvent::Started {
                    request_id: ready.request,
                    bytes: ready.composed.len(),
                    findings: ready.findings.clone(),
                };
                events.send(started);
                let agent = Arc::clone(&self);
                let work = Arc::clone(&send);
                // Its own task: once begun, a send ends on record whoever listens.
                tokio::spawn(async move {
                    let ended = agent.send(caller, request, key, ready, &work, begun).await;
                    let state = history::state_of_end(&ended).into();
                    work.end(ended);
                    agent.sends.remove(work.request);
                    agent.news.changed(Area::History);
                    agent.news.send(WatchEvent::SendEnded { request_id: work.request, state });
                });
                send.follow(|event| events.send(event)).await
            }
        }
    }
}

/// A message that could go out now.
struct Ready {
    request: RequestId,
    message: signet_mail::Message,
    message_id: MessageId,
    composed: Composed,
    recipients: Vec<EmailAddress>,
    findings: Vec<Finding>,
    attachments: Vec<signet_api::wire::SentAttachment>,
    hashes: Vec<[u8; 32]>,
}

impl Agent {
    /// Parses, surveys and composes; refuses what Gmail could not take.
    async fn ready(self: &Arc<Self>, request: &SendRequest, id: RequestId) -> Result<Ready, Failure> {
        let (draft, handles, date) = (request.draft.clone(), Arc::clone(&self.handles), SystemClock.now());
        let allow_blocked = request.allow_blocked;
        let work = move || {
            let Prepared { message, parts, attachments } = message::prepare(&draft, &handles)?;
            let findings = preflight(&message, &parts);
            let mut notes = Vec::new();
            for finding in findings {
                let stops = match finding.severity {
                    Severity::Error => true,
                    Severity::Confirm => !allow_blocked,
                    Severity::Warning => false,
                };
                if stops && let Some(failure) = finding.failure() {
                    return Err(failure);
                }
                notes.push(Finding { blocks: stops, ..of_mail(finding) });
            }
            let mut unique = [0; 16];
            let mut boundary_seed = [0; 16];
            for bytes in [&mut unique, &mut boundary_seed] {
                getrandom::fill(bytes).map_err(|_| Failure::new(Code::Internal))?;
            }
            let message_id = MessageId::derive(unique, &message.from.address);
            let stamp = Stamp { date, message_id: message_id.clone(), boundary_seed };
            let mut recipients: Vec<_> = message.recipients().map(|r| r.address.clone()).collect();
            recipients.sort_unstable();
            recipients.dedup();
            let hashes = parts.iter().map(|(_, survey)| survey.sha256).collect();
            let composed = compose(&message, parts, &stamp).map_err(|e| e.failure())?;
            Ok(Ready {
                request: id,
                message,
                message_id,
                composed,
                recipients,
                findings: notes,
                attachments,
                hashes,
            })
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Failure::new(Code::Internal))?
    }

    /// The send itself. Every way out is on record.
    async fn send(
        self: &Arc<Self>,
        caller: Principal,
        request: SendRequest,
        key: KeyRecord,
        ready: Ready,
        send: &Arc<SendInProgress>,
        begun: Instant,
    ) -> Result<SendReport, Failure> {
        send.tell(SendEvent::Phase { phase: SendPhase::Recording });
        let item = HistoryItem {
            id: ready.request,
            time: history::time_of(ready.request),
            key: key.client_email.to_string(),
            draft: request.draft,
            report: None,
        };
        let permit = self.record_intent(caller, &key, &ready, &item).await?;
        let uploading = self.upload(&key, &ready, send);
        let Ok(outcome) = self.while_open(uploading).await else {
            // Locked with the last chunk on its way: the next unlock asks what became of it.
            return Err(Failure::new(Code::SendUnknown)
                .what("The vault was locked while Google had the message.")
                .remedy("Unlock: Signet then asks Google what became of it."));
        };
        let receipt = self.record_outcome(&permit, &outcome).await;
        let audit = receipt.as_ref().ok().map(audit_receipt);
        if let Err(failure) = &receipt {
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(ready.request, outcome.clone());
            tracing::error!(
                code = failure.code.as_str(),
                "the outcome of a send could not be recorded; the next unlock settles it"
            );
        }
        let report = SendReport {
            outcome: wire_outcome(outcome),
            audit,
            timeline: send.steps(),
            ..ready.report(begun)
        };
        self.keep(item, &report, receipt.is_ok()).await;
        self.keep_anchor_soon();
        Ok(report)
    }

    /// The intent in the log and the message in the history, both durable before Google hears of it.
    async fn record_intent(
        &self,
        caller: Principal,
        key: &KeyRecord,
        ready: &Ready,
        item: &HistoryItem,
    ) -> Result<Permit, Failure> {
        let recipients = ready.recipients.clone();
        let hashes = ready.hashes.clone();
        let (bytes, message_id) = (ready.composed.len(), ready.message_id.as_str().to_owned());
        let describe = move |vault: &signet_vault::OpenVault, draft: signet_audit::Draft| {
            let hmac = vault.audit_hmac_key();
            let mut draft = draft.recipients(&recipients, |text| hmac.tag(text));
            draft.attachment_hmacs = hashes.iter().map(|hash| hmac.tag(hash)).collect();
            draft.bytes = Some(bytes);
            draft.message_id = Some(message_id);
            draft
        };
        if self.settings.borrow().history_days > 0 {
            let item = item.clone();
            self.vault.run(move |cell| history::save(cell, &item)).await?;
            self.news.changed(Area::History);
        }
        // Before the intent: an intent without this note means that nobody can say.
        let note =
            UploadNote::begun(ready.request, key.id, &ready.message.from.address, ready.composed.len());
        self.vault.run(move |cell| note.save(cell.open()?)).await?;
        let entered =
            self.door.enter(caller, Action::Send, ready.request, key.id.to_string(), describe).await;
        if entered.is_err() {
            let row = *ready.request.as_bytes();
            // Nothing was sent, so nothing stays of it.
            let _ = self
                .vault
                .run(move |cell| {
                    cell.open()?.delete(Table::Upload, row).map_err(|e| e.failure())?;
                    history::delete(cell, RequestId::from_bytes(row))
                })
                .await;
        }
        entered
    }

    async fn upload(self: &Arc<Self>, key: &KeyRecord, ready: &Ready, send: &Arc<SendInProgress>) -> Outcome {
        let google = match self.google() {
            Ok(google) => google,
            Err(failure) => return Outcome::NotSent(failure),
        };
        send.tell(SendEvent::Phase { phase: SendPhase::Token });
        let subject = ready.message.from.address.clone();
        let note = UploadNote::begun(ready.request, key.id, &subject, ready.composed.len());
        let journal = UploadJournal::new(self.vault.clone(), note);
        let tokens = LocalKey {
            google: google.clone(),
            keys: Arc::new(VaultKeys(self.vault.clone())),
            cache: Arc::clone(&self.tokens),
            key: key.id,
            subject,
            scope: Scope::GmailSend,
        };
        let body = Arc::new(MessageBody(ready.composed.clone()));
        let watch = Progress { send: Arc::clone(send), phase: Mutex::new(SendPhase::Token) };
        google.send(body, &tokens, &journal, &watch, &send.cancel).await
    }

    async fn record_outcome(&self, permit: &Permit, outcome: &Outcome) -> Result<Receipt, Failure> {
        let (verdict, message_id) = match outcome {
            Outcome::Sent { message_id, .. } => (Verdict::Done, Some(message_id.clone())),
            Outcome::NotSent(failure) => (Verdict::Failed(failure.code), None),
            Outcome::Unknown(failure) => (Verdict::Unknown(failure.code), None),
        };
        self.door.leave(permit, verdict, message_id).await
    }

    /// Keeps the report with the message, and forgets the upload once the outcome is on record.
    async fn keep(&self, mut item: HistoryItem, report: &SendReport, recorded: bool) {
        item.report = Some(report.clone());
        let keep = self.settings.borrow().history_days > 0;
        let kept = self
            .vault
            .run(move |cell| {
                if keep {
                    history::save(cell, &item)?;
                }
                if recorded {
                    let vault = cell.open()?;
                    vault.delete(Table::Upload, *item.id.as_bytes()).map_err(|e| e.failure())?;
                }
                Ok(())
            })
            .await;
        if let Err(failure) = kept {
            tracing::warn!(code = failure.code.as_str(), "a send could not be kept in the history");
        }
    }
}

impl Ready {
    fn report(&self, begun: Instant) -> SendReport {
        SendReport {
            request_id: self.request,
            outcome: SendOutcome::DryRun,
            bytes: self.composed.len(),
            millis: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            recipients: self.recipients.len(),
            findings: self.findings.clone(),
            attachments: self.attachments.clone(),
            preview: None,
            audit: None,
            timeline: Timeline::begun(begun).steps(),
            earlier: false,
        }
    }

    /// The message's own headers, for a dry run.
    fn headers(&self) -> Result<String, Failure> {
        let mut head = Vec::new();
        let reader = self.composed.reader(0);
        reader.take(256 * 1024).read_to_end(&mut head).map_err(|error| body_failure(&error))?;
        let text = String::from_utf8_lossy(&head);
        Ok(text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n", "\n"))
    }
}

/// The vault as a place that lends keys, one mint at a time.
pub(crate) struct VaultKeys(pub(crate) VaultThread);

#[async_trait]
impl KeyPort for VaultKeys {
    async fn service_key(&self, key: KeyId) -> Result<ServiceKey, Failure> {
        self.0
            .run(move |cell| {
                let lend = |record: &KeyRecord, der: &signet_crypto::SecretBytes| {
                    ServiceKey::new(
                        record.client_email.clone(),
                        record.client_id.clone(),
                        record.google_key_id.clone(),
                        // Exposed for one signature; the copy is wiped when the mint ends.
                        der.expose(),
                    )
                };
                cell.open()?.with_key(key, lend).map_err(|e| e.failure())
            })
            .await
    }
}

/// The composed message as what the uploader reads.
pub(crate) struct MessageBody(pub(crate) Composed);

impl Body for MessageBody {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + std::marker::Send>> {
        Ok(Box::new(self.0.reader(offset)))
    }

    fn failure(&self, error: &io::Error) -> Failure {
        body_failure(error)
    }
}

fn body_failure(error: &io::Error) -> Failure {
    SourceChanged::of(error).map_or_else(|| Failure::new(Code::AttachmentUnreadable), SourceChanged::failure)
}

/// Progress of the upload, told to everybody who watches.
pub(crate) struct Progress {
    pub(crate) send: Arc<SendInProgress>,
    pub(crate) phase: Mutex<SendPhase>,
}

impl Watch for Progress {
    fn progress(&self, sent: u64, total: u64) {
        let phase = if sent < total { SendPhase::Uploading } else { SendPhase::Confirming };
        let before =
            std::mem::replace(&mut *self.phase.lock().unwrap_or_else(PoisonError::into_inner), phase);
        if before != phase {
            self.send.tell(SendEvent::Phase { phase });
        }
        self.send.tell(SendEvent::Progress { sent, total });
    }
}

fn write_eml(composed: &Composed, mut file: File) -> Result<(), Failure> {
    let full = |error: io::Error| {
        let code = if error.kind() == io::ErrorKind::StorageFull { Code::DiskFull } else { Code::ReadOnly };
        Failure::new(code).what("The message file could not be written.").remedy("Choose another place.")
    };
    let mut reader = composed.reader(0);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = reader.read(&mut buffer).map_err(|error| body_failure(&error))?;
        match buffer.get(..read) {
            Some(bytes) if read > 0 => file.write_all(bytes).map_err(full)?,
            _ => return file.sync_all().map_err(full),
        }
    }
}

pub(crate) fn wire_outcome(outcome: Outcome) -> SendOutcome {
    match outcome {
        Outcome::Sent { message_id, thread_id } => SendOutcome::Sent { message_id, thread_id },
        Outcome::NotSent(failure) => SendOutcome::NotSent { failure },
        Outcome::Unknown(failure) => SendOutcome::Unknown { failure },
    }
}

fn audit_receipt(receipt: &Receipt) -> AuditReceipt {
    AuditReceipt { size: receipt.size, root: HEXLOWER.encode(&receipt.root) }
}
