//! `users.getProfile` and `users.settings.sendAs`.

use serde_json::{Value, json};

use super::error::ApiError;
use crate::google::Google;

/// `getProfile`.
pub(super) fn profile(google: &Google, user: &str) -> Value {
    let list = google.mailbox.list();
    let own: Vec<_> = list.iter().filter(|record| record.user == user).collect();
    let threads: std::collections::BTreeSet<_> = own.iter().map(|record| &record.thread_id).collect();
    let history = own.last().map_or(1, |record| record.time.0);
    json!({
        "emailAddress": user,
        "messagesTotal": own.len(),
        "threadsTotal": threads.len(),
        "historyId": history.to_string(),
    })
}

/// `settings.sendAs.list`.
pub(super) fn send_as(google: &Google, user: &str) -> Value {
    let known = google.look(|books| books.workspace.user(user));
    let default_elsewhere = known.send_as.iter().any(|alias| alias.default && alias.accepted);
    let primary = json!({
        "sendAsEmail": user,
        "displayName": "",
        "replyToAddress": "",
        "signature": "",
        "isPrimary": true,
        "isDefault": !default_elsewhere,
    });
    let aliases = known.send_as.iter().map(|alias| {
        json!({
            "sendAsEmail": alias.address,
            "displayName": alias.name,
            "replyToAddress": "",
            "signature": "",
            "isDefault": alias.default && alias.accepted,
            "treatAsAlias": true,
            "verificationStatus": if alias.accepted { "accepted" } else { "pending" },
        })
    });
    json!({ "sendAs": std::iter::once(primary).chain(aliases).collect::<Vec<_>>() })
}

/// `settings.sendAs.get`.
pub(super) fn send_as_one(google: &Google, user: &str, address: &str) -> Result<Value, ApiError> {
    let mut list = send_as(google, user);
    let list = list["sendAs"].as_array_mut().map(std::mem::take).unwrap_or_default();
    list.into_iter()
        .find(|one| one["sendAsEmail"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(address)))
        .ok_or_else(ApiError::not_found)
}
