//! The practice, from the first screen to the first message that arrived: with a pointer, and without one.
use std::time::Duration;

use signet_e2e::{Key, Stage, Start, Target, Window, button, field, heading, t};

use crate::steps::{accepted, beginning, delivered};

#[test]
fn the_practice_ends_with_a_delivered_message() {
    let mut stage = Stage::bare();
    let window = stage.open(Start::Practice, "practice");
    window.wait_text_for(&t("first_run_practice_code_title"), Duration::from_mins(1));
    window.picture("code");
    window.fill(&field(t("first_run_code")), &phone(&window));
    window.wait_for(&heading(t("first_run_practice_message_title")));
    window.picture("message");
    window.click(&example(&window));
    window.wait_enabled(&button(t("first_run_send_in_sandbox")));
    window.picture("file-added");
    window.click(&button(t("first_run_send_in_sandbox")));
    window.wait_text_for(&t("first_run_practice_end_title"), Duration::from_secs(30));
    window.picture("arrived");
    let mail = delivered(&stage);
    assert_eq!(mail.header("subject"), t("first_run_practice_subject"));
    assert_eq!(mail.attachments().len(), 1);

    window.click(&button(t("first_run_end_stay")));
    window.wait_for(&heading(t("compose_title")));
    window.picture("compose");
}

#[test]
fn the_practice_works_without_a_pointer() {
    let mut stage = Stage::bare();
    let window = stage.open(Start::Practice, "practice-keyboard");
    window.wait_text_for(&t("first_run_practice_code_title"), Duration::from_mins(1));
    // The code field has the focus by itself.
    window.until("for the code field to have the focus", || {
        (window.focus() == ("textbox".into(), t("first_run_code"))).then_some(())
    });
    window.type_keys(&phone(&window));
    window.wait_for(&heading(t("first_run_practice_message_title")));
    window.tab_to(&example(&window));
    window.picture("focus-on-example");
    window.press(Key::Enter);
    window.wait_enabled(&button(t("first_run_send_in_sandbox")));
    window.tab_to(&button(t("first_run_send_in_sandbox")));
    window.picture("focus-on-send");
    window.press(Key::Space);
    window.wait_text_for(&t("first_run_practice_end_title"), Duration::from_secs(30));
    assert_eq!(delivered(&stage).attachments().len(), 1);

    // On into the window, and a message of one's own.
    window.tab_to(&button(t("first_run_end_stay")));
    window.press(Key::Enter);
    window.wait_for(&heading(t("compose_title")));
    window.chord(false, "n");
    window.tab_to(&field(t("compose_to")));
    window.type_keys("kim@example.com");
    window.press(Key::Enter);
    window.tab_to(&field(t("compose_subject")));
    window.type_keys("Typed only");
    window.tab_to(&field(t("compose_text_label")));
    window.type_keys("No pointer was moved.");
    window.picture("typed");
    window.chord(false, "\u{E007}");
    window.until_for("for the message to be accepted", Duration::from_secs(30), || {
        accepted(&window).then_some(())
    });
    window.picture("accepted");
    assert_eq!(delivered(&stage).header("subject"), "Typed only");
}

/// The code that the drawn phone shows.
fn phone(window: &Window) -> String {
    let code = window.until("for the phone", || {
        let code =
            window.run("return document.querySelector('[data-testid=practice-code]')?.textContent", &[]);
        code.as_str().map(str::to_owned)
    });
    code.chars().filter(char::is_ascii_digit).collect()
}

fn example(window: &Window) -> Target {
    let example = Target::with("button", beginning("first_run_practice_example"));
    window.wait_for(&example);
    example
}
