//! `credential-file`: one file for each item, in a folder that only this user can enter. For a host on a
//! server, where no keychain service runs; chosen when its vault is made, and never by itself.
//!
//! It keeps out other users and nobody else: whoever is root, or has the disk, has what is in it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use signet_crypto::SecretBytes;
use zeroize::Zeroizing;

use super::{ItemName, Keychain, KeychainError, KeychainKind};

/// Items in files.
pub struct FileKeychain {
    dir: PathBuf,
}

/// No item is larger: a sealed RSA-4096 key has about 2,448 bytes.
const LARGEST: u64 = 64 * 1024;
/// How the name of a file begins that is not finished.
const UNFINISHED: &str = ".new-";

impl FileKeychain {
    /// The items in `dir`. Nothing is looked at yet.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.into() }
    }

    /// The same in a folder that is made now, mode 0700, if it is not there.
    ///
    /// # Errors
    /// [`KeychainError::Exposed`] if there is something of that name that others can enter or own;
    /// [`KeychainError::Failed`] if it cannot be made.
    pub fn make(dir: &Path) -> Result<Self, KeychainError> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|_| KeychainError::Failed)?;
        let made = Self::new(dir);
        made.check_dir()?;
        let parent = dir.parent().ok_or(KeychainError::Failed)?;
        File::open(parent).and_then(|parent| parent.sync_all()).map_err(|_| KeychainError::Failed)?;
        Ok(made)
    }

    /// The folder is a folder of this user's, and closed to everybody else.
    fn check_dir(&self) -> Result<(), KeychainError> {
        match fs::symlink_metadata(&self.dir) {
            Ok(found) if found.is_dir() && is_private(&found) => Ok(()),
            Ok(_) => Err(KeychainError::Exposed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(KeychainError::FolderGone),
            Err(_) => Err(KeychainError::Failed),
        }
    }

    fn path(&self, item: &ItemName) -> Result<PathBuf, KeychainError> {
        // One name, one file: names have no dot, so that putting one for each slash loses nothing.
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-/".contains(&byte);
        let name = item.as_str();
        if !name.bytes().all(fits) || name.starts_with('/') {
            return Err(KeychainError::Failed);
        }
        Ok(self.dir.join(name.replace('/', ".")))
    }
}

impl Keychain for FileKeychain {
    fn read(&self, item: &ItemName) -> Result<Option<SecretBytes>, KeychainError> {
        self.check_dir()?;
        let Some(file) = open(&self.path(item)?)? else { return Ok(None) };
        let size = file.metadata().map_err(|_| KeychainError::Failed)?.len();
        // Filled within its first capacity, so that no copy stays behind.
        let mut value = Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1));
        file.take(size).read_to_end(&mut value).map_err(|_| KeychainError::Failed)?;
        Ok(Some(SecretBytes::from(std::mem::take(&mut *value))))
    }

    /// A whole new file, durable, then renamed over the earlier one: a crash leaves either.
    fn write(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        self.check_dir()?;
        let path = self.path(item)?;
        if value.len() as u64 > LARGEST {
            return Err(KeychainError::TooLarge);
        }
        // What is there has to be ours before anything takes its place.
        drop(open(&path)?);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let unfinished = self.dir.join(format!("{UNFINISHED}{name}"));
        let written = || -> io::Result<()> {
            // One process holds the vault: what is left of that name is an interrupted write.
            remove(&unfinished)?;
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .custom_flags(flags(OFlags::NOFOLLOW))
                .open(&unfinished)?;
            file.write_all(value)?;
            file.sync_all()?;
            fs::rename(&unfinished, &path)?;
            File::open(&self.dir)?.sync_all()
        };
        written().map_err(|_| {
            // Its bytes are not needed; if it stays, the next write of the name removes it.
            let _ = remove(&unfinished);
            KeychainError::Failed
        })
    }

    fn delete(&self, item: &ItemName) -> Result<(), KeychainError> {
        self.check_dir()?;
        remove(&self.path(item)?).map_err(|_| KeychainError::Failed)
    }

    fn sync(&self) -> Result<(), KeychainError> {
        self.check_dir()?;
        File::open(&self.dir).and_then(|dir| dir.sync_all()).map_err(|_| KeychainError::Failed)
    }

    fn provider(&self) -> String {
        KeychainKind::Files.as_str().into()
    }

    fn kind(&self) -> KeychainKind {
        KeychainKind::Files
    }
}

