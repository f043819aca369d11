//! The bytes of attachments, streamed to the host; and the log, streamed to auditors.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};
use futures_util::StreamExt;
use http_body_util::BodyExt;
use serde::Deserialize;
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
                     Path((request, part)): Path<(String, usize)>,
                     Query(At { at }): Query<At>,
                     body: Body| {
        let place = parts.clone();
        async move {
            match receive(&place, &guest, &request, part, at, body).await {
                Ok(have) => reply(Ok(have)),
                Err(refused) => failure(&refused),
            }
        }
    };
    let copy = move |Extension(guest): Extension<Arc<Guest>>| {
        let place = copies.clone();
        async move { send_log(&place, &guest).await.unwrap_or_else(|refused| failure(&refused)) }
    };
    Router::new().route("/v1/part/{request}/{part}", post(part)).route("/v1/audit-copy", post(copy))
}

async fn receive(
    place: &Place,
    guest: &Arc<Guest>,
    request: &str,
    part: usize,
    mut at: u64,
    mut body: Body,
) -> Result<u64, Failure> {
    let caller = Caller::arrive(place, guest)?;
    let client = RequestId::parse(request).map_err(|_| Failure::new(Code::Usage))?;
    let request = derive_request(guest.device(), client);
    let upload = place.host.uploads.find(guest.device(), request)?;
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
async fn send_log(place: &Place, guest: &Arc<Guest>) -> Result<Response, Failure> {
    let caller = Caller::arrive(place, guest)?;
    place.authorise(&caller, signet_core::Action::AuditVerify).await?;
    place.note(&caller, signet_core::Action::AuditVerify, String::new()).await?;
    let copy = place.agent.audit.copy().await?;
    let stream = futures_util::stream::unfold(Some(copy), |file| async move {
        use std::io::Read;
        let mut file = file?;
        let read = tokio::task::spawn_blocking(move || {
            let mut buffer = vec![0; 256 * 1024];
            let read = file.read(&mut buffer)?;
            buffer.truncate(read);
            Ok::<_, std::io::Error>((buffer, file))
        });
        match read.await {
            Ok(Ok((buffer, _))) if buffer.is_empty() => None,
            Ok(Ok((buffer, file))) => Some((Ok(axum::body::Bytes::from(buffer)), Some(file))),
            Ok(Err(error)) => Some((Err(error), None)),
            Err(_) => Some((Err(std::io::Error::other("the log could not be read")), None)),
        }
    });
    Ok(([(header::CONTENT_TYPE, "application/vnd.sqlite3")], Body::from_stream(stream.boxed()))
        .into_response())
}
