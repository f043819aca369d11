//! From a request to its reply: which part answers, and which fault strikes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use serde_json::json;

use super::crawl::Crawl;
use super::fault::{Before, Struck};
use super::reply::{self, Outgoing, Reply, set};
use super::token::TokenRequest;
use super::{certs, control, token};
use crate::fault::At;
use crate::gmail::{self, Answer, ApiError, Call, ChunkReply, ReceiveError};
use crate::google::Google;
use crate::token::Audience;

/// The most that is read and dropped of a body that nobody wants, so that the client sees the reply.
const DRAIN: usize = 64 * 1024 * 1024;

/// What a listener hands to each request.
pub(super) struct Context {
    pub(super) google: Arc<Google>,
    /// This listener's own address, such as `http://127.0.0.1:4711`.
    pub(super) base: String,
    /// Every address of this sandbox, as clients may write it.
    pub(super) own: Vec<String>,
    pub(super) control_key: String,
}

/// The connection is to be reset in place of a reply.
#[derive(Debug, thiserror::Error)]
#[error("reset on request")]
pub(super) struct Reset;

/// Answers a request.
pub(super) async fn dispatch(context: &Context, request: Request<Incoming>) -> Result<Outgoing, Reset> {
    let started = Instant::now();
    let (parts, mut body) = request.into_parts();
    let result = route(context, &parts, &mut body).await;
    let Ok((mut reply, struck)) = result else {
        tracing::info!("{} {} reset", parts.method, parts.uri.path());
        return Err(Reset);
    };
    struck.dress(&mut reply);
    drain(&mut body).await;
    // The path only: queries hold upload ids, headers hold tokens.
    let (status, time) = (reply.status().as_u16(), started.elapsed().as_millis());
    tracing::info!("{} {} {status} {time} ms", parts.method, parts.uri.path());
    if let Some(time) = struck.slow().filter(|_| reply.body().is_empty()) {
        tokio::time::sleep(time).await; // there is no body to spread over it
    }
    Ok(reply::outgoing(reply, context.google.now(), struck.slow()))
}

async fn route(context: &Context, parts: &Parts, body: &mut Incoming) -> Result<(Reply, Struck), Reset> {
    let none = || Struck::new(None);
    let google = &context.google;
    let path = parts.uri.path();
    if !is_known_host(parts) {
        return Ok((
            reply::json(421, &json!({ "error": "This server answers for this computer only." })),
            none(),
        ));
    }
    if path == control::PATH && parts.method == "POST" {
        let result = control::reply(google, &context.control_key, &parts.headers, body).await;
        return Ok((result.unwrap_or_else(failed), none()));
    }
    if token::PATHS.contains(&path) && parts.method == "POST" {
        let request = match TokenRequest::read(&parts.headers, body).await {
            Ok(request) => request,
            Err(error) => return Ok((failed(error), none())),
        };
        let user = request.user();
        return around(context, At::Token, user.as_deref(), "", async |_| {
            Ok(request.reply(google, &Audience { own: context.own.clone() }))
        })
        .await;
    }
    if let Some(email) = certs::account(path).filter(|_| parts.method == "GET") {
        return around(context, At::Certs, None, "", async |_| Ok(certs::reply(google, &email))).await;
    }
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let upload_id = query.iter().find(|(name, _)| name == "upload_id").map(|(_, id)| id.as_str());
    if let Some(id) = upload_id
        && (path.starts_with("/upload/") || path.starts_with("/resumable/upload/"))
        && (parts.method == "PUT" || parts.method == "POST")
    {
        return upload(context, parts, id, body).await;
    }
    match Call::parse(&parts.method, path, &query) {
        Some(call) => gmail_call(context, parts, call, body).await,
        None if path == "/" => Ok((reply::json(200, &json!({ "sandbox": "signet" })), none())),
        None => Ok((reply::page(404, "Not Found"), none())),
    }
}

async fn gmail_call(
    context: &Context,
    parts: &Parts,
    call: Call,
    body: &mut Incoming,
) -> Result<(Reply, Struck), Reset> {
    let google = &context.google;
    let at = if call.is_send() { At::Start } else { At::Read };
    let user = gmail::caller(google, &parts.headers).and_then(|access| access.user);
    let method = gmail::method_name(call.method);
    let path = parts.uri.path().to_owned();
    around(context, at, user.as_deref(), method, async |struck| {
        let reply = match gmail::answer(google, call, &parts.headers, body).await? {
            Answer::Resource(value) => {
                if struck.bounces() {
                    bounce(google, &value).await?;
                }
                reply::json(200, &value)
            }
            Answer::Upload(id) => {
                let mut reply = reply::empty(200);
                let location = format!("{}{path}?uploadType=resumable&upload_id={id}", context.base);
                set(&mut reply, "location", &location);
                set(&mut reply, "x-guploader-uploadid", &id);
                reply
            }
        };
        Ok(reply)
    })
    .await
}

