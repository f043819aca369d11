//! A message through a host: announced, uploaded, committed, and asked about when the network fails.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use futures_util::StreamExt;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame};
use signet_api::remote::{
    CommitRequest, Manifest, PartFacts, RequestChoice, SendBegin, SendCommit, SendDrop, SendState, UploadView,
};
use signet_api::wire::{Attachment, SendEvent, SendOutcome, SendPhase, SendReport, SharedSendRequest};
use signet_core::{Code, Failure, KeyId, RequestId};
use signet_mail::{Source, survey};
use signet_team::device_hash;
use tokio::sync::mpsc;

use super::membership::Membership;
use crate::agent::Agent;
use crate::host::derive_request;
use crate::message::take_file;
use crate::sends::SendInProgress;

/// Bytes of one piece of an attachment on its way.
const PIECE: usize = 256 * 1024;
/// How often an upload is taken up again after the network failed.
const TRIES: u32 = 6;

/// One attachment on this machine.
struct Part {
    source: Arc<dyn Source>,
    bytes: u64,
}

impl Membership {
    /// Sends a message with a key of the host.
    pub(crate) async fn send(
        &self,
        agent: &Agent,
        key: KeyId,
        client: RequestId,
        request: SharedSendRequest,
        send: &SendInProgress,
    ) -> Result<SendReport, Failure> {
        let event = |event: SendEvent| match event {
            // The host's own name for the request means nothing here.
            SendEvent::Started { .. } => {}
            event => send.tell(event),
        };
        event(SendEvent::Phase { phase: SendPhase::Reading });
        // The id to try again with, and the name under which the host lists the request.
        let listed = derive_request(device_hash(&self.device_key().await?.public()), client);
        let named = |failure: Failure| {
            let told = failure.facts.contains_key("listed");
            let failure = failure.fact("request", client);
            // What was refused at once is in no list.
            let may_be = matches!(failure.code, Code::ApprovalNeeded | Code::HostAway | Code::SendUnknown);
            if told || !may_be { failure } else { failure.fact("listed", listed) }
        };
        let (parts, manifest) = self.announce(agent, key, client, request).await?;
        let total: u64 = parts.iter().map(|part| part.bytes).sum();
        let mut tries = 0;
        // Whether the host was told to send, and its answer was lost.
        let mut lost = false;
        loop {
            let uploaded = tokio::select! {
                uploaded = self.upload(&manifest, &parts, total, &event) => uploaded,
                () = send.cancel.cancelled() => Err(Failure::new(Code::Cancelled)),
            };
            let ended = match uploaded {
                Ok(()) => self.commit(client, &mut lost, &event).await,
                Err(failure) => {
                    if failure.code == Code::Cancelled {
                        // The host forgets what has arrived; if it cannot be told, it does so after a while.
                        let _ = self.call::<SendDrop>(&RequestChoice { request: client, seen: 0 }).await;
                    }
                    Err(failure)
                }
            };
            match ended {
                // The same request again: what arrived is kept, what was sent is not sent twice.
                Err(failure) if failure.code == Code::HostAway && tries < TRIES => {
                    event(SendEvent::Waiting { millis: 500 << tries, reason: failure.what });
                    tokio::time::sleep(Duration::from_millis(500 << tries)).await;
                    tries += 1;
                    match self.ended(client).await {
                        Ok(Some(report)) => return Ok(report),
                        Ok(None) => {}
                        Err(away) if away.code == Code::HostAway => {}
                        Err(failure) => return Err(named(unless(lost, failure))),
                    }
                }
                Err(failure) if failure.code == Code::Repeated && tries < TRIES => {
                    // After a broken connection it is this very send.
                    let earlier = tries == 0;
                    lost = true;
                    match self.ended(client).await {
                        Ok(Some(report)) => return Ok(SendReport { earlier, ..report }),
                        // What was in hand was refused meanwhile: asked anew, the host says why.
                        Ok(None) => tries += 1,
                        Err(failure) => return Err(named(unless(lost, failure))),
                    }
                }
                Err(failure) if lost => return self.fate(client, failure).await.map_err(named),
                Err(away) if away.code == Code::HostAway => {
                    let remedy = format!("{} Nothing was sent.", away.remedy);
                    return Err(named(away.remedy(remedy)));
                }
                result => return result.map_err(named),
            }
        }
    }

