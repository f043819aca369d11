//! Carries yup-oauth2's one request: it talks HTTP into an in-memory pipe, and this end sends the same
//! form with our own client, retries what may pass and keeps what the reply really was.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use signet_core::Failure;
use tokio::io::DuplexStream;
use zeroize::Zeroizing;

use super::verdict::{self, Verdict};
use crate::Google;
use crate::reply::{Reply, unreachable};
use crate::send::Backoff;

/// Tries at the token endpoint, as google-auth makes them.
const TRIES: u32 = 3;

/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The largest form: an assertion is about a kilobyte.
const MAX_FORM: usize = 64 * 1024;

/// What one mint's exchange came to.
pub(super) struct Relay {
    google: Google,
    end: Mutex<End>,
}

#[derive(Default)]
struct End {
    lifetime: u64,
    failure: Option<Failure>,
}

impl Relay {
    pub(super) fn new(google: Google) -> Self {
        Self { google, end: Mutex::default() }
    }

    /// Seconds that Google gives the token.
    pub(super) fn lifetime(&self) -> u64 {
        self.end().lifetime
    }

    /// Why there is no token, if the exchange took place.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.end().failure.clone()
    }

    fn end(&self) -> MutexGuard<'_, End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers yup-oauth2's request: with the token in the plainest form, or with an error that only ends it.
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let body = match Limited::new(request.into_body(), MAX_FORM).collect().await {
            Ok(form) => self.carry(form.to_bytes()).await,
            Err(_) => None,
        };
        let body = body.unwrap_or_else(|| json!({ "error": "refused" }).to_string());
        Ok(Response::new(Full::new(Bytes::from(body))))
    }

    async fn carry(&self, form: Bytes) -> Option<String> {
        let mut backoff = Backoff::new(self.google.pace.as_ref(), TRIES);
        loop {
            let (failure, asked) = match self.once(form.clone()).await {
                Ok(token) => return Some(self.accept(&token)),
                Err(Verdict::Final(failure)) => return self.refuse(failure),
                Err(Verdict::Retry(failure, asked)) => (failure, asked),
            };
            match backoff.next(failure, asked) {
                Ok(wait) => self.google.pace.sleep(wait).await,
                Err(failure) => return self.refuse(failure),
            }
        }
    }

    async fn once(&self, form: Bytes) -> Result<Token, Verdict> {
        let endpoints = &self.google.endpoints;
        let away = |error| Verdict::Retry(unreachable(error, endpoints.profile()), None);
        let request = self.google.http.post(endpoints.token().clone()).timeout(PATIENCE);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        let reply = Reply::read(request.send().await.map_err(away)?).await.map_err(away)?;
        Token::read(&reply).ok_or_else(|| verdict::of(&reply, self.google.clock.now()))
    }

    fn accept(&self, token: &Token) -> String {
        self.end().lifetime = token.lifetime;
        json!({ "access_token": *token.value, "expires_in": token.lifetime, "token_type": "Bearer" })
            .to_string()
    }

    fn refuse(&self, failure: Failure) -> Option<String> {
        self.end().failure = Some(failure);
        None
    }
}

/// A token as it stands in a reply.
struct Token {
    value: Zeroizing<String>,
    lifetime: u64,
}

impl Token {
    /// The token of a 200 reply; `expires_in` may be a number or text.
    fn read(reply: &Reply) -> Option<Self> {
        let Value::Object(mut fields) = reply.json().filter(|_| reply.status == 200)? else { return None };
        let Value::String(value) = fields.remove("access_token")? else { return None };
        let value = Zeroizing::new(value);
        let bearer = fields
            .get("token_type")
            .is_none_or(|it| it.as_str().is_some_and(|name| name.eq_ignore_ascii_case("bearer")));
        let lifetime = match fields.get("expires_in") {
            Some(Value::Number(seconds)) => seconds.as_u64()?,
            Some(Value::String(seconds)) => seconds.parse().ok()?,
            _ => 3600,
        };
        // It goes into a header, so it must be printable; nothing shorter is a token.
        let usable = bearer && !value.is_empty() && value.bytes().all(|b| b.is_ascii_graphic());
        usable.then_some(Self { value, lifetime })
    }
}

/// A client whose every connection ends at this relay; nothing of it touches the network.
pub(super) fn in_memory_client(relay: Arc<Relay>) -> legacy::Client<PipeConnector, String> {
    legacy::Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(PipeConnector(relay))
}

/// "Connects" to the relay.
#[derive(Clone)]
pub(super) struct PipeConnector(Arc<Relay>);

impl tower::Service<Uri> for PipeConnector {
    type Response = Pipe;
    type Error = Infallible;
    type Future = Ready<Result<Pipe, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let (near, far) = tokio::io::duplex(MAX_FORM);
        let relay = Arc::clone(&self.0);
        tokio::spawn(async move {
            let service = service_fn(|request| relay.answer(request));
            // An error here means that the mint was dropped; there is nobody left to tell.
            let _ = hyper::server::conn::http1::Builder::new()
                .keep_alive(false)
                .serve_connection(TokioIo::new(far), service)
                .await;
        });
        ready(Ok(Pipe(TokioIo::new(near))))
    }
}

/// One end of an in-memory connection.
pub(super) struct Pipe(TokioIo<DuplexStream>);

impl Connection for Pipe {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl Write for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
