//! The cryptographic core of Signet: secrets, the seal, the key derivation, the slots of a vault and
//! the binding of TOTP codes. Pure over bytes: no I/O, no clock and no randomness of its own.
//!
//! Every byte format is described in `docs/FORMATS.md`; names here follow that page.

mod bytes;
mod derive;
mod escrow;
pub mod fuzzing;
mod header;
mod import;
mod item;
mod kdf;
mod kit;
mod passphrase;
mod recovery;
mod seal;
mod secret;
mod signing;
mod slot;
mod table;
mod totp;
mod unlock;
mod words;
mod wrap;

pub use derive::{derive_key, hmac_sha256, same_tag, sha256};
pub use escrow::{escrow_open, escrow_seal};
pub use header::{CheckedHeader, Header, HeaderError, HeaderKey, MacError, StaticCore, StoredHeader};
pub use import::{ImportKeyPair, ImportPublicKey};
pub use item::{Anchor, ItemError, ItemKind, item_decode, item_encode};
pub use kdf::{Argon2id, KdfError, KdfParams, Stretch};
pub use kit::{KitError, KitKeyPair, KitPublicKey, RecoveryKit};
pub use passphrase::{Passphrase, Strength, WeakPassphrase};
pub use recovery::{RecoveryCode, RecoveryCodeError};
pub use seal::{OpenError, RecordPlace, SEAL_OVERHEAD, SealKey, open, seal};
pub use secret::{Secret, SecretBytes, SecretText};
pub use signing::{AuditHmacKey, SignatureError, SigningKey, VerifyingKey};
pub use slot::{
    CodeSlots, KitSlot, OpenedByCode, PrimarySlot, RecoverError, SlotId, UnattendedSecret, UnattendedSlot,
};
pub use table::{Mask, OffsetTable, TableError, TableInfo, TableLength};
pub use totp::{
    CodeError, Drift, STEP_SECONDS, Step, TotpCode, TotpSeed, Width, hotp, otpauth_uri, verify_code,
};
pub use unlock::{DeviceSecret, EpochSecret, RootKey, UnlockError, Unlocked, unlock};
pub use words::make_passphrase;
pub use wrap::{KeyRole, unwrap, wrap};

pub use rand_core::CryptoRng;

/// The operating system's random source. It stops the process if the system has none to give.
pub type SystemRng = rand_core::UnwrapErr<getrandom::SysRng>;

/// The operating system's random source.
pub const fn system_rng() -> SystemRng {
    rand_core::UnwrapErr(getrandom::SysRng)
}
