//! The loopback server: token, `Host` and `Origin` are checked before anything is done.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use signet_bridge::Bridge;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::site::{self, Site};
use crate::{Options, say};

/// The header that carries the token. A page of another origin cannot send it unasked.
const TOKEN: &str = "signet-token";
/// Bytes of one request.
const LARGEST: usize = 32 * 1024 * 1024;

/// What every request is checked against.
struct Shared {
    bridge: Bridge,
    token: String,
    hosts: [String; 2],
    origins: Vec<String>,
    site: Site,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    method: String,
    #[serde(default)]
    params: Value,
}

/// Serves until Ctrl-C or a termination signal.
pub(crate) async fn serve(bridge: Bridge, options: &Options) -> Result<(), String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await;
    let listener = listener.map_err(|error| error.to_string())?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    let token = data_encoding::HEXLOWER.encode(&bytes);
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let own = hosts.iter().map(|host| format!("http://{host}"));
    let shared = Shared {
        bridge,
        token: token.clone(),
        origins: own.chain(options.origin.clone()).collect(),
        site: Site::new(options.ui.clone()),
        hosts,
    };
    let router = Router::new()
        .route("/call", post(call))
        .route("/preview/{token}", get(preview))
        .fallback(get(file))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(Arc::new(shared));
    let base = options.origin.clone().unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
    let place = json!({ "url": format!("{base}/#token={token}"), "token": token, "port": port });
    say(&mut std::io::stdout(), &place.to_string());
    axum::serve(listener, router).with_graceful_shutdown(ended()).await.map_err(|error| error.to_string())
}

async fn call(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = shared.admits(&headers) {
        return refused.into_response();
    }
    let given = headers.get(TOKEN).map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    if given != shared.token.as_bytes() {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Ok(call) = serde_json::from_slice::<Call>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (to, mut from) = mpsc::unbounded_channel::<Value>();
    let bridge = shared.bridge.clone();
    let events = to.clone();
    // The browser that goes away drops the body and with it the call.
    let answer = async move {
        let answered = bridge.call(&call.method, call.params, move |event| {
            let _ = events.send(json!({ "event": event })); // nobody reads any more
        });
        match answered.await {
            Ok(result) => json!({ "result": result }),
            Err(failure) => json!({ "failure": failure }),
        }
    };
    let mut answer = Some(Box::pin(answer));
    let mut last: Option<Value> = None;
    drop(to);
    let lines = stream::poll_fn(move |context| {
        use std::task::Poll;
        loop {
            if let Poll::Ready(Some(event)) = from.poll_recv(context) {
                return Poll::Ready(Some(Ok::<_, Infallible>(line(&event))));
            }
            if let Some(end) = last.take() {
                return Poll::Ready(Some(Ok(line(&end))));
            }
            let Some(answering) = &mut answer else { return Poll::Ready(None) };
            match answering.as_mut().poll(context) {
                // Events that came with the answer go first.
                Poll::Ready(end) => {
                    last = Some(end);
                    answer = None;
                }
                Poll::Pending => match from.poll_recv(context) {
                    Poll::Ready(Some(event)) => return Poll::Ready(Some(Ok(line(&event)))),
                    _ => return Poll::Pending,
                },
            }
        }
    });
    (
        [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CACHE_CONTROL, "no-store")],
        Body::from_stream(lines),
    )
        .into_response()
}

async fn preview(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = shared.admits(&headers) {
        return refused.into_response();
    }
    let Some(found) = shared.bridge.preview(&token) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Response::new(Body::from(found.html));
    site::add(&mut response, found.headers.into_iter().map(|(name, value)| (name.to_lowercase(), value)));
    response
}

async fn file(State(shared): State<Arc<Shared>>, uri: axum::http::Uri, headers: HeaderMap) -> Response {
    match shared.admits(&headers) {
        Ok(()) => shared.site.answer(uri.path()),
        Err(refused) => refused.into_response(),
    }
}

impl Shared {
    /// Another name for this address, or a page of another origin, is refused.
    fn admits(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
        let host = text(header::HOST).is_some_and(|host| self.hosts.iter().any(|own| own == host));
        // A frame with `sandbox` has no origin; it may ask for nothing but what it is.
        let origin = text(header::ORIGIN).is_none_or(|origin| self.origins.iter().any(|own| own == origin));
        if host && origin { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }
}

fn line(value: &Value) -> Bytes {
    Bytes::from(format!("{value}\n"))
}

async fn ended() {
    let terminated = async {
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    // Pages that follow events would keep the server for ever.
    tokio::spawn(async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        std::process::exit(0);
    });
}
