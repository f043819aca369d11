//! The offset table: for each coming step `(s - code) mod 10^6`, so that a code gives back the hidden
//! number `s` that goes into the key derivation. Packed to 20 bits, sealed under device and epoch secret.

use rand_core::CryptoRng;
use signet_core::{Code, Failure};
use zeroize::Zeroize;

use crate::derive::{derive_key, sha256};
use crate::totp::{CODES, Codes, Step};
use crate::{
    DeviceSecret, EpochSecret, Header, OpenError, SealKey, SecretBytes, StaticCore, TotpCode, TotpSeed, open,
    seal,
};

/// How many steps a table covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableLength(u32);

impl TableLength {
    /// 400 days: 1,152,000 steps, 2,880,000 bytes. Every real vault has this length.
    pub const FULL: Self = Self(1_152_000);
    /// 31 days, for tests: 89,280 steps.
    pub const MONTH: Self = Self(89_280);

    /// A length of 1 to 1,152,000 steps.
    pub const fn new(steps: u32) -> Option<Self> {
        if steps >= 1 && steps <= Self::FULL.0 { Some(Self(steps)) } else { None }
    }

    /// In steps.
    pub const fn steps(self) -> u32 {
        self.0
    }

    /// In bytes, packed.
    pub(crate) const fn bytes(self) -> usize {
        (self.0 as usize * 5).div_ceil(2)
    }
}

/// What the header says of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableInfo {
    /// The first step it covers: every earlier one is used.
    pub first: Step,
    /// How many steps it covers.
    pub steps: TableLength,
    /// SHA-256 of the sealed table.
    pub digest: [u8; 32],
}

/// The hidden number `s`, 0 to 999,999. Wiped when dropped.
pub struct Mask(u32);

impl Mask {
    /// A fresh number, each equally likely.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        const LIMIT: u32 = u32::MAX - u32::MAX % CODES;
        loop {
            let number = rng.next_u32();
            if number < LIMIT {
                return Self(number % CODES);
            }
        }
    }

    /// Input to the key derivation.
    pub(crate) const fn expose(&self) -> u32 {
        self.0
    }

    #[cfg(test)]
    pub(crate) const fn of(number: u32) -> Self {
        Self(number)
    }
}

impl Drop for Mask {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A table does not continue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The used step is outside the table.
    #[error("the code table does not cover that step")]
    Outside,
    /// Seed and hidden number do not belong to this table.
    #[error("the code table does not belong to this seed")]
    Foreign,
}

impl From<TableError> for Failure {
    fn from(_: TableError) -> Self {
        Self::new(Code::VaultDamaged)
    }
}

/// An open offset table.
pub struct OffsetTable {
    first: Step,
    steps: TableLength,
    packed: SecretBytes,
}

impl OffsetTable {
    /// The table from `first` on.
    pub fn make(seed: &TotpSeed, mask: &Mask, first: Step, steps: TableLength) -> Self {
        let mut table = Self { first, steps, packed: SecretBytes::from_vec(vec![0; steps.bytes()]) };
        table.fill(seed, mask, 0);
        table
    }

    /// The table after a code was used: all steps up to and including `used` are gone, the tail is
    /// extended to the same length. Costs little where few steps are new.
    ///
    /// # Errors
    /// [`TableError`] if the step is not in the table, or the seed is another one.
    pub fn after(&self, used: Step, seed: &TotpSeed, mask: &Mask) -> Result<Self, TableError> {
        let index = self.index(used).ok_or(TableError::Outside)?;
        if self.offset(index) != offset_of(mask, &Codes::new(seed).code(used)) {
            return Err(TableError::Foreign);
        }
        let first = used.plus(1).ok_or(TableError::Outside)?;
        let dropped = index + 1;
        let kept = self.steps.0 - dropped;
        let mut packed = vec![0; self.steps.bytes()];
        shift(self.packed.expose(), &mut packed, dropped);
        let mut table = Self { first, steps: self.steps, packed: SecretBytes::from_vec(packed) };
        table.fill(seed, mask, kept);
        Ok(table)
    }

