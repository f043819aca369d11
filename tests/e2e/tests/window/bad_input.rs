//! What goes wrong around the window, and what people drop on it: a clear state, nothing lost.

use std::path::Path;
use std::time::Duration;

use signet_e2e::{Stage, Start, Target, button, field, heading, t};

use crate::drafts::reopen;
use crate::steps::{SENDER, composing, delivered, go, send, send_button, unlock, write_message};

#[test]
fn an_agent_killed_in_the_middle_of_a_send_is_told_and_the_text_stays() {
    let (mut stage, window) = composing("agent-killed");
    let large = stage.file("large.bin", &vec![7; 3 << 20]);
    stage.next_dialog(&[&large]);
    window.click(&button(t("compose_attach")));
    window.wait_text("large");
    write_message(&window, "ada@example.com", "Cut off", "Still here.");
    stage.person.google(["faults", "add", "slow-upload", "--amount", "100000", "--always"]).ok();
    window.wait_enabled(&send_button());
    window.click(&send_button());
    let now = button(t("compose_send_now"));
    window.until_for("for bytes to be on their way", Duration::from_secs(30), || {
        if window.has(&now) {
            window.click(&now);
        }
        window.has(&Target::with("progressbar", t("compose_phase_uploading"))).then_some(())
    });
    window.wait_text(&t("compose_phase_uploading"));
    window.picture("uploading");
    stage.kill_agent();
    stage.person.google(["faults", "clear"]).ok();
    reopen(&mut stage, &window);
    window.wait_for(&heading(t("compose_title")));
    window.until("for the text", || {
        (window.value(&field(t("compose_text_label"))) == "Still here.").then_some(())
    });
    // The agent has asked Google what became of it.
    window.wait_text(&t("code_interrupted_what"));
    window.picture("text-is-back");
    go(&window, "history");
    window.click(&Target::with("option", "Cut off"));
    window.wait_text(&t("code_interrupted_what"));
    window.picture("history");
    assert!(stage.person.inbox().is_empty());
}

#[test]
fn files_that_cannot_be_sent_are_told_by_name() {
    let (stage, window) = composing("files");
    let folder = stage.person.path("a folder");
    std::fs::create_dir(&folder).expect("a folder");
    let huge = stage.person.path("huge.iso");
    std::fs::File::create(&huge).and_then(|file| file.set_len(2 << 30)).expect("a sparse file");
    let gone = stage.file("gone.txt", b"x");
    stage.drop_files(&[&folder, &huge, &gone]);
    window.wait_text(&t("compose_file_folder"));
    window.wait_text(&t("compose_file_too_large"));
    std::fs::remove_file(&gone).expect("gone");
    window.run("window.dispatchEvent(new Event('focus')); return 1", &[]);
    window.wait_text(&t("compose_file_missing"));
    window.picture("files");
    write_message(&window, "ada@example.com", "Files", "x");
    assert_eq!(window.run("return document.querySelector('[data-send-button]').disabled", &[]), true);
}

#[test]
fn five_hundred_pasted_addresses_become_chips_with_the_bad_ones_first() {
    let (_stage, window) = composing("addresses");
    window.fill(&signet_e2e::target("combobox", t("compose_from")), SENDER);
    let mut list: Vec<String> = (1..=498).map(|n| format!("Person {n} <person{n}@example.com>")).collect();
    list.insert(200, "broken@".into());
    list.insert(400, "no at sign".into());
    let to = window.wait_for(&field(t("compose_to")));
    let paste = "const data = new DataTransfer(); data.setData('text/plain', arguments[1]);
        arguments[0].focus();
        arguments[0].dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        return 1";
    window.run(paste, &[to.reference(), list.join("\n").into()]);
    window.wait_text_for("498 added, 2 to check", Duration::from_secs(20));
    window.picture("pasted");
    let page = window.text();
    let (bad, good) =
        (page.find("broken@"), page.find("person1@example.com").or_else(|| page.find("Person 1")));
    assert!(bad.is_some() && bad < good, "the bad ones come first: {bad:?} {good:?}");
}

#[test]
fn a_window_without_an_agent_starts_it() {
    let mut stage = Stage::ready();
    stage.kill_agent();
    let window = stage.open(Start::Sandbox, "no-agent");
    window.until_for("for the lock", Duration::from_secs(30), || {
        let start = button(t("away_start"));
        if window.has(&start) {
            window.click(&start);
        }
        window.has(&heading(t("unlock_title_sandbox"))).then_some(())
    });
    assert!(stage.person.agent().is_some());
}

#[test]
fn a_keychain_that_locks_while_the_window_is_open_is_told() {
    let (mut stage, window) = composing("keychain");
    write_message(&window, "ada@example.com", "Keychain", "Text.");
    stage.person.desk.session().lock_collection();
    stage.person.signet(["lock"]).ok();
    window.wait_for(&heading(t("unlock_title_sandbox")));
    let code = stage.person.next_step();
    unlock(&window, &code);
    window.wait_text_for(&t("code_keychain_locked_what"), Duration::from_secs(40));
    window.picture("keychain-locked");
    stage.person.desk.session_mut().restart_keyring();
    let code = stage.person.next_step();
    unlock(&window, &code);
    window.wait_for(&heading(t("compose_title")));
    send(&window);
    assert_eq!(delivered(&stage).header("subject"), "Keychain");
}

#[test]
fn ten_thousand_characters_and_odd_names_do_no_harm() {
    let (stage, window) = composing("odd-names");
    let name = "Übersicht «финал» 2026 \u{1F4CE} with a name so long that no row has room for all of it.txt";
    let file = stage.file(name, b"content");
    stage.next_dialog(&[Path::new(&file)]);
    write_message(&window, "ada@example.com", &"Long subject ".repeat(40), "x");
    window.click(&button(t("compose_attach")));
    window.wait_text("Übersicht");
    window.picture("odd-names");
    let faults = signet_e2e::layout_faults(&window);
    assert!(faults.is_empty(), "{faults:#?}");
    send(&window);
    assert_eq!(delivered(&stage).attachments()[0].0, name);
    go(&window, "history");
    window.picture("history");
}
