//! The kit slot: the root, sealed to the public key of the recovery kit.

use rand_core::CryptoRng;

use super::RecoverError;
use crate::kit::HPKE_OVERHEAD;
use crate::{KitKeyPair, OpenError, RootKey, StaticCore};

const KIT_SLOT: usize = 32 + HPKE_OVERHEAD;

/// The slot that the recovery kit opens, alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KitSlot([u8; KIT_SLOT]);

impl KitSlot {
    /// Seals the root to the kit whose public key the core names.
    ///
    /// # Errors
    /// [`OpenError::Refused`] if that key is not a usable point.
    pub fn make(core: &StaticCore, root: &RootKey, rng: &mut impl CryptoRng) -> Result<Self, OpenError> {
        // The root is what a slot holds.
        let blob = core.kit_key.seal(&info(core), b"", root.expose(), rng)?;
        blob.try_into().map(Self).map_err(|_| OpenError::Refused)
    }

    /// Opens the root.
    ///
    /// # Errors
    /// [`RecoverError::WrongKit`] if the kit is not the one that the core names,
    /// [`RecoverError::Damaged`] if it is but the slot does not open.
    pub fn open(&self, core: &StaticCore, kit: &KitKeyPair) -> Result<RootKey, RecoverError> {
        if *kit.public() != core.kit_key {
            return Err(RecoverError::WrongKit);
        }
        let root = kit.open(&info(core), b"", &self.0).map_err(|_| RecoverError::Damaged)?;
        RootKey::parse(root.expose()).ok_or(RecoverError::Damaged)
    }

    pub(crate) const fn from_bytes(bytes: [u8; KIT_SLOT]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; KIT_SLOT] {
        &self.0
    }
}

fn info(core: &StaticCore) -> Vec<u8> {
    [b"signet1/kit/slot".as_slice(), &core.digest()].concat()
}
