//! Messages that try to reach whom they may not, or to say what they may not.

use serde_json::{Value, json};

use crate::stage::SENDER;

/// Changes to an allowed draft (grant: from [`SENDER`], to example.org) of which each has to be refused.
pub fn hostile_drafts() -> Vec<(String, Value)> {
    let mut drafts = Vec::new();
    let mut add = |name: &str, change: Value| drafts.push((name.to_owned(), change));
    for (field, name) in [("to", "To"), ("cc", "Cc"), ("bcc", "Bcc")] {
        for address in ELSEWHERE {
            add(&format!("{name}: {address:?}"), json!({ field: ["ada@example.org", address] }));
        }
    }
    for address in ELSEWHERE {
        add(&format!("Reply-To: {address:?}"), json!({ "reply_to": [address] }));
    }
    for from in FOREIGN {
        add(&format!("From: {from:?}"), json!({ "from": from }));
    }
    for line in INJECTED {
        add(&format!("subject {line:?}"), json!({ "subject": format!("Hello{line}") }));
        for field in ["to", "cc", "bcc", "reply_to"] {
            add(&format!("{field} {line:?}"), json!({ field: [format!("ada@example.org{line}")] }));
            let named = format!("\"Ada{line}\" <ada@example.org>");
            add(&format!("{field}, name {line:?}"), json!({ field: [named] }));
        }
        add(&format!("from {line:?}"), json!({ "from": format!("{SENDER}{line}") }));
        add(&format!("from, name {line:?}"), json!({ "from": format!("\"Mia{line}\" <{SENDER}>") }));
    }
    for (field, value) in UNKNOWN {
        add(&format!("field {field}"), json!({ *field: value }));
    }
    add("nobody", json!({ "to": [] }));
    add("too large", json!({ "text": "x".repeat(3_100_000) }));
    add("no sender", json!({ "from": "" }));
    drafts
}

/// Changes that look like an attack and are none once they are parsed: the address is one of the allowed
/// ones in another spelling (UTS 46), the separator is a character of a text, which is encoded (RFC 2047).
pub fn odd_drafts() -> Vec<Value> {
    let mut drafts =
        vec![json!({ "to": ["eve@example.org\u{200b}"] }), json!({ "from": "mia@sandbox\u{ff0e}example" })];
    for line in ["\u{2028}Bcc: eve@example.com", "\u{2029}Bcc: eve@example.com"] {
        drafts.push(json!({ "subject": format!("Hello{line}") }));
        drafts.push(json!({ "to": [format!("\"Ada{line}\" <ada@example.org>")] }));
        drafts.push(json!({ "from": format!("\"Mia{line}\" <{SENDER}>") }));
    }
    drafts
}

/// Attachments of which each has to be refused.
pub fn hostile_parts() -> Vec<(String, Value)> {
    let mut parts = Vec::new();
    for line in INJECTED {
        parts.push((format!("name {line:?}"), json!({ "name": format!("a{line}.txt") })));
        let kind = json!({ "name": "a.txt", "content_type": format!("text/plain{line}") });
        parts.push((format!("type {line:?}"), kind));
        let id = json!({ "name": "a.png", "content_type": "image/png", "content_id": format!("a@b{line}") });
        parts.push((format!("content id {line:?}"), id));
    }
    for name in ["", ".", "..", "a/b", "/etc/passwd", "a\\b", "a\u{202e}txt.exe", "a\u{0}", "a\u{1b}[31m"] {
        parts.push((format!("name {name:?}"), json!({ "name": name })));
    }
    parts.push(("no name".into(), json!({})));
    parts.push(("a path of the host's".into(), json!({ "path": "/etc/hostname" })));
    let kind = |kind: &str| json!({ "name": "a.txt", "content_type": kind });
    for text in [
        "text",
        "text/",
        "/plain",
        "multipart/mixed; boundary=x",
        "message/rfc822\"",
        "text/plain; a=\"\r\nX: y",
    ] {
        parts.push((format!("type {text:?}"), kind(text)));
    }
    parts
}

/// Addresses that reach, or seem to reach, somebody outside example.org; or that are none.
const ELSEWHERE: &[&str] = &[
    "eve@example.com",
    "eve@example.org.evil.example",
    "eve@notexample.org",
    "eve@sub.example.org.",
    "ada@example.org, eve@example.com",
    "ada@example.org; eve@example.com",
    "ada@example.org eve@example.com",
    "friends: ada@example.org, eve@example.com;",
    "undisclosed-recipients:;",
    "friends:eve@example.com;",
    "<ada@example.org>,<eve@example.com>",
    "<@example.org:eve@example.com>",
    "\"ada@example.org\" <eve@example.com>",
    "ada@example.org <eve@example.com>",
    "=?utf-8?q?ada=40example.org?= <eve@example.com>",
    "=?utf-8?q?eve=40example.com=2C?= ada@example.org",
    "eve@example.com (ada@example.org)",
    "eve(@example.org)@example.com",
    "(ada@example.org) eve@example.com",
    "\"eve@example.com\"@example.com",
    "\"ada@example.org>, <eve\"@example.com",
    "eve@example.com\u{0}@example.org",
    "eve%example.com@example.org@example.com",
    "eve@[127.0.0.1]",
    "eve@[IPv6:::1]",
    "eve@example\u{ff0e}com",
    "eve@ex\u{e4}mple.org",
    "eve@\u{435}xample.org",
    "eve@example\u{ad}.com",
    "eve\u{ff20}example.com",
    "\u{202e}gro.elpmaxe@adA",
    "eve@xn--80ak6aa92e.com",
    "eve@localhost",
    "eve@",
    "@example.org",
    "eve",
    "",
    " ",
    "mailto:eve@example.com",
    "ada@example.org?bcc=eve@example.com",
    "ada@example.org>\u{2028}<eve@example.com",
];

/// Senders that the grant does not name.
const FOREIGN: &[&str] = &[
    "ceo@sandbox.example",
    "mia+x@sandbox.example",
    "mia@sandbox.example.evil.example",
    "\"mia@sandbox.example\" <ceo@sandbox.example>",
    "mia@sandbox.example <ceo@sandbox.example>",
    "mia@sandbox.example, ceo@sandbox.example",
    "=?utf-8?q?mia=40sandbox.example?= <ceo@sandbox.example>",
    "ceo(mia)@sandbox.example",
    "m\u{456}a@sandbox.example",
    "group: mia@sandbox.example;",
    "ada@example.org",
    "<>",
];

/// Ends of a line that could begin another header.
const INJECTED: &[&str] = &[
    "\r\nBcc: eve@example.com",
    "\nBcc: eve@example.com",
    "\rBcc: eve@example.com",
    "\r\n\r\nanother body",
    "\u{0}",
    "\u{0}\r\nBcc: eve@example.com",
    "\u{b}Bcc: eve@example.com",
    "\u{c}Bcc: eve@example.com",
    "\u{85}Bcc: eve@example.com",
    "\r\n Bcc: eve@example.com",
];

/// Fields that no draft has.
const UNKNOWN: &[(&str, &str)] = &[
    ("member", "00000000000000000000000000000000"),
    ("principal", "owner"),
    ("sub", "ceo@sandbox.example"),
    ("scope", "https://mail.google.com/"),
    ("headers", "Bcc: eve@example.com"),
    ("envelope_to", "eve@example.com"),
    ("token_uri", "https://evil.example/token"),
];
