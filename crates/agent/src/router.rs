//! Every row of the method table to its handler. A row without a handler does not compile.

use std::future::Future;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};
use futures_util::StreamExt;
use serde::Serialize;
use signet_api::wire::Line;
use signet_api::{API_HEADER, API_VERSION, Level, Method};
use signet_core::{Code, Failure, Principal};
use tokio::sync::mpsc;

use crate::agent::Agent;
use crate::peer::Peer;

/// Bodies up to Gmail's limit on a message, with room for JSON's escapes.
pub(crate) const MAX_BODY: usize = 80 * 1024 * 1024;

/// What the agent does for one row of the table.
pub(crate) trait Handle<M: Method> {
    /// Does it.
    fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: M::Request,
        events: Events<M::Event>,
    ) -> impl Future<Output = Result<M::Response, Failure>> + Send;
}

/// The way back to the caller: where a handler reports progress, and which process listens.
pub(crate) struct Events<E> {
    sender: mpsc::UnboundedSender<E>,
    peer: Peer,
}

impl<E> Events<E> {
    /// Reports progress; a caller that has gone away is no fault.
    pub(crate) fn send(&self, event: E) {
        let _ = self.sender.send(event);
    }

    /// Waits until the caller has gone away.
    pub(crate) async fn closed(&self) {
        self.sender.closed().await;
    }

    /// The process that asked.
    pub(crate) const fn peer(&self) -> Peer {
        self.peer
    }
}

/// The router of all methods.
pub(crate) fn router(agent: &Arc<Agent>) -> Router {
    let mut router = Router::new();
    macro_rules! routes {
        ($($name:ident),*) => { $(router = route::<signet_api::$name>(router, agent);)* };
    }
    signet_api::for_each_method!(routes);
    router
        .fallback(|| async { failure(&Failure::new(Code::AgentVersion)) })
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

fn route<M: Method>(router: Router, agent: &Arc<Agent>) -> Router
where
    Agent: Handle<M>,
{
    let agent = Arc::clone(agent);
    let handler = move |Extension(caller): Extension<Principal>,
                        Extension(peer): Extension<Peer>,
                        headers: HeaderMap,
                        body: Bytes| {
        let agent = Arc::clone(&agent);
        async move { answer::<M>(agent, (caller, peer), &headers, body).await }
    };
    router.route(&format!("/v1/{}", M::NAME), post(handler))
}

async fn answer<M: Method>(
    agent: Arc<Agent>,
    (caller, peer): (Principal, Peer),
    headers: &HeaderMap,
    body: Bytes,
) -> Response
where
    Agent: Handle<M>,
{
    if headers.get(API_HEADER).is_none_or(|version| version != API_VERSION) {
        return failure(&Failure::new(Code::AgentVersion).fact("agent_version", env!("CARGO_PKG_VERSION")));
    }
    let Ok(request) = serde_json::from_slice::<M::Request>(&body) else {
        // The parser's words may quote a passphrase.
        return failure(&Failure::new(Code::Usage).what("The request does not fit the method."));
    };
    drop(body);
    if M::LEVEL == Level::Unlocked {
        if let Some(snapshot) = agent.snapshots.newest()
            && let Err(closed) = crate::usecase::require_open(&snapshot)
        {
            return failure(&closed);
        }
        agent.idle.touch();
    }
    let (sender, events) = mpsc::unbounded_channel();
    // Its own task: a caller that goes away does not stop what was begun.
    let work = tokio::spawn(async move {
        let result = Arc::clone(&agent).handle(caller, request, Events { sender, peer }).await;
        if M::LEVEL == Level::Unlocked {
            agent.idle.touch();
        }
        if let Err(failure) = &result {
            tracing::info!(method = M::NAME, code = failure.code.as_str(), "refused");
        } else {
            tracing::debug!(method = M::NAME, "done");
        }
        result
    });
    let ended = async move { work.await.unwrap_or_else(|_| Err(Failure::new(Code::Internal))) };
    if M::STREAMS { stream::<M>(events, ended) } else { reply(ended.await) }
}

pub(crate) fn reply<R: Serialize>(result: Result<R, Failure>) -> Response {
    match result {
        Ok(response) => json(StatusCode::OK, &response),
        Err(error) => failure(&error),
    }
}

pub(crate) fn failure(error: &Failure) -> Response {
    json(StatusCode::CONFLICT, error)
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).unwrap_or_default();
    let headers = [(API_HEADER, API_VERSION), (header::CONTENT_TYPE.as_str(), "application/json")];
    (status, headers, body).into_response()
}

/// Events as lines while the work goes on, then its result as the last line.
pub(crate) fn stream<M: Method>(
    events: mpsc::UnboundedReceiver<M::Event>,
    ended: impl Future<Output = Result<M::Response, Failure>> + Send + 'static,
) -> Response {
    let events = futures_util::stream::unfold(events, |mut events| async move {
        let event = events.recv().await?;
        Some((line(&Line::<_, M::Response>::Event(event)), events))
    });
    let last = futures_util::stream::once(async move {
        line(&match ended.await {
            Ok(response) => Line::<M::Event, _>::Result(response),
            Err(error) => Line::Failure(error),
        })
    });
    let headers = [(API_HEADER, API_VERSION), (header::CONTENT_TYPE.as_str(), "application/x-ndjson")];
    (headers, Body::from_stream(events.chain(last).map(Ok::<_, std::convert::Infallible>))).into_response()
}

fn line(value: &impl Serialize) -> Bytes {
    let mut bytes = serde_json::to_vec(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes.into()
}
