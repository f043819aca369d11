//! What Python's email package reads is what was put in, and it finds no defect.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)] // a test fails by panicking

mod common;

use std::path::Path;
use std::process::Command;

use common::{Case, as_crlf, bytes_from, case, part, plain_message, stamp};
use data_encoding::HEXLOWER;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signet_core::HeaderText;
use signet_mail::compose;

const CASES: usize = 150;

#[test]
fn python_reads_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut runner = TestRunner::deterministic();
    let cases: Vec<Case> = (0..CASES).map(|_| case().new_tree(&mut runner).unwrap().current()).collect();
    for (index, case) in cases.iter().enumerate() {
        std::fs::write(folder.path().join(index.to_string()), bytes_from(&case.composed(), 0)).unwrap();
    }
    let seen = python(folder.path(), CASES);
    for (index, (case, mut seen)) in cases.iter().zip(seen).enumerate() {
        let context = || {
            let bytes = std::fs::read(folder.path().join(index.to_string())).unwrap();
            format!("{case:#?}\n{}", String::from_utf8_lossy(&bytes))
        };
        assert_eq!(seen["defects"], json!([]), "{}", context());
        assert_eq!(seen["subject"], json!(case.subject), "{}", context());
        assert_eq!(narrowed(&seen["to"]), mailboxes(&case.to), "{}", context());
        assert_eq!(narrowed(&seen["from"]), mailboxes(std::slice::from_ref(&case.from)), "{}", context());
        assert_eq!(seen["date"], json!("2026-11-18T11:06:40+00:00"));
        assert_eq!(seen["message_id"], json!(stamp().message_id.to_string()));
        let mut expected = parts(case);
        for (seen, expected) in seen["parts"].as_array_mut().unwrap().iter_mut().zip(&mut expected) {
            // Python trims white space and quotes off names, and decodes what looks like an encoded word
            // even in percent encoding.
            for part in [seen, expected] {
                let name = part["name"]
                    .as_str()
                    .map(|name| name.trim_matches(|c: char| c.is_whitespace() || c == '"').to_owned());
                part["name"] = json!(name.filter(|name| !name.contains("=?")));
            }
        }
        assert_eq!(seen["parts"], Value::Array(expected), "{}", context());
    }
}

#[test]
fn python_reads_five_hundred_recipients_and_large_bodies() {
    let folder = tempfile::tempdir().unwrap();
    let mut message = plain_message();
    message.to = (0..500).map(|n| common::mailbox(&format!("Tëster, {n} <t{n}@example.org>"))).collect();
    message.subject = HeaderText::parse(&"long subject with words ".repeat(40)).unwrap();
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 253) as u8).collect();
    let composed = compose(&message, vec![part("data.bin", bytes.clone())], &stamp()).unwrap();
    std::fs::write(folder.path().join("0"), bytes_from(&composed, 0)).unwrap();
    let seen = &python(folder.path(), 1)[0];
    assert_eq!(seen["defects"], json!([]));
    assert_eq!(seen["to"][499], json!(["Tëster, 499", "t499@example.org"]));
    assert_eq!(seen["to"].as_array().unwrap().len(), 500);
    assert_eq!(seen["subject"], json!("long subject with words ".repeat(40)));
    assert_eq!(seen["parts"][1]["sha256"], json!(HEXLOWER.encode(&Sha256::digest(&bytes))));
}

fn python(folder: &Path, count: usize) -> Vec<Value> {
    let output = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check_email.py"))
        .args((0..count).map(|index| folder.join(index.to_string())))
        .env("PYTHONUTF8", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn mailboxes(list: &[(Option<String>, String)]) -> Value {
    narrowed(&list.iter().map(|(name, address)| json!([name.as_deref().unwrap_or(""), address])).collect())
}

/// Names without white space: Python narrows it, and up to 3.12 keeps what stands between encoded words,
/// which readers must ignore (RFC 2047, 6.2). mail-parser checks the names exactly.
fn narrowed(list: &Value) -> Value {
    let narrow = |item: &Value| json!([item[0].as_str().unwrap().replace([' ', '\t'], ""), item[1]]);
    list.as_array().unwrap().iter().map(narrow).collect()
}

fn parts(case: &Case) -> Vec<Value> {
    let single =
        case.attachments.is_empty() && case.inline.is_empty() && case.text.is_none() | case.html.is_none();
    let body = |kind: &str, text: &str| {
        let mut bytes = as_crlf(text).into_bytes();
        if single && !bytes.is_empty() && !bytes.ends_with(b"\r\n") && !is_base64(case) {
            bytes.extend_from_slice(b"\r\n");
        }
        leaf(&format!("text/{kind}"), None, None, None, &bytes)
    };
    let mut parts = Vec::new();
    parts.extend(case.text.as_deref().map(|text| body("plain", text)));
    parts.extend(case.html.as_deref().map(|html| body("html", html)));
    if parts.is_empty() {
        parts.push(leaf("text/plain", None, None, None, b""));
    }
    parts.extend(case.inline.iter().enumerate().map(|(index, bytes)| {
        leaf("image/png", Some("inline"), Some("i.png"), Some(&format!("<image{index}>")), bytes)
    }));
    parts.extend(
        case.attachments.iter().map(|(name, bytes)| {
            leaf("application/octet-stream", Some("attachment"), Some(name), None, bytes)
        }),
    );
    parts
}

/// Whether the one body went out in base64, which keeps an open last line open.
fn is_base64(case: &Case) -> bool {
    String::from_utf8_lossy(&bytes_from(&case.composed(), 0)).contains("Content-Transfer-Encoding: base64")
}

fn leaf(kind: &str, disposition: Option<&str>, name: Option<&str>, cid: Option<&str>, bytes: &[u8]) -> Value {
    json!({
        "type": kind, "disposition": disposition, "name": name, "cid": cid,
        "size": bytes.len(), "sha256": HEXLOWER.encode(&Sha256::digest(bytes)),
    })
}
