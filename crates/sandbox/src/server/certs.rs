//! The public certificates of a service account, for anybody to see.

use serde_json::{Map, Value, json};

use super::reply::{Reply, json, set};
use crate::gmail::ApiError;
use crate::google::Google;
use crate::state::{AccountState, KeyState};

/// The two paths under which Google publishes them.
const PATHS: [&str; 2] = ["/robot/v1/metadata/x509/", "/service_accounts/v1/metadata/x509/"];

/// The account whose certificates the path asks for.
pub(super) fn account(path: &str) -> Option<String> {
    let escaped = PATHS.iter().find_map(|prefix| path.strip_prefix(prefix))?;
    let pairs = format!("e={}", escaped.replace('+', "%2B"));
    url::form_urlencoded::parse(pairs.as_bytes()).next().map(|(_, email)| email.into_owned())
}

/// `{"<key id>": "<certificate, PEM>"}` of the keys in use.
pub(super) fn reply(google: &Google, email: &str) -> Reply {
    let listed = google.look(|books| {
        let account = books.account(email).filter(|account| account.state != AccountState::Deleted)?;
        let keys = account.keys.iter().filter(|key| key.state == KeyState::Active);
        Some(keys.map(|key| (key.id.clone(), json!(key.certificate))).collect::<Map<_, _>>())
    });
    let Some(keys) = listed else { return json(404, &ApiError::not_found().json(true)) };
    let mut reply = json(200, &Value::Object(keys));
    set(&mut reply, "cache-control", "public, max-age=22000, must-revalidate, no-transform");
    reply
}
