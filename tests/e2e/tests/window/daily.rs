//! Lock, wrong code, unlock; a send that Google refuses, its remedy, and the retry.

use std::time::Duration;

use signet_e2e::{Key, Target, button, field, heading, t};
use signet_journeys::PASSPHRASE;

use crate::steps::{composing, delivered, go, send, send_button, unlock, write_message};

#[test]
fn a_wrong_code_is_told_and_the_right_one_opens() {
    let (mut stage, window) = composing("lock");
    window.chord(false, "l");
    window.wait_for(&heading(t("unlock_title_sandbox")));
    window.picture("locked");
    // The code of this moment is used up; of the next, a wrong one is just wrong.
    let code = stage.person.next_step();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    window.fill(&field(t("unlock_passphrase")), PASSPHRASE);
    window.fill(&field(t("unlock_code")), wrong);
    window.wait_text_for(&t("code_wrong_passphrase_or_code_what"), Duration::from_secs(30));
    window.picture("wrong-code");
    // The passphrase is still there; only the code is typed again.
    assert_eq!(window.value(&field(t("unlock_passphrase"))), PASSPHRASE);
    window.fill(&field(t("unlock_code")), &code);
    window.wait_for(&heading(t("compose_title")));
    window.picture("unlocked");
}

#[test]
fn a_vault_locked_from_elsewhere_shows_no_text_and_keeps_it() {
    let (mut stage, window) = composing("locked-elsewhere");
    write_message(&window, "ada@example.com", "Kept across a lock", "Every word of it.");
    window.until("for the draft to be kept", || {
        let list = window.call("draft.list", &serde_json::json!({})).ok()?;
        list.to_string().contains("Every word of it.").then_some(())
    });
    stage.person.signet(["lock"]).ok();
    window.wait_for(&heading(t("unlock_title_sandbox")));
    let html = window.run("return document.documentElement.outerHTML", &[]);
    assert!(!html.to_string().contains("Every word"), "the text is still in the page");
    let code = stage.person.next_step();
    unlock(&window, &code);
    window.wait_for(&heading(t("compose_title")));
    window.until("for the text to be back", || {
        (window.value(&field(t("compose_text_label"))) == "Every word of it.").then_some(())
    });
    window.picture("back");
}

#[test]
fn a_refused_message_says_what_to_do_and_goes_out_at_the_second_try() {
    let (stage, window) = composing("send-failure");
    write_message(&window, "ada@example.com", "Twice", "Tried again.");
    window.picture("written");
    window.click(&button(t("fault_button")));
    window.click(&button(t("fault_limit")));
    window.wait_text(&t("fault_clear"));
    window.picture("faults");
    window.press(Key::Escape);
    window.wait_gone(&Target::any("dialog"));
    window.wait_enabled(&send_button());
    window.click(&send_button());
    window.until_for("for the refusal", Duration::from_secs(30), || {
        let now = button(t("compose_send_now"));
        if window.has(&now) {
            window.click(&now);
        }
        (window.run("return !!document.querySelector('[data-send=failed]')", &[]) == true).then_some(())
    });
    window.wait_text(&t("code_daily_limit_what"));
    window.picture("refused");
    assert!(stage.person.inbox().is_empty());
    send(&window);
    window.picture("accepted");
    assert_eq!(delivered(&stage).header("subject"), "Twice");
    go(&window, "history");
    window.wait_text("Twice");
    window.picture("history");
}
