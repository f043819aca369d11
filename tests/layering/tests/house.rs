//! House rules that a compiler does not check.
#![allow(clippy::expect_used, reason = "a test")]

use signet_layering::{files_below, members, toml_file, workspace_root};

#[test]
fn lints_are_the_workspace_s_and_unsafe_code_is_in_hardening_only() {
    let workspace = toml_file("Cargo.toml")["workspace"]["lints"].clone();
    for member in members() {
        let folder = match member.as_str() {
            "app" => "src-tauri".to_owned(),
            name if workspace_root().join("crates").join(name).exists() => format!("crates/{name}"),
            name => format!("tests/{name}"),
        };
        let lints = toml_file(&format!("{folder}/Cargo.toml"))["lints"].clone();
        if member == "hardening" {
            for (lint, level) in workspace["clippy"].as_table().expect("clippy lints") {
                assert_eq!(lints["clippy"].get(lint), Some(level), "hardening: {lint}");
            }
            for (lint, level) in workspace["rust"].as_table().expect("rust lints") {
                let level = if lint == "unsafe_code" { &toml::Value::from("deny") } else { level };
                assert_eq!(lints["rust"].get(lint), Some(level), "hardening: {lint}");
            }
        } else {
            assert_eq!(lints.get("workspace").and_then(toml::Value::as_bool), Some(true), "{member}");
        }
    }
    assert_eq!(workspace["rust"]["unsafe_code"].as_str(), Some("forbid"));
}

#[test]
fn files_are_short() {
    let lines = |path: &std::path::PathBuf| std::fs::read_to_string(path).expect("source").lines().count();
    let mut sizes: Vec<(usize, std::path::PathBuf)> =
        files_below("crates", "rs").into_iter().map(|path| (lines(&path), path)).collect();
    sizes.sort();
    let too_long: Vec<_> = sizes.iter().filter(|(lines, _)| *lines > 800).collect();
    assert!(too_long.is_empty(), "over 800 lines: {too_long:#?}");
    let (median, _) = &sizes[sizes.len() / 2];
    assert!(*median < 200, "the median file has {median} lines");
}

#[test]
fn no_test_is_switched_off() {
    for folder in ["crates", "tests"] {
        for path in files_below(folder, "rs") {
            let source = std::fs::read_to_string(&path).expect("source");
            let switched_off = source.lines().any(|line| line.trim_start().starts_with("#[ignore"));
            assert!(!switched_off, "{}", path.display());
        }
    }
}
