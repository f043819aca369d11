//! `ceremony.*`, `passphrase.*`: set-up, renewals, recovery.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use signet_api::wire::{
    CeremonyAnswers, CeremonyDone, CeremonyId, CeremonyProven, CeremonyRequest, CeremonyShown, Empty,
    KdfWish, KitGroups, KitShown, PassphraseRating, PassphraseSuggestion, PassphraseToRate, TotpShown,
    WireSecret,
};
use signet_api::{
    CeremonyBegin, CeremonyDrop, CeremonyFinish, CeremonyKitShow, CeremonyProve, Never, PassphraseRate,
    PassphraseSuggest,
};
use signet_audit::{Fingerprint, Verdict};
use signet_core::{Action, Clock, Code, Failure, Principal};
use signet_crypto::{RecoveryCode, RecoveryKit, SecretText};
use signet_vault::{Answers, Ceremony, CeremonyKind, Change, InitOptions, KdfChoice};

use crate::agent::{Agent, LOCK_PATIENCE};
use crate::clock::SystemClock;
use crate::history::make_request_id;
use crate::host::NewHostFacts;
use crate::router::{Events, Handle};
use crate::snapshot::facts;
use crate::usecase::host::parse_host;
use crate::usecase::unlock::{code_of, new_passphrase_of, passphrase_of};
use crate::vault_cell::{PendingCeremony, VaultCell, VaultState};

/// How long a ceremony waits for its answers.
const LIFE_SECONDS: u64 = 3600;

impl Handle<CeremonyBegin> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: CeremonyRequest,
        _: Events<Never>,
    ) -> Result<CeremonyShown, Failure> {
        let action = action_of_request(&request);
        self.door.authorise(caller, action).await?;
        if action == Action::Recover {
            // Recovery begins from a locked vault; sends, tokens and the log are left in order.
            self.lock(caller, "recovery", LOCK_PATIENCE).await?;
        }
        let (now, profile) = (SystemClock.now(), self.home.profile());
        let host = new_host(&request)?;
        let begun = self
            .vault
            .run(move |cell| {
                let ceremony = begin(cell, profile, request)?;
                let shown = shown(&ceremony)?;
                cell.ceremonies.retain(|_, pending| pending.begun.plus_seconds(LIFE_SECONDS) > now);
                cell.ceremonies.insert(shown.id.clone(), PendingCeremony { ceremony, begun: now, host });
                Ok(shown)
            })
            .await;
        if let Err(failure) = &begun
            && action != Action::Init
        {
            self.door.refuse(Some(caller), action, failure.code).await;
        }
        begun
    }
}

impl Handle<CeremonyKitShow> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: CeremonyId,
        _: Events<Never>,
    ) -> Result<KitGroups, Failure> {
        self.vault
            .run(move |cell| {
                let kit = pending(cell, &request.id)?.shown().kit.as_ref();
                let kit = kit.ok_or_else(|| Failure::new(Code::NotFound))?;
                Ok(KitGroups { groups: kit.groups.iter().map(copy).collect() })
            })
            .await
    }
}

impl Handle<CeremonyProve> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: CeremonyAnswers,
        _: Events<Never>,
    ) -> Result<CeremonyProven, Failure> {
        let (id, answers) = answers_of(request)?;
        self.vault
            .run(move |cell| {
                let (code, kit_groups) = pending(cell, &id)?.prove(&answers).map_err(|e| e.failure())?;
                Ok(CeremonyProven { code, kit_groups })
            })
            .await
    }
}