/// The item's file, if there is one and it is this user's alone.
fn open(path: &Path) -> Result<Option<File>, KeychainError> {
    let opened = OpenOptions::new()
        .read(true)
        // Not through a link, and not waiting for a pipe that somebody put there.
        .custom_flags(flags(OFlags::NOFOLLOW | OFlags::NONBLOCK))
        .open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Err(KeychainError::Exposed);
        }
        Err(_) => return Err(KeychainError::Failed),
    };
    let found = file.metadata().map_err(|_| KeychainError::Failed)?;
    if !found.is_file() || !is_private(&found) || found.nlink() != 1 {
        return Err(KeychainError::Exposed);
    }
    if found.len() > LARGEST {
        return Err(KeychainError::ItemDamaged);
    }
    Ok(Some(file))
}

/// This user's, and no bit for anybody else.
#[expect(clippy::verbose_bit_mask, reason = "permission bits, as chmod writes them")]
fn is_private(found: &fs::Metadata) -> bool {
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o077 == 0
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn flags(flags: OFlags) -> i32 {
    flags.bits().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use signet_core::{KeyId, Profile, VaultId};
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn item(epoch: u64) -> ItemName {
        ItemName::epoch(VaultId::from_bytes([7; 16]), epoch)
    }

    fn keychain() -> (tempfile::TempDir, FileKeychain) {
        let home = tempfile::tempdir().unwrap();
        let keychain = FileKeychain::make(&home.path().join("state/keys")).unwrap();
        (home, keychain)
    }

    fn read(keychain: &FileKeychain, item: &ItemName) -> Result<Option<Vec<u8>>, KeychainError> {
        Ok(keychain.read(item)?.map(|value| value.expose().to_vec()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn items_are_kept_apart_by_their_names(
            ids in proptest::collection::vec((any::<[u8; 16]>(), 0_u64..20, 0_u8..6), 1..12),
            value in proptest::collection::vec(any::<u8>(), 0..3000),
        ) {
            let (_home, keychain) = keychain();
            let mut kept = std::collections::BTreeMap::new();
            for (place, (id, number, kind)) in ids.iter().enumerate() {
                let vault = VaultId::from_bytes(*id);
                let name = match kind {
                    0 => ItemName::device(vault, *number),
                    1 => ItemName::epoch(vault, *number),
                    2 => ItemName::key(vault, KeyId::from_bytes(*id), *number),
                    3 => ItemName::locked_audit(vault, *number),
                    4 => ItemName::anchor(vault),
                    _ => ItemName::member(Profile::Sandbox, *id, *number),
                };
                let mut value = value.clone();
                value.push(u8::try_from(place).unwrap());
                keychain.overwrite(&name, &value).unwrap();
                kept.insert(name, value);
            }
            for (name, value) in &kept {
                prop_assert_eq!(read(&keychain, name).unwrap(), Some(value.clone()));
                prop_assert_eq!(keychain.create(name, b"x"), Err(KeychainError::Exists));
            }
            let gone = kept.keys().next().unwrap().clone();
            keychain.delete(&gone).unwrap();
            keychain.delete(&gone).unwrap();
            prop_assert_eq!(read(&keychain, &gone).unwrap(), None);
            for (name, value) in kept.iter().skip(1) {
                prop_assert_eq!(read(&keychain, name).unwrap(), Some(value.clone()));
            }
        }
    }

    #[test]
    fn files_and_folder_are_closed_to_others_whatever_the_umask_says() {
        let (_home, keychain) = keychain();
        keychain.create(&item(1), b"secret").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode(&keychain.dir), 0o700);
        let files: Vec<_> = fs::read_dir(&keychain.dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "nothing unfinished stays: {files:?}");
        assert_eq!(mode(&files[0]), 0o600);
    }

    #[test]
    fn what_others_could_have_read_or_placed_is_refused() {
        let (home, keychain) = keychain();
        keychain.create(&item(1), b"secret").unwrap();
        let path = keychain.path(&item(1)).unwrap();
        let refused = |what: &str| {
            assert_eq!(read(&keychain, &item(1)), Err(KeychainError::Exposed), "{what}");
            assert_eq!(keychain.overwrite(&item(1), b"x"), Err(KeychainError::Exposed), "{what}");
        };
        for mode in [0o640, 0o604, 0o660, 0o622] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            refused("mode");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::hard_link(&path, home.path().join("second")).unwrap();
        refused("a second name");
        fs::remove_file(home.path().join("second")).unwrap();
        assert_eq!(read(&keychain, &item(1)).unwrap().unwrap(), b"secret");

        fs::rename(&path, home.path().join("elsewhere")).unwrap();
        symlink(home.path().join("elsewhere"), &path).unwrap();
        refused("a link");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        refused("a folder");
        fs::remove_dir(&path).unwrap();

        for mode in [0o750, 0o705, 0o770] {
            fs::set_permissions(&keychain.dir, fs::Permissions::from_mode(mode)).unwrap();
            refused("the folder's mode");
            assert_eq!(keychain.sync(), Err(KeychainError::Exposed));
            assert_eq!(FileKeychain::make(&keychain.dir).err(), Some(KeychainError::Exposed));
        }
        fs::set_permissions(&keychain.dir, fs::Permissions::from_mode(0o700)).unwrap();
        let moved = home.path().join("moved");
        fs::rename(&keychain.dir, &moved).unwrap();
        assert_eq!(read(&keychain, &item(1)), Err(KeychainError::FolderGone));
        assert_eq!(keychain.write(&item(1), b"x"), Err(KeychainError::FolderGone));
        symlink(&moved, &keychain.dir).unwrap();
        refused("the folder is a link");
    }

    #[test]
    fn files_of_another_user_are_refused() {
        let (_home, keychain) = keychain();
        keychain.create(&item(1), b"secret").unwrap();
        let path = keychain.path(&item(1)).unwrap();
        // Only root can give files away.
        if std::os::unix::fs::chown(&path, Some(65_534), None).is_ok() {
            assert_eq!(read(&keychain, &item(1)), Err(KeychainError::Exposed));
            std::os::unix::fs::chown(&keychain.dir, Some(65_534), None).unwrap();
            assert_eq!(read(&keychain, &item(2)), Err(KeychainError::Exposed));
        }
    }

    #[test]
    fn an_interrupted_write_leaves_the_earlier_value_and_no_item() {
        let (_home, keychain) = keychain();
        keychain.create(&item(1), b"first").unwrap();
        let unfinished = keychain.dir.join(format!(
            "{UNFINISHED}{}",
            keychain.path(&item(1)).unwrap().file_name().unwrap().to_string_lossy()
        ));
        fs::write(&unfinished, b"half").unwrap();
        assert_eq!(read(&keychain, &item(1)).unwrap().unwrap(), b"first");
        keychain.overwrite(&item(1), b"second").unwrap();
        assert!(!unfinished.exists());
        assert_eq!(read(&keychain, &item(1)).unwrap().unwrap(), b"second");
        assert_eq!(keychain.write(&item(1), &vec![0; 70_000]), Err(KeychainError::TooLarge));
        fs::write(keychain.path(&item(1)).unwrap(), vec![0; 70_000]).unwrap();
        assert_eq!(read(&keychain, &item(1)), Err(KeychainError::ItemDamaged));
    }
}
