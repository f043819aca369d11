//! Other programs of the same user, and other users, are kept out.
#![allow(clippy::expect_used, reason = "a test")]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use signet_leaks::{Stage, files_of, hold, probe, system_python};
use signet_testkit::User;

/// What a probe can try.
const WAYS: [&str; 5] = ["mem", "environ", "fd", "readv", "ptrace"];

#[test]
fn programs_of_the_same_user_cannot_look_into_ours() {
    let mut stage = Stage::new();
    stage.start_agent();
    stage.init();
    let session = stage.desk().session();

    let control = hold(session, b"not a secret at all");
    assert_eq!(probe(session, control.pid()), all("open"), "the probe itself does not work");

    assert_eq!(probe(session, stage.agent()), all("refused"), "the agent");
    let status = std::fs::read_to_string(format!("/proc/{}/status", stage.agent())).expect("status");
    let locked = status.lines().find_map(|line| line.strip_prefix("VmLck:")).expect("VmLck");
    assert_ne!(locked.split_whitespace().next(), Some("0"), "none of the agent's memory is locked");

    // The CLI, while it waits for a passphrase.
    let mut waiting = stage.signet(&["unlock", "--passphrase-stdin", "--code", "000000"]);
    let mut waiting = waiting.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("signet");
    std::thread::sleep(Duration::from_millis(300));
    let result = probe(session, waiting.id());
    assert!(waiting.try_wait().expect("signet").is_none(), "refused only because it is gone");
    assert_eq!(result, all("refused"), "signet");
    let _ = waiting.kill();
    let _ = waiting.wait();
}

#[test]
fn another_user_cannot_open_our_files() {
    let Some(other) = User::other() else { return };
    let mut stage = Stage::new();
    stage.start_agent();
    stage.init();
    stage.lock(|_| {});
    let home = stage.desk().home();
    // Only the product's own modes may keep others out, so the way to its folders is opened.
    open_way(home);
    let mut tried = 0;
    for file in files_of(home, &[]) {
        let ours = file.starts_with(stage.path("data")) || file.starts_with(stage.path("state"));
        if ours {
            assert!(!can_read(&other, &file), "{} is readable for others", file.display());
            assert!(can_read(stage.desk().session().user().expect("root"), &file), "the control");
            tried += 1;
        }
    }
    assert!(tried >= 3, "vault.db, audit.db and agent.log at least; there were {tried} files");
}

#[test]
fn another_user_cannot_speak_to_the_agent() {
    let Some(other) = User::other() else { return };
    let mut stage = Stage::new();
    stage.start_agent();
    let socket = stage.socket();
    let owner = stage.desk().session().user().expect("root").clone();
    assert_eq!(greet(&stage, &owner, &socket), "answered", "the control");

    open_way(stage.desk().home());
    assert_eq!(greet(&stage, &other, &socket), "no way in", "the folder's mode");

    // Even with every mode wide open, the agent looks at who is calling.
    open_way(&stage.path("run"));
    std::fs::set_permissions(&socket, PermissionsExt::from_mode(0o666)).expect("mode");
    assert_eq!(greet(&stage, &other, &socket), "not answered", "the peer's user id");
    assert_eq!(greet(&stage, &owner, &socket), "answered", "the control, again");
}

/// A fake agent of another user is not told a passphrase: the client looks at who listens.
#[test]
fn the_client_tells_nothing_to_another_user_s_socket() {
    let Some(other) = User::other() else { return };
    let stage = Stage::new();
    let run = stage.path("run");
    std::fs::create_dir_all(&run).expect("folder");
    stage.desk().session().user().expect("root").owns(&run);
    std::fs::set_permissions(&run, PermissionsExt::from_mode(0o700)).expect("mode");
    let listen = "import os, socket, sys\n\
        sockets = []\n\
        for path in sys.argv[1:]:\n    s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen(); os.chmod(path, 0o666); sockets.append(s)\n\
        os.setgid(int(os.environ['GID'])); os.setuid(int(os.environ['UID']))\n\
        [s.listen() for s in sockets]\n\
        print('listening', flush=True)\n\
        client, _ = sockets[0].accept(); client.settimeout(3)\n\
        try: data = client.recv(65536)\n\
        except OSError: data = b''\n\
        print('heard', len(data), flush=True)\n";
    let mut listener = Command::new("/usr/bin/python3");
    listener.args(["-c", listen]).args([stage.socket(), stage.path("run/sandbox.fd.sock")]);
    listener.env("UID", other.uid.to_string()).env("GID", other.gid.to_string());
    let mut listener = listener.stdout(Stdio::piped()).spawn().expect("python3");
    let began = std::time::Instant::now();
    while !stage.path("run/sandbox.fd.sock").exists() {
        assert!(began.elapsed() < Duration::from_secs(5), "the listener did not start");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(200));
    let mut unlock = stage.signet(&["unlock", "--passphrase-stdin", "--code", "123456"]);
    let mut unlock = unlock.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("signet");
    std::io::Write::write_all(&mut unlock.stdin.take().expect("stdin"), b"a secret passphrase\n")
        .expect("input");
    assert!(!unlock.wait().expect("signet").success());
    let _ = listener.kill();
    let said = listener.wait_with_output().expect("python3").stdout;
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("listening"), "{said}");
    let heard = said.lines().find_map(|line| line.strip_prefix("heard ")).unwrap_or("0");
    assert_eq!(heard, "0", "bytes that another user's program was told");
}

fn all(result: &str) -> BTreeMap<String, String> {
    WAYS.iter().map(|way| ((*way).to_owned(), result.to_owned())).collect()
}

/// Lets everybody pass through a folder and those above it in the session.
fn open_way(folder: &Path) {
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).expect("mode");
}

fn can_read(user: &User, file: &Path) -> bool {
    let mut command = Command::new("head");
    command.args(["-c", "1"]).arg(file).stdout(Stdio::null()).stderr(Stdio::null());
    user.runs(&mut command);
    command.status().expect("head").success()
}

/// Connects as a user and sends a request.
fn greet(stage: &Stage, user: &User, socket: &Path) -> String {
    let program = "import socket, sys\n\
        s = socket.socket(socket.AF_UNIX); s.settimeout(3)\n\
        try: s.connect(sys.argv[1])\n\
        except PermissionError: print('no way in'); sys.exit()\n\
        try:\n    s.sendall(b'POST /v1/status HTTP/1.1\\r\\nHost: signet\\r\\nContent-Length: 2\\r\\nContent-Type: application/json\\r\\n\\r\\n{}')\n    answer = s.recv(65536)\n\
        except OSError: answer = b''\n\
        print('answered' if answer.startswith(b'HTTP/1.1') else 'not answered')\n";
    let mut command = system_python(stage.desk().session(), program, &[socket.to_str().expect("UTF-8")]);
    command.current_dir("/");
    user.runs(&mut command);
    let output = command.output().expect("python3");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}
