//! The vault in whatever state it is in, and the ceremonies that wait for their answers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use signet_core::{Code, Failure, UnixMillis};
use signet_vault::{Ceremony, Environment, LockedVault, OpenVault, VaultError, VaultInfo};

use crate::history_index::HistoryIndex;
use crate::host::NewHostFacts;
use crate::keychains::Keychains;
use crate::quota::Quota;

/// Everything that lives on the vault thread.
pub(crate) struct VaultCell {
    pub(crate) folder: PathBuf,
    pub(crate) keychains: Keychains,
    pub(crate) state: VaultState,
    pub(crate) ceremonies: BTreeMap<String, PendingCeremony>,
    /// The history's lines, while the vault is open.
    pub(crate) history: HistoryIndex,
    /// Questions whether an address is in the log.
    pub(crate) questions: Quota,
}

/// A ceremony that waits for its answers.
pub(crate) struct PendingCeremony {
    pub(crate) ceremony: Ceremony,
    pub(crate) begun: UnixMillis,
    /// The host that the new vault shall be.
    pub(crate) host: Option<NewHostFacts>,
}

/// What state the vault is in.
#[allow(clippy::large_enum_variant)] // there is one, for the life of the process
pub(crate) enum VaultState {
    Absent,
    Unusable(Failure),
    Locked(LockedVault),
    Open(OpenVault),
}

impl VaultCell {
    /// The cell of the vault in `folder`; nothing is looked at yet.
    pub(crate) fn new(folder: PathBuf, keychains: Keychains) -> Self {
        Self {
            folder,
            keychains,
            state: VaultState::Absent,
            ceremonies: BTreeMap::new(),
            history: HistoryIndex::default(),
            questions: Quota::new(),
        }
    }

    /// Looks again, where the last look found nothing usable: a bus may come late, a disk be mounted.
    pub(crate) fn refresh(&mut self) {
        if matches!(self.state, VaultState::Absent | VaultState::Unusable(_)) {
            let environment = match self.environment() {
                Ok(environment) => environment,
                Err(failure) => {
                    self.state = VaultState::Unusable(failure);
                    return;
                }
            };
            self.state = match LockedVault::open(&self.folder, environment) {
                Ok(vault) => VaultState::Locked(vault),
                Err(VaultError::NoVault) => VaultState::Absent,
                Err(error) => VaultState::Unusable(error.failure()),
            };
        }
    }

    /// With the keychain that the vault here uses.
    pub(crate) fn environment(&self) -> Result<Environment, Failure> {
        self.keychains.of(&self.folder)
    }

    /// The open vault, and what is known of its history.
    pub(crate) fn open_with_history(&mut self) -> Result<(&OpenVault, &mut HistoryIndex), Failure> {
        match &self.state {
            VaultState::Open(vault) => Ok((vault, &mut self.history)),
            VaultState::Locked(_) => Err(Failure::new(Code::Locked)),
            VaultState::Absent => Err(Failure::new(Code::NoVault)),
            VaultState::Unusable(failure) => Err(failure.clone()),
        }
    }

    /// The open vault.
    pub(crate) fn open(&mut self) -> Result<&mut OpenVault, Failure> {
        match &mut self.state {
            VaultState::Open(vault) => Ok(vault),
            VaultState::Locked(_) => Err(Failure::new(Code::Locked)),
            VaultState::Absent => Err(Failure::new(Code::NoVault)),
            VaultState::Unusable(failure) => Err(failure.clone()),
        }
    }

    /// The locked vault.
    pub(crate) fn locked(&mut self) -> Result<&mut LockedVault, Failure> {
        match &mut self.state {
            VaultState::Locked(vault) => Ok(vault),
            VaultState::Open(_) => {
                Err(Failure::new(Code::Busy).what("The vault is open already.").remedy("Nothing to do."))
            }
            VaultState::Absent => Err(Failure::new(Code::NoVault)),
            VaultState::Unusable(failure) => Err(failure.clone()),
        }
    }

    /// Facts of the header, if there is a usable vault.
    pub(crate) fn info(&self) -> Option<VaultInfo> {
        match &self.state {
            VaultState::Locked(vault) => Some(vault.info()),
            VaultState::Open(vault) => Some(vault.info()),
            VaultState::Absent | VaultState::Unusable(_) => None,
        }
    }

    /// Closes the vault and drops every ceremony; returns whether it was open.
    pub(crate) fn lock(&mut self) -> bool {
        self.ceremonies.clear();
        self.history.clear();
        match std::mem::replace(&mut self.state, VaultState::Absent) {
            VaultState::Open(vault) => {
                self.state = VaultState::Locked(vault.lock());
                true
            }
            other => {
                self.state = other;
                false
            }
        }
    }

    /// Lets go of the file, for restore and destroy; `refresh` finds what is there afterwards.
    pub(crate) fn release(&mut self) {
        self.ceremonies.clear();
        self.history.clear();
        self.state = VaultState::Absent;
    }
}