async fn upload(
    context: &Context,
    parts: &Parts,
    id: &str,
    body: &mut Incoming,
) -> Result<(Reply, Struck), Reset> {
    let google = &context.google;
    let at = match gmail::is_last(&parts.headers) {
        None => At::Status,
        Some(false) => At::Chunk,
        Some(true) => At::LastChunk,
    };
    let user = match google.uploads.find(id) {
        Some(upload) => Some(upload.lock().await.record.user.clone()),
        None => None,
    };
    around(context, at, user.as_deref(), "SendMessage", async |struck| {
        if let Before::Expire(status) = struck.before(google, None, "", google.now()) {
            expire(google, id).await?;
            return Ok(gone(status));
        }
        let mut body = Crawl::over(body, struck.bytes_per_second());
        let result = gmail::chunk(google, id, &parts.headers, &mut body, struck.chunk()).await?;
        if let Some(status) = struck.expires_after() {
            expire(google, id).await?;
            return Ok(gone(status));
        }
        Ok(match result {
            ChunkReply::Kept(kept) => {
                let mut reply = reply::incomplete(kept, struck.range_unit());
                set(&mut reply, "x-guploader-uploadid", id);
                reply
            }
            ChunkReply::Done(value) => {
                if struck.bounces() {
                    bounce(google, &value).await?;
                }
                reply::json(200, &value)
            }
        })
    })
    .await
}

/// Runs `work` unless a fault takes its place.
async fn around(
    context: &Context,
    at: At,
    user: Option<&str>,
    method: &str,
    work: impl AsyncFnOnce(&Struck) -> Result<Reply, ReceiveError>,
) -> Result<(Reply, Struck), Reset> {
    let google = &context.google;
    let struck = Struck::new(google.fault(at, user));
    match struck.before(google, user, method, google.now()) {
        Before::Reply(reply) => return Ok((reply, struck)),
        Before::Reset => return Err(Reset),
        Before::Expire(_) | Before::Nothing => {}
    }
    let reply = match work(&struck).await {
        Err(ReceiveError::Aborted) => return Err(Reset),
        Err(error) => failed(error),
        Ok(reply) => reply,
    };
    if struck.resets_after() { Err(Reset) } else { Ok((reply, struck)) }
}

/// The reply to a request that was not carried out.
fn failed(error: ReceiveError) -> Reply {
    match error {
        ReceiveError::Api(error) => reply::json(error.status, &error.json(true)),
        ReceiveError::Page(status, title) => reply::page(status, title),
        ReceiveError::Aborted => reply::empty(StatusCode::BAD_REQUEST.as_u16()),
        ReceiveError::Disk(what) => {
            tracing::error!("{what}");
            reply::json(500, &ApiError::backend(500).json(true))
        }
    }
}

fn gone(status: u16) -> Reply {
    let error = if status == 410 { ApiError::gone() } else { ApiError::not_found() };
    reply::json(status, &error.json(true))
}

async fn expire(google: &Arc<Google>, id: &str) -> Result<(), ReceiveError> {
    if let Some(upload) = google.uploads.find(id) {
        google.uploads.expire(&mut *upload.lock().await)?;
    }
    Ok(())
}

async fn bounce(google: &Arc<Google>, sent: &serde_json::Value) -> Result<(), ReceiveError> {
    let google = Arc::clone(google);
    let id = sent["id"].as_str().unwrap_or_default().to_owned();
    let bounced = tokio::task::spawn_blocking(move || gmail::bounce(&google, &id)).await;
    bounced.map_err(|error| ReceiveError::Disk(error.to_string()))?
}

/// Against pages that make a browser call here under another name (DNS rebinding).
fn is_known_host(parts: &Parts) -> bool {
    let host = parts.headers.get(HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name.ends_with(".googleapis.com")
}

async fn drain<B>(body: &mut B)
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut left = DRAIN;
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                break;
            }
        }
    };
    // A client that waits for the reply before it sends the rest gets it.
    let _ = tokio::time::timeout(Duration::from_secs(2), reading).await;
}
