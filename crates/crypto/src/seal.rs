//! The seal: committing authenticated encryption. AES-256-GCM (NIST SP 800-38D) under a one-message
//! key, with a 32-byte commitment to key, nonce and associated data (HMAC as the committing PRF).

use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{Aes256Gcm, KeyInit, Tag};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use signet_core::{Code, Failure, VaultId};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::derive::sha256;
use crate::secret::secret_type;
use crate::{Secret, SecretBytes};

/// How many bytes longer a blob is than its plaintext.
pub const SEAL_OVERHEAD: usize = 74;

const VERSION: u8 = 1;
const SUITE: u8 = 1;
const NONCE: usize = 24;
const COMMITMENT: usize = 32;
const TAG: usize = 16;
const HEAD: usize = 2 + NONCE + COMMITMENT;

secret_type! {
    /// A key that seals: 32 bytes.
    SealKey, 32
}

/// Why a blob does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is shorter than any blob.
    #[error("a sealed value is cut short")]
    Short,
    /// Its version or suite is not one that this program knows.
    #[error("a sealed value has an unknown version")]
    Unknown,
    /// It was made under another key or for another place, or was changed.
    #[error("a sealed value does not belong here or was changed")]
    Refused,
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Unknown => Self::new(Code::VaultNewer),
            OpenError::Short | OpenError::Refused => Self::new(Code::VaultDamaged),
        }
    }
}

/// Where a sealed value lives. Its bytes are the associated data, so that nothing can be cut out and
/// pasted elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordPlace {
    /// What sort of value it is.
    pub label: &'static str,
    /// The vault.
    pub vault_id: VaultId,
    /// The table's number.
    pub table: u8,
    /// The row.
    pub row_id: [u8; 16],
    /// The column's number.
    pub column: u8,
    /// The row's version; it grows by one at every change.
    pub version: u64,
}

impl RecordPlace {
    /// `"signet1" || label || vault_id || table || row_id || column || version`.
    pub fn aad(&self) -> Vec<u8> {
        [
            b"signet1",
            self.label.as_bytes(),
            self.vault_id.as_bytes(),
            &[self.table],
            &self.row_id,
            &[self.column],
            &self.version.to_be_bytes(),
        ]
        .concat()
    }
}

/// Seals a value: `01 | suite 01 | N[24] | C[32] | ciphertext | tag[16]`.
pub fn seal(key: &SealKey, aad: &[u8], plaintext: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    seal_with_nonce(key, aad, plaintext, nonce)
}

/// Opens a sealed value.
///
/// # Errors
/// [`OpenError`]; a wrong key, another place and a changed blob look the same.
pub fn open(key: &SealKey, aad: &[u8], blob: &[u8]) -> Result<SecretBytes, OpenError> {
    if blob.len() < SEAL_OVERHEAD {
        return Err(OpenError::Short);
    }
    let (head, body) = blob.split_at(HEAD);
    let (ciphertext, tag) = body.split_at(body.len() - TAG);
    if head[..2] != [VERSION, SUITE] {
        return Err(OpenError::Unknown);
    }
    let (nonce, commitment) = head[2..].split_at(NONCE);
    let message = MessageKey::derive(key, aad, nonce);
    if !bool::from(message.commitment().ct_eq(commitment)) {
        return Err(OpenError::Refused);
    }
    let tag = Tag::try_from(tag).map_err(|_| OpenError::Short)?;
    let mut plaintext = SecretBytes::from_slice(ciphertext);
    message
        .cipher()
        .decrypt_inout_detached(&[0; 12].into(), aad, InOutBuf::from(plaintext.expose_mut()), &tag)
        .map_err(|_| OpenError::Refused)?;
    Ok(plaintext)
}

pub(crate) fn seal_with_nonce(key: &SealKey, aad: &[u8], plaintext: &[u8], nonce: [u8; NONCE]) -> Vec<u8> {
    let message = MessageKey::derive(key, aad, &nonce);
    let mut blob = Vec::with_capacity(plaintext.len() + SEAL_OVERHEAD);
    blob.extend_from_slice(&[VERSION, SUITE]);
    blob.extend_from_slice(&nonce);
    blob.extend_from_slice(message.commitment());
    blob.extend_from_slice(plaintext);
    let buffer = InOutBuf::from(&mut blob[HEAD..]);
    match message.cipher().encrypt_inout_detached(&[0; 12].into(), aad, buffer) {
        Ok(tag) => blob.extend_from_slice(&tag),
        Err(_) => {
            // Only a plaintext over GCM's 64 GiB gets here. Hand out nothing rather than plaintext:
            // an empty blob is refused by every reader, and a writer reads back what it wrote.
            blob.zeroize();
        }
    }
    blob
}

/// Commitment and one-message key, both from `HKDF-Expand(key, label || N || SHA-256(AAD), 64)`.
struct MessageKey(Secret<64>);

impl MessageKey {
    fn derive(key: &SealKey, aad: &[u8], nonce: &[u8]) -> Self {
        let mut okm = Secret::zero();
        // The sealing key is HKDF's pseudo-random key.
        let hkdf = Hkdf::<Sha256>::from_prk(key.expose());
        let info: [&[u8]; 3] = [b"signet1/aead/aes256gcm", nonce, &sha256(&[aad])];
        // Neither step can fail: the key has SHA-256's length and 64 bytes are two blocks.
        let expanded = hkdf.is_ok_and(|hkdf| hkdf.expand_multi_info(&info, okm.expose_mut()).is_ok());
        assert!(expanded, "HKDF takes a 32-byte key and gives 64 bytes");
        Self(okm)
    }

    /// Public half.
    fn commitment(&self) -> &[u8] {
        &self.0.expose()[..COMMITMENT]
    }

    /// The secret half goes into the cipher and nowhere else.
    fn cipher(&self) -> Aes256Gcm {
        let mut key = aes_gcm::Key::<Aes256Gcm>::default();
        key.copy_from_slice(&self.0.expose()[COMMITMENT..]);
        let cipher = Aes256Gcm::new(&key);
        key.as_mut_slice().zeroize();
        cipher
    }
}
