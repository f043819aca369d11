//! A sandbox in this process, a key for it, and the requests that clients make.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use signet_core::{Clock, UnixMillis};
use signet_sandbox::{
    FaultName, MadeKey, MessageRecord, NewFault, NewKeyOptions, Running, Sandbox, SandboxOptions, client_id,
    make_key,
};
use tempfile::TempDir;

pub(crate) const SEND: &str = "https://www.googleapis.com/auth/gmail.send";
pub(crate) const READ: &str = "https://www.googleapis.com/auth/gmail.readonly";
pub(crate) const COMPOSE: &str = "https://www.googleapis.com/auth/gmail.compose";
pub(crate) const SETTINGS: &str = "https://www.googleapis.com/auth/gmail.settings.basic";
pub(crate) const USER: &str = "mia@example.com";
pub(crate) const EMAIL: &str = "robot@signet-sandbox.iam.gserviceaccount.com";
pub(crate) const UNIT: usize = 256 * 1024;

/// A fixed time, so that no test depends on the computer's clock.
pub(crate) const NOW: UnixMillis = UnixMillis::from_seconds(1_800_000_000);

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> UnixMillis {
        NOW
    }
}

/// A sandbox with one key whose account may send.
pub(crate) struct World {
    pub(crate) running: Option<Running>,
    pub(crate) dir: TempDir,
    pub(crate) http: Client,
    pub(crate) key_id: String,
}

/// One key for all tests: making one takes a while.
pub(crate) fn key() -> &'static (MadeKey, KeyPair) {
    static KEY: OnceLock<(MadeKey, KeyPair)> = OnceLock::new();
    KEY.get_or_init(|| {
        let made = make_key(&NewKeyOptions {
            email: EMAIL.into(),
            client_id: client_id(EMAIL),
            project_id: "signet-sandbox".into(),
            bits: 2048,
            created: NOW,
            token_uri: None,
        })
        .unwrap();
        let pair = pair(&made.file);
        (made, pair)
    })
}

