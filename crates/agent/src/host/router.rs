//! Every row of the remote table to its handler, for one host.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router, middleware};
use signet_api::{API_HEADER, API_VERSION, Level, Method, remote};
use signet_core::{Code, Failure, Principal};
use tokio::sync::mpsc;

use crate::agent::Agent;
use crate::host::guest::Guest;
use crate::host::{Host, parts};
use crate::listen::read_within;
use crate::router::{failure, reply, stream};

/// Bodies of methods; attachments do not go through them.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// The same before there is a session: a proof, a join state.
const MAX_FIRST: usize = 16 * 1024;
/// How long such a body may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody whose key belongs to a member, with an open session.
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    pub(crate) guest: Arc<Guest>,
}

/// One host, with the agent that serves it.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) agent: Arc<Agent>,
    pub(crate) host: Arc<Host>,
}

/// What the host does for one row of the remote table.
pub(crate) trait Serve<M: Method> {
    /// Who may ask: [`Arc<Guest>`] for strangers, [`Caller`] for members.
    type Who: Arrives;
    /// Does it.
    fn serve(
        self,
        who: Self::Who,
        request: M::Request,
        events: mpsc::UnboundedSender<M::Event>,
    ) -> impl Future<Output = Result<M::Response, Failure>> + Send;
}

/// Makes who asks out of a connection, for this one request: nothing is remembered from the last.
pub(crate) trait Arrives: Sized + Send {
    /// What the table must say of rows like this.
    const LEVEL: Level;
    /// Who it is, or why not.
    fn arrive(place: &Place, guest: &Arc<Guest>) -> Result<Self, Failure>;
}

impl Arrives for Arc<Guest> {
    const LEVEL: Level = Level::Stranger;

    fn arrive(_: &Place, guest: &Arc<Guest>) -> Result<Self, Failure> {
        Ok(Self::clone(guest))
    }
}

impl Arrives for Caller {
    const LEVEL: Level = Level::Device;

    fn arrive(place: &Place, guest: &Arc<Guest>) -> Result<Self, Failure> {
        if !guest.is_open() {
            return Err(Failure::new(Code::SessionMissing));
        }
        Ok(Self { principal: place.host.admit(guest)?, guest: Arc::clone(guest) })
    }
}

/// The router of all remote methods.
pub(crate) fn router(agent: &Arc<Agent>, host: &Arc<Host>) -> Router {
    let place = Place { agent: Arc::clone(agent), host: Arc::clone(host) };
    let mut router = Router::new();
    macro_rules! routes {
        ($($name:ident),*) => { $(router = route::<remote::$name>(router, &place);)* };
    }
    signet_api::for_each_remote_method!(routes);
    router
        .fallback(|| async { failure(&Failure::new(Code::AgentVersion)) })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(|request: Request, next| {
            // Strangers hold little, however many they are.
            let guest = request.extensions().get::<Arc<Guest>>();
            let most = if guest.is_some_and(|guest| guest.is_open()) { MAX_BODY } else { MAX_FIRST };
            read_within(PATIENCE, most, request, next)
        }))
        .merge(parts::routes(&place))
}

fn route<M: Method>(router: Router, place: &Place) -> Router
where
    Place: Serve<M>,
{
    let place = place.clone();
    let handler = move |Extension(guest): Extension<Arc<Guest>>, headers: HeaderMap, body: Bytes| {
        let place = place.clone();
        async move { answer::<M>(place, guest, &headers, body).await }
    };
    router.route(&format!("/v1/{}", M::NAME), post(handler))
}

async fn answer<M: Method>(place: Place, guest: Arc<Guest>, headers: &HeaderMap, body: Bytes) -> Response
where
    Place: Serve<M>,
{
    debug_assert!(
        M::LEVEL == <<Place as Serve<M>>::Who as Arrives>::LEVEL,
        "the table and the handler disagree"
    );
    if headers.get(API_HEADER).is_none_or(|version| version != API_VERSION) {
        return failure(&Failure::new(Code::AgentVersion));
    }
    // Held by the work, not by the answer: whoever gives requests up gets no more done than others.
    let Some(permit) = guest.work().await else { return failure(&Failure::new(Code::Internal)) };
    let who = match <Place as Serve<M>>::Who::arrive(&place, &guest) {
        Ok(who) => who,
        Err(refused) => {
            place.note_refusal(&guest, &refused).await;
            return failure(&refused);
        }
    };
    let Ok(request) = serde_json::from_slice::<M::Request>(&body) else {
        return failure(&Failure::new(Code::Usage).what("The request does not fit the method."));
    };
    drop(body);
    let (sender, events) = mpsc::unbounded_channel();
    // Its own task: a member who goes away does not stop what was begun.
    let work = tokio::spawn(async move {
        let served = place.serve(who, request, sender).await;
        drop(permit);
        served
    });
    let ended = async move {
        let result = work.await.unwrap_or_else(|_| Err(Failure::new(Code::Internal)));
        if let Err(failure) = &result {
            tracing::info!(method = M::NAME, code = failure.code.as_str(), "refused a member");
        }
        result
    };
    if M::STREAMS { stream::<M>(events, ended) } else { reply(ended.await) }
}
