//! Who signs: the vault's audit key while unlocked, a keychain key while locked.

use std::fmt;
use std::sync::Arc;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use sha2::{Digest, Sha256};
use signet_core::VaultId;
use signet_crypto::SigningKey;

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

/// What the recovery kit prints for the vault's audit key: the first 16 bytes of the SHA-256 of the
/// public key, as eight groups of four hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of that public key.
    pub fn of(public_key: &[u8; 32]) -> Self {
        let hash: [u8; 32] = Sha256::digest(public_key).into();
        Self(std::array::from_fn(|i| hash[i]))
    }

    /// Reads 32 hex digits in any case, with or without spaces, hyphens or colons; `None` for
    /// anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | ':')).collect();
        let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, pair) in self.0.chunks(2).enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { " " }, HEXLOWER.encode(pair))?;
        }
        Ok(())
    }
}

/// An Ed25519 key that can sign a checkpoint.
pub trait CheckpointKey: Send + Sync {
    /// The 32-byte public key (RFC 8032).
    fn public_key(&self) -> [u8; 32];
    /// The 64-byte signature over the message (RFC 8032, pure Ed25519).
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

impl CheckpointKey for SigningKey {
    fn public_key(&self) -> [u8; 32] {
        self.public().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        Self::sign(self, message)
    }
}

/// Which key signs a commit. The key is held only as long as the append takes.
#[derive(Clone)]
pub enum Signer {
    /// The vault's own audit key.
    Unlocked(Arc<dyn CheckpointKey>),
    /// The keychain's key, for entries made while locked: no key use, no HMACs.
    Locked(Arc<dyn CheckpointKey>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_printed_and_as_typed() {
        let fingerprint = Fingerprint::of(&[0; 32]);
        assert_eq!(fingerprint.to_string(), "6668 7aad f862 bd77 6c8f c18b 8e9f 8e20");
        for typed in ["66687AADF862BD776C8FC18B8E9F8E20", "6668-7aad-f862-bd77:6c8f c18b 8e9f 8e20"] {
            assert_eq!(Fingerprint::parse(typed), Some(fingerprint));
        }
        for wrong in
            ["", "6668", "6668 7aad f862 bd77 6c8f c18b 8e9f 8e2", "zz687aadf862bd776c8fc18b8e9f8e20"]
        {
            assert_eq!(Fingerprint::parse(wrong), None, "{wrong:?}");
        }
    }
}
