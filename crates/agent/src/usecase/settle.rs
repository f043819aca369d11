//! Settles sends that a crash, a kill or a lock interrupted: an intent without an outcome gets one.
//! Nothing is ever sent again here, and what is known is never replaced by a guess.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use data_encoding::HEXLOWER;
use signet_api::wire::{SendOutcome, SendReport};
use signet_audit::{Actor, Draft, Entry, Verdict};
use signet_core::{Action, Clock, Code, EmailAddress, Failure, RequestId, Role, Scope, UnixMillis};
use signet_google::{Interrupted, LocalKey, Outcome, SessionUri};
use signet_vault::Table;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::door::Active;
use crate::history;
use crate::host;
use crate::journal::UploadNote;
use crate::news::Area;
use crate::signer;
use crate::usecase::send::{VaultKeys, wire_outcome};

/// An intent without an outcome, claimed for settling.
struct Open {
    entry: Entry,
    request: RequestId,
    _claim: Active,
}

/// Starts settling. What needs no network is settled before this returns; the rest follows beside the
/// caller. Returns what the owner should know.
pub(crate) async fn start(agent: &Arc<Agent>) -> Option<String> {
    if let Err(failure) = host::end_waiting(agent).await {
        tracing::warn!(code = failure.code.as_str(), "messages that waited could not be ended");
    }
    let reader = Arc::clone(agent);
    let read = move || {
        let log = reader.audit.reader()?;
        let size = log.size().map_err(|e| e.failure())?;
        Ok::<_, Failure>((log.open_intents().map_err(|e| e.failure())?, size))
    };
    let (entries, size) = match tokio::task::spawn_blocking(read).await {
        Ok(Ok(found)) => found,
        // Without a log there is nothing to settle, and its absence is said elsewhere.
        Ok(Err(failure)) if failure.code == Code::AuditUnwritable => return None,
        Ok(Err(failure)) => return Some(failure.what),
        Err(_) => return Some("Sends of an earlier run could not be settled.".into()),
    };
    let mut asking = Vec::new();
    for entry in entries {
        let Some(request) = entry.request else { continue };
        // Whoever works on it still will end it.
        let Some(claim) = agent.door.claim(request) else { continue };
        // Begun after the unlock, and over before it was claimed here.
        if agent.audit.view(move |log| log.has_outcome_since(size, request)).await.unwrap_or(true) {
            continue;
        }
        let open = Open { entry, request, _claim: claim };
        match known(agent, &open).await {
            Known::Outcome(outcome) => record(agent, &open, outcome).await,
            Known::Ask(note) => asking.push((open, note)),
            Known::Later => {}
        }
    }
    if !asking.is_empty() {
        let agent = Arc::clone(agent);
        tokio::spawn(async move {
            for (open, note) in asking {
                // A lock stops the asking; the next unlock begins again.
                let Ok(answer) = agent.while_open(ask(&agent, &note, open.entry.time)).await else { return };
                if let Some(outcome) = answer {
                    record(&agent, &open, outcome).await;
                }
            }
        });
    }
    None
}

enum Known {
    Outcome(Outcome),
    Ask(UploadNote),
    Later,
}

/// What is known without asking Google.
async fn known(agent: &Arc<Agent>, open: &Open) -> Known {
    let remembered = agent.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&open.request);
    if let Some(outcome) = remembered {
        return Known::Outcome(outcome);
    }
    if open.entry.action != Action::Send.as_str() {
        return Known::Outcome(Outcome::Unknown(Failure::new(Code::Interrupted)));
    }
    let request = open.request;
    if open.entry.role.as_deref() != Some(Role::Owner.as_str()) {
        return known_of_member(agent, request).await;
    }
    let found = agent
        .vault
        .run(move |cell| {
            let vault = cell.open()?;
            let reported = history::load(vault, request).ok().and_then(|item| item.report);
            Ok((reported, UploadNote::load(vault, request)?))
        })
        .await;
    match found {
        // The history had it, the log had not: a crash between the two.
        Ok((Some(report), _)) => Known::Outcome(outcome_of(report)),
        Ok((None, Some(note))) if note.session.is_some() => Known::Ask(note),
        // A note without a session: Google was never told of the message.
        Ok((None, Some(_))) => Known::Outcome(Outcome::NotSent(interrupted())),
        // No note at all: the vault is older than the log, so nobody can say.
        Ok((None, None)) => Known::Outcome(Outcome::Unknown(Failure::new(Code::SendUnknown))),
        Err(failure) => {
            tracing::warn!(code = failure.code.as_str(), "an interrupted send stays open");
            Known::Later
        }
    }
}

/// The same for a member's message, whose note lies beside the log.
async fn known_of_member(agent: &Arc<Agent>, request: RequestId) -> Known {
    match host::upload_of_member(agent, request).await {
        Ok(Some(note)) if note.session.is_some() => Known::Ask(note),
        Ok(Some(_)) => Known::Outcome(Outcome::NotSent(interrupted())),
        Ok(None) => Known::Outcome(Outcome::Unknown(Failure::new(Code::SendUnknown))),
        Err(failure) => {
            tracing::warn!(code = failure.code.as_str(), "an interrupted send of a member stays open");
            Known::Later
        }
    }
}

