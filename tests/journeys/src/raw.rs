//! A method of the agent, called over its socket as any program of the same user could.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

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
        let text = String::from_utf8_lossy(&answer);
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
        Reply(match (head.starts_with("HTTP/1.1 200"), value.get("result"), value.get("failure")) {
            (false, ..) => Err(value),
            (true, Some(result), None) if is_line => Ok(result.clone()),
            (true, None, Some(failure)) if is_line => Err(failure.clone()),
            _ => Ok(value),
        })
    }
}

impl Reply {
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
