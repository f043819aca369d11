//! The vault's keys as the audit log's signers.

use std::sync::Arc;

use signet_audit::{CheckpointKey, Signer};
use signet_crypto::SigningKey;

/// A vault key that signs checkpoints.
pub(crate) struct VaultSigner(Arc<SigningKey>);

impl VaultSigner {
    /// A signer for the vault's own audit key, wiped when the last entry it was made for is durable.
    pub(crate) fn copy_of(key: &SigningKey) -> Self {
        Self(Arc::new(SigningKey::from_seed(&key.seed())))
    }
}

impl CheckpointKey for VaultSigner {
    fn public_key(&self) -> [u8; 32] {
        self.0.public().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message)
    }
}

/// The vault's own audit key, while it is open.
pub(crate) fn unlocked(key: &SigningKey) -> Signer {
    Signer::Unlocked(Arc::new(VaultSigner::copy_of(key)))
}

/// The keychain's key, for what happens while it is closed.
pub(crate) fn locked(key: Arc<SigningKey>) -> Signer {
    Signer::Locked(Arc::new(VaultSigner(key)))
}
