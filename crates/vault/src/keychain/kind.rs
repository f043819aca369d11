//! Which keychain a vault has its items in, remembered beside the vault: never chosen anew, never switched.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::VaultError;
use crate::store::sync_dir;

/// Where a vault's keychain items are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainKind {
    /// The keychain of the user's session.
    System,
    /// Files that only the host's own user can read. For a host on a server.
    Files,
}

impl KeychainKind {
    /// The name, as marker and status have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Files => "credential-file",
        }
    }
}

/// Which keychain the vault in `dir` has its items in: the system's, unless a marker says otherwise.
///
/// # Errors
/// [`VaultError::Marker`] for a marker that says anything else.
pub fn keychain_of(dir: &Path) -> Result<KeychainKind, VaultError> {
    let marker = marker(dir);
    match fs::symlink_metadata(&marker) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(KeychainKind::System),
        Err(error) => Err(error.into()),
        Ok(found) if found.is_file() && found.len() == TEXT.len() as u64 => match fs::read(&marker)? {
            text if text == TEXT.as_bytes() => Ok(KeychainKind::Files),
            _ => Err(VaultError::Marker),
        },
        Ok(_) => Err(VaultError::Marker),
    }
}

/// Remembers the choice, durably, before the vault is there. A marker that an interrupted set-up left does
/// not choose for the next one.
pub(crate) fn remember(dir: &Path, kind: KeychainKind) -> Result<(), VaultError> {
    let marker = marker(dir);
    match kind {
        KeychainKind::System => match fs::remove_file(&marker) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            removed => removed?,
        },
        KeychainKind::Files => {
            let unfinished = dir.join("keychain.tmp");
            let mut file = File::create(&unfinished)?;
            file.write_all(TEXT.as_bytes())?;
            file.sync_all()?;
            fs::rename(&unfinished, &marker)?;
        }
    }
    sync_dir(dir)
}

const TEXT: &str = "credential-file\n";

fn marker(dir: &Path) -> PathBuf {
    dir.join("keychain")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_read_back_and_nothing_else_is_taken_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        assert_eq!(keychain_of(dir).unwrap(), KeychainKind::System);
        remember(dir, KeychainKind::Files).unwrap();
        assert_eq!(keychain_of(dir).unwrap(), KeychainKind::Files);
        remember(dir, KeychainKind::System).unwrap();
        assert_eq!(keychain_of(dir).unwrap(), KeychainKind::System);
        for text in ["", "credential-file", "credential-files", "system\n", "credential-fil\u{e9}"] {
            fs::write(marker(dir), text).unwrap();
            assert!(matches!(keychain_of(dir), Err(VaultError::Marker)), "{text:?}");
        }
        fs::remove_file(marker(dir)).unwrap();
        fs::create_dir(marker(dir)).unwrap();
        assert!(matches!(keychain_of(dir), Err(VaultError::Marker)));
    }
}
