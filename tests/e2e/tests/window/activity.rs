//! History and the log: found again, verified, exported.

use std::time::Duration;

use signet_e2e::{Stage, Start, Target, button, field, t};

use crate::steps::go;

#[test]
fn what_was_sent_is_found_verified_and_exported() {
    let mut stage = Stage::ready();
    for subject in ["Invoice 4711", "Release notes", "Invoice 4712"] {
        stage.person.send(["--to", "ada@example.com", "--subject", subject, "--text", "x"]).ok();
    }
    let window = stage.open(Start::Sandbox, "activity");
    go(&window, "history");
    window.wait_text("Release notes");
    window.picture("history");
    let search = field(t("history_search"));
    window.fill(&search, "Invoice");
    window.until("for the search", || {
        let text = window.text();
        (text.contains("Invoice 4711") && !text.contains("Release notes")).then_some(())
    });
    window.click(&Target::with("option", "Invoice 4711"));
    window.wait_text(&t("history_timeline"));
    window.picture("history-detail");

    go(&window, "activity");
    window.wait_text("example.com");
    assert!(!window.text().contains(&t("activity_check_again")), "checked before it was asked to");
    window.picture("activity");
    window.click(&button(t("activity_check")));
    window.wait_text(&t("activity_check_again"));
    window.picture("verified");

    let file = stage.person.path("log.jsonl");
    stage.next_dialog(&[&file]);
    window.click(&button(t("activity_export")));
    window.until_for("for the export", Duration::from_secs(20), || {
        std::fs::read_to_string(&file).ok().filter(|text| text.lines().count() > 5)
    });
    let text = std::fs::read_to_string(&file).expect("the export");
    for line in text.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(entry.is_object());
    }
    stage.person.verify().ok();
}
