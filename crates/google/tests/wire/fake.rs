//! A scripted Google: correct by default, with faults that each hit the next request of their step.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Which request a fault hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Token,
    Initiate,
    /// A chunk that does not complete the message.
    Chunk,
    /// The chunk that does.
    Last,
    Query,
    /// Anything outside an upload.
    Other,
}

/// What happens instead of the right thing.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This reply; nothing is done.
    Reply(u16, Vec<(&'static str, String)>, String),
    /// Everything is done, then this reply.
    ReplyAfter(u16, String),
    /// The connection breaks; nothing is done.
    ResetBefore,
    /// Everything is done, then the connection breaks.
    ResetAfter,
    /// Only so many bytes of the chunk are kept.
    Keep(usize),
    /// Nothing at all is kept, and the 308 has no `Range`.
    KeepNothing,
    /// The `Range` is spelt `0-N`.
    BareRange,
    /// The session continues at another address.
    Move,
    /// The session is gone.
    Expire,
    /// The reply takes this long, and what it is for as well.
    Slow(Duration),
    /// Everything is done at once; the reply takes this long.
    SlowAfter(Duration),
}

/// One upload session.
#[derive(Default)]
struct Session {
    total: usize,
    data: Vec<u8>,
    message: Option<String>,
}

#[derive(Default)]
pub struct State {
    pub faults: VecDeque<(Step, Fault)>,
    sessions: HashMap<String, Session>,
    serial: u32,
    /// Messages delivered.
    pub delivered: Vec<Vec<u8>>,
    /// What happened, in order: requests here, and the journal's notes.
    pub events: Vec<String>,
    /// Forms posted to the token endpoint.
    pub forms: Vec<String>,
    /// `Authorization` headers.
    pub bearers: Vec<String>,
    /// Seconds that the `Date` header is off.
    pub clock: i64,
    /// What a GET answers.
    pub page: String,
}

/// The running fake.
#[derive(Clone)]
pub struct Fake {
    pub url: url::Url,
    pub state: Arc<Mutex<State>>,
}

type Answer = Response<Full<Bytes>>;

impl Fake {
    pub async fn start(faults: impl IntoIterator<Item = (Step, Fault)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let state = State { faults: faults.into_iter().collect(), ..State::default() };
        let fake = Self { url, state: Arc::new(Mutex::new(state)) };
        let server = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let fake = server.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let fake = fake.clone();
                        async move { fake.serve(request).await }
                    });
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        fake
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    async fn serve(&self, request: Request<Incoming>) -> io::Result<Answer> {
        let step = step(&request);
        let fault = self.take_fault(step);
        if let Some(bearer) = request.headers().get("authorization") {
            self.state().bearers.push(bearer.to_str().unwrap().to_owned());
        }
        self.state().events.push(format!("{step:?}"));
        if let Some(Fault::ResetBefore) = fault {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if let Some(Fault::Slow(time)) = fault {
            tokio::time::sleep(time).await;
        }
        let (head, body) = request.into_parts();
        // A chunk that breaks off never becomes one.
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let head = Request::from_parts(head, ());
        match fault {
            Some(Fault::Reply(status, headers, text)) => Ok(self.reply(status, &headers, text)),
            Some(Fault::ReplyAfter(status, text)) => {
                self.act(step, &head, &body, None);
                Ok(self.reply(status, &[], text))
            }
            Some(Fault::SlowAfter(time)) => {
                let answer = self.act(step, &head, &body, None);
                tokio::time::sleep(time).await;
                Ok(answer)
            }
            Some(Fault::ResetAfter) => {
                self.act(step, &head, &body, None);
                Err(io::ErrorKind::ConnectionReset.into())
            }
            fault => Ok(self.act(step, &head, &body, fault.as_ref())),
        }
    }

    fn take_fault(&self, step: Step) -> Option<Fault> {
        let mut state = self.state();
        let at = state.faults.iter().position(|(of, _)| *of == step)?;
        state.faults.remove(at).map(|(_, fault)| fault)
    }

    fn act(&self, step: Step, head: &Request<()>, body: &Bytes, fault: Option<&Fault>) -> Answer {
        match step {
            Step::Token => {
                self.state().forms.push(String::from_utf8(body.to_vec()).unwrap());
                let serial = self.state().forms.len();
                let token = format!(
                    r#"{{"access_token":"ya29.fake{serial}","expires_in":3599,"token_type":"Bearer"}}"#
                );
                self.reply(200, &[], token)
            }
            Step::Initiate => {
                let mut state = self.state();
                state.serial += 1;
                let id = format!("session{}", state.serial);
                let total = header(head, "x-upload-content-length").parse().unwrap();
                state.sessions.insert(id.clone(), Session { total, ..Session::default() });
                drop(state);
                self.reply(200, &[("location", self.address(&id))], String::new())
            }
            Step::Chunk | Step::Last | Step::Query => self.upload(head, body, fault),
            Step::Other if head.method() == Method::DELETE => self.reply(499, &[], String::new()),
            Step::Other => {
                let page = self.state().page.clone();
                self.reply(200, &[], page)
            }
        }
    }

    fn upload(&self, head: &Request<()>, body: &Bytes, fault: Option<&Fault>) -> Answer {
        let id = head.uri().query().unwrap_or_default().rsplit_once("upload_id=").unwrap().1.to_owned();
        let mut state = self.state();
        if let Some(Fault::Expire) = fault {
            state.sessions.remove(&id);
        }
        let Some(mut session) = state.sessions.remove(&id) else {
            drop(state);
            return self.reply(404, &[], "Not Found".into());
        };
        if let Some(start) = start(head)
            && session.message.is_none()
            && start == session.data.len()
        // Anything else is answered with what is there.
        {
            let is_last = start + body.len() == session.total;
            assert!(is_last || body.len().is_multiple_of(256 * 1024), "chunks are multiples of 256 KiB");
            match fault {
                Some(Fault::Keep(len)) => session.data.extend_from_slice(&body[..body.len().min(*len)]),
                Some(Fault::KeepNothing) => session.data.clear(),
                _ => session.data.extend_from_slice(body),
            }
        }
        if session.message.is_none() && session.data.len() == session.total {
            state.delivered.push(session.data.clone());
            session.message = Some(format!(r#"{{"id":"m{id}","threadId":"t{id}","labelIds":["SENT"]}}"#));
        }
        let (message, kept) = (session.message.clone(), session.data.len());
        let mut new_id = id;
        if let Some(Fault::Move) = fault {
            new_id.push('x');
        }
        let address = self.address(&new_id);
        state.sessions.insert(new_id, session);
        drop(state);
        if let Some(message) = message {
            return self.reply(200, &[], message);
        }
        let mut headers = Vec::new();
        match fault {
            _ if kept == 0 => {}
            Some(Fault::BareRange) => headers.push(("range", format!("0-{}", kept - 1))),
            _ => headers.push(("range", format!("bytes=0-{}", kept - 1))),
        }
        if let Some(Fault::Move) = fault {
            headers.push(("location", address));
        }
        self.reply(308, &headers, String::new())
    }

    fn address(&self, id: &str) -> String {
        format!("{}upload/session?upload_id={id}", self.url)
    }

    fn reply(&self, status: u16, headers: &[(&'static str, String)], body: String) -> Answer {
        let now = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(self.state().clock);
        let date = httpdate::fmt_http_date(now.into());
        let mut builder = Response::builder().status(status).header("date", date);
        for (name, value) in headers {
            builder = builder.header(*name, value);
        }
        builder.body(Full::new(Bytes::from(body))).unwrap()
    }
}

fn step(request: &Request<Incoming>) -> Step {
    match (request.method(), request.uri().path()) {
        (&Method::POST, "/token") => Step::Token,
        (&Method::POST, "/upload/gmail/v1/users/me/messages/send") => Step::Initiate,
        (&Method::PUT, "/upload/session") => {
            let range = request.headers().get("content-range").unwrap().to_str().unwrap();
            let (span, total) = range.strip_prefix("bytes ").unwrap().split_once('/').unwrap();
            match span.split_once('-') {
                None => Step::Query,
                Some((_, end)) if end.parse::<usize>().unwrap() + 1 == total.parse::<usize>().unwrap() => {
                    Step::Last
                }
                Some(_) => Step::Chunk,
            }
        }
        _ => Step::Other,
    }
}

/// Where a chunk begins.
fn start(head: &Request<()>) -> Option<usize> {
    let (start, _) = header(head, "content-range").strip_prefix("bytes ")?.split_once('-')?;
    start.parse().ok()
}

fn header<'a>(head: &'a Request<()>, name: &str) -> &'a str {
    head.headers().get(name).unwrap().to_str().unwrap()
}

/// Google's error envelope.
pub fn api_error(status: u16, reason: &str, message: &str) -> Fault {
    let body = format!(
        r#"{{"error":{{"code":{status},"message":"{message}","errors":[{{"message":"{message}","domain":"global","reason":"{reason}"}}]}}}}"#
    );
    Fault::Reply(status, Vec::new(), body)
}

/// A page of a front end.
pub fn html(status: u16) -> Fault {
    let headers = vec![("content-type", "text/html".to_owned())];
    Fault::Reply(status, headers, "<html><title>Error</title><body>That is all we know.</body></html>".into())
}
