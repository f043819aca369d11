//! What a Google console would show: accounts, delegation, users, quotas; and the fault scripts.

use std::fs;
use std::io;

use serde::{Deserialize, Serialize};

use super::{Account, Delegation, QuotaSettings, StateDir, StateError, Workspace, write_atomic};
use crate::Fault;

/// Everything that is configured, kept in `google.json` and written whole at each change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Books {
    /// The project of new service accounts.
    pub project_id: String,
    /// Its number, as quota messages name it.
    pub project_number: u64,
    /// Whether to refuse what Google tolerates: padded base64url, no `kid`, bare line feeds.
    pub strict: bool,
    /// How far the clock is moved, in milliseconds.
    pub clock_offset_ms: i64,
    /// Domains and users.
    pub workspace: Workspace,
    /// Service accounts.
    pub accounts: Vec<Account>,
    /// The domain-wide delegation page.
    pub delegation: Vec<Delegation>,
    /// What goes wrong, and when.
    pub faults: Vec<Fault>,
    /// The number of the next fault.
    pub next_fault: u64,
    /// The quota engine.
    pub quota: QuotaSettings,
}

impl Default for Books {
    fn default() -> Self {
        Self {
            project_id: "signet-sandbox".into(),
            project_number: 123_456_789_012,
            strict: false,
            clock_offset_ms: 0,
            workspace: Workspace::default(),
            accounts: Vec::new(),
            delegation: Vec::new(),
            faults: Vec::new(),
            next_fault: 1,
            quota: QuotaSettings::default(),
        }
    }
}

impl Books {
    /// Reads the books of a directory; a new directory has the default ones.
    pub fn load(dir: &StateDir) -> Result<Self, StateError> {
        let path = dir.books();
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| StateError::Damaged { path, what: error.to_string() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(StateError::Io { path, source }),
        }
    }

    /// Writes them back.
    pub fn save(&self, dir: &StateDir) -> Result<(), StateError> {
        let path = dir.books();
        let bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| StateError::Damaged { path: path.clone(), what: error.to_string() })?;
        write_atomic(&path, &bytes)
    }

    /// The service account with that address.
    pub fn account(&self, email: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.email == email)
    }
}
