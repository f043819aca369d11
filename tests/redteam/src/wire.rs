//! One connection of a patched client: any path, any header, any body.

use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::Request;
use hyper::body::{Bytes, Frame};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use serde_json::{Value, json};
use signet_api::{API_HEADER, API_VERSION};
use signet_crypto::VerifyingKey;
use signet_link::HostConnection;
use tokio::runtime::Runtime;

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// How long the attacker waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The runtime of all attackers of a test.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
    &RUNTIME
}

/// Every byte that a host ever answered, to be searched at the end.
#[derive(Clone, Debug, Default)]
pub struct Haul(Arc<Mutex<Vec<u8>>>);

impl Haul {
    /// Keeps bytes.
    pub fn keep(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        // Nothing is found across two answers.
        kept.extend_from_slice(b"\n--------\n");
    }

    /// All of it.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One connection.
#[derive(Clone)]
pub struct Wire {
    sender: SendRequest<Body>,
    haul: Haul,
    patience: Duration,
    /// What binds a proof to this connection.
    pub exporter: [u8; 32],
    /// The host's key.
    pub host: VerifyingKey,
}

/// What a host answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status; 0 if there was no answer.
    pub status: u16,
    /// The document; of a stream, its last line's.
    pub body: Value,
}

impl Wire {
    /// Speaks HTTP/2 over a link.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn open(link: HostConnection, haul: Haul) -> hyper::Result<Self> {
        let HostConnection { stream, key, exporter } = link;
        let (sender, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_header_list_size(1 << 20)
            .handshake(TokioIo::new(stream))
            .await?;
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender, haul, patience: PATIENCE, exporter, host: key })
    }

    /// The same connection, which waits so long for an answer.
    #[must_use]
    pub const fn patient(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Whether the host has ended it.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// A method with that document.
    pub async fn call(&self, method: &str, request: &Value) -> Answer {
        self.post(&format!("/v1/{method}"), &[(API_HEADER, API_VERSION)], request.to_string().into()).await
    }

    /// Any path, headers and bytes.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        self.send("POST", path, headers, Full::new(Bytes::from(body)).map_err(|n| match n {}).boxed_unsync())
            .await
    }

    /// Bytes that come with pauses between them.
    pub async fn trickle(&self, path: &str, pieces: Vec<(Duration, Vec<u8>)>) -> Answer {
        let stream = futures_util::stream::unfold(pieces.into_iter(), |mut pieces| async move {
            let (pause, piece) = pieces.next()?;
            tokio::time::sleep(pause).await;
            Some((Ok(Frame::data(Bytes::from(piece))), pieces))
        });
        self.send("POST", path, &[(API_HEADER, API_VERSION)], StreamBody::new(stream).boxed_unsync()).await
    }

    /// Any verb too.
    pub async fn send(&self, verb: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(verb).uri(format!("https://signet{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let Ok(request) = request.body(body) else { return Answer::none("not a request") };
        let mut sender = self.sender.clone();
        let asking = async {
            let response = sender.send_request(request).await?;
            let status = response.status().as_u16();
            self.haul.keep(format!("{:?}", response.headers()).as_bytes());
            let bytes = response.into_body().collect().await?.to_bytes();
            self.haul.keep(&bytes);
            Ok::<_, hyper::Error>(Answer { status, body: read(&bytes) })
        };
        match tokio::time::timeout(self.patience, asking).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Answer::none(&error.to_string()),
            Err(_) => Answer::none("no answer"),
        }
    }
}

impl Answer {
    /// There was none.
    pub fn none(why: &str) -> Self {
        Self { status: 0, body: json!({ "code": "no-answer", "why": why }) }
    }

    /// Whether the host did it.
    pub fn is_ok(&self) -> bool {
        self.status == 200 && self.body.get("failure").is_none_or(|_| !is_line(&self.body))
    }

    /// The code of a refusal; empty if it was none.
    pub fn code(&self) -> &str {
        let failure = if is_line(&self.body) { &self.body["failure"] } else { &self.body };
        if self.is_ok() { "" } else { failure["code"].as_str().unwrap_or("no-code") }
    }

    /// The answer of what has to have worked.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.is_ok(), "{} {}", self.status, self.body);
        match self.body.get("result") {
            Some(result) if is_line(&self.body) => result.clone(),
            _ => self.body,
        }
    }

    /// It was refused with that code.
    #[track_caller]
    pub fn refused(&self, code: &str) {
        assert_eq!(self.code(), code, "{} {}", self.status, self.body);
    }
}

/// One document, or the last line of many.
fn read(bytes: &[u8]) -> Value {
    let last = bytes.trim_ascii().split(|byte| *byte == b'\n').next_back().unwrap_or_default();
    let parsed = serde_json::from_slice(bytes).or_else(|_| serde_json::from_slice(last));
    parsed.unwrap_or_else(|_| {
        Value::String(String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned())
    })
}

fn is_line(value: &Value) -> bool {
    value.as_object().is_some_and(|line| line.len() == 1)
}
