//! The files that keys were imported from, for as long as the agent runs: which inode, what content.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use rustix::fs::{Mode, OFlags};
use sha2::{Digest, Sha256};
use signet_core::{Code, Failure};
use zeroize::Zeroizing;

/// Imported files, by import.
#[derive(Default)]
pub(crate) struct Originals(Mutex<BTreeMap<String, Original>>);

#[derive(Clone, Copy, PartialEq, Eq)]
struct Original {
    device: u64,
    inode: u64,
    sha256: [u8; 32],
}

impl Originals {
    /// Remembers a regular file; none for a pipe.
    pub(crate) fn remember(&self, file: &File, content: &[u8]) -> Option<String> {
        let found = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let mut name = [0; 16];
        getrandom::fill(&mut name).ok()?;
        let name = HEXLOWER.encode(&name);
        let original =
            Original { device: found.dev(), inode: found.ino(), sha256: Sha256::digest(content).into() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), original);
        Some(name)
    }

    /// Removes the file at `path`, if it is the one that was imported and has not changed since.
    pub(crate) fn remove(&self, name: &str, path: &Path) -> Result<(), Failure> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied();
        let original = kept.ok_or_else(|| Failure::new(Code::NotFound))?;
        let changed = || Failure::new(Code::OriginalChanged);
        let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty());
        let file = File::from(file.map_err(|_| changed())?);
        let found = file.metadata().map_err(|_| changed())?;
        let mut content = Zeroizing::new(Vec::new());
        file.take(1 << 20).read_to_end(&mut content).map_err(|_| changed())?;
        let now =
            Original { device: found.dev(), inode: found.ino(), sha256: Sha256::digest(&*content).into() };
        if now != original {
            return Err(changed());
        }
        std::fs::remove_file(path).map_err(|error| {
            Failure::new(Code::ReadOnly)
                .what(format!("The file could not be removed: {error}."))
                .remedy("Remove it yourself.")
        })?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_file_with_the_same_content_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        std::fs::write(&path, "one").unwrap();
        let originals = Originals::default();
        let name = originals.remember(&File::open(&path).unwrap(), b"one").unwrap();

        std::fs::write(&path, "two").unwrap();
        assert_eq!(originals.remove(&name, &path).unwrap_err().code, Code::OriginalChanged);
        std::fs::remove_file(&path).unwrap();
        std::fs::write(folder.path().join("other"), "x").unwrap();
        std::fs::write(&path, "one").unwrap();
        assert_eq!(originals.remove(&name, &path).is_ok(), path.metadata().is_err());

        let kept = folder.path().join("kept.json");
        std::fs::write(&kept, "one").unwrap();
        let name = originals.remember(&File::open(&kept).unwrap(), b"one").unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&kept, &link).unwrap();
        assert_eq!(originals.remove(&name, &link).unwrap_err().code, Code::OriginalChanged);
        originals.remove(&name, &kept).unwrap();
        assert!(!kept.exists());
    }
}
