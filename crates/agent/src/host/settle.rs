//! After a crash or a lock: what became of a member's message, from its note beside the log.

use std::sync::Arc;

use signet_audit::Side;
use signet_core::{EmailAddress, Failure, RequestId};

use crate::agent::Agent;
use crate::host::kept::{read_note, seal_note};
use crate::journal::UploadNote;
use signet_google::Outcome;

/// The upload of a member's request, as the settling of one's own sends has it; none if it is not a
/// member's.
pub(crate) async fn upload_of_member(
    agent: &Agent,
    request: RequestId,
) -> Result<Option<UploadNote>, Failure> {
    let Some(host) = agent.find_host().await? else { return Ok(None) };
    let note = agent.audit.view(move |log| log.note(request)).await?;
    let Some(note) = note else { return Ok(None) };
    let kept = read_note(&host, &note)?;
    let Ok(subject) = EmailAddress::parse(&kept.sub) else { return Ok(None) };
    let mut upload = UploadNote::begun(request, kept.key, &subject, kept.bytes);
    upload.session = kept.session;
    upload.finishing = kept.finishing;
    Ok(Some(upload))
}

/// The changes that go with a settled outcome of a member's request.
pub(crate) async fn outcome_of_member(
    agent: &Arc<Agent>,
    request: RequestId,
    outcome: &Outcome,
) -> Result<Vec<Side>, Failure> {
    let Some(host) = agent.find_host().await? else { return Ok(Vec::new()) };
    let note = agent.audit.view(move |log| log.note(request)).await?;
    let Some(mut note) = note else { return Ok(Vec::new()) };
    let mut kept = read_note(&host, &note)?;
    kept.report = Some(signet_api::wire::SendReport {
        request_id: request,
        outcome: crate::usecase::send::wire_outcome(outcome.clone()),
        bytes: kept.bytes,
        millis: 0,
        recipients: kept.recipients,
        findings: Vec::new(),
        attachments: Vec::new(),
        preview: None,
        audit: None,
        timeline: Vec::new(),
    });
    kept.session = None;
    note.open = false;
    note.body = seal_note(&host, request, &kept)?;
    let mut sides = vec![Side::Note(note)];
    if matches!(outcome, Outcome::NotSent(_)) {
        sides.push(Side::Release(request));
    }
    Ok(sides)
}
