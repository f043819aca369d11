//! Space set aside, so that how an interrupted send ended, a refusal and a lock can still be recorded
//! when the disk fills.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::AppendError;

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

    /// Runs `attempt`. What is not essential needs the reserve in place: it begins something, and how
    /// that ends must find room. What is essential gets a second attempt with the reserve given back.
    pub(crate) fn spend_on<T>(
        &mut self,
        essential: bool,
        mut attempt: impl FnMut() -> Result<T, AppendError>,
    ) -> Result<T, AppendError> {
        if !essential && !self.hold() {
            return Err(AppendError::DiskFull);
        }
        match attempt() {
            Err(AppendError::DiskFull) if essential && self.release() => attempt(),
            result => result,
        }
    }

    /// Whether the space is set aside; tries to set it aside if it is not.
    fn hold(&mut self) -> bool {
        self.held = self.held || self.fill().is_ok();
        if !self.held {
            // A part of it helps nobody.
            let _ = fs::remove_file(&self.path);
        }
        self.held
    }

    /// Gives the space back to the file system; `false` if there was none.
    fn release(&mut self) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk that is full as long as the reserve lies on it.
    fn full_disk(log: &Path) -> impl FnMut() -> Result<(), AppendError> {
        let reserve = log.with_extension("reserve");
        move || if reserve.exists() { Err(AppendError::DiskFull) } else { Ok(()) }
    }

    #[test]
    fn an_outcome_spends_it_an_intent_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("audit.db");
        let file = folder.path().join("audit.reserve");
        let mut reserve = Reserve::beside(&log);
        assert_eq!(fs::metadata(&file).unwrap().len(), SIZE);
        assert_eq!(reserve.spend_on(false, full_disk(&log)), Err(AppendError::DiskFull));
        assert!(file.exists());
        assert_eq!(reserve.spend_on(true, full_disk(&log)), Ok(()));
        assert!(!file.exists());
        // Spent: the next time is the last.
        assert_eq!(
            reserve.spend_on(true, || Err::<(), _>(AppendError::DiskFull)),
            Err(AppendError::DiskFull)
        );
        // There is room again, so an intent may begin, with a new reserve behind it.
        assert_eq!(reserve.spend_on(false, || Ok(())), Ok(()));
        assert_eq!(fs::metadata(&file).unwrap().len(), SIZE);
    }

    #[test]
    fn without_room_for_it_nothing_begins() {
        let folder = tempfile::tempdir().unwrap();
        // Its place is taken by a folder, so it cannot be made.
        fs::create_dir(folder.path().join("audit.reserve")).unwrap();
        let mut reserve = Reserve::beside(&folder.path().join("audit.db"));
        assert_eq!(reserve.spend_on(false, || Ok(())), Err(AppendError::DiskFull));
        assert_eq!(reserve.spend_on(true, || Ok(())), Ok(()));
    }

    #[test]
    fn one_from_an_earlier_run_is_kept_and_a_short_one_is_filled() {
        let folder = tempfile::tempdir().unwrap();
        let (log, file) = (folder.path().join("audit.db"), folder.path().join("audit.reserve"));
        fs::write(&file, vec![1; 1 << 20]).unwrap();
        assert!(Reserve::beside(&log).hold());
        assert_eq!(fs::read(&file).unwrap()[0], 1);
        fs::write(&file, b"short").unwrap();
        assert!(Reserve::beside(&log).hold());
        assert_eq!(fs::metadata(&file).unwrap().len(), SIZE);
    }
}
