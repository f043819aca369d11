//! The bytes of attachments, streamed to the host; and the log, streamed to auditors.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};
use futures_util::StreamExt;
use http_body_util::BodyExt;
use serde::Deserialize;
use signet_api::{API_HEADER, API_VERSION};
use signet_core::{Code, Failure, RequestId};

use crate::host::guest::Guest;
use crate::host::router::{Arrives, Caller, Place};
use crate::host::uploads::derive_request;
use crate::router::{failure, reply};

/// How long the next bytes of a part may take.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
struct At {
    at: u64,
}

/// The routes beside the table.
pub(crate) fn routes(place: &Place) -> Router {
    let (parts, copies) = (place.clone(), place.clone());
    let part = move |Extension(guest): Extension<Arc<Guest>>,
                     headers: HeaderMap,
                     Path((request, part)): Path<(String, usize)>,
                     Query(At { at }): Query<At>,
                     body: Body| {
        let place = parts.clone();
        async move {
            let caller = match arrive(&place, &guest, &headers).await {
                Ok(caller) => caller,
                Err(refused) => return failure(&refused),
            };
            match receive(&place, &caller, &request, part, at, body).await {
                Ok(have) => reply(Ok(have)),
                Err(refused) => failure(&refused),
            }
        }
    };
    let copy = move |Extension(guest): Extension<Arc<Guest>>, headers: HeaderMap| {
        let place = copies.clone();
        async move {
            let caller = match arrive(&place, &guest, &headers).await {
                Ok(caller) => caller,
                Err(refused) => return failure(&refused),
            };
            send_log(&place, &caller).await.unwrap_or_else(|refused| failure(&refused))
        }
    };
    Router::new().route("/v1/part/{request}/{part}", post(part)).route("/v1/audit-copy", post(copy))
}

/// Who asks, as for the rows of the table.
async fn arrive(place: &Place, guest: &Arc<Guest>, headers: &HeaderMap) -> Result<Caller, Failure> {
    if headers.get(API_HEADER).is_none_or(|version| version != API_VERSION) {
        return Err(Failure::new(Code::AgentVersion));
    }
    match Caller::arrive(place, guest) {
        Ok(caller) => Ok(caller),
        Err(refused) => {
            place.note_refusal(guest, &refused).await;
            Err(refused)
        }
    }
}

async fn receive(
    place: &Place,
    caller: &Caller,
    request: &str,
    part: usize,
    mut at: u64,
    mut body: Body,
) -> Result<u64, Failure> {
    let client = RequestId::parse(request).map_err(|_| Failure::new(Code::Usage))?;
    let device = caller.guest.device();
    let request = derive_request(device, client);
    let upload = place.host.uploads.find(device, request)?;
    loop {
        let frame = tokio::time::timeout(PATIENCE, body.frame()).await;
        let frame = frame.map_err(|_| Failure::new(Code::UploadGone).what("The upload stopped."))?;
        let Some(frame) = frame else { return Ok(at) };
        let frame = frame.map_err(|_| Failure::new(Code::UploadGone))?;
        let Ok(bytes) = frame.into_data() else { continue };
        if bytes.is_empty() {
            continue;
        }
        // Revoked in the middle: not one more byte is taken.
        place.host.admit(&caller.guest)?;
        at = upload.receive(part, at, bytes).await?;
    }
}

/// The log's file as it is now, for an auditor to verify it elsewhere.
async fn send_log(place: &Place, caller: &Caller) -> Result<Response, Failure> {
    place.authorise(caller, signet_core::Action::AuditVerify).await?;
    // Before the log grows by it. Goes with the copy: the work of one that nobody waits for counts as well.
    let copying = place.host.copies.begin(caller.guest.device())?;
    place.note(caller, signet_core::Action::AuditVerify, String::new()).await?;
    let copy = place.agent.audit.copy(copying).await?;
    let stream = futures_util::stream::unfold(Some(copy), |copy| async move {
        use std::io::Read;
        let (mut file, copying) = copy?;
        let read = tokio::task::spawn_blocking(move || {
            let mut buffer = vec![0; 256 * 1024];
            let read = file.read(&mut buffer)?;
            buffer.truncate(read);
            Ok::<_, std::io::Error>((buffer, file))
        });
        match read.await {
            Ok(Ok((buffer, _))) if buffer.is_empty() => None,
            Ok(Ok((buffer, file))) => Some((Ok(axum::body::Bytes::from(buffer)), Some((file, copying)))),
            Ok(Err(error)) => Some((Err(error), None)),
            Err(_) => Some((Err(std::io::Error::other("the log could not be read")), None)),
        }
    });
    Ok(([(header::CONTENT_TYPE, "application/vnd.sqlite3")], Body::from_stream(stream.boxed()))
        .into_response())
}
