//! The second factor of members, verified here.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use signet_api::remote::{CodeBegin, CodeProof, CodeProve, CodeSecret};
use signet_api::wire::{Empty, WireSecret};
use signet_core::{Action, Clock, Code, Failure, LastCode, MemberId, UnixMillis};
use signet_crypto::{Drift, Step, TotpCode, TotpSeed, otpauth_uri};
use signet_team::{CodeAnswer, CodeThrottle};
use signet_vault::Table;
use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedSender;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::host::Host;
use crate::host::router::{Caller, Place, Serve};

/// A member's factor as the vault keeps it.
#[derive(Clone, Serialize, Deserialize)]
struct MemberCode {
    /// Base32; sealed with the record.
    seed: String,
    proven: bool,
    throttle: CodeThrottle,
    /// When a code was accepted last.
    accepted: Option<UnixMillis>,
}

/// The factors of the members who have asked for something since the host was opened.
#[derive(Default)]
pub(crate) struct Codes(Mutex<HashMap<MemberId, Arc<Mutex<Option<MemberCode>>>>>);

impl Codes {
    /// A member's factor, read from the vault the first time.
    async fn of(&self, agent: &Agent, member: MemberId) -> Result<Arc<Mutex<Option<MemberCode>>>, Failure> {
        let mut known = self.0.lock().await;
        if let Some(code) = known.get(&member) {
            return Ok(Arc::clone(code));
        }
        let found = agent
            .vault
            .run(move |cell| {
                cell.open()?.fetch(Table::MemberCode, *member.as_bytes()).map_err(|e| e.failure())
            })
            .await?;
        // Exposed to be read into the factor.
        let code = found.map(|bytes| serde_json::from_slice(bytes.expose())).transpose();
        let code = Arc::new(Mutex::new(code.map_err(|_| Failure::new(Code::VaultDamaged))?));
        known.insert(member, Arc::clone(&code));
        Ok(code)
    }

    /// Whether the member has one that is proven.
    pub(crate) async fn is_set(&self, agent: &Agent, member: MemberId) -> Result<bool, Failure> {
        Ok(self.of(agent, member).await?.lock().await.as_ref().is_some_and(|code| code.proven))
    }

    /// When the member's last code was accepted.
    pub(crate) async fn last(&self, agent: &Agent, member: MemberId) -> Result<LastCode, Failure> {
        let code = self.of(agent, member).await?;
        let accepted = code.lock().await.as_ref().and_then(|code| code.accepted);
        Ok(accepted.map_or(LastCode::Never, LastCode::At))
    }

    /// Forgets the factor, so that the member sets up a new one.
    pub(crate) async fn reset(&self, agent: &Agent, member: MemberId) -> Result<(), Failure> {
        let code = self.of(agent, member).await?;
        let mut code = code.lock().await;
        agent
            .vault
            .run(move |cell| {
                cell.open()?.delete(Table::MemberCode, *member.as_bytes()).map_err(|e| e.failure())
            })
            .await?;
        *code = None;
        Ok(())
    }

    /// Verifies a member's code, which is used up, durably, before this returns.
    pub(crate) async fn verify(&self, agent: &Agent, member: MemberId, text: &str) -> Result<(), Failure> {
        self.check(agent, member, text, true).await
    }

    async fn check(&self, agent: &Agent, member: MemberId, text: &str, proven: bool) -> Result<(), Failure> {
        let typed = TotpCode::parse(text).map_err(|_| Failure::new(Code::MemberCodeWrong))?;
        let factor = self.of(agent, member).await?;
        let mut factor = factor.lock().await;
        let Some(code) = factor.as_mut().filter(|code| code.proven || !proven) else {
            return Err(Failure::new(Code::MemberCodeUnset));
        };
        let seed = TotpSeed::from_base32(&code.seed).ok_or_else(|| Failure::new(Code::VaultDamaged))?;
        let now = SystemClock.now();
        let answer = code.throttle.check(agent.member_time(now), &seed, &typed);
        if answer == CodeAnswer::Accepted {
            code.accepted = Some(now);
            code.proven = true;
        }
        // Closed, nothing has changed: whoever goes on guessing costs no write.
        if !matches!(answer, CodeAnswer::Wait { .. }) {
            save(agent, member, code).await?;
        }
        match answer {
            CodeAnswer::Accepted => Ok(()),
            CodeAnswer::Wrong { left } => Err(Failure::new(Code::MemberCodeWrong).fact("tries_left", left)),
            CodeAnswer::Wait { until } => Err(Failure::new(Code::MemberCodeWrong)
                .what("Too many wrong codes.")
                .fact("wait_seconds", until.0.saturating_sub(now.0) / 1000)),
        }
    }
}

impl Serve<CodeBegin> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        _: Empty,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<CodeSecret, Failure> {
        let member = caller.member()?;
        self.authorise(&caller, Action::MemberCodeSet).await?;
        let factor = self.host.codes.of(&self.agent, member).await?;
        let mut factor = factor.lock().await;
        if factor.as_ref().is_some_and(|code| code.proven) {
            return Err(Failure::new(Code::MemberCodeSet));
        }
        // A new seed each time: one that was shown to somebody else first is worth nothing.
        let seed = TotpSeed::make(&mut signet_crypto::system_rng());
        let step = Step::at(self.agent.member_time(SystemClock.now()));
        let first = Step::new(step.number().saturating_sub(1));
        // Sealed with the record; shown once, to its member.
        let text = seed.base32().expose().to_owned();
        let code = MemberCode {
            seed: text,
            proven: false,
            throttle: CodeThrottle::new(first, Drift::ZERO),
            accepted: None,
        };
        save(&self.agent, member, &code).await?;
        *factor = Some(code);
        let account = name_of(&self.host, member);
        Ok(CodeSecret {
            uri: WireSecret::new(
                otpauth_uri(&seed, &format!("Signet {}", self.host.facts().name), &account)
                    .expose()
                    .to_owned(),
            ),
            secret: WireSecret::new(seed.base32().expose().to_owned()),
        })
    }
}

impl Serve<CodeProve> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        request: CodeProof,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<Empty, Failure> {
        let member = caller.member()?;
        self.authorise(&caller, Action::MemberCodeSet).await?;
        let already = self.host.codes.is_set(&self.agent, member).await?;
        let proven = self.host.codes.check(&self.agent, member, &request.code, false).await;
        if let Err(failure) = &proven {
            self.refuse(&caller, Action::MemberCodeSet, failure.code).await;
        } else if !already {
            self.note(&caller, Action::MemberCodeSet, member.to_string()).await?;
        }
        proven.map(|()| Empty {})
    }
}

async fn save(agent: &Agent, member: MemberId, code: &MemberCode) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(code).map_err(|_| Failure::new(Code::Internal))?;
    agent
        .vault
        .run(move |cell| {
            cell.open()?.put(Table::MemberCode, *member.as_bytes(), &bytes).map_err(|e| e.failure())
        })
        .await
}

fn name_of(host: &Host, member: MemberId) -> String {
    host.team().member(&member).map(|member| member.name.to_string()).unwrap_or_default()
}
