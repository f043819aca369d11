//! `check`: clock, keychain, key, token and delegation as named steps. Sends nothing.

use std::sync::Arc;

use signet_api::Check;
use signet_api::wire::{CheckReport, CheckRequest, CheckStatus, CheckStep};
use signet_audit::Verdict;
use signet_core::{Action, Clock, Code, EmailAddress, Failure, Principal, Scope};
use signet_google::{Freshness, Google, KeyPort, LocalKey, TokenSource};
use signet_vault::KeyRecord;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::history::make_request_id;
use crate::message;
use crate::router::{Events, Handle};
use crate::usecase::send::VaultKeys;

impl Handle<Check> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: CheckRequest,
        events: Events<CheckStep>,
    ) -> Result<CheckReport, Failure> {
        let sender = message::address(&request.sender)?;
        self.door.authorise(caller, Action::Check).await?;
        let mut walk = Walk { steps: Vec::new(), events };
        let google = self.google();
        walk.clock(google.as_ref()).await;
        walk.keychain(&self).await;
        let key = walk.key(&self, request.key, google.as_ref()).await;
        match (google, key) {
            (Ok(google), Some(key)) => walk.token(&self, caller, google, key, sender).await?,
            (google, _) => {
                let why = google
                    .err()
                    .map_or_else(|| "An earlier step has to work first.".into(), |failure| failure.what);
                walk.end("token", CheckStatus::Skipped, why.clone(), None);
                walk.end("delegation", CheckStatus::Skipped, why, None);
            }
        }
        let ready =
            walk.steps.iter().all(|step| matches!(step.status, CheckStatus::Ok | CheckStatus::Warning));
        Ok(CheckReport { steps: walk.steps, ready })
    }
}

struct Walk {
    steps: Vec<CheckStep>,
    events: Events<CheckStep>,
}

impl Walk {
    fn end(&mut self, name: &str, status: CheckStatus, what: impl Into<String>, failure: Option<Failure>) {
        let step = CheckStep { name: name.into(), status, what: what.into(), failure };
        self.events.send(step.clone());
        self.steps.push(step);
    }

    fn failed(&mut self, name: &str, failure: Failure) {
        self.end(name, CheckStatus::Failed, failure.what.clone(), Some(failure));
    }

    async fn clock(&mut self, google: Result<&Google, &Failure>) {
        let offset = match google {
            Ok(google) => google.check_clock().await,
            Err(failure) => Err(failure.clone()),
        };
        match offset {
            Ok(offset) if offset.0.abs() <= 30 => {
                self.end("clock", CheckStatus::Ok, "This computer's clock agrees with Google's.", None);
            }
            Ok(offset) => {
                let what = format!(
                    "This computer's clock is {} seconds off; Google still accepts that.",
                    offset.0.abs()
                );
                self.end("clock", CheckStatus::Warning, what, None);
            }
            Err(failure) => self.failed("clock", failure),
        }
    }

    async fn keychain(&mut self, agent: &Agent) {
        let read = agent.vault.run(|cell| cell.open()?.anchor().map(|_| ()).map_err(|e| e.failure())).await;
        match read {
            Ok(()) => self.end("keychain", CheckStatus::Ok, "The keychain answers.", None),
            Err(failure) => self.failed("keychain", failure),
        }
    }

    async fn key(
        &mut self,
        agent: &Agent,
        wanted: Option<String>,
        google: Result<&Google, &Failure>,
    ) -> Option<KeyRecord> {
        let key = match agent.key(wanted).await {
            Ok(key) => key,
            Err(failure) => {
                self.failed("key", failure);
                return None;
            }
        };
        let opened = VaultKeys(agent.vault.clone()).service_key(key.id).await;
        if let Err(failure) = opened {
            self.failed("key", failure);
            return None;
        }
        let name = format!("{} ({})", key.client_email, key.google_key_id.as_str());
        let Ok(google) = google else {
            self.end("key", CheckStatus::Ok, format!("The key of {name} opens."), None);
            return Some(key);
        };
        match google.key_created(&key.client_email, &key.google_key_id).await {
            Ok(Some(_)) => {
                self.end(
                    "key",
                    CheckStatus::Ok,
                    format!("The key of {name} opens, and Google lists it."),
                    None,
                );
            }
            Ok(None) => {
                let failure = Failure::new(Code::KeyRefused).what(format!(
                    "Google does not list the key of {name}: it is deleted or disabled, or too new."
                ));
                self.end("key", CheckStatus::Warning, failure.what.clone(), Some(failure));
            }
            Err(failure) => {
                let what = format!("The key of {name} opens; Google's list of keys could not be read.");
                self.end("key", CheckStatus::Warning, what, Some(failure));
            }
        }
        Some(key)
    }

    /// One token shows both: that Google takes the key, and that the administrator has authorised it.
    async fn token(
        &mut self,
        agent: &Arc<Agent>,
        caller: Principal,
        google: Google,
        key: KeyRecord,
        sender: EmailAddress,
    ) -> Result<(), Failure> {
        let id = make_request_id(SystemClock.now())?;
        let permit =
            agent.door.enter(caller, Action::Check, id, key.id.to_string(), |_, draft| draft).await?;
        let tokens = LocalKey {
            google,
            keys: Arc::new(VaultKeys(agent.vault.clone())),
            cache: Arc::clone(&agent.tokens),
            key: key.id,
            subject: sender.clone(),
            scope: Scope::GmailSend,
        };
        let minted = agent.while_open(tokens.token(Freshness::New)).await.and_then(|minted| minted);
        let verdict = minted.as_ref().map_or_else(|failure| Verdict::Failed(failure.code), |_| Verdict::Done);
        agent.door.leave(&permit, verdict, None).await?;
        match minted {
            Ok(_) => {
                self.end("token", CheckStatus::Ok, "Google accepts the key.", None);
                let what = format!("The administrator has authorised sending as {sender}.");
                self.end("delegation", CheckStatus::Ok, what, None);
            }
            Err(failure) if concerns_delegation(failure.code) => {
                self.end("token", CheckStatus::Ok, "Google accepts the key.", None);
                self.failed("delegation", with_paste(failure, &key));
            }
            Err(failure) => {
                self.failed("token", failure);
                self.end("delegation", CheckStatus::Skipped, "The token has to work first.", None);
            }
        }
        Ok(())
    }
}

const fn concerns_delegation(code: Code) -> bool {
    matches!(code, Code::DelegationMissing | Code::ScopeMissing | Code::SenderUnknown | Code::AdminPolicy)
}

/// The failure with what the administrator has to paste.
fn with_paste(failure: Failure, key: &KeyRecord) -> Failure {
    failure
        .fact("client_id", &key.client_id)
        .fact("scopes", Scope::GmailSend.as_str())
        .fact("admin_page", "https://admin.google.com/ac/owl/domainwidedelegation")
}
