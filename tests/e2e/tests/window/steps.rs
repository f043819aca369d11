//! What journeys do again and again.

use std::time::Duration;

use serde_json::Value;
use signet_e2e::{Stage, Start, Target, Window, button, field, heading, t, t_with, target};
use signet_journeys::{Delivered, PASSPHRASE};

/// The sender that the sandbox's domain knows.
pub(crate) const SENDER: &str = "mia@sandbox.example";

/// A stage with a vault, a key, and its window unlocked at Compose.
pub(crate) fn composing(journey: &str) -> (Stage, Window) {
    let mut stage = Stage::ready();
    let window = stage.open(Start::Sandbox, journey);
    window.wait_for(&heading(t("compose_title")));
    (stage, window)
}

/// Goes to a place by its entry in the sidebar.
pub(crate) fn go(window: &Window, place: &str) {
    window.click(&button(t(&format!("nav_{place}"))));
    let title = if place == "compose" { t("compose_title") } else { t(&format!("nav_{place}")) };
    window.wait_for(&heading(title));
}

/// Types passphrase and code; the sixth digit opens.
pub(crate) fn unlock(window: &Window, code: &str) {
    window.fill(&field(t("unlock_passphrase")), PASSPHRASE);
    window.fill(&field(t("unlock_code")), code);
}

/// Fills in a message. The sender and the key are picked together.
pub(crate) fn write_message(window: &Window, to: &str, subject: &str, text: &str) {
    window.fill(&target("combobox", t("compose_from")), SENDER);
    window.fill(&field(t("compose_to")), &format!("{to},"));
    window.fill(&field(t("compose_subject")), subject);
    window.fill(&field(t("compose_text_label")), text);
}

/// The Send button: the sandbox's verb, and possibly its shortcut.
pub(crate) fn send_button() -> Target {
    button(t("compose_send_sandbox"))
}

/// Presses Send, skips the time to think where there is one, and waits until Google has it.
pub(crate) fn send(window: &Window) {
    window.wait_enabled(&send_button());
    window.click(&send_button());
    let now = button(t("compose_send_now"));
    window.until_for("for the message to be accepted", Duration::from_mins(1), || {
        if window.has(&now) {
            window.click(&now);
        }
        accepted(window).then_some(())
    });
}

/// Whether the last send was accepted.
pub(crate) fn accepted(window: &Window) -> bool {
    window.run("return !!document.querySelector('[data-send=accepted]')", &[]) == true
}

/// The newest message in the sandbox.
pub(crate) fn delivered(stage: &Stage) -> Delivered {
    let inbox = stage.person.inbox();
    let time = |row: &Value| row["received"].as_u64().or_else(|| row["time"].as_u64()).unwrap_or(0);
    let newest = inbox.iter().max_by_key(|row| time(row));
    let id = newest.and_then(|row| row["id"].as_str()).map(str::to_owned);
    stage.person.delivered(&id.unwrap_or_else(|| panic!("an inbox: {inbox:?}")))
}

/// The words of a message before its first slot.
pub(crate) fn beginning(key: &str) -> String {
    let text = t_with(key, &[]);
    text.split('{').next().unwrap_or_default().trim().to_owned()
}

/// Chooses from a list that opens at a button.
pub(crate) fn choose(window: &Window, label: &str, option: &str) {
    window.click(&target("combobox", label));
    window.click(&target("option", option));
}
