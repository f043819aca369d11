//! With the kit on a keychain that has forgotten everything.

use std::time::Duration;

use signet_e2e::{Stage, Start, button, field, heading, t, t_with};
use signet_testkit::oathtool;

use crate::first_run::groups_in;
use crate::steps::{delivered, send, write_message};

#[test]
fn the_kit_opens_the_vault_after_the_keychain_was_emptied() {
    let mut stage = Stage::ready();
    stage.person.signet(["lock"]).ok();
    let kit = stage.person.kit.clone();
    stage.person.signet(["agent", "stop"]).ok();
    stage.person.desk.session_mut().stop_keyring();
    let keyrings = stage.person.desk.session().keyring_dir();
    std::fs::remove_dir_all(&keyrings).expect("the keyring's files");
    stage.person.desk.session_mut().start_keyring();

    let window = stage.open(Start::Sandbox, "recovery");
    window.wait_any_text(&[&t("unlock_lost_passphrase"), &t("action_recover_kit")]);
    window.picture("keychain-empty");
    let lost = button(t("unlock_lost_passphrase"));
    let offered = button(t("action_recover_kit"));
    window.click(if window.has(&lost) { &lost } else { &offered });
    window.wait_for(&heading(t("first_run_recover_kit_title")));
    window.fill(&field(t("first_run_kit_groups")), &kit.to_lowercase());
    window.wait_text(&t("first_run_kit_groups_all"));
    let words =
        window.run("return document.querySelector('[data-testid=offered-passphrase]').innerText", &[]);
    window.fill(&field(t("first_run_passphrase_type_once")), words.as_str().expect("words"));
    window.picture("kit-typed");
    window.click(&button(t("next")));
    window.until_for("for the seed", Duration::from_mins(1), || {
        (window.run("return !!document.querySelector('[data-testid=seed]')", &[]) == true).then_some(())
    });
    let seed = window.run("return document.querySelector('[data-testid=seed]').innerText", &[]);
    let seed = seed.as_str().expect("a seed").replace(char::is_whitespace, "");
    window.fill(&field(t("first_run_phone_code")), &oathtool(&seed));
    window.picture("new-phone");
    let new_kit = stage.person.path("new-kit.pdf");
    finish(&stage, &window, &new_kit);
    window.wait_text_for(&t("compose_title"), Duration::from_mins(1));
    window.picture("recovered");
    write_message(&window, "ada@example.com", "After recovery", "The key is still sealed.");
    send(&window);
    assert_eq!(delivered(&stage).header("subject"), "After recovery");
}

/// Goes through the pages that the ceremony still shows: a kit where it is new, codes, the end.
fn finish(stage: &Stage, window: &signet_e2e::Window, new_kit: &std::path::Path) {
    let end = button(t("first_run_recover_finish"));
    window.until_for("for the end of the recovery", Duration::from_secs(90), || {
        if window.has(&button(t("first_run_kit_save"))) && !new_kit.exists() {
            stage.next_dialog(&[new_kit]);
            window.click(&button(t("first_run_kit_save")));
            window.until("for the kit", || new_kit.exists().then_some(()));
            for (index, group) in groups_in(new_kit).iter().enumerate() {
                let number = (index + 1).to_string();
                let asked = field(t_with("first_run_kit_group", &[("number", &number)]));
                if window.has(&asked) {
                    window.fill(&asked, group);
                }
            }
            window.click(&button(t("first_run_kit_compare")));
            window.wait_text(&t("first_run_kit_proven"));
        }
        if window.has(&end) {
            window.wait_enabled(&end);
            window.click(&end);
            return Some(());
        }
        if window.has(&button(t("next"))) {
            window.click(&button(t("next")));
        }
        None
    });
}
