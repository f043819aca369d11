//! A machine whose clock somebody sets.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The wall clock of the programs that are started with it: real time, and so many seconds.
#[derive(Debug)]
pub struct WrongClock {
    library: PathBuf,
    seconds: PathBuf,
}

impl WrongClock {
    /// A clock that is right so far. Its files lie in that folder.
    ///
    /// # Panics
    /// If there is no C compiler, which linking needs, too.
    pub fn in_dir(dir: &Path) -> Self {
        let library = dir.join("wrong_clock.so");
        let source = dir.join("wrong_clock.c");
        std::fs::write(&source, include_str!("wrong_clock.c")).expect("a folder to write to");
        let built =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).output();
        let built = built.expect("a C compiler");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let clock = Self { library, seconds: dir.join("wrong_clock") };
        clock.set(0);
        clock
    }

    /// Sets it so many seconds before or after real time.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn set(&self, seconds: i64) {
        let new = self.seconds.with_extension("new");
        std::fs::write(&new, seconds.to_string()).expect("a folder to write to");
        std::fs::rename(new, &self.seconds).expect("a folder to write to");
    }

    /// What a program has to be started with.
    pub(crate) fn environment(&self) -> [(&'static str, OsString); 2] {
        [("LD_PRELOAD", self.library.clone().into()), ("WRONG_CLOCK", self.seconds.clone().into())]
    }
}
