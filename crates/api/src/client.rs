//! The client: one connection for each call, over the local socket.

use std::os::fd::BorrowedFd;
use std::path::PathBuf;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use signet_core::{Code, Failure};
use zeroize::Zeroizing;

use crate::channel::{self, ChannelError};
use crate::wire::Line;
use crate::{API_HEADER, API_VERSION, Home, Method, descriptor};

/// A way to the agent of one profile.
#[derive(Clone, Debug)]
pub struct Client {
    socket: PathBuf,
    descriptor_socket: PathBuf,
}

/// A call under way, whose events are read one by one.
pub struct Call<M: Method> {
    body: Incoming,
    buffer: Vec<u8>,
    method: std::marker::PhantomData<M>,
}

impl Client {
    /// The client for the agent that serves `home`.
    pub fn new(home: &Home) -> Self {
        Self { socket: home.socket(), descriptor_socket: home.descriptor_socket() }
    }

    /// Calls a method and waits for its answer; events are dropped.
    ///
    /// # Errors
    /// The agent's failure, or why it cannot be reached.
    pub async fn call<M: Method>(&self, request: &M::Request) -> Result<M::Response, Failure> {
        if M::STREAMS {
            return self.start::<M>(request).await?.finish(|_| ()).await;
        }
        let response = self.post::<M>(request).await?;
        let body = response.into_body().collect().await.map_err(broken)?.to_bytes();
        parse(&body)
    }

    /// Starts a method that reports progress.
    ///
    /// # Errors
    /// The agent's failure, or why it cannot be reached.
    pub async fn start<M: Method>(&self, request: &M::Request) -> Result<Call<M>, Failure> {
        let response = self.post::<M>(request).await?;
        Ok(Call { body: response.into_body(), buffer: Vec::new(), method: std::marker::PhantomData })
    }

    /// Hands an open file to the agent and returns the handle that requests name, once.
    ///
    /// # Errors
    /// Why the agent cannot be reached.
    pub async fn attach(&self, file: BorrowedFd<'_>) -> Result<String, Failure> {
        let stream = channel::connect(&self.descriptor_socket).await.map_err(|e| e.failure())?;
        let io = |error: std::io::Error| ChannelError::Io(error).failure();
        let mut stream = stream.into_std().map_err(io)?;
        stream.set_nonblocking(false).map_err(io)?;
        descriptor::send_descriptor(&mut stream, file).map_err(io)
    }

    /// Whether the agent has no vault open and sends nothing, asked in its own version's words. An agent
    /// that does not say so clearly counts as busy.
    pub async fn is_idle_whatever_its_version(&self) -> bool {
        let Ok(refusal) = self.post_as("status", API_VERSION, b"{}").await else { return false };
        let version = refusal.headers().get(API_HEADER).and_then(|version| version.to_str().ok());
        let Some(version) = version.map(str::to_owned) else { return false };
        let Ok(response) = self.post_as("status", &version, b"{}").await else { return false };
        let Ok(body) = response.into_body().collect().await else { return false };
        let status: serde_json::Value = serde_json::from_slice(&body.to_bytes()).unwrap_or_default();
        let closed = status["vault"]["state"].as_str().is_some_and(|state| state != "unlocked");
        closed && status["sending"] == 0
    }

    async fn post<M: Method>(&self, request: &M::Request) -> Result<Response<Incoming>, Failure> {
        let body = Zeroizing::new(serde_json::to_vec(request).map_err(broken)?);
        let response = self.post_as(M::NAME, API_VERSION, &body).await?;
        if response.headers().get(API_HEADER).is_none_or(|version| version != API_VERSION) {
            return Err(Failure::new(Code::AgentVersion));
        }
        if response.status().is_success() {
            return Ok(response);
        }
        let body = response.into_body().collect().await.map_err(broken)?.to_bytes();
        Err(parse::<Failure>(&body)?)
    }

    async fn post_as(&self, name: &str, version: &str, body: &[u8]) -> Result<Response<Incoming>, Failure> {
        let stream = channel::connect(&self.socket).await.map_err(|e| e.failure())?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        tokio::spawn(connection);
        let request = Request::post(format!("/v1/{name}"))
            .header(hyper::header::HOST, "signet")
            .header(API_HEADER, version)
            .header(hyper::header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::copy_from_slice(body)))
            .map_err(broken)?;
        sender.send_request(request).await.map_err(broken)
    }
}

impl<M: Method> Call<M> {
    /// Reads on until the end; `event` sees each event.
    ///
    /// # Errors
    /// The agent's failure, or that it went away in the middle.
    pub async fn finish(mut self, mut event: impl FnMut(M::Event)) -> Result<M::Response, Failure> {
        loop {
            match self.line().await? {
                Line::Event(progress) => event(progress),
                Line::Result(response) => return Ok(response),
                Line::Failure(failure) => return Err(failure),
            }
        }
    }

    /// The next line of the answer.
    ///
    /// # Errors
    /// That the agent went away in the middle.
    pub async fn line(&mut self) -> Result<Line<M::Event, M::Response>, Failure> {
        loop {
            if let Some(end) = self.buffer.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return parse(&line);
            }
            let frame =
                self.body.frame().await.ok_or_else(|| Failure::new(Code::AgentAway))?.map_err(broken)?;
            if let Some(data) = frame.data_ref() {
                self.buffer.extend_from_slice(data);
            }
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    // The parser's own words may quote the answer, which may hold a code or a kit: they are dropped.
    serde_json::from_slice(body).map_err(|_| Failure::new(Code::AgentVersion))
}

fn broken(_: impl std::error::Error) -> Failure {
    Failure::new(Code::AgentAway).what("The agent went away in the middle of the request.")
}
