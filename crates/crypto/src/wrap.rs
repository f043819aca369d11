//! Keys wrapped by the vault's root key. The root wraps independent random keys and derives none.

use rand_core::CryptoRng;
use signet_core::VaultId;

use crate::{OpenError, RecordPlace, RootKey, SealKey, SecretBytes, open, seal};

/// What a wrapped key is for. The number is part of the associated data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum KeyRole {
    /// Authenticates the header (32 bytes).
    HeaderMac = 1,
    /// Seals the records (32 bytes).
    Records = 2,
    /// Seals one service-account key in the keychain (32 bytes); the row is the key's id.
    ServiceKey = 3,
    /// The owner's Ed25519 seed (32 bytes).
    Owner = 4,
    /// The Ed25519 seed that signs audit checkpoints (32 bytes).
    AuditSigning = 5,
    /// Keyed hashes of addresses in the audit log (32 bytes).
    AuditHmac = 6,
    /// The TOTP seed (20 bytes).
    TotpSeed = 7,
}

impl KeyRole {
    /// The number in the associated data.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The role with that number.
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::HeaderMac,
            2 => Self::Records,
            3 => Self::ServiceKey,
            4 => Self::Owner,
            5 => Self::AuditSigning,
            6 => Self::AuditHmac,
            7 => Self::TotpSeed,
            _ => return None,
        })
    }
}

/// Wraps a key under the root. `row` is the key's id where there can be several, else zeros.
pub fn wrap(
    root: &RootKey,
    vault_id: VaultId,
    role: KeyRole,
    row: [u8; 16],
    version: u64,
    key: &[u8],
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    seal(&sealing(root), &place(vault_id, role, row, version).aad(), key, rng)
}

/// Opens a wrapped key.
///
/// # Errors
/// [`OpenError`] if it is another key, for another role, row or version, or was changed.
pub fn unwrap(
    root: &RootKey,
    vault_id: VaultId,
    role: KeyRole,
    row: [u8; 16],
    version: u64,
    blob: &[u8],
) -> Result<SecretBytes, OpenError> {
    open(&sealing(root), &place(vault_id, role, row, version).aad(), blob)
}

const fn place(vault_id: VaultId, role: KeyRole, row_id: [u8; 16], version: u64) -> RecordPlace {
    RecordPlace { label: "/wrap", vault_id, table: role.number(), row_id, column: 0, version }
}

/// The root acts as a sealing key here and nowhere else.
fn sealing(root: &RootKey) -> SealKey {
    let mut bytes = *root.expose();
    SealKey::from_bytes(&mut bytes)
}
