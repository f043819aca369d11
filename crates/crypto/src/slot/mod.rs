//! Slots: the ways to the vault's root key. Each is bound to the static core of the header and to its
//! own fields, never to what changes at an unlock.

mod codes;
mod kit;
mod primary;
mod unattended;

use rand_core::CryptoRng;
use signet_core::{Code, Failure};

use crate::bytes::Reader;
use crate::derive::derive_key;
use crate::header::HeaderError;
use crate::{
    KdfError, KdfParams, OpenError, RootKey, SEAL_OVERHEAD, SealKey, Secret, SecretBytes, StaticCore,
};
use crate::{open, seal};

pub use codes::{CodeSlots, OpenedByCode};
pub use kit::KitSlot;
pub use primary::PrimarySlot;
pub use unattended::{UnattendedSecret, UnattendedSlot};

/// A sealed root key.
pub(crate) const SEALED: usize = 32 + SEAL_OVERHEAD;

/// The name of a slot: random, unique in its vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SlotId([u8; 8]);

impl SlotId {
    pub(crate) fn make(rng: &mut impl CryptoRng) -> Self {
        let mut id = [0; 8];
        rng.fill_bytes(&mut id);
        Self(id)
    }

    pub(crate) const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The eight bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

/// Why a recovery did not open the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoverError {
    /// Passphrase and recovery code do not open any slot that is left.
    #[error("passphrase and recovery code do not open this vault")]
    WrongCode,
    /// The kit is of another vault, or an older one of this vault.
    #[error("the recovery kit does not belong to this vault")]
    WrongKit,
    /// The slot was changed.
    #[error("a slot was changed")]
    Damaged,
    /// The key derivation failed.
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

impl From<RecoverError> for Failure {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::WrongCode => Self::new(Code::WrongRecoveryCode),
            RecoverError::WrongKit => Self::new(Code::WrongKit),
            RecoverError::Damaged => Self::new(Code::VaultDamaged),
            RecoverError::Kdf(error) => error.into(),
        }
    }
}

/// How a slot stretches its secret: `kdf 01 | m u32 | t u32 | p u32 | salt[32]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretching {
    pub(crate) params: KdfParams,
    pub(crate) salt: [u8; 32],
}

impl Stretching {
    const ARGON2ID: u8 = 1;
    pub(crate) const LEN: usize = 45;

    pub(crate) fn make(params: KdfParams, rng: &mut impl CryptoRng) -> Self {
        let mut salt = [0; 32];
        rng.fill_bytes(&mut salt);
        Self { params, salt }
    }

    pub(crate) fn encode(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[0] = Self::ARGON2ID;
        bytes[1..5].copy_from_slice(&self.params.m_kib().to_be_bytes());
        bytes[5..9].copy_from_slice(&self.params.t().to_be_bytes());
        bytes[9..13].copy_from_slice(&self.params.p().to_be_bytes());
        bytes[13..].copy_from_slice(&self.salt);
        bytes
    }

    /// An unknown KDF and a cost outside floor and ceiling are refused.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, HeaderError> {
        let kind = reader.u8()?;
        let (m_kib, t, p) = (reader.u32()?, reader.u32()?, reader.u32()?);
        let salt = reader.array()?;
        if kind != Self::ARGON2ID {
            return Err(HeaderError::Parameters);
        }
        let params = KdfParams::checked(m_kib, t, p).map_err(|_| HeaderError::Parameters)?;
        Ok(Self { params, salt })
    }
}

/// The type byte of a slot. 4 (security key) is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum SlotKind {
    Primary = 1,
    Codes = 2,
    Kit = 3,
    Unattended = 5,
}

/// Derives the key of a slot and forgets the input.
fn slot_key(salt: &[u8; 32], ikm: &SecretBytes, info: &[&[u8]]) -> SealKey {
    SealKey::from_secret(derive_key(salt, ikm, info))
}

/// What a sealed root is bound to: the slot's own fields and the static core.
fn slot_aad(kind: SlotKind, id: SlotId, stretching: &Stretching, core: &StaticCore) -> Vec<u8> {
    [b"signet1/slot".as_slice(), &[kind as u8], id.as_bytes(), &stretching.encode(), &core.digest()].concat()
}

fn seal_root(key: &SealKey, aad: &[u8], root: &RootKey, rng: &mut impl CryptoRng) -> [u8; SEALED] {
    // The root is what a slot holds.
    let blob = seal(key, aad, root.expose(), rng);
    let mut sealed = [0; SEALED];
    sealed.copy_from_slice(&blob);
    sealed
}

fn open_root(key: &SealKey, aad: &[u8], sealed: &[u8; SEALED]) -> Result<RootKey, OpenError> {
    let root = open(key, aad, sealed)?;
    Secret::parse(root.expose()).map(RootKey::from_secret).ok_or(OpenError::Refused)
}
