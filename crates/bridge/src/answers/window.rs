//! `window.*` (but the events), `prefs.*`, `profile.*`, `agent.*`, `place.*`.

use signet_api::wire::{Empty, KeyView, StatusReport};
use signet_api::{KeyList, Status, launch};
use signet_core::{Code, Failure, Profile};

use crate::dispatch::{Answer, Events};
use crate::wire::{Place, Prefs, PrefsPatch, ProfileChoice, WindowFacts};
use crate::{AgentStart, Bridge, PlaceOpen, PrefsChange, ProfileSwitch, WindowFactsShow};

const MAKE_KEY: &str = "https://console.cloud.google.com/iam-admin/serviceaccounts";
const DELEGATION: &str = "https://admin.google.com/ac/owl/domainwidedelegation";

impl Answer<WindowFactsShow> for Bridge {
    async fn answer(&self, _: Empty, _: Events<WindowFactsShow>) -> Result<WindowFacts, Failure> {
        Ok(self.facts())
    }
}

impl Answer<PrefsChange> for Bridge {
    async fn answer(&self, patch: PrefsPatch, _: Events<PrefsChange>) -> Result<Prefs, Failure> {
        self.prefs.change(patch)
    }
}

impl Answer<ProfileSwitch> for Bridge {
    async fn answer(&self, choice: ProfileChoice, _: Events<ProfileSwitch>) -> Result<WindowFacts, Failure> {
        if self.setup.sandbox_only && choice.profile != Profile::Sandbox {
            return Err(Failure::new(Code::Unsupported).what("This page works in the sandbox only."));
        }
        // What one vault had shown here is not the other's business.
        self.forget_opened();
        self.profile.send_replace(choice.profile);
        Ok(self.facts())
    }
}

impl Answer<AgentStart> for Bridge {
    async fn answer(&self, _: Empty, _: Events<AgentStart>) -> Result<StatusReport, Failure> {
        let home = self.home()?;
        launch::ensure(&home).await?;
        match self.ask::<Status>(&Empty {}).await {
            Ok(status) if status.version == self.setup.version => Ok(status),
            Ok(status) if status.is_idle() => self.replace_agent().await,
            // It speaks our language and holds something open: it goes on until it is at rest.
            Ok(status) => Ok(status),
            Err(failure) if failure.code == Code::AgentVersion => {
                if self.client()?.is_idle_whatever_its_version().await {
                    return self.replace_agent().await;
                }
                Err(failure.remedy("Lock the vault and wait for sends to end, then try again."))
            }
            Err(failure) => Err(failure),
        }
    }
}

impl Bridge {
    /// Ends the agent that runs, and starts the one of this version.
    async fn replace_agent(&self) -> Result<StatusReport, Failure> {
        let home = self.home()?;
        launch::terminate(&home)?;
        launch::gone(&home).await?;
        launch::ensure(&home).await?;
        self.ask::<Status>(&Empty {}).await
    }
}

impl Answer<PlaceOpen> for Bridge {
    async fn answer(&self, place: Place, _: Events<PlaceOpen>) -> Result<Empty, Failure> {
        let opened = match place {
            Place::Delegation { key } => {
                let keys = self.ask::<KeyList>(&Empty {}).await?.keys;
                let key = keys.iter().find(|known| known.id.to_string() == key || known.name == key);
                let key = key.ok_or_else(|| Failure::new(Code::NotFound))?;
                self.desk.open_url(&delegation(key)?)
            }
            Place::MakeKey {} => self.desk.open_url(MAKE_KEY),
            Place::Guide {} => match guide() {
                Some(path) => self.desk.open_path(&path),
                None => return Err(Failure::new(Code::NotFound).what("The user guide is not installed.")),
            },
            Place::Folder {} => self.desk.open_path(self.home()?.data()),
        };
        opened.map(|()| Empty {}).map_err(|error| {
            Failure::new(Code::Unsupported)
                .what("The desktop did not open that.")
                .remedy("Open it yourself; the details say what it is.")
                .fact("error", error)
        })
    }
}

/// Google's page, filled in. `overwriteClientId=false` keeps the scopes that are authorised already.
fn delegation(key: &KeyView) -> Result<String, Failure> {
    let client = key.client_id.as_deref().filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    let client = client.ok_or_else(|| {
        Failure::new(Code::NotFound)
            .what("The key file names no client id.")
            .remedy("Google's console shows it with the service account, as the unique id.")
    })?;
    let scopes: Vec<String> = key.scopes.iter().map(|scope| escaped(scope)).collect();
    let scopes = scopes.join(",");
    Ok(format!("{DELEGATION}?clientIdToAdd={client}&clientScopeToAdd={scopes}&overwriteClientId=false"))
}

/// Percent-encoded but for what a scope's own address is made of (RFC 3986).
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte);
    text.bytes().fold(String::new(), |mut text, byte| {
        if plain(byte) {
            text.push(byte.into());
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// The guide of this installation: beside the program, in an application's bundle, or in a system's folder.
fn guide() -> Option<std::path::PathBuf> {
    let programs = std::env::current_exe().ok()?.parent()?.to_owned();
    let folders = [programs.clone(), programs.join("../Resources"), programs.join("../share/signet")];
    folders.map(|folder| folder.join("guide/index.html")).into_iter().find(|path| path.is_file())
}

/// Whether nothing would be lost if an agent ended.
trait Idle {
    fn is_idle(&self) -> bool;
}

impl Idle for StatusReport {
    fn is_idle(&self) -> bool {
        self.sending == 0 && !matches!(self.vault, signet_api::wire::VaultStatus::Unlocked { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_core::{GoogleKeyId, KeyId, UnixMillis};

    #[test]
    fn the_administrators_page_is_filled_in_and_nothing_else_gets_into_it() {
        let mut key = KeyView {
            id: KeyId::from_bytes([1; 16]),
            name: "k".into(),
            client_email: "a@b".into(),
            client_id: Some("1017".into()),
            project_id: None,
            google_key_id: GoogleKeyId::parse("1a").unwrap(),
            bits: 2048,
            imported: UnixMillis(0),
            created: None,
            last_used: None,
            scopes: vec!["https://www.googleapis.com/auth/gmail.send".into()],
        };
        assert_eq!(
            delegation(&key).unwrap(),
            "https://admin.google.com/ac/owl/domainwidedelegation?clientIdToAdd=1017&clientScopeToAdd=https://www.googleapis.com/auth/gmail.send&overwriteClientId=false"
        );
        key.scopes = vec!["a&b=c d".into()];
        assert!(delegation(&key).unwrap().contains("clientScopeToAdd=a%26b%3Dc%20d&"));
        key.client_id = Some("1&x=".into());
        assert!(delegation(&key).is_err());
    }
}
