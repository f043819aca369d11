//! A keychain in memory with faults on request. Built for tests only (feature `fakes`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use signet_crypto::{KdfError, KdfParams, Secret, SecretBytes, Stretch};

use crate::{ItemName, Keychain, KeychainError};

/// A keychain in memory. Clones share it, as two runs of the agent share the real one.
#[derive(Clone, Default)]
pub struct FakeKeychain(Arc<Mutex<Contents>>);

/// What goes wrong from now on, until set to something else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Every call fails like that: no bus, a locked collection, one that hangs past the deadline.
    Every(KeychainError),
    /// Writes answer "stored" and store nothing.
    LoseWrites,
    /// Reads find nothing, though the items are there.
    ForgetItems,
    /// The process dies just before the n-th change (0: the next): that call and all later ones fail.
    DieBefore(usize),
    /// The process dies just after the n-th change: it takes effect, but its call and all later ones fail.
    DieAfter(usize),
}

#[derive(Default)]
struct Contents {
    items: BTreeMap<ItemName, Vec<u8>>,
    /// As of the last sync: what survives a loss of power for certain.
    durable: BTreeMap<ItemName, Vec<u8>>,
    fault: Fault,
    changes: usize,
    syncs: usize,
}

impl FakeKeychain {
    /// An empty keychain without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what goes wrong from now on.
    pub fn set_fault(&self, fault: Fault) {
        let mut contents = self.contents();
        contents.fault = fault;
        contents.changes = 0;
    }

    /// Power is lost: everything since the last sync is gone. Clears the fault.
    pub fn lose_power(&self) {
        let mut contents = self.contents();
        contents.items = contents.durable.clone();
        contents.fault = Fault::None;
    }

    /// Power is lost, and of the changes since the last sync only those to the named items are kept.
    pub fn lose_power_except(&self, kept: impl Fn(&str) -> bool) {
        let mut contents = self.contents();
        let mut after = contents.durable.clone();
        after.retain(|item, _| !kept(item.as_str()));
        after.extend(
            contents
                .items
                .iter()
                .filter(|(item, _)| kept(item.as_str()))
                .map(|(i, v)| (i.clone(), v.clone())),
        );
        contents.items = after.clone();
        contents.durable = after;
        contents.fault = Fault::None;
    }

    /// The names of the items that are there.
    pub fn names(&self) -> Vec<String> {
        self.contents().items.keys().map(|name| name.as_str().to_owned()).collect()
    }

    /// Removes an item behind the vault's back.
    pub fn remove(&self, name: &str) -> bool {
        let mut contents = self.contents();
        let before = contents.items.len();
        contents.items.retain(|item, _| item.as_str() != name);
        contents.durable.retain(|item, _| item.as_str() != name);
        contents.items.len() != before
    }

    /// The items as they are, to be put back with [`FakeKeychain::restore`].
    pub fn snapshot(&self) -> Vec<(ItemName, Vec<u8>)> {
        self.contents().items.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Replaces the items, as when a machine is restored from an image.
    pub fn restore(&self, items: Vec<(ItemName, Vec<u8>)>) {
        let mut contents = self.contents();
        contents.items = items.into_iter().collect();
        contents.durable = contents.items.clone();
    }

    /// How many changes (writes, deletions, syncs) were asked for since the fault was last set.
    pub fn changes(&self) -> usize {
        self.contents().changes
    }

    /// How many syncs there were.
    pub fn syncs(&self) -> usize {
        self.contents().syncs
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a change and makes it, unless the process is dead by then.
    fn change(&self, change: impl FnOnce(&mut Contents)) -> Result<(), KeychainError> {
        let mut contents = self.contents();
        contents.alive()?;
        contents.changes += 1;
        if contents.fault == Fault::DieBefore(contents.changes - 1) {
            return Err(KeychainError::Failed);
        }
        change(&mut contents);
        contents.alive()
    }
}

impl Contents {
    fn alive(&self) -> Result<(), KeychainError> {
        match self.fault {
            Fault::Every(error) => Err(error),
            Fault::DieBefore(n) | Fault::DieAfter(n) if self.changes > n => Err(KeychainError::Failed),
            _ => Ok(()),
        }
    }
}

impl Keychain for FakeKeychain {
    fn read(&self, item: &ItemName) -> Result<Option<SecretBytes>, KeychainError> {
        let contents = self.contents();
        contents.alive()?;
        if contents.fault == Fault::ForgetItems {
            return Ok(None);
        }
        Ok(contents.items.get(item).map(|value| SecretBytes::from_slice(value)))
    }

    fn write(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        self.change(|contents| {
            if contents.fault != Fault::LoseWrites {
                contents.items.insert(item.clone(), value.to_vec());
            }
        })
    }

    fn delete(&self, item: &ItemName) -> Result<(), KeychainError> {
        self.change(|contents| drop(contents.items.remove(item)))
    }

    fn sync(&self) -> Result<(), KeychainError> {
        self.change(|contents| {
            contents.durable = contents.items.clone();
            contents.syncs += 1;
        })
    }

    fn provider(&self) -> String {
        "fake".into()
    }
}

/// One SHA-256 in the place of Argon2id.
pub(crate) struct QuickStretch;

impl Stretch for QuickStretch {
    fn stretch(&self, _: KdfParams, salt: &[u8; 32], input: &SecretBytes) -> Result<Secret<32>, KdfError> {
        let hash = Sha256::new().chain_update(salt).chain_update(input.expose()).finalize();
        Ok(Secret::from_bytes(&mut hash.into()))
    }
}