impl Handle<CeremonyFinish> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: CeremonyAnswers,
        _: Events<Never>,
    ) -> Result<CeremonyDone, Failure> {
        let (id, answers) = answers_of(request)?;
        let asked = id.clone();
        let kind = self.vault.run(move |cell| Ok(pending(cell, &asked)?.kind())).await?;
        let action = action_of(kind);
        // A renewal reseals every key, so it goes through the door like their use. Set-up has no log yet,
        // and recovery must work when the log does not: both are noted afterwards.
        let permit = match action {
            Action::Init | Action::Recover => None,
            _ => {
                let request = make_request_id(SystemClock.now())?;
                Some(self.door.enter(caller, action, request, String::new(), |_, draft| draft).await?)
            }
        };
        let finished = self
            .vault
            .run(move |cell| {
                let vault = pending(cell, &id)?.finish(answers).map_err(|e| e.failure())?;
                let info = facts(&vault.info());
                let host = cell.ceremonies.remove(&id).and_then(|pending| pending.host);
                // The vault from before holds the old root; it goes before the new one is shown.
                cell.ceremonies.clear();
                cell.state = VaultState::Open(vault);
                Ok((info, host))
            })
            .await;
        if let (Some(permit), Err(failure)) = (&permit, &finished) {
            self.door.leave(permit, Verdict::Failed(failure.code), None).await?;
        }
        let (info, host) = finished?;
        self.tokens.wipe();
        for note in self.opened(&info).await {
            tracing::warn!(note, "after a ceremony");
        }
        let recorded = match &permit {
            Some(permit) => self.door.leave(permit, Verdict::Done, None).await.map(|_| ()),
            None => self.door.note(caller, action, String::new(), Verdict::Allowed).await,
        };
        if let Err(failure) = recorded {
            tracing::warn!(code = failure.code.as_str(), "a ceremony could not be recorded");
        }
        self.keep_anchor_soon();
        if let Some(host) = host {
            // The proof of the ceremony is the owner's: no other code is asked.
            self.make_host(caller, host).await.map_err(|failure| {
                failure.remedy("The vault is made and open; `signet host init` makes it a host.")
            })?;
        }
        Ok(CeremonyDone { info })
    }
}

impl Handle<CeremonyDrop> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: CeremonyId,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        self.vault
            .run(move |cell| {
                cell.ceremonies.remove(&request.id);
                Ok(Empty {})
            })
            .await
    }
}

impl Handle<PassphraseSuggest> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<PassphraseSuggestion, Failure> {
        let words = signet_crypto::make_passphrase(&mut signet_crypto::system_rng(), 5);
        // Exposed to show it to the person who asked for it.
        Ok(PassphraseSuggestion { passphrase: WireSecret::new(words.expose().to_owned()) })
    }
}

impl Handle<PassphraseRate> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: PassphraseToRate,
        _: Events<Never>,
    ) -> Result<PassphraseRating, Failure> {
        let strength = passphrase_of(request.passphrase)?.strength();
        Ok(PassphraseRating { score: strength.score, hint: strength.hint })
    }
}

fn begin(
    cell: &mut VaultCell,
    profile: signet_core::Profile,
    request: CeremonyRequest,
) -> Result<Ceremony, Failure> {
    match request {
        CeremonyRequest::Init { passphrase, kdf } => init(cell, profile, passphrase, kdf, false),
        CeremonyRequest::InitHost { passphrase, kdf, .. } => init(cell, profile, passphrase, kdf, true),
        CeremonyRequest::PassphraseChange { passphrase, code, new_passphrase } => {
            let change = Change::Passphrase(new_passphrase_of(new_passphrase)?);
            renew(cell, change, passphrase, &code)
        }
        CeremonyRequest::TotpReplace { passphrase, code } => renew(cell, Change::Totp, passphrase, &code),
        CeremonyRequest::CodesRenew { passphrase, code } => renew(cell, Change::Codes, passphrase, &code),
        CeremonyRequest::KitRenew { passphrase, code } => renew(cell, Change::Kit, passphrase, &code),
        CeremonyRequest::RecoverByCode { passphrase, recovery_code } => {
            // Exposed to read the code.
            let code = RecoveryCode::parse(recovery_code.expose())
                .map_err(|_| Failure::new(Code::WrongRecoveryCode))?;
            let passphrase = passphrase_of(passphrase)?;
            cell.locked()?.recover_by_code(passphrase, code).map_err(|e| e.failure())
        }
        CeremonyRequest::RecoverByKit { kit, new_passphrase } => {
            // Exposed to read the groups.
            let kit = RecoveryKit::parse_text(kit.expose()).map_err(|_| Failure::new(Code::KitMistyped))?;
            let passphrase = new_passphrase_of(new_passphrase)?;
            cell.locked()?.recover_by_kit(kit, passphrase).map_err(|e| e.failure())
        }
    }
}

