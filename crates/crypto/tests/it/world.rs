//! A vault reduced to bytes: what would be in the file and in the keychain, and the steps that the
//! vault crate takes with them.

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};
use signet_core::{Profile, UnixMillis, VaultId};
use signet_crypto::{
    CodeSlots, DeviceSecret, Drift, EpochSecret, Header, HeaderKey, KdfError, KdfParams, KitSlot, Mask,
    OffsetTable, Passphrase, PrimarySlot, RecoveryCode, RecoveryKit, RootKey, Secret, SecretBytes,
    StaticCore, Step, StoredHeader, Stretch, TableLength, TotpCode, TotpSeed, UnattendedSecret,
    UnattendedSlot, UnlockError, Unlocked, Width, unlock,
};

pub(crate) const PASSPHRASE: &str = "gravel-unpaired-mossy-litmus-outboard";

/// In place of Argon2id: one hash.
pub(crate) struct QuickStretch;

impl Stretch for QuickStretch {
    fn stretch(
        &self,
        params: KdfParams,
        salt: &[u8; 32],
        input: &SecretBytes,
    ) -> Result<Secret<32>, KdfError> {
        let mut hash = Sha256::new();
        hash.update(
            [params.m_kib().to_be_bytes(), params.t().to_be_bytes(), params.p().to_be_bytes()].concat(),
        );
        hash.update(salt);
        hash.update(input.expose());
        Ok(Secret::from_bytes(&mut hash.finalize().into()))
    }
}

/// Random bytes that are the same in every run: SHA-256 of a seed and a counter.
pub(crate) struct CountedRng {
    seed: u64,
    counter: u64,
}

impl CountedRng {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, counter: 0 }
    }

    /// A number below `limit`, evenly enough for a simulation.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.try_next_u64().unwrap() % limit
    }
}

impl TryRng for CountedRng {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in target.chunks_mut(32) {
            self.counter += 1;
            let block = Sha256::digest([self.seed.to_be_bytes(), self.counter.to_be_bytes()].concat());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for CountedRng {}

/// File and keychain, and the secrets that people hold.
pub(crate) struct World {
    /// In the file.
    pub(crate) header: Vec<u8>,
    pub(crate) table: Vec<u8>,
    /// In the keychain.
    pub(crate) device: DeviceSecret,
    pub(crate) epoch: EpochSecret,
    /// With people.
    pub(crate) passphrase: Passphrase,
    pub(crate) seed: TotpSeed,
    pub(crate) kit: RecoveryKit,
    pub(crate) codes: Vec<RecoveryCode>,
    /// Wrapped by the root in a real vault.
    pub(crate) header_key: HeaderKey,
    /// To compare with.
    pub(crate) root: RootKey,
    pub(crate) rng: CountedRng,
}

impl World {
    pub(crate) fn make(seed: u64, first: Step, steps: TableLength, stretch: &impl Stretch) -> Self {
        let mut rng = CountedRng::new(seed);
        let rng_ref = &mut rng;
        let vault_id = VaultId::from_bytes(*Secret::<16>::make(rng_ref).expose());
        let kit = RecoveryKit::make(rng_ref);
        let core =
            StaticCore { vault_id, profile: Profile::Sandbox, kit_key: *kit.key_pair(vault_id).public() };
        let passphrase = Passphrase::parse(PASSPHRASE.into());
        let (device, epoch) = (DeviceSecret::make(rng_ref), EpochSecret::make(rng_ref));
        let (root, header_key) = (RootKey::make(rng_ref), HeaderKey::make(rng_ref));
        let (totp, mask) = (TotpSeed::make(rng_ref), Mask::make(rng_ref));
        let codes: Vec<_> = (0..RecoveryCode::COUNT).map(|_| RecoveryCode::make(rng_ref)).collect();
        let params = KdfParams::FLOOR;
        let primary =
            PrimarySlot::make(&core, params, &passphrase, &mask, &device, &root, stretch, rng_ref).unwrap();
        let code_slots =
            CodeSlots::make(&core, params, &passphrase, &codes, &device, &root, stretch, rng_ref).unwrap();
        let kit_slot = KitSlot::make(&core, &root, rng_ref).unwrap();
        let (info, table) =
            OffsetTable::make(&totp, &mask, first, steps).seal(&core, 1, &device, &epoch, rng_ref);
        let header = Header {
            core,
            created: first.starts(),
            device_generation: 1,
            epoch: 1,
            drift: Drift::ZERO,
            table: info,
            primary,
            codes: code_slots,
            kit: kit_slot,
            unattended: None,
            manifest_root: [0x4d; 32],
        };
        let header = header.encode(&device, &header_key);
        Self { header, table, device, epoch, passphrase, seed: totp, kit, codes, header_key, root, rng }
    }

    /// Adds the slot that opens with nobody there.
    pub(crate) fn add_unattended(&mut self) -> UnattendedSecret {
        let secret = UnattendedSecret::make(&mut self.rng);
        let mut header = self.stored().header().clone();
        let slot = UnattendedSlot::make(&header.core, &secret, &self.device, &self.root, &mut self.rng);
        header.unattended = Some(slot);
        self.header = header.encode(&self.device, &self.header_key);
        secret
    }

    pub(crate) fn stored(&self) -> StoredHeader {
        StoredHeader::decode(&self.header).unwrap()
    }

    /// Tries to open, without consuming.
    pub(crate) fn attempt(
        &self,
        passphrase: &Passphrase,
        code: &str,
        now: UnixMillis,
        width: Width,
        stretch: &impl Stretch,
    ) -> Result<Unlocked, UnlockError> {
        let header = self.stored().check_device(&self.device).unwrap();
        let table = OffsetTable::open(header.header(), &self.device, &self.epoch, &self.table).unwrap();
        let code = TotpCode::parse(code).unwrap();
        unlock(&header, &self.device, &table, passphrase, &code, now, width, stretch)
    }

    /// What the vault does after a success: the next epoch.
    pub(crate) fn consume(&mut self, unlocked: &Unlocked) {
        let checked = self.stored().check_device(&self.device).unwrap();
        checked.check_vault(&self.header_key).unwrap();
        let mut header = checked.into_header();
        let table = OffsetTable::open(&header, &self.device, &self.epoch, &self.table).unwrap();
        let table = table.after(unlocked.used, &self.seed, &unlocked.mask).unwrap();
        self.epoch = EpochSecret::make(&mut self.rng);
        header.epoch += 1;
        header.drift = unlocked.drift;
        let (info, blob) = table.seal(&header.core, header.epoch, &self.device, &self.epoch, &mut self.rng);
        header.table = info;
        self.table = blob;
        self.header = header.encode(&self.device, &self.header_key);
    }
}
