//! What may be known about a vault without opening it.

use signet_core::{Profile, UnixMillis, VaultId};
use signet_crypto::KdfParams;

/// Facts from the vault's header. Readable by anyone who has the file; checked against the device secret
/// before an unlock and against the vault root after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultInfo {
    /// The vault, for its whole life.
    pub vault_id: VaultId,
    /// Production or sandbox, fixed for life.
    pub profile: Profile,
    /// The fingerprint printed on the recovery kit.
    pub kit_fingerprint: String,
    /// The cost of one guess at the passphrase.
    pub kdf: KdfParams,
    /// When the vault was made.
    pub created: UnixMillis,
    /// Recovery codes that still work, 0 to 8.
    pub codes_left: u8,
    /// The last moment at which a code of the authenticator app opens the vault: 400 days after its last use.
    pub codes_end: UnixMillis,
    /// Service-account keys in the vault.
    pub keys: u32,
}

/// A key that signed, or may have signed, audit entries made while the vault was locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockedAuditKey {
    /// Its generation in the keychain, from 1.
    pub generation: u64,
    /// The Ed25519 public key.
    pub public: [u8; 32],
    /// When it was made.
    pub since: UnixMillis,
}
