//! A hardened process refuses another program of the same user; an unhardened one does not.
//!
//! The test program runs itself again in three parts: a victim that holds a known block of memory,
//! hardened or not, and a prober that tries to read it, both as one unprivileged user.
#![cfg(target_os = "linux")]
#![allow(unsafe_code, reason = "ptrace and prctl")]
#![allow(clippy::print_stdout, reason = "how the parts talk")]
#![allow(clippy::expect_used, reason = "a test")]

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Which part this run of the program plays.
const PART: &str = "SIGNET_TEST_PART";
/// An unprivileged user that no account needs to exist for.
const USER: u32 = 15_001;

#[test]
fn a_hardened_process_is_closed_to_the_same_user() {
    let stage = Stage::set();
    let mut victim = stage.victim("hardened");
    assert_eq!(stage.probe(&mut victim), "mem refused, ptrace refused");
}

#[test]
fn the_same_probe_succeeds_on_an_unhardened_control() {
    let stage = Stage::set();
    let mut victim = stage.victim("plain");
    assert_eq!(stage.probe(&mut victim), "mem read, ptrace attached");
}

#[test]
fn no_core_and_no_new_privileges() {
    let stage = Stage::set();
    let hardened = stage.victim("hardened");
    let plain = stage.victim("plain");
    // The switch belongs to a thread and what it starts; here the test harness's main thread stays as
    // it was. These files are readable to everyone, so this also holds when the test is not root.
    let closed_threads = |victim: &Victim| {
        let threads = std::fs::read_dir(format!("/proc/{}/task", victim.child.id())).expect("threads");
        threads
            .filter_map(Result::ok)
            .filter_map(|thread| std::fs::read_to_string(thread.path().join("status")).ok())
            .filter(|status| status.contains("NoNewPrivs:\t1"))
            .count()
    };
    assert_eq!((closed_threads(&hardened), closed_threads(&plain)), (1, 0));
    let core = std::fs::read_to_string(format!("/proc/{}/limits", hardened.child.id())).expect("limits");
    let core = core.lines().find(|line| line.starts_with("Max core file size")).unwrap_or_default();
    assert_eq!(core.split_whitespace().skip(4).collect::<Vec<_>>(), ["0", "0", "bytes"]);
}

/// Not a test by itself: where the program continues when it was started as one of the parts.
#[test]
fn part() {
    match std::env::var(PART).as_deref() {
        Ok("plain") => play_victim(),
        Ok("hardened") => {
            signet_hardening::harden_process().expect("harden");
            play_victim();
        }
        Ok(probe) => play_prober(probe),
        // SAFETY: takes no pointers.
        Err(_) => assert_eq!(unsafe { libc::prctl(libc::PR_GET_DUMPABLE) }, 1, "programs start dumpable"),
    }
}

/// A directory that the unprivileged user can reach, with a copy of this program in it.
struct Stage {
    _dir: tempfile::TempDir,
    program: PathBuf,
}

struct Victim {
    child: Child,
    address: String,
}

impl Stage {
    fn set() -> Self {
        let dir = tempfile::tempdir().expect("directory");
        let open = |path: &Path| std::fs::set_permissions(path, PermissionsExt::from_mode(0o755));
        open(dir.path()).expect("mode");
        let program = dir.path().join("part");
        std::fs::copy(std::env::current_exe().expect("exe"), &program).expect("copy");
        open(&program).expect("mode");
        Self { _dir: dir, program }
    }

    fn part(&self, part: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["--exact", "part", "--nocapture"]).env(PART, part);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // SAFETY: takes no arguments.
        if unsafe { libc::geteuid() } == 0 {
            command.uid(USER).gid(USER);
        }
        command
    }

    fn victim(&self, kind: &str) -> Victim {
        let mut child = self.part(kind).spawn().expect("start");
        let address = said(child.stdout.take().expect("stdout"), "block at ");
        assert!(!address.is_empty(), "the {kind} victim did not start");
        Victim { child, address }
    }

    fn probe(&self, victim: &mut Victim) -> String {
        let mut child =
            self.part(&format!("{} {}", victim.child.id(), victim.address)).spawn().expect("start");
        let answer = said(child.stdout.take().expect("stdout"), "probe: ");
        child.wait().expect("prober");
        assert!(victim.child.try_wait().expect("victim").is_none(), "refused only because it is gone");
        answer
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The rest of the first line that contains `mark`.
fn said(from: impl Read, mark: &str) -> String {
    BufReader::new(from)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once(mark).map(|(_, rest)| rest.to_owned()))
        .unwrap_or_default()
}

/// Holds a known block until the other side closes standard input.
fn play_victim() {
    // Where the Yama module is on, only this lets a sibling try at all: the control must be open.
    // SAFETY: takes integers only.
    unsafe { libc::prctl(libc::PR_SET_PTRACER, libc::PR_SET_PTRACER_ANY, 0, 0, 0) };
    let block = std::hint::black_box([0xB7_u8; 64]);
    println!("block at {}", block.as_ptr() as usize);
    let _ = std::io::stdin().read(&mut [0]);
    std::hint::black_box(&block);
}

/// Tries both ways into the victim and says how each went.
fn play_prober(target: &str) {
    let (pid, address) = target.split_once(' ').expect("pid and address");
    let mut block = [0u8; 64];
    let read = std::fs::File::open(format!("/proc/{pid}/mem")).and_then(|mut memory| {
        memory.seek(SeekFrom::Start(address.parse().expect("address")))?;
        memory.read_exact(&mut block)
    });
    let mem = if read.is_ok() && block == [0xB7; 64] { "read" } else { "refused" };
    let pid: libc::pid_t = pid.parse().expect("pid");
    let nothing = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: attaching takes no pointers; the tracer ends right after, which detaches.
    let attached = unsafe { libc::ptrace(libc::PTRACE_ATTACH, pid, nothing, nothing) } == 0;
    println!("probe: mem {mem}, ptrace {}", if attached { "attached" } else { "refused" });
}
