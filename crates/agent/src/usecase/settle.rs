//! Settles sends that a crash, a kill or a lock interrupted: an intent without an outcome gets one.
//! Nothing is ever sent again here.

use std::sync::Arc;

use signet_api::wire::{SendOutcome, SendReport};
use signet_audit::{Actor, Draft, Entry, Verdict};
use signet_core::{Action, Clock, Code, EmailAddress, Failure, RequestId, Role, Scope};
use signet_google::{Interrupted, LocalKey, Outcome, SessionUri};
use signet_vault::Table;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::history;
use crate::journal::UploadNote;
use crate::signer;
use crate::usecase::send::VaultKeys;

/// Starts settling, beside the caller. What needs no network is settled before this returns.
pub(crate) async fn start(agent: &Arc<Agent>) {
    let Ok(reader) = agent.audit.reader() else { return };
    let Ok(open) = reader.open_intents() else { return };
    let mut asking = Vec::new();
    for entry in open {
        let Some(request) = entry.request else { continue };
        if agent.sends.find(request).is_ok() {
            continue;
        }
        match note(agent, request).await {
            Some(note) if note.session.is_some() => asking.push((entry, note)),
            // Without a session Google was never told of the message.
            _ => record(agent, &entry, request, not_begun(&entry)).await,
        }
    }
    if asking.is_empty() {
        return;
    }
    let agent = Arc::clone(agent);
    tokio::spawn(async move {
        for (entry, note) in asking {
            let request = note.request;
            if let Some(outcome) = ask(&agent, &note).await {
                record(&agent, &entry, request, outcome).await;
            }
        }
    });
}

/// What became of an upload; none if Google cannot be asked now, so that the next unlock asks again.
async fn ask(agent: &Arc<Agent>, note: &UploadNote) -> Option<Outcome> {
    let google = agent.google().ok()?;
    let gone = || {
        if note.finishing {
            Outcome::Unknown(Failure::new(Code::SendUnknown))
        } else {
            Outcome::NotSent(interrupted())
        }
    };
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
    Some(google.settle(&interrupted, &tokens).await)
}

async fn note(agent: &Agent, request: RequestId) -> Option<UploadNote> {
    let row = *request.as_bytes();
    let found = agent.vault.run(move |cell| cell.open()?.fetch(Table::Upload, row).map_err(|e| e.failure()));
    // Exposed to read the note.
    serde_json::from_slice(found.await.ok()??.expose()).ok()
}

async fn record(agent: &Agent, entry: &Entry, request: RequestId, outcome: Outcome) {
    let Some(action) = action_of(entry) else { return };
    let (verdict, message_id) = match &outcome {
        Outcome::Sent { message_id, .. } => (Verdict::Done, Some(message_id.clone())),
        Outcome::NotSent(failure) => (Verdict::Failed(failure.code), None),
        Outcome::Unknown(failure) => (Verdict::Unknown(failure.code), None),
    };
    let mut draft = Draft::new(SystemClock.now(), Actor::NOBODY, Some(Role::Owner), action, verdict)
        .target(entry.target.clone())
        .request(request);
    draft.message_id = message_id;
    let signer = agent.vault.run(|cell| Ok(signer::unlocked(cell.open()?.audit_signing_key()))).await;
    let recorded = match signer {
        Ok(signer) => agent.audit.append(vec![draft], signer).await.map(|_| ()),
        Err(failure) => Err(failure),
    };
    if let Err(failure) = recorded {
        tracing::warn!(code = failure.code.as_str(), "an interrupted send could not be settled");
        return;
    }
    let kept = agent.vault.run(move |cell| {
        let vault = cell.open()?;
        if let Ok(mut item) = history::load(vault, request) {
            item.report = Some(report(request, outcome));
            history::save(vault, &item)?;
        }
        vault.delete(Table::Upload, *request.as_bytes()).map_err(|e| e.failure())
    });
    if let Err(failure) = kept.await {
        tracing::warn!(code = failure.code.as_str(), "a settled send could not be kept in the history");
    }
}

fn report(request: RequestId, outcome: Outcome) -> SendReport {
    SendReport {
        request_id: request,
        outcome: match outcome {
            Outcome::Sent { message_id, thread_id } => SendOutcome::Sent { message_id, thread_id },
            Outcome::NotSent(failure) => SendOutcome::NotSent { failure },
            Outcome::Unknown(failure) => SendOutcome::Unknown { failure },
        },
        bytes: 0,
        millis: 0,
        recipients: 0,
        findings: Vec::new(),
        attachments: Vec::new(),
        preview: None,
        audit: None,
    }
}

fn not_begun(entry: &Entry) -> Outcome {
    if entry.action == Action::Send.as_str() {
        Outcome::NotSent(interrupted())
    } else {
        Outcome::Unknown(Failure::new(Code::Internal))
    }
}

fn interrupted() -> Failure {
    Failure::new(Code::Cancelled).what("Signet was stopped before the message was sent.")
}

fn action_of(entry: &Entry) -> Option<Action> {
    [Action::Send, Action::Check, Action::KeyImport, Action::KeyRemove]
        .into_iter()
        .find(|action| action.as_str() == entry.action)
}
