//! The vault's keys as the audit log's signers.

use std::sync::Arc;

use signet_audit::Signer;
use signet_crypto::SigningKey;

/// The vault's own audit key, while it is open.
pub(crate) fn unlocked(key: &SigningKey) -> Signer {
    Signer::Unlocked(Arc::new(copy_of(key)))
}

/// The keychain's key, for what happens while it is closed.
pub(crate) fn locked(key: Arc<SigningKey>) -> Signer {
    Signer::Locked(key)
}

/// A copy for one commit, wiped when its last entry is durable.
pub(crate) fn copy_of(key: &SigningKey) -> SigningKey {
    SigningKey::from_seed(&key.seed())
}
