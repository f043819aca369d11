//! From the practice to a delivered message and a verified log.

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{assert_absent, draft, practice};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_goes_out_and_is_found_everywhere() {
    let (page, practice) = practice().await;
    let content: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let large = page.pick(&page.file("Übersicht.bin", &content)).await;
    let example = practice["file"]["handle"].as_str().unwrap();
    let draft = draft(&[&large, example]);

    let checked = page.call("message.check", json!({ "draft": draft })).await;
    assert_eq!(checked["findings"], json!([]));
    let source = page.call("message.source", json!({ "draft": draft })).await;
    assert!(source["bytes"].as_u64().unwrap() > 16_000_000);
    let folded: u64 =
        source["parts"].as_array().unwrap().iter().filter_map(|part| part["bytes"].as_u64()).sum();
    assert!(folded > 16_000_000, "the attachment is not folded");
    assert!(source.to_string().len() < 20_000);

    let report = page.call("send", json!({ "draft": draft })).await;
    assert_eq!(report["outcome"]["outcome"], "sent", "{report}");
    assert_eq!(checked["encoded_bytes"], report["bytes"], "the meter and the message differ");
    assert_eq!(report["attachments"][0]["path"], "~/Übersicht.bin");

    let inbox = page.call("sandbox.inbox", json!({ "text": "übersicht" })).await;
    assert_eq!((&inbox["total"], &inbox["messages"][0]["attachments"]), (&json!(1), &json!(2)));
    let id = &inbox["messages"][0]["id"];
    let delivered = page.call("sandbox.message", json!({ "id": id })).await;
    assert_eq!(delivered["attachments"][0]["sha256"], HEXLOWER.encode(&Sha256::digest(&content)));
    assert_eq!(delivered["attachments"][0]["name"], "Übersicht.bin");
    assert_eq!(delivered["preview"]["links"][0]["target"], "https://x.example/");
    let header = |name: &str| {
        let headers = delivered["headers"].as_array().unwrap().iter();
        headers.filter(|header| header[0] == name).map(|header| header[1].clone()).next().unwrap()
    };
    assert_eq!((header("Subject"), header("To")), (json!("Grüße"), json!("Ada <ada@example.com>")));
    let saved = page.desk.home().join("saved.bin");
    page.answer(&[&saved]);
    page.call("sandbox.attachment", json!({ "id": id, "index": 0 })).await;
    assert_eq!(std::fs::read(saved).unwrap(), content);

    let row = &page.call("history.list", json!({})).await["items"][0]["id"];
    let item = page.call("history.show", json!({ "id": row })).await;
    assert_eq!(item["draft"]["attachments"][0]["handle"], large);
    // What history gives back can be sent again as it is.
    let again = page.call("send", json!({ "draft": item["draft"] })).await;
    assert_eq!(again["outcome"]["outcome"], "sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_judged_and_exported_as_by_the_command_line() {
    let (page, _) = practice().await;
    page.call("send", json!({ "draft": draft(&[]) })).await;
    let by_page = page.call("audit.verify", json!({})).await;
    let command = page.desk.signet(["--sandbox", "--json", "audit", "verify"]).output().unwrap();
    let by_command: Value = serde_json::from_slice(&command.stdout).unwrap();
    assert_eq!((&by_page["result"], &by_command["passed"]), (&json!("unbroken"), &json!(true)));
    assert_eq!((&by_page["entries"], &by_page["root"]), (&by_command["size"], &by_command["root"]));
    assert!(by_page["since"].is_u64());

    let file = page.desk.home().join("audit.jsonl");
    page.answer(&[&file]);
    page.call("audit.export", json!({})).await;
    let command = page.desk.signet(["--sandbox", "audit", "export"]).output().unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), command.stdout);

    // One changed byte in the middle of an entry's bytes.
    page.call("lock", json!({})).await;
    let log = page.desk.home().join("data/sandbox/audit.db");
    let stopped = page.desk.signet(["--sandbox", "agent", "stop"]).output().unwrap();
    assert!(stopped.status.success());
    let change = "import sqlite3, sys\n\
        log = sqlite3.connect(sys.argv[1])\n\
        rows = log.execute('SELECT seq, body FROM entry ORDER BY seq').fetchall()\n\
        seq, body = next((s, b) for s, b in rows if b'example.com' in b)\n\
        log.execute('UPDATE entry SET body = ? WHERE seq = ?', (body.replace(b'example.com', b'examp1e.com'), seq))\n\
        log.commit()";
    let mut python = std::process::Command::new(signet_testkit::python());
    assert!(
        python.args(["-c", change]).arg(&log).status().unwrap().success(),
        "no recipient's domain is in the log"
    );
    let by_page = page.call("audit.verify", json!({})).await;
    let command = page.desk.signet(["--json", "audit", "verify", "--log"]).arg(&log).output().unwrap();
    let by_command: Value = serde_json::from_slice(&command.stdout).unwrap();
    assert_eq!((&by_page["result"], &by_command["passed"]), (&json!("broken"), &json!(false)), "{by_page}");
    assert_ne!(by_page["findings"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_key_nor_seed_crosses() {
    let (page, _) = practice().await;
    let made = page.call("sandbox.new-key", json!({})).await;
    let folder = page.desk.home().join("sandbox-google/keys");
    let key = folder.join(made["file"]["name"].as_str().unwrap());
    let json: Value = serde_json::from_slice(&std::fs::read(&key).unwrap()).unwrap();
    let pem = json["private_key"].as_str().unwrap();
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = BASE64.decode(text.as_bytes()).unwrap();
    let kept: Value = serde_json::from_slice(
        &std::fs::read(page.desk.home().join("sandbox-google/practice.json")).unwrap(),
    )
    .unwrap();
    let seed = kept["seed"].as_str().unwrap().as_bytes().to_vec();
    let secrets = [text.into_bytes(), HEXLOWER.encode(&der).into_bytes(), der, seed];

    let imported = page.call("key.import", json!({ "file": made["file"]["handle"] })).await;
    page.answer(&[&folder]);
    let elsewhere = page.call("keys.elsewhere", json!({})).await;
    assert_eq!(elsewhere["found"][0]["in_vault"], true, "{elsewhere}");
    let original = json!({ "original": imported["original"], "file": made["file"]["handle"] });
    page.call("key.remove-original", original).await;
    assert!(!key.exists());
    page.call("key.list", json!({})).await;
    page.call("key.use", json!({ "key": imported["key"]["id"] })).await;
    page.call("check", json!({ "sender": "mia@sandbox.example", "key": imported["key"]["id"] })).await;
    let sent = json!({ "draft": draft(&[]), "key": imported["key"]["id"] });
    page.call("send", sent).await;
    page.call("history.list", json!({})).await;
    page.call("audit.list", json!({})).await;
    page.call("settings.show", json!({})).await;
    page.call("status", json!({})).await;
    page.call("lock", json!({})).await;
    assert_absent(&page.crossed(), &secrets);
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_and_previews_work_by_handle() {
    let (page, _) = practice().await;
    let file = page.pick(&page.file("a.txt", b"x")).await;
    let toml = page.desk.home().join("hello.toml");
    page.answer(&[&toml]);
    let mut message = draft(&[&file]);
    message["subject"] = json!("Hello {{name}}");
    let saved = page.call("template.save", json!({ "draft": message })).await;
    let handle = &saved["file"]["handle"];
    let opened = page.call("template.open", json!({ "file": handle })).await;
    assert_eq!(opened["variables"]["names"], json!(["name"]));
    let filled = page.call("template.fill", json!({ "file": handle, "variables": { "name": "Ada" } })).await;
    assert_eq!(filled["draft"]["subject"], "Hello Ada");
    assert_eq!(filled["draft"]["attachments"][0]["handle"], file);
    assert_eq!(filled["files"][0]["state"], "readable");

    page.file("part.txt", b"a part");
    page.file("body.txt", b"Hi {{name}}, {{file:part.txt}}");
    let by_hand = page.pick(&page.file("own.toml", b"to = \"a@b.org\"\ntext_file = \"body.txt\"\n")).await;
    let opened = page.call("template.open", json!({ "file": by_hand })).await;
    assert_eq!(opened["variables"]["names"], json!(["name"]));
    let values = json!({ "file": by_hand, "variables": { "name": "Ada" } });
    assert_eq!(page.call("template.fill", values).await["draft"]["text"], "Hi Ada, a part");

    let image = page.pick(&page.file("logo.png", b"\x89PNG")).await;
    let wish = json!({
        "html": "<script>x()</script><img src='cid:logo'><img src='https://track.example/1.png'>", "dark": false,
        "attachments": [{ "handle": image, "content_id": "logo" }],
    });
    let place = page.call("preview.open", wish).await;
    assert_eq!(place["remote"], json!(["https://track.example/1.png"]));
    let url = place["url"].as_str().unwrap();
    let token = url.strip_prefix("signet-preview://localhost/").unwrap();
    let shown = String::from_utf8(page.bridge.preview(token).unwrap().html).unwrap();
    assert!(shown.contains("<script>x()</script><img src='data:image/png;base64,iVBORw=='>"), "{shown}");
    page.call("lock", json!({})).await;
    assert!(page.bridge.preview(token).is_none(), "a preview outlives the lock");
}
