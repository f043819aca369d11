//! A method of the agent, called over its socket as any program of the same user could.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::Person;

/// What the agent answered.
#[derive(Debug)]
pub struct Reply(Result<Value, Value>);

impl Person {
    /// Calls a method of this person's running agent.
    #[track_caller]
    pub fn call(&self, method: &str, request: &Value) -> Reply {
        let socket = self.desk.home().join("run/sandbox.sock");
        if self.desk.session().user().is_some() {
            return Reply::read(&self.ask_as_user(&socket, method, request));
        }
        let mut stream = UnixStream::connect(&socket).expect("an agent listens");
        let body = request.to_string();
        write!(
            stream,
            "POST /v1/{method} HTTP/1.1\r\nhost: signet\r\nsignet-api: 1\r\ncontent-type: application/json\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("it listens");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        Reply::read(&answer)
    }

    /// The same from a program of the desk's user: the agent listens to nobody else.
    #[track_caller]
    fn ask_as_user(&self, socket: &Path, method: &str, request: &Value) -> Vec<u8> {
        let mut curl = self.desk.session().command("curl");
        curl.args(["-sS", "--include", "--raw", "--noproxy", "*", "--unix-socket"]).arg(socket);
        curl.args(["-H", "signet-api: 1", "-H", "content-type: application/json", "-H", "expect:"]);
        curl.args(["--data-binary", "@-"]).arg(format!("http://signet/v1/{method}"));
        let mut child = curl.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("curl");
        child.stdin.take().expect("a pipe").write_all(request.to_string().as_bytes()).expect("it listens");
        child.wait_with_output().expect("it ends").stdout
    }
}

impl Reply {
    #[track_caller]
    fn read(answer: &[u8]) -> Self {
        let text = String::from_utf8_lossy(answer);
        let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
        let body = if head.to_lowercase().contains("transfer-encoding: chunked") {
            unchunked(body)
        } else {
            body.into()
        };
        // A stream's last line is its result.
        let last = body.lines().last().unwrap_or_default();
        let value: Value =
            serde_json::from_str(last).unwrap_or_else(|_| Value::String(text.clone().into_owned()));
        let is_line = value.as_object().is_some_and(|line| line.len() == 1);
        Self(match (head.starts_with("HTTP/1.1 200"), value.get("result"), value.get("failure")) {
            (false, ..) => Err(value),
            (true, Some(result), None) if is_line => Ok(result.clone()),
            (true, None, Some(failure)) if is_line => Err(failure.clone()),
            _ => Ok(value),
        })
    }

    /// The answer of a method that has to have worked.
    #[track_caller]
    pub fn ok(self) -> Value {
        self.0.unwrap_or_else(|failure| panic!("{failure}"))
    }

    /// The facts of a method that has to have failed with that code.
    #[track_caller]
    pub fn fails_with(self, code: &str) -> Value {
        match self.0 {
            Ok(answer) => panic!("it worked: {answer}"),
            Err(failure) => {
                assert_eq!(failure["code"], code, "{failure}");
                failure["facts"].clone()
            }
        }
    }

    /// The same with another answer, if it worked.
    #[must_use]
    pub fn map(self, change: impl FnOnce(Value) -> Value) -> Self {
        Self(self.0.map(change))
    }

    /// The failure, if it failed.
    pub fn failure(self) -> Option<Value> {
        self.0.err()
    }
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or_default();
        if size == 0 {
            break;
        }
        whole.push_str(rest.get(..size).unwrap_or(rest));
        body = rest.get(size + 2..).unwrap_or_default();
    }
    whole
}
