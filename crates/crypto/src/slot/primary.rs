//! The primary slot: passphrase, one-time code and device secret together.

use rand_core::CryptoRng;

use super::{SEALED, SlotId, SlotKind, Stretching, open_root, seal_root, slot_aad, slot_key};
use crate::bytes::{Reader, length_prefix};
use crate::header::HeaderError;
use crate::{
    DeviceSecret, KdfError, KdfParams, Mask, OpenError, Passphrase, RootKey, SealKey, SecretBytes,
    StaticCore, Stretch,
};

/// The slot that an ordinary unlock opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimarySlot {
    pub(crate) id: SlotId,
    pub(crate) stretching: Stretching,
    pub(crate) sealed: [u8; SEALED],
}

impl PrimarySlot {
    /// A slot for this passphrase and hidden number, with a fresh salt.
    ///
    /// # Errors
    /// [`KdfError`] if there is no memory for the derivation.
    #[expect(clippy::too_many_arguments, reason = "each is one input of the construction")]
    pub fn make(
        core: &StaticCore,
        params: KdfParams,
        passphrase: &Passphrase,
        mask: &Mask,
        device: &DeviceSecret,
        root: &RootKey,
        stretch: &impl Stretch,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, KdfError> {
        let (id, stretching) = (SlotId::make(rng), Stretching::make(params, rng));
        let key = primary_key(core, &stretching, passphrase, mask, device, stretch)?;
        let aad = slot_aad(SlotKind::Primary, id, &stretching, core);
        Ok(Self { id, stretching, sealed: seal_root(&key, &aad, root, rng) })
    }

    /// The cost of one run.
    pub const fn kdf(&self) -> KdfParams {
        self.stretching.params
    }

    /// The root, if passphrase and hidden number are right.
    pub(crate) fn open(
        &self,
        core: &StaticCore,
        passphrase: &Passphrase,
        mask: &Mask,
        device: &DeviceSecret,
        stretch: &impl Stretch,
    ) -> Result<Result<RootKey, OpenError>, KdfError> {
        let key = primary_key(core, &self.stretching, passphrase, mask, device, stretch)?;
        let aad = slot_aad(SlotKind::Primary, self.id, &self.stretching, core);
        Ok(open_root(&key, &aad, &self.sealed))
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        [self.id.as_bytes().as_slice(), &self.stretching.encode(), &self.sealed].concat()
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, HeaderError> {
        Ok(Self {
            id: SlotId::from_bytes(reader.array()?),
            stretching: Stretching::read(reader)?,
            sealed: reader.array()?,
        })
    }
}

/// `A = Argon2id(LP(P) || LP(be32(s)))`, then `HKDF(salt, A || D, "signet1/kek/primary" || core)`.
/// The code goes in before Argon2id: after it, all codes could be tried in a second.
fn primary_key(
    core: &StaticCore,
    stretching: &Stretching,
    passphrase: &Passphrase,
    mask: &Mask,
    device: &DeviceSecret,
    stretch: &impl Stretch,
) -> Result<SealKey, KdfError> {
    let (passphrase, mask) = (passphrase.expose(), mask.expose().to_be_bytes());
    let input = SecretBytes::joined(&[&length_prefix(passphrase), passphrase, &length_prefix(&mask), &mask]);
    let stretched = stretch.stretch(stretching.params, &stretching.salt, &input)?;
    drop(input);
    let ikm = SecretBytes::joined(&[stretched.expose(), device.expose()]);
    Ok(slot_key(&stretching.salt, &ikm, &[b"signet1/kek/primary", &core.digest()]))
}