    /// Seals the table under `HKDF(D || E)` and says what the header is to keep.
    pub fn seal(
        &self,
        core: &StaticCore,
        epoch: u64,
        device: &DeviceSecret,
        secret: &EpochSecret,
        rng: &mut impl CryptoRng,
    ) -> (TableInfo, Vec<u8>) {
        let key = table_key(core, device, secret);
        let aad = table_aad(core, epoch, self.first, self.steps);
        let blob = seal(&key, &aad, self.packed.expose(), rng);
        (TableInfo { first: self.first, steps: self.steps, digest: sha256(&[&blob]) }, blob)
    }

    /// Opens the sealed table that a header names.
    ///
    /// # Errors
    /// [`OpenError`] if it is not that table, or the secrets are not those of the header's epoch.
    pub fn open(
        header: &Header,
        device: &DeviceSecret,
        secret: &EpochSecret,
        blob: &[u8],
    ) -> Result<Self, OpenError> {
        let info = header.table;
        if sha256(&[blob]) != info.digest {
            return Err(OpenError::Refused);
        }
        let key = table_key(&header.core, device, secret);
        let packed = open(&key, &table_aad(&header.core, header.epoch, info.first, info.steps), blob)?;
        if packed.len() != info.steps.bytes() {
            return Err(OpenError::Refused);
        }
        Ok(Self { first: info.first, steps: info.steps, packed })
    }

    /// The first step it covers.
    pub const fn first(&self) -> Step {
        self.first
    }

    /// The step in its middle.
    pub const fn middle(&self) -> Step {
        Step::new(self.first.number().saturating_add(self.steps.0 as u64 / 2))
    }

    /// The first step after it.
    pub(crate) fn end(&self) -> Step {
        Step::new(self.first.number().saturating_add(self.steps.0.into()))
    }

    /// `s` for a code at a step, if the table covers the step.
    pub fn unmask(&self, step: Step, code: &TotpCode) -> Option<Mask> {
        let offset = self.offset(self.index(step)?);
        Some(Mask((offset + code.expose()) % CODES))
    }

    fn index(&self, step: Step) -> Option<u32> {
        let index = step.number().checked_sub(self.first.number())?;
        u32::try_from(index).ok().filter(|index| *index < self.steps.0)
    }

    fn offset(&self, index: u32) -> u32 {
        unpack(self.packed.expose(), index as usize)
    }

    /// Computes the offsets from `from` to the end.
    fn fill(&mut self, seed: &TotpSeed, mask: &Mask, from: u32) {
        let codes = Codes::new(seed);
        let first = self.first.number();
        let packed = self.packed.expose_mut();
        for index in from..self.steps.0 {
            let code = codes.code(Step::new(first.saturating_add(index.into())));
            pack(packed, index as usize, offset_of(mask, &code));
        }
    }
}

fn offset_of(mask: &Mask, code: &TotpCode) -> u32 {
    (mask.expose() + CODES - code.expose()) % CODES
}

fn table_key(core: &StaticCore, device: &DeviceSecret, secret: &EpochSecret) -> SealKey {
    let ikm = SecretBytes::joined(&[device.expose(), secret.expose()]);
    SealKey::from_secret(derive_key(core.vault_id.as_bytes(), &ikm, &[b"signet1/totp-table"]))
}

fn table_aad(core: &StaticCore, epoch: u64, first: Step, steps: TableLength) -> Vec<u8> {
    [
        b"signet1/totp-table".as_slice(),
        &core.digest(),
        &epoch.to_be_bytes(),
        &first.number().to_be_bytes(),
        &steps.0.to_be_bytes(),
    ]
    .concat()
}

/// Two offsets of 20 bits take five bytes, big-endian. The target must be zero at an odd index.
fn pack(packed: &mut [u8], index: usize, offset: u32) {
    let at = index / 2 * 5;
    let [_, high, middle, low] = offset.to_be_bytes();
    if index.is_multiple_of(2) {
        packed[at] = high << 4 | middle >> 4;
        packed[at + 1] = middle << 4 | low >> 4;
        packed[at + 2] = packed[at + 2] & 0x0f | low << 4;
    } else {
        packed[at + 2] = packed[at + 2] & 0xf0 | high;
        packed[at + 3] = middle;
        packed[at + 4] = low;
    }
}

fn unpack(packed: &[u8], index: usize) -> u32 {
    let at = index / 2 * 5;
    let bytes = if index.is_multiple_of(2) {
        let (a, b, c) = (packed[at], packed[at + 1], packed[at + 2]);
        [0, a >> 4, a << 4 | b >> 4, b << 4 | c >> 4]
    } else {
        [0, packed[at + 2] & 0x0f, packed[at + 3], packed[at + 4]]
    };
    u32::from_be_bytes(bytes)
}

