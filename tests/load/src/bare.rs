//! The yardstick: hyper and tokio-rustls (TLS 1.3 and HTTP/2, as a host speaks them), one durable `SQLite`
//! commit before the message goes to Google and one after. Nobody is authenticated, nothing is decided.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rusqlite::Connection;
use serde_json::{Value, json};
use signet_crypto::{SigningKey, system_rng};
use signet_link::{Acceptor, Identity};
use signet_redteam::SENDER;
use signet_team::HostHash;
use tokio::net::TcpListener;

use crate::google::Gmail;

/// A bare server in a process of its own, and how to reach it.
pub(crate) struct Bare {
    child: std::process::Child,
    pub(crate) at: String,
    pub(crate) hash: HostHash,
}

impl Bare {
    /// Starts it: its database in `folder`, Google at `google`.
    pub(crate) fn start(folder: &Path, google: &str, key: &str) -> Self {
        let file = folder.join("bare-key.json");
        std::fs::write(&file, key).unwrap();
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.arg("bare").arg(folder).arg(google).arg(file).stdout(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).unwrap();
        let (at, hash) = line.trim().split_once(' ').expect("a place and a key");
        Self { child, at: at.into(), hash: HostHash::parse(hash).unwrap() }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = (self.child.kill(), self.child.wait());
    }
}

struct Server {
    log: Arc<Mutex<Connection>>,
    gmail: Gmail,
}

/// Serves until it is killed.
pub(crate) fn serve(folder: &str, google: &str, key: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let key: Value = serde_json::from_slice(&std::fs::read(key).unwrap()).unwrap();
        let gmail = Gmail::for_key(google, &key, SENDER).await;
        let log = Arc::new(Mutex::new(open(&PathBuf::from(folder).join("bare.db"))));
        let server = Arc::new(Server { log, gmail });
        let signing = SigningKey::make(&mut system_rng());
        let acceptor = Acceptor::new(&Identity::new(&signing).unwrap()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{} {}", listener.local_addr().unwrap(), HostHash::of(&signing.public()));
        loop {
            let (tcp, _) = listener.accept().await.unwrap();
            let (server, acceptor) = (Arc::clone(&server), acceptor.clone());
            tokio::spawn(async move {
                let Ok(link) = acceptor.accept(tcp, Duration::from_secs(5)).await else { return };
                let service = service_fn(move |request| answer(Arc::clone(&server), request));
                let http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                let _ = http.serve_connection(TokioIo::new(link.stream), service).await;
            });
        }
    });
}

async fn answer(
    server: Arc<Server>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let draft: Value = serde_json::from_slice(&request.into_body().collect().await?.to_bytes()).unwrap();
    let text = |name: &str| draft[name].as_str().unwrap_or_default().to_owned();
    let message = format!(
        "From: {}\r\nTo: {}\r\nSubject: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n{}\r\n",
        text("from"),
        draft["to"][0].as_str().unwrap_or_default(),
        text("subject"),
        text("text")
    );
    server.commit("intent", &draft.to_string()).await;
    let id = server.gmail.send(message.into_bytes()).await;
    server.commit("done", &id).await;
    Ok(Response::new(Full::from(json!({ "id": id }).to_string())))
}

impl Server {
    /// One transaction, on disk before this returns.
    async fn commit(&self, what: &'static str, body: &str) {
        let (log, body) = (Arc::clone(&self.log), body.to_owned());
        let writing = tokio::task::spawn_blocking(move || {
            let log = log.lock().unwrap();
            let mut insert = log.prepare_cached("INSERT INTO entry (what, body) VALUES (?1, ?2)").unwrap();
            insert.execute((what, body)).unwrap();
        });
        writing.await.unwrap();
    }
}

fn open(path: &Path) -> Connection {
    let log = Connection::open(path).unwrap();
    log.pragma_update(None, "journal_mode", "WAL").unwrap();
    log.pragma_update(None, "synchronous", "FULL").unwrap();
    let table = "CREATE TABLE entry (seq INTEGER PRIMARY KEY, what TEXT NOT NULL, body TEXT NOT NULL) STRICT";
    log.execute_batch(table).unwrap();
    log
}
