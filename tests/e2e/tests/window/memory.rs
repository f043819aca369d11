//! What crosses between page and window, and what is in the memory of their processes: never the key, the vault's
//! keys, D, E or a token; after the set-up, no seed in the window's own process. In the page's processes a seed
//! that was shown may stay (docs/THREAT-MODEL.md).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use data_encoding::{BASE32, BASE64};
use serde_json::{Value, json};
use signet_e2e::{Stage, Start, Target, Window, button, field, heading, t};
use signet_leaks::{
    Needles, Recording, Spelling, derived_secrets, keyring_items, record_tcp, scan_file, scan_memory,
};

use crate::first_run::{Secrets, set_up};
use crate::steps::{go, send, write_message};

/// Words of the message: what is on the screen is found.
const TYPED: &[u8] = b"heron walnut cathedral";

#[test]
fn soak_nothing_of_the_vault_crosses_to_the_page_or_is_in_the_windows_memory() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not root: nobody looked into the window's memory");
        return;
    }
    let mut stage = Stage::new();
    let crossed = stage.record_crossing();
    let traffic = record_google(&stage);
    let window = stage.open(Start::Sandbox, "memory");
    window.click(&Target::with("button", t("first_run_real_title")));
    let shown = set_up(&mut stage, &window);
    window.click(&button(t("first_run_message_write")));
    window.wait_for(&heading(t("compose_title")));
    let text = format!("A sentinel in the text: {}.", String::from_utf8_lossy(TYPED));
    write_message(&window, "ada@example.com", "Scanned", &text);
    send(&window);
    for place in ["history", "keys", "activity", "inbox", "settings"] {
        go(&window, place);
    }

    let mut secrets = shown.key.needles();
    for (name, secret) in vault_secrets(&stage, &shown) {
        secrets.add(&name, &secret, Spelling::Binary);
    }
    let tokens = tokens_in(traffic.file());
    assert!(!tokens.is_empty(), "no token was seen on its way to Google");
    for token in &tokens {
        secrets.add("token", token, Spelling::Text);
    }
    let mut seed = Needles::default();
    seed.add("seed", shown.seed.as_bytes(), Spelling::Text);
    seed.add("seed", &BASE32.decode(shown.seed.as_bytes()).expect("base32"), Spelling::Binary);

    sees_what_is_there(&stage, &crossed);
    assert_clean(&stage, &secrets, "unlocked");
    assert_shell_clean(&stage, &seed, "unlocked");
    window.chord(false, "l");
    window.wait_for(&heading(t("unlock_title_sandbox")));
    assert_clean(&stage, &secrets, "locked");
    unlock_again(&mut stage, &window, &shown);
    assert_clean(&stage, &secrets, "unlocked again");
    assert_shell_clean(&stage, &seed, "unlocked again");
    let found = scan_file(&crossed, &secrets.search());
    assert!(found.is_empty(), "crossed between page and window: {found:#?}");

    // The test's own control: a secret that does cross is found on its way and in memory.
    let leak = data_encoding::HEXLOWER.encode(shown.key.number("p"));
    window.run("window.leak = arguments[0]; return 1", &[leak.clone().into()]);
    let _ = window.call("address.parse", &json!({ "text": leak }));
    assert!(!scan_file(&crossed, &secrets.search()).is_empty(), "a leak was not recorded");
    assert!(!found_in(&stage.window_pids(), &secrets).is_empty(), "a leak in memory was not seen");
}

/// What was typed is in the page's memory and in the recording.
fn sees_what_is_there(stage: &Stage, crossed: &Path) {
    let mut typed = Needles::default();
    typed.add("text", TYPED, Spelling::Text);
    assert!(!found_in(&stage.window_pids(), &typed).is_empty(), "the scan sees nothing");
    assert!(!scan_file(crossed, &typed.search()).is_empty(), "nothing was recorded");
}

fn assert_clean(stage: &Stage, secrets: &Needles, when: &str) {
    let pids = stage.window_pids();
    assert!(pids.len() >= 2, "the window has processes of its own: {pids:?}");
    let found = found_in(&pids, secrets);
    assert!(found.is_empty(), "{when}: {found:#?}");
}

fn assert_shell_clean(stage: &Stage, seed: &Needles, when: &str) {
    let found = found_in(&stage.pids("signet-app"), seed);
    assert!(found.is_empty(), "{when}: {found:#?}");
}

fn found_in(pids: &[u32], needles: &Needles) -> BTreeSet<String> {
    let search = needles.search();
    let findings = pids.iter().flat_map(|pid| scan_memory(*pid, &search));
    findings.map(|finding| format!("{} in {}", finding.secret, finding.place)).collect()
}

fn unlock_again(stage: &mut Stage, window: &Window, shown: &Secrets) {
    // The person's own phone knows another seed: this one was shown by the window.
    stage.person.seed.clone_from(&shown.seed);
    let code = stage.person.next_step();
    window.fill(&field(t("unlock_passphrase")), &shown.passphrase);
    window.fill(&field(t("unlock_code")), &code);
    window.wait_for(&heading(t("nav_settings")));
}

/// Records what the agent says to the sandbox.
fn record_google(stage: &Stage) -> Recording {
    let endpoint = std::fs::read(stage.person.path("sandbox-google/endpoint.json")).expect("a sandbox");
    let endpoint: Value = serde_json::from_slice(&endpoint).expect("JSON");
    let address = endpoint["http"].as_str().expect("an address");
    let port = address.rsplit(':').next().and_then(|port| port.trim_end_matches('/').parse().ok());
    record_tcp(port.expect("a port"), stage.person.desk.session().dir().join("google.bytes"))
}

/// The access tokens in recorded requests.
fn tokens_in(recorded: &Path) -> BTreeSet<Vec<u8>> {
    let bytes = std::fs::read(recorded).expect("a recording");
    let mark = b"bearer ";
    let starts =
        bytes.windows(mark.len()).enumerate().filter(|(_, window)| window.eq_ignore_ascii_case(mark));
    let ends =
        |from: usize| bytes[from..].iter().position(u8::is_ascii_whitespace).map(|length| from + length);
    let token = |at: usize| Some(bytes[at + mark.len()..ends(at + mark.len())?].to_vec());
    starts.filter_map(|(at, _)| token(at)).filter(|token| token.len() >= 16).collect()
}

/// VMK and what is derived from it, D and E, as the independent decoder finds them.
fn vault_secrets(stage: &Stage, shown: &Secrets) -> Vec<(String, Vec<u8>)> {
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
    let copy: PathBuf = session.dir().join("decoded");
    std::fs::create_dir_all(&copy).expect("a folder");
    for file in ["vault.db", "vault.db-wal"] {
        let from = stage.person.vault().join(file);
        if from.exists() {
            std::fs::copy(from, copy.join(file)).expect("a copy");
        }
    }
    let derived = derived_secrets(&copy.join("vault.db"), &shown.passphrase, &shown.seed, &items);
    // The passphrase is typed into the page, and the seed was shown there.
    let kept = |name: &str| name != "P" && !name.to_lowercase().contains("seed");
    secrets.extend(derived.into_iter().filter(|(name, secret)| kept(name) && secret.len() >= 16));
    secrets
}