/// Copies the table without its first `dropped` offsets to the front of `to`, which is zero.
fn shift(from: &[u8], to: &mut [u8], dropped: u32) {
    let nibbles = dropped as usize * 5;
    let source = &from[nibbles / 2..];
    if nibbles.is_multiple_of(2) {
        to[..source.len()].copy_from_slice(source);
        return;
    }
    for (target, pair) in to.iter_mut().zip(source.windows(2)) {
        *target = pair[0] << 4 | pair[1] >> 4;
    }
    if let (Some(last), Some(target)) = (source.last(), to.get_mut(source.len() - 1)) {
        *target = last << 4;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hotp;

    fn seed() -> TotpSeed {
        TotpSeed::from_bytes(&mut [42; 20])
    }

    #[test]
    fn every_code_gives_back_the_hidden_number() {
        let mask = Mask::of(987_654);
        let table = OffsetTable::make(&seed(), &mask, Step::new(1000), TableLength::new(501).unwrap());
        for number in 1000..1501 {
            let step = Step::new(number);
            assert_eq!(table.unmask(step, &hotp(&seed(), step)).unwrap().expose(), 987_654);
        }
        assert!(table.unmask(Step::new(999), &hotp(&seed(), Step::new(999))).is_none());
        assert!(table.unmask(Step::new(1501), &hotp(&seed(), Step::new(1501))).is_none());
    }

    #[test]
    fn a_table_of_400_days_has_the_published_size() {
        assert_eq!(TableLength::FULL.bytes(), 2_880_000);
        assert_eq!(TableLength::MONTH.bytes(), 223_200);
        assert!(TableLength::new(0).is_none() && TableLength::new(1_152_001).is_none());
    }

    #[test]
    fn a_step_outside_or_another_seed_does_not_continue_a_table() {
        let mask = Mask::of(1);
        let table = OffsetTable::make(&seed(), &mask, Step::new(10), TableLength::new(20).unwrap());
        let other = TotpSeed::from_bytes(&mut [43; 20]);
        assert_eq!(table.after(Step::new(9), &seed(), &mask).err(), Some(TableError::Outside));
        assert_eq!(table.after(Step::new(30), &seed(), &mask).err(), Some(TableError::Outside));
        assert_eq!(table.after(Step::new(12), &other, &mask).err(), Some(TableError::Foreign));
        assert_eq!(table.after(Step::new(12), &seed(), &Mask::of(2)).err(), Some(TableError::Foreign));
    }

    #[test]
    fn masks_are_spread_over_the_whole_range() {
        let mut rng = crate::system_rng();
        let masks: Vec<u32> = (0..2000).map(|_| Mask::make(&mut rng).expose()).collect();
        assert!(masks.iter().all(|mask| *mask < CODES));
        for tenth in 0..10 {
            let count = masks.iter().filter(|mask| **mask / 100_000 == tenth).count();
            assert!((120..=280).contains(&count), "{tenth}: {count}");
        }
    }

    proptest! {
        #[test]
        fn packing_reads_back(offsets in prop::collection::vec(0..CODES, 1..60)) {
            let mut packed = vec![0; (offsets.len() * 5).div_ceil(2)];
            for (index, offset) in offsets.iter().enumerate() {
                pack(&mut packed, index, *offset);
            }
            for (index, offset) in offsets.iter().enumerate() {
                prop_assert_eq!(unpack(&packed, index), *offset);
            }
        }

        #[test]
        fn continuing_a_table_equals_making_it_afresh(steps in 1u32..80, used in 0u32..80, mask in 0..CODES) {
            let (steps, mask) = (TableLength::new(steps).unwrap(), Mask::of(mask));
            let used = used % steps.steps();
            let table = OffsetTable::make(&seed(), &mask, Step::new(500), steps);
            let used = Step::new(500 + u64::from(used));
            let next = table.after(used, &seed(), &mask).unwrap();
            let afresh = OffsetTable::make(&seed(), &mask, used.plus(1).unwrap(), steps);
            prop_assert_eq!(next.first(), afresh.first());
            prop_assert_eq!(next.packed.expose(), afresh.packed.expose());
        }
    }
}