    /// What became of a message whose answer was lost, where nothing more can be done for it. `failure` counts
    /// only if the host itself says that nothing was begun.
    async fn fate(&self, client: RequestId, failure: Failure) -> Result<SendReport, Failure> {
        match self.ended(client).await {
            Ok(Some(report)) => Ok(report),
            Ok(None) => Err(failure),
            Err(failure) => Err(unless(true, failure)),
        }
    }

    /// Reads the attachments once, for their sizes and hashes.
    async fn announce(
        &self,
        agent: &Agent,
        key: KeyId,
        client: RequestId,
        request: SharedSendRequest,
    ) -> Result<(Vec<Part>, Manifest), Failure> {
        let mut draft = request.draft;
        let files = draft
            .attachments
            .iter()
            .map(|attachment| take_file(attachment, &agent.handles))
            .collect::<Result<Vec<_>, _>>()?;
        let surveying = tokio::task::spawn_blocking(move || {
            files
                .into_iter()
                .map(|file| {
                    let found = survey(&file).map_err(|_| Failure::new(Code::AttachmentUnreadable))?;
                    let facts = PartFacts { bytes: found.len, sha256: HEXLOWER.encode(&found.sha256) };
                    Ok((Part { source: Arc::new(file), bytes: found.len }, facts))
                })
                .collect::<Result<Vec<_>, Failure>>()
        });
        let surveyed = surveying.await.map_err(|_| Failure::new(Code::Internal))??;
        let (parts, facts) = surveyed.into_iter().unzip();
        for attachment in &mut draft.attachments {
            // The host learns names, not where files lie on this machine.
            attachment.name = Some(name_of(attachment));
            attachment.handle = None;
            attachment.path = None;
        }
        let manifest = Manifest {
            request: client,
            key,
            draft,
            parts: facts,
            allow_blocked: request.allow_blocked,
            code: request.code,
        };
        Ok((parts, manifest))
    }

