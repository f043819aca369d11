//! Names of keychain items: opaque ids and generations, nothing about what they are for.

use std::fmt;

use signet_core::{KeyId, Profile, VaultId};

/// The name of one keychain item, such as `<vault>/e/42`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemName(String);

impl ItemName {
    /// The device secret D: `<vault>/d/<gen>`.
    pub fn device(vault: VaultId, generation: u64) -> Self {
        Self(format!("{vault}/d/{generation}"))
    }

    /// The epoch secret E: `<vault>/e/<epoch>`.
    pub fn epoch(vault: VaultId, epoch: u64) -> Self {
        Self(format!("{vault}/e/{epoch}"))
    }

    /// A sealed service-account key: `<vault>/key/<id>/<gen>`.
    pub fn key(vault: VaultId, key: KeyId, generation: u64) -> Self {
        Self(format!("{vault}/key/{key}/{generation}"))
    }

    /// The key that signs audit entries made while locked: `<vault>/audit/<gen>`.
    pub fn locked_audit(vault: VaultId, generation: u64) -> Self {
        Self(format!("{vault}/audit/{generation}"))
    }

    /// The audit log's last known size and root, overwritten in place: `<vault>/anchor`.
    pub fn anchor(vault: VaultId) -> Self {
        Self(format!("{vault}/anchor"))
    }

    /// The key by which this device is known to a host: `member/<profile>/<host>/<gen>`, with 16 bytes of
    /// the host's hash in hex.
    pub fn member(profile: Profile, host: [u8; 16], generation: u64) -> Self {
        Self(format!("member/{}/{:032x}/{generation}", profile.as_str(), u128::from_be_bytes(host)))
    }

    /// The name as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
