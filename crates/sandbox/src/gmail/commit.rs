//! What happens with a complete message: it is sent, or kept as a draft.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use signet_core::UnixMillis;

use super::drafts;
use super::error::ApiError;
use super::receive::ReceiveError;
use crate::google::{Google, make_bytes};
use crate::message::{Changes, Envelope, EnvelopeError, Finding, Incoming, MessageRecord};

/// What an uploaded message is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Purpose {
    /// Send it.
    Send,
    /// Keep it as a new draft.
    DraftCreate,
    /// Keep it in the place of a draft.
    DraftUpdate(String),
}

/// A complete message and what to do with it.
pub(crate) struct Complete {
    pub(crate) incoming: Incoming,
    pub(crate) purpose: Purpose,
    pub(crate) user: String,
    pub(crate) message_id: String,
    pub(crate) thread_id: Option<String>,
    /// `json`, `media`, `multipart`, `resumable` or `draft`.
    pub(crate) way: &'static str,
}

/// A new message or thread id: 16 hex digits.
pub(crate) fn make_id() -> String {
    format!("{:016x}", u64::from_le_bytes(make_bytes()) >> 1)
}

/// Does it, on a thread that may wait for the disk. The reply is the resource that Gmail returns.
pub(crate) async fn commit(google: &Arc<Google>, complete: Complete) -> Result<Value, ReceiveError> {
    let google = Arc::clone(google);
    let done = tokio::task::spawn_blocking(move || match complete.purpose.clone() {
        Purpose::Send => send(&google, complete),
        Purpose::DraftCreate => drafts::keep(&google, None, complete),
        Purpose::DraftUpdate(id) => drafts::keep(&google, Some(id), complete),
    });
    done.await.map_err(|error| ReceiveError::Disk(error.to_string()))?
}

/// Sends a message.
pub(crate) fn send(google: &Google, complete: Complete) -> Result<Value, ReceiveError> {
    let Complete { incoming, user, message_id: id, thread_id, way, .. } = complete;
    let envelope = Envelope::read_to_send(incoming.headers()).map_err(refused)?;
    let findings = incoming.findings();
    if google.look(|books| books.strict)
        && let Some(finding) = findings.iter().find(|f| **f != Finding::NoFinalNewline)
    {
        return Err(ApiError::invalid_argument(format!("Invalid message: {}", finding.text())).into());
    }
    let now = google.now();
    let changes = changes(google, &user, &envelope, &id, now);
    let from_uploaded = envelope.from.clone();
    let from = changes.from.clone().or_else(|| from_uploaded.clone()).unwrap_or_else(|| user.clone());
    let added_id = changes.add.iter().find_map(|field| field.strip_prefix("Message-ID: "));
    let record = MessageRecord {
        number: 0,
        thread_id: thread_id.unwrap_or_else(|| id.clone()),
        id,
        user: user.clone(),
        labels: vec!["SENT".into()],
        time: now,
        way: way.into(),
        from_uploaded: from_uploaded.filter(|uploaded| *uploaded != from),
        from,
        message_id: envelope
            .message_id
            .or_else(|| added_id.map(|id| id.trim_matches(['<', '>']).to_owned()))
            .unwrap_or_default(),
        to: envelope.to,
        cc: envelope.cc,
        bcc: envelope.bcc,
        subject: envelope.subject,
        bytes: incoming.length(),
        sha256: incoming.sha256(),
        findings,
    };
    let record = google.mailbox.deliver(incoming, &changes, record)?;
    google.meters().count_sent(&user, record.time);
    Ok(resource(&record))
}

/// What `messages.send` returns.
pub(crate) fn resource(record: &MessageRecord) -> Value {
    json!({ "id": record.id, "threadId": record.thread_id, "labelIds": record.labels })
}

fn changes(google: &Google, owner: &str, envelope: &Envelope, id: &str, now: UnixMillis) -> Changes {
    let user = google.look(|books| books.workspace.user(owner));
    let allowed = envelope.from.as_deref().is_some_and(|from| user.may_send_as(owner, from));
    let mut changes = Changes {
        from: (!allowed).then(|| user.default_address(owner).to_owned()),
        drop_bcc: !envelope.bcc.is_empty(),
        add: Vec::new(),
    };
    if envelope.message_id.is_none() {
        changes.add.push(format!("Message-ID: <{id}@mail.gmail.com>"));
    }
    if !envelope.has_date {
        let date = httpdate::fmt_http_date(crate::state::system_time(now)).replace("GMT", "+0000");
        changes.add.push(format!("Date: {date}"));
    }
    changes
}

fn refused(error: EnvelopeError) -> ReceiveError {
    ApiError::invalid_argument(error.to_string()).into()
}
