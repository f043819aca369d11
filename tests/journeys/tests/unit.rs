//! The service manager's own judgement of the unit: it is right, and the service can do little else than serve.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::Path;
use std::process::{Command, Output};

use signet_testkit::{programs, workspace_root};

/// At most 2.0 of 10 (`systemd-analyze security`, exposure; the option counts tenths).
const THRESHOLD: &str = "--threshold=20";

fn unit() -> String {
    std::fs::read_to_string(workspace_root().join("packaging/systemd/signet-host.service")).unwrap()
}

/// Of the unit, as it is but for the place of the program, which is not installed here.
fn analyze(words: &[&str], unit: &str) -> Option<Output> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signet-host.service");
    let agent = programs().agent();
    std::fs::write(&file, unit.replace("/usr/bin/signet-agent", &agent.display().to_string())).unwrap();
    match Command::new("systemd-analyze").args(words).arg(&file).env("SYSTEMD_COLORS", "0").output() {
        Ok(output) => Some(output),
        Err(_) => {
            assert!(!Path::new("/usr/bin/systemd-analyze").exists());
            eprintln!("no systemd-analyze: the unit was not judged; run scripts/setup");
            None
        }
    }
}

#[test]
fn the_unit_is_right() {
    let Some(output) = analyze(&["verify"], &unit()) else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !said.contains("signet-host.service"), "{said}");
    // The judge sees faults.
    let broken = unit().replace("Restart=on-failure", "Restart=sometimes");
    let said = analyze(&["verify"], &broken).unwrap();
    assert!(String::from_utf8_lossy(&said.stderr).contains("restart"), "{said:?}");
}

#[test]
fn the_service_is_closed_in() {
    let words = ["security", "--offline=true", THRESHOLD, "--no-pager"];
    let Some(output) = analyze(&words, &unit()) else { return };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Overall exposure level"), "{said}");
    let open: String =
        unit().lines().filter(|line| !line.starts_with("SystemCallFilter")).collect::<Vec<_>>().join("\n");
    let looser = open.replace("CapabilityBoundingSet=\n", "").replace("ProtectSystem=strict\n", "");
    assert!(!analyze(&words, &looser).unwrap().status.success(), "the threshold is worth something");
}
