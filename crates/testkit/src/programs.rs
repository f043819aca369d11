//! The built programs.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Where the three programs are; always side by side, as the product expects.
#[derive(Clone, Debug)]
pub struct Programs {
    dir: PathBuf,
}

impl Programs {
    /// Programs that were put into `dir`.
    pub fn within(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// `signet`.
    pub fn signet(&self) -> PathBuf {
        self.dir.join("signet")
    }

    /// `signet-agent`.
    pub fn agent(&self) -> PathBuf {
        self.dir.join("signet-agent")
    }

    /// `signet-sandbox`.
    pub fn sandbox(&self) -> PathBuf {
        self.dir.join("signet-sandbox")
    }

    /// `signet-app`, the window. Only end-to-end tests need it, so it is not built here.
    pub fn app(&self) -> PathBuf {
        self.dir.join("signet-app")
    }

    /// Copies them to where every user can start them.
    #[must_use]
    pub fn copied_to(&self, dir: &Path) -> Self {
        for program in [self.signet(), self.agent(), self.sandbox()] {
            let name = program.file_name().expect("a program's name");
            std::fs::copy(&program, dir.join(name)).expect("copy of a program");
        }
        Self::within(dir)
    }
}

/// The programs of this build profile, up to date with the sources: built once for a run of the
/// tests, by whichever test asks first. `SIGNET_PROGRAMS_BUILT=1` says that they are;
/// `SIGNET_PROGRAMS` names another folder with built ones.
pub fn programs() -> &'static Programs {
    static BUILT: OnceLock<Programs> = OnceLock::new();
    BUILT.get_or_init(|| {
        if let Some(dir) = std::env::var_os("SIGNET_PROGRAMS") {
            return Programs { dir: dir.into() };
        }
        let dir = profile_dir();
        if std::env::var_os("SIGNET_PROGRAMS_BUILT").is_some() {
            return Programs { dir };
        }
        // nextest runs each test in a process of its own, but names the run.
        let run = std::env::var("NEXTEST_RUN_ID").unwrap_or_default();
        let mark = dir.join(".programs-built-for");
        let lock = File::create(dir.join(".programs-lock")).expect("lock file");
        lock.lock().expect("lock");
        if run.is_empty() || std::fs::read_to_string(&mark).ok().as_deref() != Some(&run) {
            build(&dir);
            std::fs::write(&mark, run).expect("mark");
        }
        Programs { dir }
    })
}

/// The folder of the workspace's Cargo.toml.
pub fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("crates/testkit is two levels down").to_owned()
}

/// `target/debug` or `target/release`: test programs are in its `deps`.
fn profile_dir() -> PathBuf {
    let this = std::env::current_exe().expect("this program");
    this.ancestors().nth(2).expect("target/PROFILE/deps/test").to_owned()
}

fn build(profile_dir: &Path) {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace_root()).args(["build", "--quiet"]);
    cargo.args(["-p", "signet-cli", "-p", "signet-agent", "-p", "signet-sandbox"]);
    if profile_dir.ends_with("release") {
        cargo.arg("--release");
    }
    if let Some(target) = profile_dir.parent() {
        cargo.arg("--target-dir").arg(target);
    }
    assert!(cargo.status().expect("cargo").success(), "the programs do not build");
}
