//! Which keychain this vault uses: the session's, or the files of a host on a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signet_core::{Code, Failure};
use signet_vault::{Environment, FileKeychain, KeychainKind, VaultError, keychain_of};

/// The ways to a vault's keychain. Which one is used is decided by the marker beside the vault, each time
/// that the vault is looked for; a person decides only where there is no vault yet.
pub(crate) struct Keychains {
    /// With the session's keychain.
    system: Environment,
    /// Where the files are, if they are used.
    files: PathBuf,
}

impl Keychains {
    /// The session's keychain comes with `system`; files would lie in `files`.
    pub(crate) fn new(system: Environment, files: PathBuf) -> Self {
        Self { system, files }
    }

    /// For the vault in `folder`.
    ///
    /// # Errors
    /// A marker that cannot be understood; and one that is gone, while the files are there.
    pub(crate) fn of(&self, folder: &Path) -> Result<Environment, Failure> {
        match keychain_of(folder).map_err(|error| error.failure())? {
            KeychainKind::Files => Ok(self.with_files(FileKeychain::new(&self.files))),
            KeychainKind::System if folder.join("vault.db").exists() && holds_files(&self.files) => {
                Err(VaultError::Marker.failure())
            }
            KeychainKind::System => Ok(self.system.clone()),
        }
    }

    /// For a vault that is about to be made.
    pub(crate) fn choose(&self, headless: bool) -> Result<Environment, Failure> {
        if !headless && holds_files(&self.files) {
            return Err(Failure::new(Code::VaultExists)
                .what("The keychain files of a host lie here, without its vault.")
                .remedy("Restore its backup, or move the folder away if nothing needs it any more.")
                .fact("folder", self.files.display()));
        }
        if !headless {
            return Ok(self.system.clone());
        }
        let files = FileKeychain::make(&self.files).map_err(|error| error.failure())?;
        Ok(self.with_files(files))
    }

    fn with_files(&self, files: FileKeychain) -> Environment {
        self.system.clone().with_keychain(Arc::new(files))
    }
}

fn holds_files(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}
