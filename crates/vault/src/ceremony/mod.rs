//! Everything that shows new secrets and asks for proof before it takes effect.

mod answers;
mod begin;
mod fresh;
mod install;
mod renew;
mod shown;

use std::path::Path;

use signet_core::{Profile, VaultId};
use signet_crypto::{KdfParams, Passphrase, RecoveryCode, RecoveryKit, TotpCode};

use crate::{CeremonyError, Environment, LockedVault, OpenVault, UnlockError};

pub use answers::{Answers, Asked};
pub use shown::{Shown, ShownKit, ShownTotp};

/// What a ceremony does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CeremonyKind {
    /// Makes a vault.
    Init,
    /// Changes the passphrase.
    PassphraseChange,
    /// Replaces the seed of the authenticator app.
    TotpReplace,
    /// Replaces the recovery codes.
    CodesRenew,
    /// Replaces the recovery kit.
    KitRenew,
    /// Opens with a recovery code and replaces the seed.
    RecoverByCode,
    /// Opens with the kit and replaces everything but the kit.
    RecoverByKit,
}

/// A change that the owner of an open vault can ask for. Each makes a new vault root, seals every key anew
/// and issues new recovery codes, so that an older copy of the file opens no key without the kit.
pub enum Change {
    /// A new passphrase.
    Passphrase(Passphrase),
    /// A new seed for the authenticator app.
    Totp,
    /// New recovery codes only.
    Codes,
    /// A new recovery kit.
    Kit,
}

/// How a new vault is set up.
#[derive(Clone, Copy, Debug)]
pub struct InitOptions {
    /// Production or sandbox, for life; the same as the environment's.
    pub profile: Profile,
    /// The cost of one guess at the passphrase.
    pub kdf: KdfChoice,
}

/// The cost of one guess at the passphrase.
#[derive(Clone, Copy, Debug)]
pub enum KdfChoice {
    /// Measured on this machine: 0.7 to 1.0 seconds, at most a quarter of its memory.
    Calibrated,
    /// The least that is accepted: 64 MiB, 3 passes, 1 lane.
    Floor,
    /// These.
    Params(KdfParams),
}

/// New secrets that wait for proof. Wiped on drop, and then nothing has changed.
pub struct Ceremony {
    kind: CeremonyKind,
    env: Environment,
    /// `None` once it has taken effect.
    pending: Option<Pending>,
    shown: Shown,
    proven: answers::Proven,
}

/// What waits: the new secrets, and where they go.
struct Pending {
    new: fresh::NewSecrets,
    target: Target,
}

enum Target {
    /// A vault that is made by `finish`, with the audit key whose fingerprint is on the kit.
    NewVault(std::path::PathBuf, signet_crypto::SigningKey),
    /// The vault that was opened for this.
    Renewal(Box<renew::Renewal>),
}

impl Ceremony {
    /// Begins a new vault in `dir`. Nothing is written before `finish`.
    ///
    /// # Errors
    /// [`crate::VaultError::Exists`], [`crate::VaultError::Profile`], [`UnlockError::WeakPassphrase`].
    pub fn init(
        dir: &Path,
        options: InitOptions,
        passphrase: Passphrase,
        env: Environment,
    ) -> Result<Self, UnlockError> {
        begin::init(dir, options, &passphrase, env)
    }

    /// What it does.
    pub fn kind(&self) -> CeremonyKind {
        self.kind
    }

    /// The vault that it is about; none once it has taken effect.
    pub fn vault_id(&self) -> Option<VaultId> {
        self.pending.as_ref().map(|pending| pending.new.core.vault_id)
    }

    /// The new secrets, to be shown.
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    /// What has to be typed back.
    pub fn asked(&self) -> Asked {
        self.shown.asked()
    }

    /// Proves what is given ahead of the end, so that typing the rest may take its time: what was right
    /// need not be given again. Returns whether the code, and whether the groups, are proven now.
    ///
    /// # Errors
    /// [`CeremonyError::WrongCode`], [`CeremonyError::WrongGroups`]; what else was right is kept.
    pub fn prove(&mut self, answers: &Answers) -> Result<(bool, bool), CeremonyError> {
        let pending = self.pending.as_ref().ok_or(CeremonyError::Finished)?;
        self.proven.add(answers, &self.shown, pending, &self.env)?;
        Ok((self.proven.has_code(&self.shown), self.proven.has_groups(&self.shown)))
    }

    /// Takes effect if the answers are right: everything is durable before this returns. What was proven
    /// before need not be among them. After any error it can be tried again; dropping it leaves nothing behind. The vault that it returns replaces the
    /// one it was begun from.
    ///
    /// # Errors
    /// [`CeremonyError::WrongCode`], [`CeremonyError::WrongGroups`]; what keychain and file can do wrong.
    pub fn finish(&mut self, answers: Answers) -> Result<OpenVault, CeremonyError> {
        let pending = self.pending.as_mut().ok_or(CeremonyError::Finished)?;
        let mut proven = self.proven.clone();
        proven.add(&answers, &self.shown, pending, &self.env)?;
        let proof = proven.complete(&self.shown)?;
        let vault = match &mut pending.target {
            Target::NewVault(dir, audit) => {
                install::new_vault(dir, &pending.new, audit, proof, &mut self.env)?
            }
            Target::Renewal(renewal) => renew::renew(renewal, &pending.new, proof, &mut self.env)?,
        };
        self.pending = None;
        Ok(vault)
    }

    pub(crate) fn change(
        vault: &mut OpenVault,
        change: &Change,
        passphrase: Passphrase,
        code: &TotpCode,
    ) -> Result<Self, UnlockError> {
        begin::change(vault, change, &passphrase, code)
    }

    pub(crate) fn recover_by_code(
        vault: &LockedVault,
        passphrase: &Passphrase,
        code: &RecoveryCode,
    ) -> Result<Self, UnlockError> {
        begin::recover_by_code(vault, passphrase, code)
    }

    pub(crate) fn recover_by_kit(
        vault: &LockedVault,
        kit: &RecoveryKit,
        passphrase: &Passphrase,
    ) -> Result<Self, UnlockError> {
        begin::recover_by_kit(vault, kit, passphrase)
    }
}
