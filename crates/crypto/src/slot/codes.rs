//! The recovery-code slots: up to eight, which share one salt and one run of Argon2id.

use rand_core::CryptoRng;

use super::{RecoverError, SEALED, SlotId, SlotKind, Stretching, open_root, seal_root, slot_aad, slot_key};
use crate::bytes::{Reader, length_prefix};
use crate::header::HeaderError;
use crate::{
    DeviceSecret, KdfError, KdfParams, Passphrase, RecoveryCode, RootKey, SealKey, Secret, SecretBytes,
    StaticCore, Stretch,
};

/// The recovery codes that are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSlots {
    stretching: Stretching,
    slots: Vec<CodeSlot>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct CodeSlot {
    id: SlotId,
    sealed: [u8; SEALED],
}

/// The root, opened by a recovery code, and the slot that is now used up.
pub struct OpenedByCode {
    /// The vault's root key.
    pub root: RootKey,
    /// The slot to drop with [`CodeSlots::without`].
    pub slot: SlotId,
}

impl CodeSlots {
    /// Slots for these codes (at most eight are kept), under this passphrase and a fresh salt.
    ///
    /// # Errors
    /// [`KdfError`] if there is no memory for the derivation.
    #[expect(clippy::too_many_arguments, reason = "each is one input of the construction")]
    pub fn make(
        core: &StaticCore,
        params: KdfParams,
        passphrase: &Passphrase,
        codes: &[RecoveryCode],
        device: &DeviceSecret,
        root: &RootKey,
        stretch: &impl Stretch,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, KdfError> {
        let stretching = Stretching::make(params, rng);
        let shared = Shared::derive(&stretching, passphrase, stretch)?;
        let slots = codes.iter().take(RecoveryCode::COUNT).map(|code| {
            let id = SlotId::make(rng);
            let key = shared.key(core, &stretching, id, code, device);
            let aad = slot_aad(SlotKind::Codes, id, &stretching, core);
            CodeSlot { id, sealed: seal_root(&key, &aad, root, rng) }
        });
        let slots = slots.collect();
        Ok(Self { stretching, slots })
    }

    /// How many codes are left.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether all codes are used.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Opens the root with passphrase and code: one run of Argon2id, whatever the number of slots.
    ///
    /// # Errors
    /// [`RecoverError::WrongCode`] if no slot opens, [`RecoverError::Kdf`] if the run failed.
    pub fn open(
        &self,
        core: &StaticCore,
        passphrase: &Passphrase,
        recovery: &RecoveryCode,
        device: &DeviceSecret,
        stretch: &impl Stretch,
    ) -> Result<OpenedByCode, RecoverError> {
        let shared = Shared::derive(&self.stretching, passphrase, stretch)?;
        for slot in &self.slots {
            let key = shared.key(core, &self.stretching, slot.id, recovery, device);
            let aad = slot_aad(SlotKind::Codes, slot.id, &self.stretching, core);
            if let Ok(root) = open_root(&key, &aad, &slot.sealed) {
                return Ok(OpenedByCode { root, slot: slot.id });
            }
        }
        Err(RecoverError::WrongCode)
    }

    /// The slots without one: its code is used up.
    #[must_use]
    pub fn without(mut self, used: SlotId) -> Self {
        self.slots.retain(|slot| slot.id != used);
        self
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.stretching.encode().to_vec();
        // At most eight, by construction and by `read`.
        bytes.push(u8::try_from(self.slots.len()).unwrap_or(0));
        for slot in &self.slots {
            bytes.extend_from_slice(slot.id.as_bytes());
            bytes.extend_from_slice(&slot.sealed);
        }
        bytes
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, HeaderError> {
        let stretching = Stretching::read(reader)?;
        let count = usize::from(reader.u8()?);
        if count > RecoveryCode::COUNT {
            return Err(HeaderError::Damaged);
        }
        let mut slots = Vec::with_capacity(count);
        for _ in 0..count {
            slots.push(CodeSlot { id: SlotId::from_bytes(reader.array()?), sealed: reader.array()? });
        }
        Ok(Self { stretching, slots })
    }
}

/// `A_rc = Argon2id(LP(P), salt_rc)`.
struct Shared(Secret<32>);

impl Shared {
    fn derive(
        stretching: &Stretching,
        passphrase: &Passphrase,
        stretch: &impl Stretch,
    ) -> Result<Self, KdfError> {
        let passphrase = passphrase.expose();
        let input = SecretBytes::joined(&[&length_prefix(passphrase), passphrase]);
        stretch.stretch(stretching.params, &stretching.salt, &input).map(Self)
    }

    /// `HKDF(salt_rc, A_rc || D || code, "signet1/kek/code" || slot id || core)`.
    fn key(
        &self,
        core: &StaticCore,
        stretching: &Stretching,
        id: SlotId,
        recovery: &RecoveryCode,
        device: &DeviceSecret,
    ) -> SealKey {
        let ikm = SecretBytes::joined(&[self.0.expose(), device.expose(), recovery.expose()]);
        slot_key(&stretching.salt, &ikm, &[b"signet1/kek/code", id.as_bytes(), &core.digest()])
    }
}
