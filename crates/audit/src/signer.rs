//! Who signs: the vault's audit key while unlocked, a keychain key while locked.

use std::fmt;
use std::sync::Arc;

use signet_core::VaultId;

/// The name of a log: `signet/<vault id>`, the first line of each checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The log of that vault.
    pub fn vault(vault: VaultId) -> Self {
        Self(format!("signet/{vault}"))
    }

    /// The line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of an Ed25519 public key: what the recovery kit prints for the vault's audit key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

/// An Ed25519 key that can sign a checkpoint.
pub trait CheckpointKey: Send + Sync {
    /// The 32-byte public key (RFC 8032).
    fn public_key(&self) -> [u8; 32];
    /// The 64-byte signature over the message (RFC 8032, pure Ed25519).
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

/// Which key signs a commit. The key is held only as long as the append takes.
#[derive(Clone)]
pub enum Signer {
    /// The vault's own audit key.
    Unlocked(Arc<dyn CheckpointKey>),
    /// The keychain's key, for entries made while locked: no key use, no HMACs.
    Locked(Arc<dyn CheckpointKey>),
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}
