//! The new secrets of a ceremony, held in memory until it takes effect.

use signet_crypto::{
    CodeSlots, DeviceSecret, HeaderKey, KdfParams, KitSlot, Mask, Passphrase, PrimarySlot, RecoveryCode,
    RootKey, SealKey, StaticCore, TotpSeed,
};

use crate::{Environment, VaultError};

/// New root, keys, hidden number and slots. The passphrase is in the slots and nowhere else.
pub(super) struct NewSecrets {
    pub(super) core: StaticCore,
    pub(super) root: RootKey,
    pub(super) header: HeaderKey,
    pub(super) records: SealKey,
    pub(super) device: DeviceSecret,
    /// Whether the device secret is new and goes into the keychain.
    pub(super) device_is_new: bool,
    seed: TotpSeed,
    pub(super) mask: Mask,
    pub(super) primary: PrimarySlot,
    pub(super) codes: CodeSlots,
    pub(super) kit: KitSlot,
}

/// What the new secrets are made from.
pub(super) struct Inputs<'a> {
    pub(super) core: StaticCore,
    pub(super) params: KdfParams,
    pub(super) passphrase: &'a Passphrase,
    pub(super) device: DeviceSecret,
    pub(super) device_is_new: bool,
    pub(super) seed: TotpSeed,
}

impl NewSecrets {
    /// Makes root, keys, hidden number, recovery codes and slots: two runs of the key derivation.
    pub(super) fn make(
        inputs: Inputs<'_>,
        env: &mut Environment,
    ) -> Result<(Self, Vec<RecoveryCode>), VaultError> {
        let Inputs { core, params, passphrase, device, device_is_new, seed } = inputs;
        let rng = &mut env.random;
        let root = RootKey::make(rng);
        let mask = Mask::make(rng);
        let codes: Vec<_> = (0..RecoveryCode::COUNT).map(|_| RecoveryCode::make(rng)).collect();
        let primary = PrimarySlot::make(&core, params, passphrase, &mask, &device, &root, &env.kdf, rng)?;
        let code_slots = CodeSlots::make(&core, params, passphrase, &codes, &device, &root, &env.kdf, rng)?;
        let kit = KitSlot::make(&core, &root, rng)?;
        let (header, records) = (HeaderKey::make(rng), SealKey::make(rng));
        let new = Self {
            core,
            root,
            header,
            records,
            device,
            device_is_new,
            seed,
            mask,
            primary,
            codes: code_slots,
            kit,
        };
        Ok((new, codes))
    }

    pub(super) fn seed(&self) -> &TotpSeed {
        &self.seed
    }
}
