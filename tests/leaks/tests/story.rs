//! A whole day with a sentinel key: created, imported, used, locked. Then everything is searched.
#![allow(clippy::expect_used, reason = "a test")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use data_encoding::BASE64;
use serde_json::Value;
use signet_leaks::{
    Finding, Needles, Recording, Search, Spelling, Stage, derived_secrets, keyring_items, record_bus,
    record_tcp, record_unix, scan_file, scan_files, scan_memory, scan_processes, watch_memory,
};

#[test]
fn nothing_of_the_key_is_found_anywhere_and_nothing_of_the_vault_after_lock() {
    if !Stage::can_scan() {
        return; // Looking into other processes takes root.
    }
    let mut stage = Stage::new();
    let key = stage.make_key();
    let key_needles = key.needles();
    let of_key = key_needles.search();
    let recordings = Recordings::start(&mut stage);

    let mut in_cli = Vec::new();
    let mut looks = Vec::new();
    stage.init();
    let mut vault_secrets = VaultSecrets::default();
    vault_secrets.collect(&stage);
    stage.import(|pid| looks.push(watch_memory(pid, &of_key, &mut in_cli)));
    stage.lock(|_| {});
    // The control for looks into the CLI: it has the passphrase in hand while it waits for the agent.
    let mut passphrase = Needles::default();
    passphrase.add("P", stage.passphrase().as_bytes(), Spelling::Text);
    let mut seen = Vec::new();
    stage.unlock(|pid| looks.push(watch_memory(pid, &passphrase.search(), &mut seen)));
    assert!(!seen.is_empty(), "the looks see nothing");
    stage.lock(|_| {});
    stage.unlock(|pid| looks.push(watch_memory(pid, &of_key, &mut in_cli)));
    vault_secrets.collect(&stage);
    stage.send(|pid| looks.push(watch_memory(pid, &of_key, &mut in_cli)));

    // The control: while the vault is open, the agent holds its root key, and the scan sees it. P, A and
    // the code's seed are gone even then.
    let needles = vault_secrets.needles();
    let held = names(&scan_memory(stage.agent(), &needles.search()));
    assert!(held.iter().any(|name| name.starts_with("VMK")), "an open vault without VMK? {held:?}");
    let early = held.iter().filter(|name| ["P ", "A "].iter().any(|secret| name.starts_with(secret)));
    assert_eq!(early.collect::<Vec<_>>(), [] as [&String; 0], "held longer than needed");

    stage.change_passphrase("another passphrase: otter violin harbour twelve");
    vault_secrets.collect(&stage);
    stage.send(|pid| looks.push(watch_memory(pid, &of_key, &mut in_cli)));
    stage.lock(|pid| looks.push(watch_memory(pid, &of_key, &mut in_cli)));

    assert!(looks.iter().all(|count| *count > 0), "a run of the CLI was over before a look: {looks:?}");
    recordings.assert_used();
    let mut found = BTreeMap::new();
    found.insert("the CLI's memory, at any time", in_cli);
    found.insert("every process's memory, after lock", scan_processes(&stage, &of_key));
    found.insert("files, logs, output and traffic", scan_files(&stage, &of_key, &[]));
    vault_secrets.add("access token", recordings.token(), Spelling::Text);
    let needles = vault_secrets.needles();
    let of_vault = needles.search();
    vault_secrets.assert_found_when_planted(&stage, &of_vault);
    found.insert("vault secrets in the agent, after lock", scan_memory(stage.agent(), &of_vault));
    // The passphrase does cross the local socket and the codes were typed: not those recordings.
    found.insert("vault secrets in files", scan_files(&stage, &of_vault, &recordings.files()));
    found.retain(|_, findings| !findings.is_empty());
    assert!(found.is_empty(), "found: {found:#?}");
}

/// Everything that the agent held at some time, as the independent decoder derives it.
#[derive(Default)]
struct VaultSecrets(BTreeMap<String, (Vec<u8>, Spelling)>);

