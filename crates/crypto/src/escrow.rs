//! Escrow: each service-account key, sealed to the recovery kit, so that the kit alone brings it back.

use rand_core::CryptoRng;
use signet_core::{KeyId, VaultId};

use crate::{KitKeyPair, KitPublicKey, OpenError, SecretBytes};

/// Seals a key (PKCS#8 DER) to the kit: `enc[32] | ciphertext | tag[16]`, 48 bytes over.
///
/// # Errors
/// [`OpenError::Refused`] if the public key is not a usable point.
pub fn escrow_seal(
    kit: &KitPublicKey,
    vault_id: VaultId,
    key_id: KeyId,
    der: &SecretBytes,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, OpenError> {
    // The key itself is what is put into escrow.
    kit.seal(&info(vault_id), key_id.as_bytes(), der.expose(), rng)
}

/// Opens an escrowed key.
///
/// # Errors
/// [`OpenError`] if it belongs to another kit, vault or key, or was changed.
pub fn escrow_open(
    kit: &KitKeyPair,
    vault_id: VaultId,
    key_id: KeyId,
    blob: &[u8],
) -> Result<SecretBytes, OpenError> {
    kit.open(&info(vault_id), key_id.as_bytes(), blob)
}

fn info(vault_id: VaultId) -> Vec<u8> {
    [b"signet1/kit/escrow", vault_id.as_bytes().as_slice()].concat()
}
