//! The state directory: where each file is, who may write it, and how it is written.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::private::{make_folder, private_file};

/// Why the state directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file or folder in it could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file in it is not what the sandbox wrote.
    #[error("{path} is damaged: {what}")]
    Damaged {
        /// The path.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Another sandbox uses it.
    #[error("another sandbox is using {0}")]
    InUse(PathBuf),
}

impl StateError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}

/// The directory that holds everything the sandbox knows.
#[derive(Clone, Debug)]
pub struct StateDir(PathBuf);

impl StateDir {
    /// Opens the directory and makes what is missing, readable by its owner only.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let dir = Self(path.to_owned());
        for folder in [path.to_owned(), dir.inbox(), dir.sent(), dir.index(), dir.drafts(), dir.uploads()] {
            make_folder(&folder).map_err(StateError::io(&folder))?;
        }
        Ok(dir)
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// `endpoint.json`: where the running sandbox listens.
    pub fn endpoint(&self) -> PathBuf {
        self.0.join("endpoint.json")
    }

    /// `totp-offset`: the TOTP step offset that sandbox vaults add, in decimal.
    pub fn totp_offset(&self) -> PathBuf {
        self.0.join("totp-offset")
    }

    /// `ca.pem`: the certificate authority of the HTTPS listener.
    pub fn ca(&self) -> PathBuf {
        self.0.join("ca.pem")
    }

    /// `sandbox.log`: one line a request; no tokens, no assertions.
    pub fn log(&self) -> PathBuf {
        self.0.join("sandbox.log")
    }

    /// `mail/inbox`: each message as its recipients got it.
    pub fn inbox(&self) -> PathBuf {
        self.0.join("mail/inbox")
    }

    /// `mail/sent`: each message as its sender keeps it.
    pub fn sent(&self) -> PathBuf {
        self.0.join("mail/sent")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.0.join("mail/index")
    }

    pub(crate) fn drafts(&self) -> PathBuf {
        self.0.join("drafts")
    }

    pub(crate) fn uploads(&self) -> PathBuf {
        self.0.join("uploads")
    }

    pub(crate) fn books(&self) -> PathBuf {
        self.0.join("google.json")
    }

    pub(crate) fn tls(&self) -> PathBuf {
        self.0.join("tls.json")
    }

    /// The password of the control endpoint, made at the first use.
    pub fn control_key(&self) -> Result<String, StateError> {
        let key = self.key_file("control-key")?;
        Ok(data_encoding::HEXLOWER.encode(&key))
    }

    /// The key that access tokens are made with; kept, so that a token outlives a restart.
    pub(crate) fn token_key(&self) -> Result<[u8; 32], StateError> {
        self.key_file("token-key")
    }

    /// Takes the directory for writing, or says that another process has it.
    pub fn lock(&self) -> Result<StateLock, StateError> {
        let path = self.0.join("lock");
        let file = private_file()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(StateError::io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(StateLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StateError::InUse(self.0.clone())),
            Err(TryLockError::Error(error)) => Err(StateError::Io { path, source: error }),
        }
    }

    /// Forgets mail, drafts and uploads; accounts and keys stay.
    pub(crate) fn clear_mail(&self) -> Result<(), StateError> {
        for folder in [self.index(), self.inbox(), self.sent(), self.drafts(), self.uploads()] {
            for entry in fs::read_dir(&folder).map_err(StateError::io(&folder))?.flatten() {
                fs::remove_file(entry.path()).map_err(StateError::io(&entry.path()))?;
            }
        }
        Ok(())
    }

    fn key_file(&self, name: &str) -> Result<[u8; 32], StateError> {
        let path = self.0.join(name);
        match fs::read(&path) {
            Ok(bytes) => bytes
                .try_into()
                .map_err(|_| StateError::Damaged { path, what: "it must hold 32 bytes".into() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut key = [0; 32];
                getrandom::fill(&mut key)
                    .map_err(|e| StateError::Io { path: path.clone(), source: io::Error::other(e) })?;
                write_atomic(&path, &key)?;
                Ok(key)
            }
            Err(source) => Err(StateError::Io { path, source }),
        }
    }
}

/// The right to write the state directory; given back when dropped.
#[derive(Debug)]
pub struct StateLock {
    _file: File,
}

/// Writes a whole file or nothing (temporary file, then rename). Temporary files are private already.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), StateError> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(StateError::io(path))
}