fn init(
    cell: &VaultCell,
    profile: signet_core::Profile,
    passphrase: WireSecret,
    kdf: KdfWish,
    headless: bool,
) -> Result<Ceremony, Failure> {
    if !matches!(cell.state, VaultState::Absent) {
        return Err(match &cell.state {
            VaultState::Unusable(failure) => failure.clone(),
            _ => Failure::new(Code::VaultExists),
        });
    }
    let kdf = match kdf {
        KdfWish::Calibrated => KdfChoice::Calibrated,
        KdfWish::Floor => KdfChoice::Floor,
    };
    let passphrase = new_passphrase_of(passphrase)?;
    let environment = cell.keychains.choose(headless)?;
    Ceremony::init(&cell.folder, InitOptions { profile, kdf }, passphrase, environment)
        .map_err(|e| e.failure())
}

/// The host that a new vault shall be, said before anything is made.
fn new_host(request: &CeremonyRequest) -> Result<Option<NewHostFacts>, Failure> {
    let CeremonyRequest::InitHost { host, .. } = request else { return Ok(None) };
    let mut facts = parse_host(&host.name, &host.listen, &host.reachable_at)?;
    facts.proxies.clone_from(&host.proxies);
    Ok(Some(NewHostFacts { facts, networks: host.networks.clone() }))
}

fn renew(
    cell: &mut VaultCell,
    change: Change,
    passphrase: WireSecret,
    code: &WireSecret,
) -> Result<Ceremony, Failure> {
    let (passphrase, code) = (passphrase_of(passphrase)?, code_of(code)?);
    cell.open()?.ceremony(change, passphrase, code).map_err(|e| e.failure())
}

/// The ceremony of that id.
pub(crate) fn pending<'a>(cell: &'a mut VaultCell, id: &str) -> Result<&'a mut Ceremony, Failure> {
    let pending = cell.ceremonies.get_mut(id).ok_or_else(|| Failure::new(Code::SetupExpired))?;
    Ok(&mut pending.ceremony)
}

/// What was typed back, and for which ceremony.
fn answers_of(request: CeremonyAnswers) -> Result<(String, Answers), Failure> {
    let CeremonyAnswers { id, code, kit_groups } = request;
    let code = code.as_ref().map(code_of).transpose()?;
    let group = |(number, text): (usize, WireSecret)| {
        (number.wrapping_sub(1), SecretText::new(std::mem::take(&mut *text.into_inner())))
    };
    Ok((id, Answers { code, kit_groups: kit_groups.into_iter().map(group).collect() }))
}

/// Exposed once, to the person who has to write it down.
fn copy(text: &SecretText) -> WireSecret {
    WireSecret::new(text.expose().to_owned())
}

fn shown(ceremony: &Ceremony) -> Result<CeremonyShown, Failure> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| Failure::new(Code::Internal))?;
    let shown = ceremony.shown();
    let asked = ceremony.asked();
    Ok(CeremonyShown {
        id: HEXLOWER.encode(&id),
        totp: shown.totp.as_ref().map(|totp| TotpShown { uri: copy(&totp.uri), secret: copy(&totp.base32) }),
        kit: shown.kit.as_ref().map(|kit| KitShown {
            count: kit.groups.len(),
            fingerprint: kit.fingerprint.clone(),
            audit_fingerprint: Some(Fingerprint::of(&kit.audit_key).to_string()),
        }),
        codes: shown.codes.iter().map(copy).collect(),
        asks_code: asked.code,
        asks_kit_groups: asked
            .kit_groups
            .map(|groups| groups.iter().map(|group| group + 1).collect())
            .unwrap_or_default(),
    })
}

fn action_of_request(request: &CeremonyRequest) -> Action {
    match request {
        CeremonyRequest::Init { .. } | CeremonyRequest::InitHost { .. } => Action::Init,
        CeremonyRequest::PassphraseChange { .. } => Action::PassphraseChange,
        CeremonyRequest::TotpReplace { .. } => Action::TotpReplace,
        CeremonyRequest::CodesRenew { .. } => Action::CodesRenew,
        CeremonyRequest::KitRenew { .. } => Action::KitRenew,
        CeremonyRequest::RecoverByCode { .. } | CeremonyRequest::RecoverByKit { .. } => Action::Recover,
    }
}

fn action_of(kind: CeremonyKind) -> Action {
    match kind {
        CeremonyKind::Init => Action::Init,
        CeremonyKind::PassphraseChange => Action::PassphraseChange,
        CeremonyKind::TotpReplace => Action::TotpReplace,
        CeremonyKind::CodesRenew => Action::CodesRenew,
        CeremonyKind::KitRenew => Action::KitRenew,
        CeremonyKind::RecoverByCode | CeremonyKind::RecoverByKit => Action::Recover,
    }
}
