//! A leak planted in each scanned place makes the scan fail.
#![allow(clippy::expect_used, reason = "a test")]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use data_encoding::{BASE64, HEXLOWER};
use signet_leaks::{
    KeyFile, Stage, hold, record_bus, record_tcp, record_unix, scan_files, scan_memory, scan_processes,
    system_python, watch_memory,
};

#[test]
fn in_the_memory_of_any_process() {
    let Some((stage, key)) = set() else { return };
    let needles = key.needles();
    let search = needles.search();
    assert_eq!(scan_processes(&stage, &search), [], "clean before");
    for name in ["d", "p", "q", "dP", "dQ", "qInv"] {
        let number: Vec<u8> = key.number(name).iter().copied().filter(|byte| *byte != b'\n').collect();
        let holder = hold(stage.desk().session(), &number);
        let findings = scan_processes(&stage, &search);
        assert!(findings.iter().any(|finding| finding.secret.starts_with(name)), "{name}: {findings:?}");
        drop(holder);
    }
}

#[test]
fn in_the_memory_of_a_short_run() {
    let Some((stage, key)) = set() else { return };
    let needles = key.needles();
    // A client that holds a line of the key file for a tenth of a second.
    let program = "import sys, time; held = sys.stdin.readline(); time.sleep(0.1)";
    let mut run = system_python(stage.desk().session(), program, &[]);
    let mut run = run.stdin(Stdio::piped()).spawn().expect("python3");
    let line = HEXLOWER.encode(&key.number("p")[..16]);
    writeln!(run.stdin.take().expect("stdin"), "{line}").expect("input");
    let mut findings = Vec::new();
    let looks = watch_memory(run.id(), &needles.search(), &mut findings);
    run.wait().expect("python3");
    assert!(looks > 0 && !findings.is_empty(), "{looks} looks");
}

#[test]
fn in_files_of_every_kind_and_in_every_spelling() {
    let Some((stage, key)) = set() else { return };
    let needles = key.needles();
    let search = needles.search();
    let part = &key.number("q")[40..56];
    let backwards: Vec<u8> = part.iter().rev().copied().collect();
    let pem = key.text.split("\\n").nth(12).expect("a line of the PEM").as_bytes();
    let spellings: [(&str, Vec<u8>); 6] = [
        ("sixteen bytes", part.to_vec()),
        ("backwards", backwards),
        ("hex", HEXLOWER.encode(part).into_bytes()),
        ("base64", BASE64.encode(part).into_bytes()),
        ("a line of the PEM", pem.to_vec()),
        ("the file", key.text.clone().into_bytes()),
    ];
    let places = ["state/sandbox/agent.log", "data/sandbox/vault.db", "sandbox-google/inbox/message", "note"];
    for place in places.map(|place| stage.path(place)) {
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("folder");
        for (spelling, bytes) in &spellings {
            assert_eq!(scan_files(&stage, &search, &[]), [], "clean before");
            plant(&place, bytes);
            assert_ne!(scan_files(&stage, &search, &[]), [], "{spelling} in {}", place.display());
            std::fs::remove_file(&place).expect("file");
        }
    }
}

#[test]
fn in_the_traffic_of_every_socket() {
    let Some((mut stage, key)) = set() else { return };
    let needles = key.needles();
    let search = needles.search();
    stage.start_agent();
    let session = stage.desk().session();
    let local = record_unix(session, &stage.socket(), stage.path("local.recording"));
    let port = stage.google_port();
    let google = record_tcp(port, session.dir().join("google.recording"));
    let bus = record_bus(session, session.dir().join("bus.recording"));

    let say = "import socket, sys\n\
        kind, where, text = sys.argv[1:]\n\
        s = socket.socket(socket.AF_UNIX if kind == 'unix' else socket.AF_INET)\n\
        s.connect(where if kind == 'unix' else ('127.0.0.1', int(where)))\n\
        s.sendall(b'POST / HTTP/1.1\\r\\n\\r\\n' + text.encode()); s.shutdown(socket.SHUT_WR); s.recv(65536)\n";
    let secret = HEXLOWER.encode(key.number("dP"));
    let socket = stage.socket();
    let conversations = [
        (&local, ["unix", socket.to_str().expect("UTF-8"), &secret]),
        (&google, ["tcp", &port.to_string(), &secret]),
    ];
    for (recording, arguments) in conversations {
        assert_eq!(scan_files(&stage, &search, &[]), [], "clean before");
        let _ = system_python(session, say, &arguments).stderr(Stdio::null()).status().expect("python3");
        assert_ne!(scan_files(&stage, &search, &[]), [], "{}", recording.file().display());
        std::fs::write(recording.file(), "").expect("emptied");
    }
    let mut signal = session.command("gdbus");
    signal.args(["emit", "--session", "--object-path", "/x", "--signal", "x.y.Z", &format!("'{secret}'")]);
    assert!(signal.status().expect("gdbus").success());
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_ne!(scan_files(&stage, &search, &[]), [], "{}", bus.file().display());
}

#[test]
fn in_the_agent_itself_while_it_holds_something() {
    // The agent is closed to its own user and still open to the scan: root sees what it prints.
    let Some((mut stage, _)) = set() else { return };
    stage.start_agent();
    let mut needles = signet_leaks::Needles::default();
    needles.add("its own name", b"signet-agent: the one process that", signet_leaks::Spelling::Text);
    needles.add(
        "the home's path",
        stage.desk().home().as_os_str().as_encoded_bytes(),
        signet_leaks::Spelling::Text,
    );
    assert!(!scan_memory(stage.agent(), &needles.search()).is_empty());
}

/// A desk whose key file has been read and removed. Nothing when the tests do not run as root.
fn set() -> Option<(Stage, KeyFile)> {
    Stage::can_scan().then(|| {
        let stage = Stage::new();
        let key = stage.make_key();
        std::fs::remove_file(stage.path("key.json")).expect("the original");
        (stage, key)
    })
}

fn plant(place: &Path, bytes: &[u8]) {
    std::fs::write(place, [b"before ", bytes, b" after"].concat()).expect("planted");
    std::fs::set_permissions(place, PermissionsExt::from_mode(0o600)).expect("mode");
}
