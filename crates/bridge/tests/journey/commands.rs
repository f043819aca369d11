//! "Copy as command": the lines are run as they are, by a real shell.

use std::process::Output;

use serde_json::{Value, json};

use crate::page::Page;
use crate::practice;

/// Runs a line as a person would in a terminal.
fn run(page: &Page, line: &str) -> Output {
    let programs = page.desk.programs().dir().display();
    let mut shell = page.desk.session().command("sh");
    shell.env("SIGNET_HOME", page.desk.home());
    shell.args(["-c", &format!("PATH={programs}:$PATH; {line}")]).output().unwrap()
}

async fn line(page: &Page, wish: Value) -> String {
    page.call("command.show", wish).await["line"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_a_message_sends_that_message() {
    let (page, _) = practice().await;
    let odd = page.pick(&page.file("it's $HOME; `x` \"y\".txt", b"1")).await;
    let image = page.pick(&page.file("-logo.png", b"2")).await;
    let draft = json!({
        "from": "Mia B. <mia@sandbox.example>", "to": ["ada@example.com"], "bcc": ["bob@example.com"],
        "subject": "--it's `$(touch x)` \\ \"so\"", "text": "-\n$HOME\n'", "html": "<img src='cid:logo'>",
        "attachments": [
            { "handle": odd, "name": "Other name.txt", "content_type": "text/plain" },
            { "handle": image, "content_id": "logo" },
        ],
    });
    let ran = run(&page, &line(&page, json!({ "action": "send", "draft": draft, "key": "practice" })).await);
    assert!(ran.status.success(), "{ran:?}");
    let row = page.call("history.list", json!({})).await["items"][0]["id"].clone();
    let sent = page.call("history.show", json!({ "id": row })).await["draft"].clone();
    for field in ["from", "to", "bcc", "subject", "text", "html"] {
        assert_eq!(sent[field], draft[field], "{field}");
    }
    for (sent, meant) in
        sent["attachments"].as_array().unwrap().iter().zip(draft["attachments"].as_array().unwrap())
    {
        for field in ["handle", "name", "content_id"] {
            assert_eq!(sent[field], meant[field], "{field} in {sent}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_named_line_is_a_command() {
    let (page, _) = practice().await;
    let backup = page.pick(&page.file("x.backup", b"x")).await;
    for (name, subject) in [
        ("status", None),
        ("history", None),
        ("history", Some("it's")),
        ("history-show", Some("ffff")),
        ("drafts", None),
        ("key-list", None),
        ("key-show", Some("practice")),
        ("key-rename", Some("-none")),
        ("key-remove", Some("none")),
        ("key-import", Some(&*backup)),
        ("check", Some("mia@sandbox.example")),
        ("audit", None),
        ("audit-verify", None),
        ("audit-export", None),
        ("backup", None),
        ("backup-list", None),
        ("restore", Some(&*backup)),
        ("sandbox-inbox", None),
        ("sandbox-faults", None),
        ("settings", None),
        ("unlock", None),
        ("lock", None),
    ] {
        let line = line(&page, json!({ "action": "named", "name": name, "subject": subject })).await;
        let ran = run(&page, &line);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        // What cannot be found or opened is refused for what it is; no line is misread. `unlock` asks at
        // a terminal, and `key remove` too: there is none here.
        let asks = said.contains("no terminal");
        assert!(asks || ran.status.code() != Some(2), "{line}: {said}");
        assert!(!said.contains("Usage:"), "{line}: {said}");
    }
    let missing = json!({ "action": "named", "name": "check", "subject": null });
    assert!(page.try_call("command.show", missing).await.is_err());
    let unknown = json!({ "action": "named", "name": "rm -rf", "subject": null });
    assert!(page.try_call("command.show", unknown).await.is_err());
}