/// The private key of a key file.
pub(crate) fn pair(file: &str) -> KeyPair {
    let file: Value = serde_json::from_str(file).unwrap();
    let body: String =
        file["private_key"].as_str().unwrap().lines().filter(|l| !l.starts_with('-')).collect();
    KeyPair::from_pkcs8(&BASE64.decode(body.as_bytes()).unwrap()).unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut world = Self { running: None, dir, http, key_id: key().0.public.id.clone() };
        world.start();
        world.google().register_key(EMAIL, key().0.public.clone(), Some(SEND)).unwrap();
        world
    }

    pub(crate) fn start(&mut self) {
        let options =
            SandboxOptions { clock: Arc::new(Fixed), ..SandboxOptions::new(self.dir.path().to_owned()) };
        self.running = Some(Sandbox::start(options).unwrap());
    }

    pub(crate) fn restart(&mut self) {
        self.running = None;
        self.start();
    }

    pub(crate) fn google(&self) -> &signet_sandbox::Google {
        self.running.as_ref().unwrap().google()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.as_ref().unwrap().http_url())
    }

    pub(crate) fn fault(&self, name: &str) {
        self.fault_with(name, |_| {});
    }

    pub(crate) fn fault_with(&self, name: &str, change: impl FnOnce(&mut NewFault)) {
        let mut fault = NewFault::once(FaultName::parse(name).unwrap());
        change(&mut fault);
        self.google().add_fault(fault).unwrap();
    }

    pub(crate) fn allow(&self, scopes: &[&str]) {
        let scopes = scopes.iter().map(|&s| s.to_owned()).collect();
        self.google().delegate(&client_id(EMAIL), scopes, UnixMillis(0)).unwrap();
    }

    /// The claims of a good assertion.
    pub(crate) fn claims(&self) -> Value {
        let now = self.google().now().seconds();
        json!({
            "iss": EMAIL, "sub": USER, "scope": SEND, "aud": "https://oauth2.googleapis.com/token",
            "iat": now - 10, "exp": now + 3590,
        })
    }

    pub(crate) fn jwt(&self, claims: &Value) -> String {
        sign(&json!({ "alg": "RS256", "typ": "JWT", "kid": self.key_id }), claims, false)
    }

    pub(crate) async fn ask(&self, assertion: &str) -> (u16, Value) {
        let form = BTreeMap::from([
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", assertion),
        ]);
        let reply = self.http.post(self.url("/token")).form(&form).send().await.unwrap();
        (reply.status().as_u16(), reply.json().await.unwrap())
    }

    pub(crate) async fn token_for(&self, user: &str, scopes: &[&str]) -> String {
        let mut claims = self.claims();
        claims["sub"] = json!(user);
        claims["scope"] = json!(scopes.join(" "));
        let (status, body) = self.ask(&self.jwt(&claims)).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn token(&self) -> String {
        self.token_for(USER, &[SEND]).await
    }

    pub(crate) fn get(&self, token: &str, path: &str) -> RequestBuilder {
        self.http.get(self.url(path)).bearer_auth(token)
    }

    pub(crate) fn post(&self, token: &str, path: &str) -> RequestBuilder {
        self.http.post(self.url(path)).bearer_auth(token)
    }

    pub(crate) async fn send_json(&self, token: &str, message: &[u8]) -> Response {
        let raw = BASE64URL_NOPAD.encode(message);
        let request = self.post(token, "/gmail/v1/users/me/messages/send").json(&json!({ "raw": raw }));
        request.send().await.unwrap()
    }

    pub(crate) async fn send_media(&self, token: &str, message: Vec<u8>) -> Response {
        let path = "/upload/gmail/v1/users/me/messages/send?uploadType=media";
        let request = self.post(token, path).header("content-type", "message/rfc822").body(message);
        request.send().await.unwrap()
    }

    /// Opens a resumable upload; its address.
    pub(crate) async fn open(&self, token: &str, total: Option<usize>) -> String {
        let mut request = self
            .post(token, "/upload/gmail/v1/users/me/messages/send?uploadType=resumable")
            .header("x-upload-content-type", "message/rfc822")
            .json(&json!({}));
        if let Some(total) = total {
            request = request.header("x-upload-content-length", total);
        }
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), 200);
        reply.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Sends bytes `first..` of an upload.
    pub(crate) async fn put(&self, session: &str, bytes: &[u8], first: usize, total: &str) -> Response {
        let last = first + bytes.len() - 1;
        let request = self.http.put(session).header("content-range", format!("bytes {first}-{last}/{total}"));
        request.body(bytes.to_vec()).send().await.unwrap()
    }

    pub(crate) async fn status(&self, session: &str, total: &str) -> Response {
        let request = self.http.put(session).header("content-range", format!("bytes */{total}"));
        request.header("content-length", 0).send().await.unwrap()
    }

    pub(crate) fn mail(&self) -> Vec<MessageRecord> {
        self.google().mailbox().list()
    }

    pub(crate) fn delivered(&self, id: &str) -> Vec<u8> {
        std::fs::read(self.google().mailbox().delivered(id)).unwrap()
    }

    pub(crate) fn sent(&self, id: &str) -> Vec<u8> {
        std::fs::read(self.google().mailbox().sent(id)).unwrap()
    }

    pub(crate) fn state(&self, file: &str) -> PathBuf {
        self.dir.path().join(file)
    }
}

pub(crate) fn sign(header: &Value, claims: &Value, padded: bool) -> String {
    let encoding = if padded { BASE64URL } else { BASE64URL_NOPAD };
    let part = |value: &Value| encoding.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(header), part(claims));
    let pair = &key().1;
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", encoding.encode(&signature))
}

/// A clean message of at least `size` bytes, no two lines of its body alike.
pub(crate) fn message(size: usize) -> Vec<u8> {
    let mut text = format!(
        "From: {USER}\r\nTo: a@example.com\r\nSubject: Hello\r\nDate: Sun, 22 Nov 2026 20:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\n"
    );
    let mut line = 0;
    while text.len() < size {
        write!(text, "{line:075}\r\n").unwrap();
        line += 1;
    }
    text.into_bytes()
}

pub(crate) async fn json_of(reply: Response) -> (u16, Value) {
    (reply.status().as_u16(), reply.json().await.unwrap())
}

pub(crate) fn kept(reply: &Response) -> Option<&str> {
    assert_eq!(reply.status(), StatusCode::PERMANENT_REDIRECT);
    reply.headers().get("range").map(|range| range.to_str().unwrap())
}
