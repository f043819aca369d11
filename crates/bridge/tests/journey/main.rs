//! The bridge in front of a real agent, keychain and sandbox: what a page can do, what it is refused,
//! and what never crosses.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test's set-up fails by panicking")]

mod away;
mod bad_input;
mod commands;
mod main_job;
mod page;
mod set_up;

use page::Page;
use serde_json::{Value, json};
use std::collections::HashSet;

/// A practice vault, opened as its person would.
async fn practice() -> (Page, Value) {
    let page = Page::new();
    let practice = page.call("practice.begin", json!({})).await;
    let phone = page.call("practice.phone", json!({})).await;
    page.call("unlock", json!({ "passphrase": phone["passphrase"], "code": phone["code"] })).await;
    (page, practice)
}

/// A message between the sandbox's people.
fn draft(attachments: &[&str]) -> Value {
    let attachments: Vec<Value> = attachments.iter().map(|handle| json!({ "handle": handle })).collect();
    json!({
        "from": "mia@sandbox.example", "to": ["Ada <ada@example.com>"], "subject": "Grüße",
        "text": "Hello", "html": "<p>Hello <a href='https://x.example/'>there</a>", "attachments": attachments,
    })
}

/// No 16 bytes in a row of any secret are in what crossed.
fn assert_absent(crossed: &[u8], secrets: &[Vec<u8>]) {
    let windows: HashSet<&[u8]> = secrets.iter().flat_map(|secret| secret.windows(16)).collect();
    assert!(windows.len() > 100, "no secrets to look for");
    assert!(crossed.len() > 1000, "nothing crossed");
    if let Some(found) = crossed.windows(16).find(|window| windows.contains(window)) {
        panic!("a secret crossed: {:?}", String::from_utf8_lossy(found));
    }
}
