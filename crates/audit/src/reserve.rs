//! Space set aside, so that how an interrupted send ended, a refusal and a lock can still be recorded
//! when the disk fills.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Size of the reserve in bytes.
const SIZE: u64 = 1 << 20;

/// The file `audit.reserve` beside the log.
pub(crate) struct Reserve {
    path: PathBuf,
    held: bool,
}

impl Reserve {
    pub(crate) fn beside(log: &Path) -> Self {
        let mut reserve = Self { path: log.with_extension("reserve"), held: false };
        reserve.hold();
        reserve
    }

    /// Whether the space is set aside; tries to set it aside if it is not.
    pub(crate) fn hold(&mut self) -> bool {
        self.held = self.held || self.fill().is_ok();
        if !self.held {
            // A part of it helps nobody.
            let _ = fs::remove_file(&self.path);
        }
        self.held
    }

    /// Gives the space back to the file system; `false` if there was none.
    pub(crate) fn release(&mut self) -> bool {
        std::mem::take(&mut self.held) && fs::remove_file(&self.path).is_ok()
    }

    /// Written in full, with bytes that no file system can compress or leave out.
    fn fill(&self) -> io::Result<()> {
        if fs::metadata(&self.path).is_ok_and(|found| found.len() == SIZE) {
            return Ok(());
        }
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&self.path)?;
        let mut bytes = Vec::new();
        for block in 0..SIZE / 32 {
            bytes.extend_from_slice(&Sha256::digest(block.to_be_bytes()));
        }
        file.write_all(&bytes)?;
        file.sync_all()
    }
}
