//! What comes from outside: known, from one place, and not what is banned.
#![allow(clippy::expect_used, reason = "a test")]

use signet_layering::{built, built_beside_the_window, text_file, toml_file};

/// Never built, and why.
const BANNED: [(&str, &str); 5] = [
    ("rsa", "an unpatched timing leak: RUSTSEC-2023-0071"),
    ("ring", "one cryptography provider: aws-lc-rs"),
    ("openssl", "one TLS stack: rustls"),
    ("openssl-sys", "one TLS stack: rustls"),
    ("native-tls", "one TLS stack: rustls"),
];

/// Never built but for the window, and why. The window's toolkit brings it.
const BANNED_BESIDE_THE_WINDOW: [(&str, &str); 3] = [
    ("libdbus-sys", "the bus is spoken in Rust, so that no system library is needed"),
    ("tauri", "agent and command line need no web view"),
    ("gtk", "agent and command line need no web view"),
];

#[test]
fn nothing_banned_is_built() {
    let built = built();
    assert!(built.iter().any(|name| name == "aws-lc-rs"), "the list of what is built looks wrong");
    for (name, reason) in BANNED {
        assert!(!built.iter().any(|built| built == name), "{name} is built: {reason}");
    }
}

#[test]
fn only_the_window_brings_the_desktops_libraries() {
    let (all, built) = (built(), built_beside_the_window());
    for (name, reason) in BANNED_BESIDE_THE_WINDOW {
        assert!(all.iter().any(|built| built == name), "{name} is not built at all: strike it from the list");
        assert!(!built.iter().any(|built| built == name), "{name} is built: {reason}");
    }
}

#[test]
fn everything_comes_from_the_registry_with_a_checksum() {
    let lock = toml_file("Cargo.lock");
    let packages = lock["package"].as_array().expect("packages");
    let mut seen = 0;
    for package in packages.iter().filter_map(toml::Value::as_table) {
        let Some(source) = package.get("source").and_then(toml::Value::as_str) else { continue };
        assert!(source.starts_with("registry+"), "{} comes from {source}", package["name"]);
        assert!(package.contains_key("checksum"), "{} has no checksum", package["name"]);
        seen += 1;
    }
    assert!(seen > 100, "only {seen} packages: the lock file looks wrong");
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let manifest = text_file("Cargo.toml");
    let lines = manifest.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with('[')).collect();
    let silent: Vec<&&str> = lines
        .iter()
        .filter(|line| line.contains('=') && !line.starts_with("signet-") && !line.contains(" # "))
        .collect();
    assert!(lines.len() > 40, "the section looks wrong");
    assert!(silent.is_empty(), "no purpose given: {silent:#?}");
}

#[test]
fn crates_take_their_versions_from_the_workspace() {
    for manifest in signet_layering::files_below("crates", "toml") {
        if manifest.file_name().is_some_and(|name| name == "Cargo.toml") {
            let text = std::fs::read_to_string(&manifest).expect("manifest");
            let table: toml::Table = text.parse().expect("TOML");
            for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
                for (name, dependency) in
                    table.get(section).and_then(toml::Value::as_table).into_iter().flatten()
                {
                    let shared = dependency.get("workspace").and_then(toml::Value::as_bool);
                    assert_eq!(shared, Some(true), "{name} in {}", manifest.display());
                }
            }
        }
    }
}
