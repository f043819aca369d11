//! `unlock`, `lock`, and what every opening of the vault has in common.

use std::sync::Arc;

use signet_api::wire::{Empty, UnlockRequest, Unlocked, VaultFacts, WireSecret};
use signet_api::{Lock, Never, Unlock};
use signet_audit::Verdict;
use signet_core::{Action, Clock, Code, Failure, Principal};
use signet_crypto::{Passphrase, TotpCode};
use signet_vault::{OpenVault, Width};

use crate::agent::{Agent, LOCK_PATIENCE};
use crate::clock::SystemClock;
use crate::router::{Events, Handle};
use crate::signer;
use crate::snapshot::facts;
use crate::usecase::settle;
use crate::vault_cell::VaultState;
use crate::{drafts, history, settings};

/// Longest passphrase in bytes.
const MAX_PASSPHRASE: usize = 4096;

impl Handle<Unlock> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: UnlockRequest,
        _: Events<Never>,
    ) -> Result<Unlocked, Failure> {
        self.door.authorise(caller, Action::Unlock).await?;
        let passphrase = passphrase_of(request.passphrase)?;
        let code = code_of(&request.code)?;
        let width = if request.wide { Width::Wide } else { Width::Near };
        let opened = self
            .vault
            .run(move |cell| {
                let open = cell.locked()?.unlock(passphrase, code, width).map_err(|e| e.failure())?;
                let info = facts(&open.info());
                cell.state = VaultState::Open(open);
                Ok(info)
            })
            .await;
        let info = match opened {
            Ok(info) => info,
            Err(failure) => {
                self.door.refuse(Some(caller), Action::Unlock, failure.code).await;
                return Err(failure);
            }
        };
        let mut settled = self.opened(&info).await;
        if let Err(failure) = self.door.note(caller, Action::Unlock, String::new(), Verdict::Allowed).await {
            settled.push(format!("{} {}", failure.what, failure.remedy));
        }
        Ok(Unlocked { info, locks_at: self.idle.locks_at(), settled })
    }
}

impl Handle<Lock> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        self.lock(caller, "asked", LOCK_PATIENCE).await?;
        Ok(Empty {})
    }
}

impl Agent {
    /// What follows every opening: settings, the log, old history, sends of an earlier run. Returns what
    /// the owner should know. Nothing here can keep the vault closed.
    pub(crate) async fn opened(self: &Arc<Self>, info: &VaultFacts) -> Vec<String> {
        let mut notes = Vec::new();
        self.unattended.forget();
        self.idle.opened();
        let now = SystemClock.now();
        let audit = Arc::clone(&self.audit);
        let vault_id = info.vault_id;
        let prepared = self
            .vault
            .run(move |cell| {
                let settings = settings::load(cell.open()?)?;
                let purged = history::purge(cell, settings.history_days, now);
                let aged = drafts::purge(cell.open()?, now);
                let log = open_log(cell.open()?, &audit, vault_id);
                Ok((settings, purged.err().or_else(|| aged.err()), log))
            })
            .await;
        match prepared {
            Ok((settings, purged, log)) => {
                self.idle.limit(settings.idle_lock_seconds);
                self.settings.send_replace(settings);
                notes.extend(purged.map(|failure| failure.what));
                notes.extend(log.err().map(|failure| format!("{} {}", failure.what, failure.remedy)));
            }
            Err(failure) => notes.push(failure.what),
        }
        notes.extend(settle::start(self).await);
        notes
    }
}

/// Opens the log, or makes it where the vault never had one, and compares it with the keychain's memory.
pub(crate) fn open_log(
    vault: &OpenVault,
    audit: &crate::audit_desk::AuditDesk,
    vault_id: signet_core::VaultId,
) -> Result<(), Failure> {
    let key = Arc::new(signer::copy_of(vault.audit_signing_key()));
    let locked_public = vault.locked_audit_keys().last().map(|key| key.public).unwrap_or_default();
    let anchor = vault.anchor().map_err(|e| e.failure())?;
    if !audit.open(vault_id)? {
        if anchor.is_some() {
            return Err(Failure::new(Code::AuditDamaged).what("The audit log is gone."));
        }
        audit.create(vault_id, &*key, locked_public)?;
    }
    let anchor = anchor.map(|anchor| signet_audit::Anchor { size: anchor.size, root: anchor.root });
    if audit.reconcile(anchor, key, locked_public)? {
        Ok(())
    } else {
        Err(Failure::new(Code::AuditDamaged)
            .what("The audit log is older than the keychain remembers, or was replaced."))
    }
}

/// Size and root, as the vault keeps them.
pub(crate) fn vault_anchor(anchor: signet_audit::Anchor) -> signet_vault::Anchor {
    signet_vault::Anchor { size: anchor.size, root: anchor.root }
}

/// A passphrase from the wire.
pub(crate) fn passphrase_of(secret: WireSecret) -> Result<Passphrase, Failure> {
    // Exposed to measure it: normalising needs many times its length.
    if secret.expose().len() > MAX_PASSPHRASE {
        return Err(Failure::new(Code::WeakPassphrase)
            .what("That passphrase is longer than 4,096 bytes.")
            .remedy("Use a shorter one; five random words are plenty."));
    }
    Ok(Passphrase::parse(std::mem::take(&mut *secret.into_inner())))
}

/// A passphrase that shall be used from now on: strong enough.
pub(crate) fn new_passphrase_of(secret: WireSecret) -> Result<Passphrase, Failure> {
    let passphrase = passphrase_of(secret)?;
    passphrase.require_strong()?;
    Ok(passphrase)
}

/// A code from the wire.
pub(crate) fn code_of(secret: &WireSecret) -> Result<TotpCode, Failure> {
    // Exposed to read the six digits.
    TotpCode::parse(secret.expose()).map_err(|_| {
        Failure::new(Code::WrongSecret)
            .what("A code has six digits.")
            .remedy("Type the code that the authenticator app shows now.")
    })
}