    async fn upload(
        &self,
        manifest: &Manifest,
        parts: &[Part],
        total: u64,
        event: &impl Fn(SendEvent),
    ) -> Result<(), Failure> {
        let session = self.session().await?;
        let begun = session.call::<SendBegin>(manifest).await;
        if begun.as_ref().is_err_and(|failure| failure.code == Code::HostAway) {
            self.forget(&session).await;
        }
        let UploadView { have, .. } = begun?;
        event(SendEvent::Phase { phase: SendPhase::Uploading });
        let mut done: u64 = have.iter().sum();
        event(SendEvent::Progress { sent: done, total });
        for (index, (part, have)) in parts.iter().zip(have).enumerate() {
            if have >= part.bytes {
                continue;
            }
            let path = format!("/v1/part/{}/{index}?at={have}", manifest.request);
            let (progress, mut sent) = mpsc::unbounded_channel();
            let body = stream(Arc::clone(&part.source), have, progress);
            let putting = session.put::<u64>(&path, body);
            tokio::pin!(putting);
            let arrived = loop {
                tokio::select! {
                    arrived = &mut putting => break arrived,
                    Some(bytes) = sent.recv() => {
                        done += bytes;
                        event(SendEvent::Progress { sent: done.min(total), total });
                    }
                }
            };
            if let Err(failure) = arrived {
                if failure.code == Code::HostAway {
                    self.forget(&session).await;
                }
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Has the host send what has arrived. `lost`: whether its answer never came.
    async fn commit(
        &self,
        client: RequestId,
        lost: &mut bool,
        event: &impl Fn(SendEvent),
    ) -> Result<SendReport, Failure> {
        let session = self.session().await?;
        let asked = self.record().seen;
        let seen = asked.as_ref().map_or(0, |seen| seen.size);
        let ended = session.start::<SendCommit>(&CommitRequest { request: client, seen }, event).await;
        let reply = match ended {
            Err(failure) if failure.code == Code::HostAway => {
                self.forget(&session).await;
                *lost = true;
                return Err(failure);
            }
            reply => reply?,
        };
        let Some(report) = reply.report else { return Err(Failure::new(Code::ApprovalNeeded)) };
        // Stored before success is shown.
        let listed = derive_request(device_hash(&self.device_key().await?.public()), client);
        let proven = reply.checkpoint.as_ref().zip(reply.entry.as_ref());
        self.witness_send(asked.as_ref(), proven, listed, decision_of(&report)).await?;
        Ok(report)
    }

    /// How the host says the request ended; none if it says that nothing has begun. Waits while it is under way.
    async fn ended(&self, client: RequestId) -> Result<Option<SendReport>, Failure> {
        for _ in 0..240 {
            let asked = self.record().seen;
            let choice = RequestChoice { request: client, seen: asked.as_ref().map_or(0, |seen| seen.size) };
            let state = self.call::<SendState>(&choice).await?;
            match (state.state.as_str(), state.report) {
                (_, Some(report)) => {
                    let listed = derive_request(device_hash(&self.device_key().await?.public()), client);
                    let own = if state.request == client { client } else { listed };
                    let proven = state.checkpoint.as_ref().zip(state.entry.as_ref());
                    // What never came as far as an intent has no entry.
                    if proven.is_some() || matches!(report.outcome, SendOutcome::Sent { .. }) {
                        self.witness_send(asked.as_ref(), proven, own, "intent").await?;
                    }
                    return Ok(Some(report));
                }
                ("sending", None) => tokio::time::sleep(Duration::from_millis(500)).await,
                ("waiting", None) => {
                    return Err(Failure::new(Code::ApprovalNeeded).fact("listed", state.request));
                }
                _ => return Ok(None),
            }
        }
        Err(Failure::new(Code::SendUnknown))
    }
}

/// The failure, unless nobody can tell what became of the message.
fn unless(lost: bool, failure: Failure) -> Failure {
    if !lost || failure.code == Code::ApprovalNeeded {
        return failure;
    }
    let unknown = Failure::new(Code::SendUnknown).fact("cause", failure.code.as_str());
    match failure.code {
        // Nobody will answer this device any more.
        Code::MemberEnded | Code::MemberSuspended | Code::DeviceSuspended | Code::NotMember => {
            unknown.remedy(format!("{} {}", failure.what, failure.remedy))
        }
        _ => unknown.remedy(
            "Once the host answers, give the same command again with --request and the id below: it says how it \
             ended, and nothing goes out twice.",
        ),
    }
}

/// What the log has to say of a send that ended so.
const fn decision_of(report: &SendReport) -> &'static str {
    match &report.outcome {
        // A full disk: the outcome could not be written, and the report says so.
        _ if report.audit.is_none() => "intent",
        SendOutcome::Sent { .. } => "done",
        SendOutcome::NotSent { .. } => "failed",
        _ => "unknown",
    }
}

fn name_of(attachment: &Attachment) -> String {
    let path = attachment.path.as_deref().unwrap_or("attachment");
    attachment.name.clone().unwrap_or_else(|| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned())
}

/// The bytes of a source from `at` on, and how many are on their way.
fn stream(source: Arc<dyn Source>, at: u64, progress: mpsc::UnboundedSender<u64>) -> super::connection::Body {
    let pieces = futures_util::stream::unfold(Some(at), move |at| {
        let (source, progress) = (Arc::clone(&source), progress.clone());
        async move {
            let at = at?;
            let read = tokio::task::spawn_blocking(move || {
                let mut buffer = vec![0; PIECE];
                let read = source.read_at(&mut buffer, at)?;
                buffer.truncate(read);
                Ok::<_, std::io::Error>(buffer)
            });
            match read.await.unwrap_or_else(|_| Err(std::io::Error::other("reading failed"))) {
                Ok(buffer) if buffer.is_empty() => None,
                Ok(buffer) => {
                    let read = buffer.len() as u64;
                    // Nobody counting any more is no fault.
                    let _ = progress.send(read);
                    Some((Ok(Frame::data(Bytes::from(buffer))), Some(at + read)))
                }
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    StreamBody::new(pieces.boxed()).boxed_unsync()
}
