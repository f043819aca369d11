//! The real set-up: passphrase, phone, kit, key, permission, first message, in a sandbox without practice.

use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256};
use signet_e2e::{Stage, Start, Window, button, field, heading, t, t_with};
use signet_leaks::KeyFile;
use signet_testkit::oathtool;

use crate::steps::{SENDER, beginning, delivered, send};

#[test]
fn the_set_up_ends_with_a_delivered_message_of_20_megabytes() {
    let mut stage = Stage::new();
    let window = stage.open(Start::Sandbox, "first-run");
    window.wait_for(&heading(t("first_run_welcome")));
    window.picture("welcome");
    window.click(&signet_e2e::Target::with("button", t("first_run_real_title")));

    set_up(&mut stage, &window);
    window.wait_for(&heading(t("first_run_message_title")));
    window.click(&button(t("first_run_message_write")));
    window.wait_for(&heading(t("compose_title")));
    let content: Vec<u8> =
        (0..20_000_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
    let attachment = stage.file("measurements.bin", &content);
    stage.next_dialog(&[&attachment]);
    window.click(&button(t("compose_attach")));
    window.wait_text("measurements");
    window.picture("first-message");
    send(&window);
    window.picture("accepted");

    let mail = delivered(&stage);
    let hash = data_encoding_hex(&Sha256::digest(&content));
    assert_eq!(mail.attachments(), [("measurements.bin".to_owned(), hash)]);
}

/// What the set-up showed or was given, once.
pub(crate) struct Secrets {
    /// What opens the vault, with a code.
    pub(crate) passphrase: String,
    /// The phone's, in base32.
    pub(crate) seed: String,
    /// What was in the key's file.
    pub(crate) key: KeyFile,
}

/// Goes from the choice of a passphrase to the step of the first message.
pub(crate) fn set_up(stage: &mut Stage, window: &Window) -> Secrets {
    window.wait_for(&heading(t("first_run_passphrase_title")));
    let passphrase = shown(window, "[data-testid=offered-passphrase]");
    assert_eq!(passphrase.split('-').count(), 5, "{passphrase}");
    window.picture("passphrase");
    window.fill(&field(t("first_run_passphrase_type_once")), &passphrase);
    window.click(&button(t("next")));

    window.wait_text_for(&t("first_run_phone_title"), Duration::from_mins(1));
    let seed = shown(window, "[data-testid=seed]").replace(char::is_whitespace, "");
    window.picture("phone");
    window.fill(&field(t("first_run_phone_code")), &oathtool(&seed));
    window.until("for the next step", || {
        if window.has(&heading(t("first_run_phone_title"))) && window.has(&button(t("next"))) {
            window.click(&button(t("next")));
        }
        window.has(&heading(t("first_run_recovery_title"))).then_some(())
    });

    window.picture("recovery");
    let kit = stage.person.path("kit.pdf");
    stage.next_dialog(&[&kit]);
    window.click(&button(t("first_run_kit_save")));
    window.wait_text(&beginning("first_run_kit_saved"));
    let groups = groups_in(&kit);
    type_groups_back(window, &groups);
    window.picture("recovery-proven");
    window.click(&button(t("first_run_create_vault")));

    window.wait_text_for(&t("first_run_key_title"), Duration::from_mins(1));
    window.picture("key");
    let file = stage.person.new_key();
    let key = KeyFile::read(&file);
    stage.next_dialog(&[&file]);
    window.click(&button(t("first_run_key_choose")));
    window.wait_text(&t("first_run_key_sealed"));
    window.picture("key-sealed");
    window.click(&button(t("first_run_original_delete")));
    window.wait_text(&t("first_run_original_deleted"));
    assert!(!file.exists(), "the key file is still there");
    window.click(&button(t("next")));

    window.wait_for(&heading(t("first_run_permission_title")));
    window.fill(&field(t("first_run_sender")), SENDER);
    window.click(&button(t("first_run_check")));
    window.wait_text_for(&t_with("first_run_allowed", &[("sender", SENDER)]), Duration::from_secs(30));
    window.picture("permission");
    window.click(&button(t("next")));

    Secrets { passphrase, seed, key }
}

#[test]
fn leaving_the_set_up_before_its_end_leaves_nothing() {
    let mut stage = Stage::new();
    let window = stage.open(Start::Sandbox, "first-run-left");
    window.click(&signet_e2e::Target::with("button", t("first_run_real_title")));
    let words = shown(&window, "[data-testid=offered-passphrase]");
    window.fill(&field(t("first_run_passphrase_type_once")), &words);
    window.click(&button(t("next")));
    window.wait_text_for(&t("first_run_phone_title"), Duration::from_mins(1));
    let pictures = stage.close_window(window);
    assert!(!stage.person.vault().join("vault.db").exists(), "a vault without its end");
    let window = stage.open_with(Start::Sandbox, pictures);
    window.wait_for(&heading(t("first_run_welcome")));
}

/// The kit's nine groups as they are printed.
pub(crate) fn groups_in(pdf: &std::path::Path) -> Vec<String> {
    let output = Command::new("pdftotext").args(["-layout"]).arg(pdf).arg("-").output().expect("pdftotext");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (grid, _) = text.split_once("Made on").unwrap_or_else(|| panic!("no kit: {text}"));
    let is_group =
        |word: &&str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let groups: Vec<String> = grid.split_whitespace().filter(is_group).map(str::to_owned).collect();
    assert_eq!(groups.len(), 9, "{text}");
    groups
}

fn type_groups_back(window: &Window, groups: &[String]) {
    for (index, group) in groups.iter().enumerate() {
        let asked = field(t_with("first_run_kit_group", &[("number", &(index + 1).to_string())]));
        if window.has(&asked) {
            window.fill(&asked, &group.to_lowercase());
        }
    }
    window.click(&button(t("first_run_kit_compare")));
    window.wait_text(&t("first_run_kit_proven"));
}

/// The text of a part that is marked for tests.
fn shown(window: &Window, selector: &str) -> String {
    window.until(&format!("for {selector}"), || {
        let text = window.run("return document.querySelector(arguments[0])?.innerText", &[selector.into()]);
        text.as_str().map(str::trim).filter(|text| text.len() > 8).map(str::to_owned)
    })
}

fn data_encoding_hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
