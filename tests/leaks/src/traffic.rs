//! Recording what crosses sockets.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use signet_testkit::Session;

use crate::scripts::{first_line, system_python};

/// A running recorder. Dropping it ends it; the file stays.
#[derive(Debug)]
pub struct Recording {
    child: Child,
    file: PathBuf,
}

impl Recording {
    /// What was recorded so far.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// How much was recorded, in bytes.
    pub fn len(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |file| file.len())
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes the place of a Unix socket, as the session's user, and passes everything on.
pub fn record_unix(session: &Session, socket: &Path, file: PathBuf) -> Recording {
    let moved = socket.with_extension("moved");
    std::fs::rename(socket, &moved).expect("the socket");
    let arguments = [file.as_path(), socket, &moved].map(|path| path.to_str().expect("UTF-8"));
    let command = system_python(session, include_str!("python/record.py"), &arguments);
    start(command, file)
}

/// Records what crosses the loopback interface from and to `port`, as root.
pub fn record_tcp(port: u16, file: PathBuf) -> Recording {
    let mut command = Command::new("/usr/bin/python3");
    command.args(["-c", include_str!("python/capture.py")]).arg(&file).arg(port.to_string());
    start(command, file)
}

/// Records every message on the session bus.
pub fn record_bus(session: &Session, file: PathBuf) -> Recording {
    let out = std::fs::File::create(&file).expect("file");
    let mut monitor = session.command("dbus-monitor");
    monitor.args(["--session", "--binary"]).stdin(Stdio::null()).stdout(out).stderr(Stdio::null());
    let child = monitor.spawn().expect("dbus-monitor");
    let recording = Recording { child, file };
    // Its own first messages show that it watches.
    while recording.is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    recording
}

fn start(mut command: Command, file: PathBuf) -> Recording {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("python3");
    assert_eq!(first_line(&mut child), "listening");
    Recording { child, file }
}
