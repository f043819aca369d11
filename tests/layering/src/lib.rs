//! What the architecture tests look at: the workspace as Cargo sees it.
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test's set-up fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// An arrow from one of our crates to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The crate that depends, without `signet-`.
    pub from: String,
    /// The crate that it depends on, without `signet-`.
    pub to: String,
    /// For tests only (`[dev-dependencies]`).
    pub for_tests: bool,
}

/// The folder of the workspace's Cargo.toml.
pub fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("tests/layering").to_owned()
}

/// The names of all our crates, without `signet-`.
pub fn members() -> Vec<String> {
    let metadata = metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().map(|package| ours(&package["name"]).expect("our crates are called signet-…")).collect()
}

/// Every arrow between our crates, build dependencies included.
pub fn arrows() -> Vec<Arrow> {
    let metadata = metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().expect("packages");
    let arrows = packages.iter().flat_map(|package| {
        let from = ours(&package["name"]).expect("our crates are called signet-…");
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        dependencies.iter().filter_map(move |dependency| {
            let to = ours(&dependency["name"])?;
            Some(Arrow { from: from.clone(), to, for_tests: dependency["kind"] == "dev" })
        })
    });
    arrows.collect()
}

/// The names of all crates that are really built for this platform, tests included. `cargo tree`
/// knows which optional ones are off; `cargo metadata` does not.
pub fn built() -> Vec<String> {
    tree(&[])
}

/// The same without the window, which is the web view's guest and brings the desktop's own libraries.
pub fn built_beside_the_window() -> Vec<String> {
    tree(&["--exclude", "signet-app", "--exclude", "signet-empty"])
}

fn tree(but: &[&str]) -> Vec<String> {
    let fixed = ["tree", "--workspace", "--locked", "--prefix=none", "--format={p}"];
    let tree = cargo(&[&fixed, but].concat());
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

/// A TOML file of the workspace.
pub fn toml_file(path: &str) -> toml::Table {
    text_file(path).parse().expect("TOML")
}

/// A text file of the workspace.
pub fn text_file(path: &str) -> String {
    std::fs::read_to_string(workspace_root().join(path)).expect(path)
}

/// Every file with `extension` in a folder of the workspace and below.
pub fn files_below(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![workspace_root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("folder").filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found
}

fn ours(name: &Value) -> Option<String> {
    name.as_str()?.strip_prefix("signet-").map(str::to_owned)
}

fn metadata(arguments: &[&str]) -> Value {
    let fixed = ["metadata", "--format-version=1", "--locked"];
    serde_json::from_str(&cargo(&[&fixed, arguments].concat())).expect("JSON")
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(workspace_root())
        .args(arguments)
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}
