//! A crash leaves no core file and prints nothing of the key.
#![allow(clippy::expect_used, reason = "a test")]

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use signet_leaks::{Stage, scan_files, system_python};

#[test]
fn a_crashed_agent_leaves_no_core_and_says_nothing() {
    if !Stage::can_scan() {
        return; // Looking into every file takes root.
    }
    let mut stage = Stage::new();
    let key = stage.make_key();
    let needles = key.needles();
    let search = needles.search();

    // The control: an ordinary program of the same user, with the key in memory and no limit on core
    // files, does dump, and the scan finds the key in the core, where the system writes one.
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").expect("core_pattern");
    let crash = "import os, sys, resource\n\
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n\
        held = open('key.json').read(); print(os.getpid(), flush=True); os.kill(os.getpid(), 11)\n";
    let mut control = system_python(stage.desk().session(), crash, &[]);
    let control = control.current_dir(stage.desk().home()).stdout(Stdio::null()).status().expect("python3");
    assert!(control.core_dumped(), "no core at all on this machine: raise its hard limit");
    std::fs::remove_file(stage.path("key.json")).expect("the original");
    if !pattern.starts_with(['|', '/']) {
        let found = scan_files(&stage, &search, &[]);
        assert!(!found.is_empty(), "the control's core");
        let core = found[0].place.split(" at ").next().expect("a path");
        std::fs::remove_file(core).expect("core");
    }

    let key = stage.make_key();
    let needles = key.needles();
    for signal in ["-TRAP", "-ABRT"] {
        stage.start_agent();
        if signal == "-TRAP" {
            stage.init();
            stage.import(|_| {});
        } else {
            stage.unlock(|_| {});
        }
        stage.send(|_| {});
        allow_core(stage.agent());
        let ended = stage.crash_agent(signal);
        assert!(ended.signal().is_some(), "{signal}: {ended}");
        assert!(!ended.core_dumped(), "{signal}: a core was written");
        assert_eq!(scan_files(&stage, &needles.search(), &[]), [], "{signal}");
    }
}

/// Takes back the agent's own limit, where root may (not in every container): then only its being
/// closed keeps the core away.
fn allow_core(pid: u32) {
    let mut prlimit = Command::new("prlimit");
    prlimit.args(["--pid", &pid.to_string(), "--core=unlimited"]).stderr(Stdio::null());
    let _ = prlimit.status().expect("prlimit");
}
