//! The vault: one `SQLite` file, the OS keychain behind a port, lock states and recovery.
//!
//! Blocking, and meant for one dedicated thread. The states are types: [`LockedVault`] knows no secret,
//! [`OpenVault`] holds the keys until it is dropped or locked, [`Ceremony`] is everything that shows new
//! secrets and asks for proof before it takes effect. A [`Ceremony`] and the [`OpenVault`] it was begun
//! from have their own connections: while it waits for its answers the vault stays usable, and the vault
//! that `finish` returns replaces the earlier one (which answers [`VaultError::Superseded`] from then on).
//!
//! Every error has a `failure()`, which is what crosses the boundary.

#[cfg(test)]
extern crate self as signet_vault; // the shared test helpers name the crate

mod anchor;
mod backup;
mod ceremony;
mod destroy;
mod edit;
mod environment;
mod error;
#[cfg(any(test, feature = "fakes"))]
pub mod fake;
mod generations;
mod info;
mod inside;
mod keychain;
mod keys;
mod locked;
mod manifest;
mod open;
mod records;
mod store;
#[cfg(test)]
mod tests;
mod unlock;

pub use backup::{Backup, backups, restore};
pub use ceremony::{
    Answers, Asked, Ceremony, CeremonyKind, Change, InitOptions, KdfChoice, Shown, ShownKit, ShownTotp,
};
pub use destroy::destroy;
pub use environment::{Environment, Random, TotpOffset};
pub use error::{CeremonyError, UnlockError, VaultError};
pub use info::{LockedAuditKey, VaultInfo, inspect};
#[cfg(unix)]
pub use keychain::FileKeychain;
pub use keychain::{ItemName, Keychain, KeychainError, KeychainKind, OsKeychain, keychain_of};
pub use keys::{KeyRecord, NewKey};
pub use locked::LockedVault;
pub use open::OpenVault;
pub use records::Table;
pub use signet_crypto::{Anchor, UnattendedSecret, Width};
