//! The real set-up through a page: QR, kit on paper, proofs.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use signet_core::Code;
use signet_testkit::oathtool;

use crate::page::Page;

#[tokio::test(flavor = "multi_thread")]
async fn the_kit_goes_to_paper_and_not_through_the_page() {
    let page = Page::new();
    let passphrase = page.call("passphrase.suggest", json!({})).await["passphrase"].clone();
    let begun = json!({ "kind": "init", "passphrase": passphrase, "kdf": "floor" });
    let shown = page.call("ceremony.begin", begun).await;
    let id = json!({ "id": shown["id"] });
    for method in ["ceremony.kit-show", "ceremony.kit-write"] {
        assert_eq!(page.refused(method, id.clone()).await, Code::Unsupported);
    }

    // A process of that number there is not: the limit is 2^22.
    let stale = page.desk.home().join("run/print-4194305-x.pdf");
    std::fs::write(&stale, "a kit").unwrap();
    let page = page.again();
    assert!(!stale.exists(), "a killed window's print is left over");
    page.call("kit.print", id.clone()).await;
    let print = page.dialogs.opened.lock().unwrap().pop().unwrap();
    let print = Path::new(&print);
    assert!(print.starts_with(page.desk.home().join("run")));
    assert_eq!(print.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let kit = page.desk.home().join("kit.pdf");
    page.answer(&[&kit]);
    page.call("kit.save", id.clone()).await;
    assert_eq!(kit.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let groups = on_paper(&kit);
    assert_eq!(groups, on_paper(print));

    let seed: String = shown["totp"]["groups"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let asked: Vec<usize> = serde_json::from_value(shown["asks_kit_groups"].clone()).unwrap();
    let wrong = json!({ "id": shown["id"], "kit_groups": [[asked[0], "XXXX"], [asked[1], "XXXX"]] });
    assert!(page.try_call("ceremony.prove", wrong).await.is_err_and(|f| f.code == Code::ProofFailed));
    let code = json!({ "id": shown["id"], "code": oathtool(&seed) });
    assert_eq!(page.call("ceremony.prove", code).await["code"], true);
    let setting_up = page.crossed();
    let typed: Vec<Value> = asked.iter().map(|&number| json!([number, groups[number - 1]])).collect();
    page.call("ceremony.finish", json!({ "id": shown["id"], "kit_groups": typed })).await;
    assert!(!print.exists(), "the print is left over");
    assert!(kit.exists(), "the saved kit is gone");

    page.call("status", json!({})).await;
    page.call("lock", json!({})).await;
    // Only what is typed back crosses of the kit; nothing of the seed after the set-up.
    let after = String::from_utf8(page.crossed()).unwrap();
    let before = String::from_utf8(setting_up).unwrap();
    for pair in groups.windows(2) {
        for between in ["", "-", " ", "\",\""] {
            let together = format!("{}{between}{}", pair[0], pair[1]);
            assert!(!before.contains(&together) && !after.contains(&together), "{together} crossed");
        }
    }
    let qr = shown["totp"]["qr"][10].as_str().unwrap();
    assert!(before.contains(qr), "the QR code was shown");
    for piece in [&seed[..16], &seed[16..], qr] {
        assert!(!after.contains(piece), "{piece} crossed after the set-up");
    }
}

/// The nine groups on the paper.
fn on_paper(pdf: &Path) -> Vec<String> {
    let text = Command::new("pdftotext").args(["-layout"]).arg(pdf).arg("-").output().expect("pdftotext");
    let text = String::from_utf8(text.stdout).unwrap();
    // Three lines of three, four characters each.
    let is_group =
        |word: &&str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let lines = lines.filter(|words| words.len() == 3 && words.iter().all(is_group));
    let groups: Vec<String> = lines.flatten().map(str::to_owned).collect();
    assert_eq!(groups.len(), 9, "not all groups are on the paper:\n{text}");
    groups
}