impl VaultSecrets {
    /// Takes what is true now.
    fn collect(&mut self, stage: &Stage) {
        let time = self.0.len();
        let items = keyring_items(stage.desk().session());
        for (label, value) in items.as_object().expect("items") {
            // D and E as they are kept: an item's text. The keys' items are sealed, not secret.
            if label.contains("/d/") || label.contains("/e/") {
                let text = BASE64.decode(value.as_str().expect("text").as_bytes()).expect("base64");
                self.add(label, text, Spelling::Text);
            }
        }
        let secrets = derived(stage, &items);
        for (name, secret) in secrets {
            self.add(&format!("{name} #{time}"), secret, Spelling::Binary);
        }
        self.add(&format!("P #{time}"), stage.passphrase().as_bytes().to_vec(), Spelling::Text);
        self.add(&format!("seed text #{time}"), stage.seed().as_bytes().to_vec(), Spelling::Text);
    }

    fn add(&mut self, name: &str, secret: Vec<u8>, spelling: Spelling) {
        if !self.0.values().any(|(known, _)| *known == secret) {
            self.0.insert(name.to_owned(), (secret, spelling));
        }
    }

    /// The control for each of them: in a file, it is found.
    fn assert_found_when_planted(&self, stage: &Stage, search: &Search<'_>) {
        let file = stage.desk().session().dir().join("planted");
        let text: Vec<u8> =
            self.0.values().flat_map(|(secret, _)| [secret, b"....".as_slice()].concat()).collect();
        std::fs::write(&file, text).expect("planted");
        let found = names(&scan_file(&file, search));
        for name in self.0.keys() {
            assert!(found.contains(&format!("{name} (as it is)")), "{name} was planted and not found");
        }
        std::fs::remove_file(&file).expect("planted");
    }

    fn needles(&self) -> Needles {
        let mut needles = Needles::default();
        for (name, (secret, spelling)) in &self.0 {
            needles.add(name, secret, *spelling);
        }
        needles
    }
}

/// The decoder reads a copy: opening the file itself would change it.
fn derived(stage: &Stage, items: &Value) -> BTreeMap<String, Vec<u8>> {
    let copy = std::env::temp_dir().join(format!("signet-decode-{}", stage.agent()));
    std::fs::create_dir_all(&copy).expect("folder");
    for file in ["vault.db", "vault.db-wal"] {
        let from = stage.path("data/sandbox").join(file);
        if from.exists() {
            std::fs::copy(from, copy.join(file)).expect("copy");
        }
    }
    let secrets = derived_secrets(&copy.join("vault.db"), stage.passphrase(), stage.seed(), items);
    std::fs::remove_dir_all(&copy).expect("folder");
    secrets
}

/// The agent's three conversations: with the CLI, with Google, with the keychain.
struct Recordings {
    local: Recording,
    google: Recording,
    bus: Recording,
}

impl Recordings {
    /// Starts the agent with a recorder in front of each.
    fn start(stage: &mut Stage) -> Self {
        let session = stage.desk().session();
        let bus = record_bus(session, stage.desk().session().dir().join("bus.recording"));
        let google = record_tcp(stage.google_port(), session.dir().join("google.recording"));
        stage.start_agent();
        let local = record_unix(stage.desk().session(), &stage.socket(), stage.path("local.recording"));
        Self { local, google, bus }
    }

    fn files(&self) -> Vec<PathBuf> {
        [&self.local, &self.google, &self.bus].map(|recording| recording.file().to_owned()).to_vec()
    }

    /// The access token that the agent used towards Google.
    fn token(&self) -> Vec<u8> {
        let text = std::fs::read(self.google.file()).expect("recording");
        let mark = b"Bearer ";
        let at = text.windows(mark.len()).position(|window| window.eq_ignore_ascii_case(mark));
        let token = &text[at.expect("a token was used") + mark.len()..];
        token.iter().copied().take_while(|byte| !byte.is_ascii_whitespace()).collect()
    }

    fn assert_used(&self) {
        for recording in [&self.local, &self.google, &self.bus] {
            assert!(recording.len() > 1000, "{} has {} bytes", recording.file().display(), recording.len());
        }
    }
}

fn names(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| finding.secret.clone()).collect()
}