/// What became of an upload; none if Google cannot be asked now, so that the next unlock asks again.
async fn ask(agent: &Arc<Agent>, note: &UploadNote, begun: UnixMillis) -> Option<Outcome> {
    let google = agent.google().ok()?;
    let gone = || {
        if note.finishing {
            Outcome::Unknown(Failure::new(Code::SendUnknown))
        } else {
            Outcome::NotSent(interrupted())
        }
    };
    if is_over(begun, SystemClock.now()) {
        return Some(gone());
    }
    let (Some(session), Ok(subject)) = (note.session.as_deref(), EmailAddress::parse(&note.subject)) else {
        return Some(gone());
    };
    // A sandbox that was restarted at another address has forgotten the session with it.
    let Ok(session) = SessionUri::parse(session, google.endpoints()) else { return Some(gone()) };
    let tokens = LocalKey {
        google: google.clone(),
        keys: Arc::new(VaultKeys(agent.vault.clone())),
        cache: Arc::clone(&agent.tokens),
        key: note.key,
        subject,
        scope: Scope::GmailSend,
    };
    let interrupted = Interrupted { session, finishing: note.finishing, len: note.len };
    google.settle_now(&interrupted, &tokens).await
}

/// Google keeps an upload session for a week
/// (<https://developers.google.com/workspace/gmail/api/guides/uploads#resumable>). After that nobody can
/// tell any more, whatever it answers: without an end, a refusal that stays would be asked for for ever.
const fn is_over(begun: UnixMillis, now: UnixMillis) -> bool {
    now.0.saturating_sub(begun.0) > 7 * 86_400_000
}

async fn record(agent: &Arc<Agent>, open: &Open, outcome: Outcome) {
    let (request, entry) = (open.request, &open.entry);
    let Some(action) = Action::parse(&entry.action) else { return };
    let (verdict, message_id) = match &outcome {
        Outcome::Sent { message_id, .. } => (Verdict::Done, Some(message_id.clone())),
        Outcome::NotSent(failure) => (Verdict::Failed(failure.code), None),
        Outcome::Unknown(failure) => (Verdict::Unknown(failure.code), None),
    };
    // In the name of whoever asked for it.
    let role = entry.role.as_deref().and_then(Role::parse);
    let mut draft = Draft::new(SystemClock.now(), actor_of(entry), role, action, verdict)
        .target(entry.target.clone())
        .request(request);
    draft.message_id = message_id;
    let recorded = async {
        let sides = match role {
            Some(Role::Owner) => Vec::new(),
            _ => host::outcome_of_member(agent, request, &outcome).await?,
        };
        let signer = agent.vault.run(|cell| Ok(signer::unlocked(cell.open()?.audit_signing_key()))).await?;
        agent.audit.append_with(vec![draft], sides, signer).await.map(|_| ())
    }
    .await;
    if let Err(failure) = recorded {
        tracing::warn!(code = failure.code.as_str(), "an interrupted send could not be settled");
        agent.known.lock().unwrap_or_else(PoisonError::into_inner).insert(request, outcome);
        return;
    }
    let kept = agent.vault.run(move |cell| {
        if let Ok(mut item) = history::load(cell.open()?, request) {
            let settled = wire_outcome(outcome);
            item.report = Some(match item.report {
                Some(report) => SendReport { outcome: settled, ..report },
                None => report(&item, settled),
            });
            history::save(cell, &item)?;
        }
        cell.open()?.delete(Table::Upload, *request.as_bytes()).map_err(|e| e.failure())
    });
    let kept = kept.await;
    agent.news.changed(Area::History);
    if let Err(failure) = kept {
        tracing::warn!(code = failure.code.as_str(), "a settled send could not be kept in the history");
    }
}

fn actor_of(entry: &Entry) -> Actor {
    let hash = entry.actor.as_deref().and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok());
    hash.and_then(|hash| hash.try_into().ok()).map_or(Actor::NOBODY, Actor::key_hash)
}

/// The report of a send whose own one was lost.
fn report(item: &signet_api::wire::HistoryItem, outcome: SendOutcome) -> SendReport {
    let draft = &item.draft;
    let recipients: BTreeSet<_> = draft.to.iter().chain(&draft.cc).chain(&draft.bcc).collect();
    SendReport {
        request_id: item.id,
        outcome,
        bytes: 0,
        millis: 0,
        recipients: recipients.len(),
        findings: Vec::new(),
        attachments: Vec::new(),
        preview: None,
        audit: None,
        timeline: Vec::new(),
        earlier: false,
    }
}

fn outcome_of(report: SendReport) -> Outcome {
    match report.outcome {
        SendOutcome::Sent { message_id, thread_id } => Outcome::Sent { message_id, thread_id },
        SendOutcome::NotSent { failure } => Outcome::NotSent(failure),
        SendOutcome::Unknown { failure } => Outcome::Unknown(failure),
        SendOutcome::DryRun | SendOutcome::Written => Outcome::NotSent(interrupted()),
    }
}

fn interrupted() -> Failure {
    Failure::new(Code::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_over_after_a_week() {
        let sent = UnixMillis(1_790_000_000_000);
        assert!(!is_over(sent, sent));
        assert!(!is_over(sent, sent.plus_seconds(7 * 86_400)));
        assert!(is_over(sent, sent.plus_seconds(7 * 86_400 + 1)));
        assert!(!is_over(sent, UnixMillis(0)), "a clock that went back settles nothing");
    }
}
