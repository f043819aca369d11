//! The files that keys were imported from, for as long as the agent runs: which inode, what content.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use signet_core::{Code, Failure, KeyId};
use signet_vault::{OpenVault, Table};
use zeroize::Zeroizing;

/// No key file is larger, in bytes.
const MOST: u64 = 1 << 20;

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

    /// Removes the file at the absolute `path`, if it is the one that was imported and has not changed
    /// since. Blocking. It is looked at again under a name that nobody else knows before it is unlinked,
    /// so that what is removed is what was looked at.
    pub(crate) fn remove(&self, name: &str, path: &Path) -> Result<(), Failure> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied();
        let original = kept.ok_or_else(|| Failure::new(Code::NotFound))?;
        let not_absolute = || Failure::new(Code::Usage).what("The path is not absolute.");
        let folder = path.parent().filter(|_| path.is_absolute()).ok_or_else(not_absolute)?;
        let file = path.file_name().ok_or_else(not_absolute)?;
        let changed = || Failure::new(Code::OriginalChanged);
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(folder, flags, Mode::empty()).map_err(|_| changed())?;
        if look(&folder, Path::new(file)) != Some(original) {
            return Err(changed());
        }
        let aside = aside()?;
        rustix::fs::renameat(&folder, file, &folder, &*aside).map_err(not_removable)?;
        let same = look(&folder, Path::new(&aside)) == Some(original);
        let removed = if same {
            rustix::fs::unlinkat(&folder, &*aside, AtFlags::empty()).map_err(not_removable)
        } else {
            Err(changed())
        };
        if let Err(failure) = removed {
            // Back to its name, unless somebody has put another file there by now.
            return match put_back(&folder, &aside, Path::new(file)) {
                Ok(()) => Err(failure),
                Err(_) => Err(failure.fact("file", path.with_file_name(&aside).display())),
            };
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }
}

/// Where a key came from, sealed in the vault beside it.
#[derive(Serialize, Deserialize)]
pub(crate) struct KnownOriginal {
    path: PathBuf,
    device: u64,
    inode: u64,
    /// Lower-case hex.
    sha256: String,
}

impl KnownOriginal {
    /// The regular file behind a descriptor, under the name that the kernel knows; none for a pipe.
    pub(crate) fn of(file: &File, content: &[u8]) -> Option<Self> {
        let found = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let path = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()?;
        let sha256 = HEXLOWER.encode(&Sha256::digest(content));
        path.is_absolute().then(|| Self { path, device: found.dev(), inode: found.ino(), sha256 })
    }

    /// Whether it is still there, unchanged. Blocking.
    pub(crate) fn is_there(&self) -> bool {
        let (Some(folder), Some(name)) = (self.path.parent(), self.path.file_name()) else { return false };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(folder) = rustix::fs::open(folder, flags, Mode::empty()) else { return false };
        look(&folder, Path::new(name)).is_some_and(|found| {
            (found.device, found.inode) == (self.device, self.inode)
                && HEXLOWER.encode(&found.sha256) == self.sha256
        })
    }
}

/// Where a key came from; none if that is not known.
pub(crate) fn known(vault: &OpenVault, key: KeyId) -> Result<Option<KnownOriginal>, Failure> {
    let found = vault.fetch(Table::Setting, *key.as_bytes()).map_err(|e| e.failure())?;
    // Exposed to read the record: a path and a hash.
    Ok(found.and_then(|bytes| serde_json::from_slice(bytes.expose()).ok()))
}

/// Keeps where a key came from.
pub(crate) fn keep(vault: &mut OpenVault, key: KeyId, original: &KnownOriginal) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(original).map_err(|_| Failure::new(Code::Internal))?;
    vault.put(Table::Setting, *key.as_bytes(), &bytes).map_err(|e| e.failure())
}

/// Forgets it with the key.
pub(crate) fn forget(vault: &mut OpenVault, key: KeyId) -> Result<(), Failure> {
    vault.delete(Table::Setting, *key.as_bytes()).map_err(|e| e.failure())
}

/// The regular file of that name, and what is in it; none for anything else. Never waits: a pipe, a
/// device or a link is not opened for reading.
fn look(folder: &OwnedFd, name: &Path) -> Option<Original> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(folder.as_fd(), name, flags, Mode::empty()).ok()?);
    let found = file.metadata().ok().filter(|found| found.is_file() && found.len() <= MOST)?;
    let mut content = Zeroizing::new(Vec::with_capacity(16 * 1024));
    file.take(MOST + 1).read_to_end(&mut content).ok()?;
    Some(Original { device: found.dev(), inode: found.ino(), sha256: Sha256::digest(&*content).into() })
}

/// A name beside the file that nobody can guess.
fn aside() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Failure::new(Code::Internal))?;
    Ok(format!(".signet-removing-{}", HEXLOWER.encode(&bytes)))
}

fn put_back(folder: &OwnedFd, aside: &str, name: &Path) -> Result<(), Errno> {
    rustix::fs::renameat_with(folder, aside, folder, name, RenameFlags::NOREPLACE)
}

fn not_removable(error: Errno) -> Failure {
    Failure::new(Code::ReadOnly)
        .what(format!("The file could not be removed: {}.", std::io::Error::from(error)))
        .remedy("Remove it yourself.")
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

    #[test]
    fn what_is_no_plain_file_at_an_absolute_path_stays_and_nothing_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        std::fs::write(&path, "one").unwrap();
        let originals = Originals::default();
        let name = originals.remember(&File::open(&path).unwrap(), b"one").unwrap();

        for relative in ["key.json", "", "../key.json"] {
            assert_eq!(originals.remove(&name, Path::new(relative)).unwrap_err().code, Code::Usage);
        }
        assert_eq!(originals.remove(&name, Path::new("/")).unwrap_err().code, Code::Usage);
        assert_eq!(originals.remove(&name, folder.path()).unwrap_err().code, Code::OriginalChanged);
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
            .unwrap();
        assert_eq!(originals.remove(&name, &pipe).unwrap_err().code, Code::OriginalChanged);

        originals.remove(&name, &path).unwrap();
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(left, [pipe]);
    }

    #[test]
    fn a_file_that_is_still_there_is_known_by_where_and_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        std::fs::write(&path, "one").unwrap();
        let known = KnownOriginal::of(&File::open(&path).unwrap(), b"one").unwrap();
        assert_eq!(known.path, path);
        assert!(known.is_there());
        std::fs::write(&path, "two").unwrap();
        assert!(!known.is_there(), "changed");
        std::fs::write(&path, "one").unwrap();
        assert!(known.is_there());
        std::fs::rename(&path, folder.path().join("moved")).unwrap();
        assert!(!known.is_there());
        std::fs::copy(folder.path().join("moved"), &path).unwrap();
        assert!(!known.is_there(), "another file");
        let (reader, _writer) = std::io::pipe().unwrap();
        assert!(KnownOriginal::of(&File::from(OwnedFd::from(reader)), b"one").is_none());
    }

    /// Another file of the same content is not the one that was imported.
    #[test]
    fn a_copy_in_its_place_stays_under_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        std::fs::write(&path, "one").unwrap();
        let originals = Originals::default();
        let name = originals.remember(&File::open(&path).unwrap(), b"one").unwrap();
        let copy = folder.path().join("copy");
        std::fs::copy(&path, &copy).unwrap();
        std::fs::rename(&copy, &path).unwrap();
        assert_eq!(originals.remove(&name, &path).unwrap_err().code, Code::OriginalChanged);
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
