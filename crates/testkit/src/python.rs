//! Python with the packages of `tests/requirements.txt`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::workspace_root;

/// The interpreter of `target/venv`: Google's client, `cryptography`, `argon2`. Made on first use
/// and again when the list of packages changes.
pub fn python() -> &'static Path {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    READY.get_or_init(|| {
        let root = workspace_root();
        let requirements = root.join("tests/requirements.txt");
        let wanted = format!("{:x?}", Sha256::digest(std::fs::read(&requirements).expect("requirements")));
        std::fs::create_dir_all(root.join("target")).expect("target");
        let lock = File::create(root.join("target/.venv-lock")).expect("lock file");
        lock.lock().expect("lock");
        let venv = root.join("target/venv");
        let python = venv.join("bin/python");
        let mark = venv.join("made-from");
        if std::fs::read_to_string(&mark).ok().as_deref() != Some(&wanted) {
            // Not a version manager's shim: those need the real home.
            let system = Path::new("/usr/bin/python3");
            let system = if system.exists() { system } else { Path::new("python3") };
            run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&venv));
            run(Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(&requirements));
            std::fs::write(&mark, wanted).expect("mark");
        }
        python
    })
}

fn run(command: &mut Command) {
    assert!(command.status().expect("python3: run scripts/setup").success(), "{command:?}");
}
