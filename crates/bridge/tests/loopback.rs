//! The loopback server: who gets in, and what is answered.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test's set-up fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

struct Server {
    child: Child,
    port: u16,
    token: String,
    _home: tempfile::TempDir,
}

fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signet-bridge"));
    command.env("SIGNET_HOME", home).env_remove("SIGNET_PROFILE").env_remove("SIGNET_DIALOG_HOOK");
    command.arg("--ui").arg(home.join("ui")).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Server {
    fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("ui")).unwrap();
        std::fs::write(home.path().join("ui/index.html"), "<!doctype html><title>page").unwrap();
        std::fs::write(home.path().join("secret.txt"), "secret").unwrap();
        let mut child = command(home.path()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let place: Value = serde_json::from_str(&line).unwrap();
        let token = place["token"].as_str().unwrap().to_owned();
        let port = u16::try_from(place["port"].as_u64().unwrap()).unwrap();
        assert_eq!(place["url"], format!("http://127.0.0.1:{port}/#token={token}"));
        Self { child, port, token, _home: home }
    }

    /// Sends a request as it is and reads head and body.
    fn send(&self, head: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let length = body.len();
        write!(stream, "{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let status = reply.split(' ').nth(1).unwrap().parse().unwrap();
        (status, reply)
    }

    fn call(&self, headers: &str, body: &Value) -> (u16, String) {
        self.send(&format!("POST /call HTTP/1.1\r\n{headers}"), &body.to_string())
    }

    fn own(&self) -> String {
        format!("Host: 127.0.0.1:{}\r\nsignet-token: {}", self.port, self.token)
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}", self.port), "")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn only_the_own_page_with_the_token_gets_in() {
    let server = Server::start();
    let facts = json!({ "method": "window.facts" });
    let (port, token) = (server.port, &server.token);
    let (status, reply) = server.call(&server.own(), &facts);
    assert_eq!(status, 200, "{reply}");
    assert!(reply.contains(r#"{"result":{"#) && reply.contains(r#""profile":"sandbox""#), "{reply}");
    for headers in [
        format!("Host: 127.0.0.1:{port}"),
        format!("Host: 127.0.0.1:{port}\r\nsignet-token: {}", &token[1..]),
        format!("Host: 127.0.0.1:{port}\r\nsignet-token: {}", "0".repeat(32)),
        // Another name that leads here, and a page of another origin.
        format!("Host: evil.example:{port}\r\nsignet-token: {token}"),
        format!("Host: 127.0.0.1\r\nsignet-token: {token}"),
        format!("{}\r\nOrigin: http://evil.example", server.own()),
        format!("{}\r\nOrigin: null", server.own()),
        format!("{}\r\nOrigin: http://127.0.0.1:1", server.own()),
    ] {
        let (status, reply) = server.call(&headers, &facts);
        assert_eq!(status, 403, "{headers}\n{reply}");
        assert!(!reply.contains("sandbox"), "{reply}");
    }
    let (status, _) = server.call(&format!("{}\r\nOrigin: http://127.0.0.1:{port}", server.own()), &facts);
    assert_eq!(status, 200);
    assert_eq!(server.call(&server.own(), &json!({ "method": 1 })).0, 400);
    let (status, reply) =
        server.call(&server.own(), &json!({ "method": "ceremony.kit-show", "params": { "id": "x" } }));
    assert_eq!(status, 200);
    assert!(reply.contains(r#"{"failure":{"code":"unsupported""#), "{reply}");
}

#[test]
fn the_page_has_the_windows_policy_and_nothing_beside_it_is_served() {
    let server = Server::start();
    for path in ["/", "/index.html", "/history/3f"] {
        let (status, reply) = server.get(path);
        assert_eq!(status, 200, "{path}");
        assert!(
            reply
                .contains("content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'"),
            "{reply}"
        );
        assert!(reply.ends_with("<!doctype html><title>page"));
    }
    for path in
        ["/../secret.txt", "/%2e%2e/secret.txt", "/./../secret.txt", "//secret.txt", "/app.js", "/preview/x"]
    {
        let (status, reply) = server.get(path);
        assert!(!reply.contains("secret\n") && !reply.ends_with("secret"), "{path}: {reply}");
        assert_ne!((status, path), (200, "/app.js"));
    }
}

#[test]
fn a_preview_has_its_own_policy() {
    let server = Server::start();
    let wish = json!({ "method": "preview.open", "params": { "html": "<p>mail", "dark": false } });
    let (_, reply) = server.call(&server.own(), &wish);
    let line = reply.lines().find(|line| line.contains("\"result\"")).unwrap();
    let result: Value = serde_json::from_str(line).unwrap();
    let (status, reply) = server.get(result["result"]["url"].as_str().unwrap());
    assert_eq!(status, 200);
    let policy = "content-security-policy: default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:; \
        form-action 'none'; base-uri 'none'; sandbox\r\n";
    assert!(reply.contains(policy) && reply.contains("<p>mail"), "{reply}");
}

#[test]
fn events_come_as_they_happen() {
    let server = Server::start();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let body = json!({ "method": "window.events" }).to_string();
    write!(stream, "POST /call HTTP/1.1\r\n{}\r\nContent-Length: {}\r\n\r\n{body}", server.own(), body.len())
        .unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
    let lines = BufReader::new(stream).lines().map(Result::unwrap);
    // There is no agent: that is the first thing to be told.
    let first = lines
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str::<Value>(&line).unwrap())
        .next();
    assert_eq!(first.unwrap()["event"]["event"], "away");
}

#[test]
fn the_production_profile_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let ended = command(home.path()).env("SIGNET_PROFILE", "production").output().unwrap();
    assert!(!ended.status.success() && ended.stdout.is_empty());
    let server = Server::start();
    let switch = json!({ "method": "profile.switch", "params": { "profile": "production" } });
    assert!(server.call(&server.own(), &switch).1.contains("unsupported"));
}
