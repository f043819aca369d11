//! The owner's own way in: one command a request, with the password from the state directory.

use std::sync::Arc;

use hyper::HeaderMap;
use hyper::body::{Body, Bytes};
use hyper::header::AUTHORIZATION;
use serde_json::json;

use super::reply::{self, Reply};
use crate::command::Command;
use crate::gmail::ReceiveError;
use crate::google::Google;
use crate::server::token::small_body;

/// The path.
pub(super) const PATH: &str = "/_sandbox/command";

/// Runs a command.
pub(super) async fn reply<B>(
    google: &Arc<Google>,
    key: &str,
    headers: &HeaderMap,
    body: &mut B,
) -> Result<Reply, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let given = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
    let known = given.is_some_and(|given| {
        aws_lc_rs::constant_time::verify_slices_are_equal(given.as_bytes(), key.as_bytes()).is_ok()
    });
    if !known {
        return Ok(reply::json(401, &json!({ "error": "The control key is missing or wrong." })));
    }
    let Some(bytes) = small_body(body).await? else {
        return Ok(reply::json(413, &json!({ "error": "The command is too long." })));
    };
    let command: Command = match serde_json::from_slice(&bytes) {
        Ok(command) => command,
        Err(error) => return Ok(reply::json(400, &json!({ "error": error.to_string() }))),
    };
    let google = Arc::clone(google);
    let result = tokio::task::spawn_blocking(move || command.run(&google)).await;
    Ok(match result {
        Ok(Ok(value)) => reply::json(200, &json!({ "done": value })),
        Ok(Err(error)) => reply::json(409, &json!({ "error": error.to_string() })),
        Err(error) => reply::json(500, &json!({ "error": error.to_string() })),
    })
}
