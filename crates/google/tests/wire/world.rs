//! The rest of a send: a body, a journal, a token source, a pace without waits.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use signet_core::{Clock, Code, EmailAddress, Failure, GoogleKeyId, KeyId, Scope, UnixMillis};
use signet_google::{
    Body, Cancel, Endpoints, Google, Jitter, Journal, KeyFile, KeyPort, LocalKey, Outcome, Pace, Proxy,
    ServiceKey, SessionUri, Sleeper, TokenCache, Watch,
};

use crate::fake::{Fake, Fault, Step};

pub const KIB: usize = 1024;

/// A client of the fake, and everything a send needs.
pub struct World {
    pub fake: Fake,
    pub google: Google,
    pub pace: Arc<TestPace>,
    pub source: LocalKey,
    pub cancel: Cancel,
}

impl World {
    pub async fn new(faults: impl IntoIterator<Item = (Step, Fault)>) -> Self {
        let fake = Fake::start(faults).await;
        let pace = Arc::new(TestPace::default());
        let google = google(&fake).with_pace(Arc::clone(&pace) as Arc<dyn Pace>);
        let source = LocalKey {
            google: google.clone(),
            keys: Arc::new(Keys),
            cache: Arc::new(TokenCache::new()),
            key: KeyId::from_bytes([7; 16]),
            subject: EmailAddress::parse("mia@example.org").unwrap(),
            scope: Scope::GmailSend,
        };
        Self { fake, google, pace, source, cancel: Cancel::new() }
    }

    pub async fn send(&self, body: impl Body + 'static) -> Outcome {
        let journal = Notes { fake: self.fake.clone(), refuse: None };
        self.google.send(Arc::new(body), &self.source, &journal, &(), &self.cancel).await
    }

    pub async fn send_with(
        &self,
        body: impl Body + 'static,
        journal: &dyn Journal,
        watch: &dyn Watch,
    ) -> Outcome {
        self.google.send(Arc::new(body), &self.source, journal, watch, &self.cancel).await
    }

    pub fn events(&self) -> Vec<String> {
        self.fake.state().events.clone()
    }

    /// How often that happened.
    pub fn count(&self, event: &str) -> usize {
        self.fake.state().events.iter().filter(|it| *it == event).count()
    }

    pub fn delivered(&self) -> usize {
        self.fake.state().delivered.len()
    }
}

pub fn google(fake: &Fake) -> Google {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Google::new(Endpoints::sandbox(&fake.url).unwrap(), &Proxy::System, Arc::new(RealClock)).unwrap()
}

pub struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap())
    }
}

/// Hands out the same key each time.
pub struct Keys;

#[async_trait]
impl KeyPort for Keys {
    async fn service_key(&self, _: KeyId) -> Result<ServiceKey, Failure> {
        Ok(service_key())
    }
}

pub fn service_key() -> ServiceKey {
    let file = serde_json::json!({
        "type": "service_account",
        "project_id": "demo",
        "private_key_id": "abc123",
        "private_key": include_str!("../../fixtures/rsa2048.pem"),
        "client_email": "robot@demo.iam.gserviceaccount.com",
        "client_id": "104857600000000000001",
        "token_uri": "https://evil.example/token",
    });
    let file = KeyFile::parse(file.to_string().as_bytes()).unwrap();
    ServiceKey::new(
        file.client_email().clone(),
        file.client_id().into(),
        GoogleKeyId::parse("abc123").unwrap(),
        file.der(),
    )
}

/// Waits that do not take time, and are remembered.
pub struct TestPace {
    pub waits: Mutex<Vec<Duration>>,
    pub stall: Duration,
}

impl Default for TestPace {
    fn default() -> Self {
        Self { waits: Mutex::default(), stall: Duration::from_millis(400) }
    }
}

#[async_trait]
impl Sleeper for TestPace {
    async fn sleep(&self, time: Duration) {
        self.waits.lock().unwrap().push(time);
        tokio::task::yield_now().await;
    }
}

impl Jitter for TestPace {
    fn below(&self, bound: Duration) -> Duration {
        bound
    }
}

impl Pace for TestPace {
    fn stall(&self) -> Duration {
        self.stall
    }
}

/// A message of bytes that differ from place to place; reading fails at `breaks`.
#[derive(Clone)]
pub struct Letter {
    pub len: usize,
    pub breaks: Option<usize>,
}

impl Letter {
    pub fn new(len: usize) -> Self {
        Self { len, breaks: None }
    }

    pub fn bytes(&self) -> Vec<u8> {
        (0..self.len).map(byte_at).collect()
    }
}

fn byte_at(at: usize) -> u8 {
    u8::try_from((at ^ (at >> 8) ^ (at >> 16)) & 0xFF).unwrap()
}

impl Body for Letter {
    fn len(&self) -> u64 {
        self.len as u64
    }

    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(LetterReader { at: usize::try_from(offset).unwrap(), letter: self.clone() }))
    }

    fn failure(&self, _: &io::Error) -> Failure {
        Failure::new(Code::AttachmentChanged)
    }
}

struct LetterReader {
    at: usize,
    letter: Letter,
}

impl Read for LetterReader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let end = self.letter.breaks.unwrap_or(self.letter.len);
        let len = buf.len().min(end - self.at).min(100_000);
        if len == 0 && self.letter.breaks.is_some() {
            return Err(io::Error::other("changed"));
        }
        for (i, byte) in buf[..len].iter_mut().enumerate() {
            *byte = byte_at(self.at + i);
        }
        self.at += len;
        Ok(len)
    }
}

/// Notes into the fake's list of events, so that the order shows; may refuse one of them.
pub struct Notes {
    pub fake: Fake,
    pub refuse: Option<&'static str>,
}

impl Notes {
    fn note(&self, event: &'static str) -> Result<(), Failure> {
        if self.refuse == Some(event) {
            return Err(Failure::new(Code::DiskFull));
        }
        self.fake.state().events.push(event.to_owned());
        Ok(())
    }
}

#[async_trait]
impl Journal for Notes {
    async fn session_started(&self, session: &SessionUri, finishing: bool) -> Result<(), Failure> {
        assert!(session.expose().contains("upload_id="));
        self.note(if finishing { "started and finishing" } else { "started" })
    }

    async fn finishing(&self) -> Result<(), Failure> {
        self.note("finishing")
    }
}

/// Remembers the most and cancels at a mark.
pub struct Mark {
    pub seen: AtomicU64,
    pub cancel_at: Option<(u64, Cancel)>,
}

impl Watch for Mark {
    fn progress(&self, sent: u64, total: u64) {
        assert!(sent <= total);
        self.seen.fetch_max(sent, Ordering::Relaxed);
        if let Some((_, cancel)) = self.cancel_at.as_ref().filter(|(at, _)| sent >= *at) {
            cancel.cancel();
        }
    }
}
