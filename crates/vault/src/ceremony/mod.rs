//! Everything that shows new secrets and asks for proof before it takes effect.

use std::path::Path;

use signet_core::Profile;
use signet_crypto::{KdfParams, Passphrase, TotpCode};
use zeroize::Zeroizing;

use crate::{CeremonyError, Environment, OpenVault, VaultError};

/// What a ceremony does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CeremonyKind { Init, PassphraseChange, TotpReplace, CodesRenew, KitRenew, RecoverByCode, RecoverByKit }

/// A change that the owner of an open vault can ask for.
pub enum Change {
    /// A new passphrase.
    Passphrase(Passphrase),
    /// A new seed for the authenticator app.
    Totp,
    /// New recovery codes.
    Codes,
    /// A new recovery kit.
    Kit,
}

/// How a new vault is set up.
#[derive(Clone, Copy, Debug)]
pub struct InitOptions { pub profile: Profile, pub kdf: KdfChoice }

/// The cost of one guess at the passphrase.
#[derive(Clone, Copy, Debug)]
pub enum KdfChoice { Calibrated, Floor, Params(KdfParams) }

/// The new secrets, to be shown once. Wiped on drop.
pub struct Shown { pub totp: Option<ShownTotp>, pub kit: Option<ShownKit>, pub codes: Vec<Zeroizing<String>> }
/// The new seed of the authenticator app.
pub struct ShownTotp { pub uri: Zeroizing<String>, pub base32: Zeroizing<String> }
/// The new recovery kit.
pub struct ShownKit { pub groups: Vec<Zeroizing<String>>, pub fingerprint: String }

/// What has to be typed back before the ceremony takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked { pub code: bool, pub kit_groups: Option<[usize; 2]> }

/// What was typed back. Kit groups: (index from 0, text).
#[derive(Default)]
pub struct Answers { pub code: Option<TotpCode>, pub kit_groups: Vec<(usize, Zeroizing<String>)> }

/// New secrets that wait for proof.
pub struct Ceremony {}

impl Ceremony {
    /// Begins a new vault in `dir`. Nothing is written before `finish`.
    pub fn init(dir: &Path, options: InitOptions, passphrase: Passphrase, env: Environment) -> Result<Self, VaultError> { todo!() }
    /// What it does.
    pub fn kind(&self) -> CeremonyKind { todo!() }
    /// The new secrets, to be shown.
    pub fn shown(&self) -> &Shown { todo!() }
    /// What has to be typed back.
    pub fn asked(&self) -> Asked { todo!() }
    /// Takes effect if the answers are right. After any error it can be tried again; dropping it leaves
    /// nothing behind. The vault it returns replaces the one it was begun from.
    pub fn finish(&mut self, answers: Answers) -> Result<OpenVault, CeremonyError> { todo!() }
}
