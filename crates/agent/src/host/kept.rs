//! What the host remembers of a request, sealed, beside the log: enough to settle it after a crash, and to tell
//! its member how it ended.

use std::time::Instant;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use signet_api::wire::{Draft, SendOutcome, SendReport, SharedSend};
use signet_audit::Note;
use signet_core::{Code, Failure, KeyId, RequestId, UnixMillis};

use crate::host::Host;
use crate::host::outgoing::Ready;
use crate::host::router::{Caller, Place};
use crate::host::uploads::derive_request;

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
    /// What was asked for, so that the same id with another message is noticed.
    #[serde(default)]
    pub(crate) asked: Option<String>,
    /// Whether it waits for somebody's yes: nothing has gone out.
    #[serde(default)]
    pub(crate) waits: bool,
    /// The place of the intent's entry in the log.
    #[serde(default)]
    pub(crate) intent: Option<u64>,
}

/// SHA-256 over key, message and the attachments' hashes (lower-case hex), as hex.
pub(crate) fn derive_asked(key: KeyId, draft: &Draft, parts: &[String]) -> Option<String> {
    let bytes = serde_json::to_vec(&(key, draft, parts)).ok()?;
    Some(HEXLOWER.encode(&Sha256::digest(bytes)))
}

impl Place {
    /// The note of a request as it stands.
    pub(crate) fn note_of(
        &self,
        ready: &Ready,
        kept: &KeptSend,
        time: UnixMillis,
        open: bool,
    ) -> Result<Note, Failure> {
        let member = ready.principal.member().ok_or_else(|| Failure::new(Code::NotMember))?;
        Ok(Note {
            request: ready.request,
            member: *member.as_bytes(),
            time,
            open,
            body: seal_note(&self.host, ready.request, kept)?,
        })
    }

    /// The log's name for a request that this member gave: the name itself, as it was told to the member, or
    /// the one derived from the member's own.
    pub(crate) async fn request_of(&self, caller: &Caller, given: RequestId) -> Result<RequestId, Failure> {
        let member = *caller.member()?.as_bytes();
        let told = self.agent.audit.view(move |log| log.note(given)).await?;
        if told.is_some_and(|note| note.member == member) {
            return Ok(given);
        }
        Ok(derive_request(caller.guest.device(), given))
    }

    /// What is remembered of a request.
    pub(crate) async fn kept(&self, request: RequestId) -> Result<Option<KeptSend>, Failure> {
        let note = self.agent.audit.view(move |log| log.note(request)).await?;
        note.map(|note| read_note(&self.host, &note)).transpose()
    }
}

impl KeptSend {
    /// A request that nothing has become of yet.
    pub(crate) fn begun(ready: &Ready) -> Self {
        Self {
            key: ready.facts.key,
            sub: ready.facts.sub.to_string(),
            from: ready.facts.from.to_string(),
            recipients: ready.facts.recipients.len(),
            subject: ready.facts.subject.clone(),
            bytes: ready.composed.len(),
            session: None,
            finishing: false,
            report: None,
            asked: derive_asked(
                ready.facts.key,
                &ready.draft,
                &ready.hashes.iter().map(|hash| HEXLOWER.encode(hash)).collect::<Vec<_>>(),
            ),
            waits: false,
            intent: None,
        }
    }

    /// A request that waits for somebody's yes.
    pub(crate) fn waiting(ready: &Ready) -> Self {
        Self { waits: true, ..Self::begun(ready) }
    }

    /// A request that ended before Google heard of it.
    pub(crate) fn unsent(ready: &Ready, failure: Failure) -> Self {
        let mut report = ready.report(Instant::now());
        report.outcome = SendOutcome::NotSent { failure };
        Self { report: Some(report), ..Self::begun(ready) }
    }

    /// The same after a restart, when no more than this is known of it.
    pub(crate) fn settled(self, request: RequestId, outcome: SendOutcome) -> Self {
        let report = SendReport {
            request_id: request,
            outcome,
            bytes: self.bytes,
            millis: 0,
            recipients: self.recipients,
            findings: Vec::new(),
            attachments: Vec::new(),
            preview: None,
            audit: None,
            timeline: Vec::new(),
            earlier: false,
        };
        Self { report: Some(report), session: None, waits: false, ..self }
    }

    /// The line for its member.
    pub(crate) fn view(&self, note: &Note) -> SharedSend {
        let (state, failure, message_id) = match self.report.as_ref().map(|report| &report.outcome) {
            Some(SendOutcome::Sent { message_id, .. }) => ("sent", None, Some(message_id.clone())),
            Some(SendOutcome::NotSent { failure }) => ("not-sent", Some(failure.clone()), None),
            Some(SendOutcome::Unknown { failure }) => ("unknown", Some(failure.clone()), None),
            None if self.waits => ("waiting", None, None),
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
