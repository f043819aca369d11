//! The unattended slot: a secret that the machine keeps, together with the device secret, and nobody there.

use rand_core::CryptoRng;

use super::{SEALED, SlotId, SlotKind, open_root, seal_root, slot_key};
use crate::bytes::Reader;
use crate::header::HeaderError;
use crate::secret::secret_type;
use crate::{DeviceSecret, OpenError, RootKey, SealKey, SecretBytes, StaticCore};

secret_type! {
    /// What opens a host's vault at the start of its machine: 32 random bytes, kept by the service
    /// manager, sealed to the machine. Never stored by the vault.
    UnattendedSecret, 32
}

/// The slot that the machine's secret opens, together with the device secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnattendedSlot {
    id: SlotId,
    salt: [u8; 32],
    sealed: [u8; SEALED],
}

impl UnattendedSlot {
    /// A slot for this secret. There is no stretching: the secret is random and cannot be guessed.
    pub fn make(
        core: &StaticCore,
        secret: &UnattendedSecret,
        device: &DeviceSecret,
        root: &RootKey,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let id = SlotId::make(rng);
        let mut salt = [0; 32];
        rng.fill_bytes(&mut salt);
        let key = unattended_key(core, id, &salt, secret, device);
        Self { id, salt, sealed: seal_root(&key, &aad(core, id, &salt), root, rng) }
    }

    /// Opens the root.
    ///
    /// # Errors
    /// [`OpenError`] if secret or device secret are others, or the slot is of another vault or was changed.
    pub fn open(
        &self,
        core: &StaticCore,
        secret: &UnattendedSecret,
        device: &DeviceSecret,
    ) -> Result<RootKey, OpenError> {
        let key = unattended_key(core, self.id, &self.salt, secret, device);
        open_root(&key, &aad(core, self.id, &self.salt), &self.sealed)
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        [self.id.as_bytes().as_slice(), &self.salt, &self.sealed].concat()
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, HeaderError> {
        Ok(Self { id: SlotId::from_bytes(reader.array()?), salt: reader.array()?, sealed: reader.array()? })
    }
}

/// `HKDF(salt, U || D, "signet1/kek/unattended" || slot id || core)`.
fn unattended_key(
    core: &StaticCore,
    id: SlotId,
    salt: &[u8; 32],
    secret: &UnattendedSecret,
    device: &DeviceSecret,
) -> SealKey {
    // Input to the derivation; the joined copy is wiped by its owner.
    let ikm = SecretBytes::joined(&[secret.expose(), device.expose()]);
    slot_key(salt, &ikm, &[b"signet1/kek/unattended", id.as_bytes(), &core.digest()])
}

fn aad(core: &StaticCore, id: SlotId, salt: &[u8; 32]) -> Vec<u8> {
    let kind = [SlotKind::Unattended as u8];
    [b"signet1/slot".as_slice(), &kind, id.as_bytes(), salt, &core.digest()].concat()
}
