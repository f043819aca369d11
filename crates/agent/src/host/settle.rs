//! After a crash or a lock: what became of a member's message, from its note beside the log.

use std::sync::Arc;

use signet_api::wire::SendOutcome;
use signet_audit::{Actor, Draft, Side, Verdict};
use signet_core::{Action, Clock, Code, EmailAddress, Failure, MemberId, RequestId};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::host::kept::{read_note, seal_note};
use crate::journal::UploadNote;
use crate::signer;
use signet_google::Outcome;

/// Messages that waited for a yes when the host was locked or ended: their bytes are gone, nothing was sent,
/// and their members are to hear it.
pub(crate) async fn end_waiting(agent: &Arc<Agent>) -> Result<(), Failure> {
    let Some(host) = agent.find_host().await? else { return Ok(()) };
    let notes = agent.audit.view(signet_audit::Reader::open_notes).await?;
    for mut note in notes {
        let request = note.request;
        let Some(_claim) = agent.door.claim(request) else { continue };
        // Read again: what was claimed until now may have gone out.
        let now = agent.audit.view(move |log| log.note(request)).await?;
        // One that this vault cannot read is not its own, and keeps no other back.
        let kept = now.and_then(|note| read_note(&host, &note).ok());
        let Some(kept) = kept.filter(|kept| kept.waits && kept.report.is_none()) else { continue };
        if host.waiting.holds(request) {
            continue;
        }
        let failure = Failure::new(Code::ApprovalOver)
            .what("The host was locked or restarted before anybody approved the message; nothing was sent.")
            .remedy("Send it again.");
        let kept = kept.settled(note.request, SendOutcome::NotSent { failure });
        let member = MemberId::from_bytes(note.member);
        note.open = false;
        note.body = seal_note(&host, request, &kept)?;
        // On record as well: to an auditor it would wait for ever.
        let role = host.team().member(&member).map(|member| member.role);
        let verdict = Verdict::Refused(Code::ApprovalOver);
        let draft = Draft::new(SystemClock.now(), Actor::NOBODY, role, Action::Send, verdict)
            .target(format!("member {member}"));
        let signer = agent.vault.run(|cell| Ok(signer::unlocked(cell.open()?.audit_signing_key()))).await?;
        agent.audit.append_with(vec![draft], vec![Side::Note(note)], signer).await?;
    }
    Ok(())
}

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
    let kept = read_note(&host, &note)?;
    let kept = kept.settled(request, crate::usecase::send::wire_outcome(outcome.clone()));
    note.open = false;
    note.body = seal_note(&host, request, &kept)?;
    let mut sides = vec![Side::Note(note)];
    if matches!(outcome, Outcome::NotSent(_)) {
        sides.push(Side::Release(request));
    }
    Ok(sides)
}
