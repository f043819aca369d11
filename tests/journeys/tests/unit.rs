//! The service manager's own judgement of the unit: it is right, and the service can do little else than serve.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use signet_journeys::left_out;
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
    let asked = Command::new("systemd-analyze").args(words).arg(&file).env("SYSTEMD_COLORS", "0").output();
    if asked.is_err() {
        assert!(!Path::new("/usr/bin/systemd-analyze").exists());
        left_out("no systemd-analyze: the unit was not judged; run scripts/setup");
    }
    asked.ok()
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

#[test]
fn commands_of_the_services_user_find_the_service() {
    let unit = unit();
    let sysusers = workspace_root().join("packaging/systemd/signet.sysusers.conf");
    let user = std::fs::read_to_string(sysusers).unwrap();
    let home = "/var/lib/signet";
    let line = user.lines().find(|line| line.starts_with("u signet ")).unwrap();
    assert!(line.ends_with(home), "{line}");
    let wanted = ["User=signet", "StateDirectory=signet", "Environment=HOME=/var/lib/signet"];
    for line in wanted {
        assert!(unit.lines().any(|found| found == line), "{line}");
    }
    let settings = unit.lines().filter(|line| !line.starts_with('#'));
    assert!(!settings.into_iter().any(|line| line.contains("SIGNET_") || line.contains("XDG_")));

    // What systemd gives the service, and what `sudo -u signet -H` gives a command: a home, and no XDG.
    let home = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let socket = home.path().join("notify");
    let ready = UnixDatagram::bind(&socket).unwrap();
    ready.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut agent = Command::new(programs().agent());
    agent.args(["--profile", "production"]).env_clear().env("HOME", home.path()).env("PATH", &path);
    agent.env("NOTIFY_SOCKET", &socket).env("STATE_DIRECTORY", home.path()).stdin(Stdio::null());
    let mut agent = agent.spawn().unwrap();
    let mut said = [0; 100];
    let size = ready.recv(&mut said);
    let mut ask = Command::new(programs().signet());
    ask.args(["status", "--json"]).env_clear().env("HOME", home.path()).env("PATH", &path);
    let found = ask.output();
    agent.kill().unwrap();
    agent.wait().unwrap();
    assert!(said[..size.unwrap()].starts_with(b"READY=1\nSTATUS=waiting"));
    let found: serde_json::Value = serde_json::from_slice(&found.unwrap().stdout).unwrap();
    assert_eq!(found["pid"], agent.id(), "{found}");
    let lost = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(lost.into_iter().all(|name| name == ".local" || name == "notify"));
}
