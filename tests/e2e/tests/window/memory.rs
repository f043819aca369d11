//! What is in the memory of the window's processes: never the key, the vault's keys, D or E. Tokens and the
//! seed after set-up are not looked for yet (docs/NOT-CHECKED.md).

use std::collections::BTreeSet;

use data_encoding::BASE64;
use signet_e2e::{Stage, Start, heading, t};
use signet_journeys::PASSPHRASE;
use signet_leaks::{KeyFile, Needles, Spelling, derived_secrets, keyring_items, scan_memory};

use crate::steps::{go, send, unlock, write_message};

#[test]
fn soak_nothing_of_the_vault_is_in_the_windows_memory() {
    let mut stage = Stage::new();
    stage.person.init();
    let file = stage.person.new_key();
    let key = KeyFile::read(&file);
    let window = stage.open(Start::Sandbox, "memory");
    go(&window, "keys");
    stage.next_dialog(&[&file]);
    let imported = window
        .call("files.pick", &serde_json::json!({ "purpose": "key", "multiple": false }))
        .expect("a handle");
    let handle = imported["files"][0]["handle"].clone();
    window.call("key.import", &serde_json::json!({ "file": handle })).expect("an import");
    go(&window, "compose");
    write_message(&window, "ada@example.com", "Scanned", "A sentinel in the text: heron walnut cathedral.");
    send(&window);

    let mut secrets = key.needles();
    let vault = vault_secrets(&stage);
    for (name, secret) in &vault {
        secrets.add(name, secret, Spelling::Binary);
    }
    let mut seen = Needles::default();
    seen.add("text", b"heron walnut cathedral", Spelling::Text);
    // The control: what was typed is found, in the page's process too.
    let text_found =
        stage.window_pids().iter().filter(|pid| !scan_memory(**pid, &seen.search()).is_empty()).count();
    assert!(text_found >= 1, "the scan sees nothing in {:?}", stage.window_pids());
    assert_clean(&stage, &secrets, "unlocked");

    window.chord(false, "l");
    window.wait_for(&heading(t("unlock_title_sandbox")));
    assert_clean(&stage, &secrets, "locked");
    let code = stage.person.next_step();
    unlock(&window, &code);
    window.wait_for(&heading(t("compose_title")));
    assert_clean(&stage, &secrets, "unlocked again");
}

fn assert_clean(stage: &Stage, secrets: &Needles, when: &str) {
    let search = secrets.search();
    let pids = stage.window_pids();
    assert!(pids.len() >= 2, "the window has processes of its own: {pids:?}");
    let found: BTreeSet<String> = pids
        .iter()
        .flat_map(|pid| scan_memory(*pid, &search))
        .map(|finding| format!("{} in {}", finding.secret, finding.place))
        .collect();
    assert!(found.is_empty(), "{when}: {found:#?}");
}

/// VMK and what is derived from it, D and E, as the independent decoder finds them.
fn vault_secrets(stage: &Stage) -> Vec<(String, Vec<u8>)> {
    let session = stage.person.desk.session();
    let items = keyring_items(session);
    let mut secrets: Vec<(String, Vec<u8>)> = Vec::new();
    for (label, value) in items.as_object().expect("items") {
        if label.contains("/d/") || label.contains("/e/") {
            let text = BASE64.decode(value.as_str().expect("text").as_bytes()).expect("base64");
            secrets.push((label.clone(), text));
        }
    }
    assert!(!secrets.is_empty(), "no D or E in the keyring");
    let copy = session.dir().join("decoded");
    std::fs::create_dir_all(&copy).expect("a folder");
    for file in ["vault.db", "vault.db-wal"] {
        let from = stage.person.vault().join(file);
        if from.exists() {
            std::fs::copy(from, copy.join(file)).expect("a copy");
        }
    }
    let derived = derived_secrets(&copy.join("vault.db"), PASSPHRASE, &stage.person.seed, &items);
    secrets.extend(derived.into_iter().filter(|(name, secret)| name != "P" && secret.len() >= 16));
    secrets
}
