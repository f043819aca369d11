//! What a page or a disk can get wrong.

use serde_json::{Value, json};
use signet_core::Code;

use crate::page::Page;
use crate::{draft, practice};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_names_no_path_and_no_row_of_its_own() {
    let page = Page::new();
    let secret = page.file("secret.txt", b"x");
    let by_path = |method: &'static str, attachment: Value| {
        let mut draft = draft(&[]);
        draft["attachments"] = json!([attachment]);
        (method, json!({ "draft": draft }))
    };
    for method in ["send", "message.check", "message.source", "message.save", "draft.save", "template.save"] {
        for attachment in [
            json!({ "path": secret }),
            json!({ "handle": secret }),
            json!({}),
            json!({ "handle": "0".repeat(32) }),
        ] {
            let (method, params) = by_path(method, attachment);
            page.answer(&[&page.desk.home().join("out")]);
            assert_eq!(page.refused(method, params).await, Code::HandleUnknown, "{method}");
        }
    }
    // A handle with another place than its own.
    let handle = page.pick(&page.file("a.txt", b"x")).await;
    let (method, params) = by_path("draft.save", json!({ "handle": handle, "path": "/etc/passwd" }));
    assert_eq!(page.refused(method, params).await, Code::HandleUnknown);
    for (method, params) in [
        ("key.import", json!({ "file": secret })),
        ("restore", json!({ "file": secret, "replace": false })),
        ("template.open", json!({ "file": secret })),
        ("files.look", json!({ "handles": [secret] })),
    ] {
        assert_eq!(page.refused(method, params).await, Code::HandleUnknown, "{method}");
    }
    for method in ["ceremony.kit-show", "message.read", "message.write", "no.such", "", "window.facts "] {
        assert_eq!(page.refused(method, json!({})).await, Code::Unsupported, "{method}");
    }
    assert_eq!(
        page.refused("send", json!({ "draft": draft(&[]), "mode": { "eml": "x" } })).await,
        Code::Unsupported
    );
    assert_eq!(page.refused("lock", json!({ "surprise": 1 })).await, Code::Usage);
    assert_eq!(page.refused("place.open", json!({ "place": "folder", "path": "/etc" })).await, Code::Usage);
    assert_eq!(page.refused("profile.switch", json!({ "profile": "production" })).await, Code::Unsupported);
    assert_eq!(page.refused("sandbox.fault-add", json!({ "name": "--help" })).await, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_sent_are_named_before_and_refused_at_once() {
    let (page, _) = practice().await;
    let home = page.desk.home();
    let large = page.file("video.mp4", b"");
    std::fs::File::options().write(true).open(&large).unwrap().set_len(2_000_000_000).unwrap();
    std::fs::create_dir(home.join("folder")).unwrap();
    for (path, code, finding) in [
        (large, Code::MessageTooLarge, None),
        (home.join("folder"), Code::AttachmentNotFile, Some("attachment-not-file")),
        (home.join("gone.txt"), Code::AttachmentMissing, Some("attachment-missing")),
    ] {
        let draft = draft(&[&page.pick(&path).await]);
        let began = std::time::Instant::now();
        let checked = page.call("message.check", json!({ "draft": draft })).await;
        let blocks = &checked["findings"][0];
        assert_eq!(blocks["blocks"], true, "{checked}");
        if let Some(finding) = finding {
            assert_eq!(blocks["name"], finding);
            assert!(!checked.to_string().contains("empty-attachment"), "{checked}");
        }
        assert_eq!(page.refused("send", json!({ "draft": draft })).await, code);
        assert!(began.elapsed().as_secs() < 5, "somebody read two gigabytes");
        // The draft is kept all the same.
        let kept = page.call("draft.save", json!({ "draft": draft })).await;
        assert_eq!(kept["draft"]["attachments"][0]["handle"], draft["attachments"][0]["handle"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_never_takes_the_place_of_a_vault() {
    let (page, first) = practice().await;
    // A window that was killed before the practice had its key: the next one goes on.
    let kept = page.desk.home().join("sandbox-google/practice.json");
    let half = std::fs::read_to_string(&kept).unwrap().replace("\"ready\":true", "\"ready\":false");
    std::fs::write(&kept, half).unwrap();
    let key = page.call("key.list", json!({})).await["keys"][0]["id"].clone();
    page.call("key.remove", json!({ "key": key })).await;
    page.call("lock", json!({})).await;
    // The phone is two codes further on, so that nobody has to wait for them.
    assert!(page.desk.signet(["--sandbox", "sandbox", "totp-offset", "2"]).status().unwrap().success());
    page.call("practice.begin", json!({})).await;
    assert_eq!(page.call("status", json!({})).await["vault"]["state"], "locked");
    let phone = page.call("practice.phone", json!({})).await;
    page.call("unlock", json!({ "passphrase": phone["passphrase"], "code": phone["code"] })).await;
    assert_eq!(page.call("key.list", json!({})).await["keys"].as_array().unwrap().len(), 1);
    // Again, the same one.
    let again = page.call("practice.begin", json!({})).await;
    assert_eq!(again["passphrase"], first["passphrase"]);
    std::fs::remove_file(page.desk.home().join("sandbox-google/practice.json")).unwrap();
    assert_eq!(page.refused("practice.begin", json!({})).await, Code::VaultExists);
    assert_eq!(page.call("practice.phone", json!({})).await["code"], Value::Null);
}
