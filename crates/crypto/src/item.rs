//! The values of keychain items. Each names its kind, vault and generation and ends in a checksum, so
//! that a value under the wrong name, or one that a keychain damaged, is told from a changed vault.

use signet_core::{Code, Failure, VaultId};

use crate::bytes::{Reader, Short};
use crate::derive::sha256;
use crate::{Secret, SecretBytes};

const VERSION: u8 = 1;
const ANCHOR: u8 = 4;
const CHECK: usize = 8;

/// What a 32-byte keychain secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ItemKind {
    /// The device secret D.
    Device = 1,
    /// The epoch secret E.
    Epoch = 2,
    /// The Ed25519 seed that signs audit entries while the vault is locked.
    LockedAudit = 3,
}

/// A keychain value is not what its name says, or is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// Damaged, cut short, or of an unknown version.
    #[error("a keychain item is damaged")]
    Damaged,
    /// Whole, but of another kind, vault or generation.
    #[error("a keychain item belongs elsewhere")]
    Elsewhere,
}

impl From<Short> for ItemError {
    fn from(_: Short) -> Self {
        Self::Damaged
    }
}

impl From<ItemError> for Failure {
    fn from(_: ItemError) -> Self {
        Self::new(Code::KeychainItemMissing).what("An item of this vault in the keychain is damaged.")
    }
}

/// `version 01 | kind | vault id[16] | generation u64 | secret[32] | check[8]`: 66 bytes.
pub fn item_encode(kind: ItemKind, vault_id: VaultId, generation: u64, secret: &Secret<32>) -> SecretBytes {
    let head = head(kind as u8, vault_id, generation);
    // Stored in the keychain: that is what the item is for.
    let secret = secret.expose();
    SecretBytes::joined(&[&head, secret, &check(&[&head, secret])])
}

/// Reads what [`item_encode`] wrote, for exactly this kind, vault and generation.
///
/// # Errors
/// [`ItemError`] if it is anything else.
pub fn item_decode(
    kind: ItemKind,
    vault_id: VaultId,
    generation: u64,
    value: &[u8],
) -> Result<Secret<32>, ItemError> {
    let body = checked(value)?;
    let secret = body.get(26..).and_then(Secret::parse).ok_or(ItemError::Damaged)?;
    if body[..26] == head(kind as u8, vault_id, generation) { Ok(secret) } else { Err(ItemError::Elsewhere) }
}

/// The last audit tree that this device saw: size and root. Not secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Entries in the tree.
    pub size: u64,
    /// Its root hash.
    pub root: [u8; 32],
}

impl Anchor {
    /// `version 01 | kind 04 | vault id[16] | size u64 | root[32] | check[8]`: 66 bytes.
    pub fn encode(&self, vault_id: VaultId) -> Vec<u8> {
        let head = head(ANCHOR, vault_id, self.size);
        [head.as_slice(), &self.root, &check(&[&head, &self.root])].concat()
    }

    /// Reads what [`Anchor::encode`] wrote for this vault.
    ///
    /// # Errors
    /// [`ItemError`] if it is anything else.
    pub fn decode(vault_id: VaultId, value: &[u8]) -> Result<Self, ItemError> {
        let body = checked(value)?;
        let mut reader = Reader::new(body);
        let (_, size, root) = (reader.take(18)?, reader.u64()?, reader.array()?);
        if body[..26] == head(ANCHOR, vault_id, size) {
            Ok(Self { size, root })
        } else {
            Err(ItemError::Elsewhere)
        }
    }
}

fn head(kind: u8, vault_id: VaultId, number: u64) -> [u8; 26] {
    let mut head = [0; 26];
    head[0] = VERSION;
    head[1] = kind;
    head[2..18].copy_from_slice(vault_id.as_bytes());
    head[18..].copy_from_slice(&number.to_be_bytes());
    head
}

/// The first eight bytes of a hash over 256 random bits: tells nothing of them.
fn check(parts: &[&[u8]]) -> [u8; CHECK] {
    let hash = sha256(&[&[b"signet1/item".as_slice()], parts].concat());
    let mut check = [0; CHECK];
    check.copy_from_slice(&hash[..CHECK]);
    check
}

fn checked(value: &[u8]) -> Result<&[u8], ItemError> {
    let at = value.len().checked_sub(CHECK).ok_or(ItemError::Damaged)?;
    let (body, found) = value.split_at(at);
    let whole = found == check(&[body]) && body.len() == 58 && body[0] == VERSION;
    if whole { Ok(body) } else { Err(ItemError::Damaged) }
}
