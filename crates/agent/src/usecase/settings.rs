//! `settings.*`.

use std::sync::Arc;

use signet_api::wire::{Empty, Settings, SettingsPatch};
use signet_api::{Never, SettingsChange, SettingsShow};
use signet_core::{Action, Clock, Failure, Principal};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::router::{Events, Handle};
use crate::{history, settings};

impl Handle<SettingsShow> for Agent {
    async fn handle(self: Arc<Self>, _: Principal, _: Empty, _: Events<Never>) -> Result<Settings, Failure> {
        self.vault.run(|cell| settings::load(cell.open()?)).await
    }
}

impl Handle<SettingsChange> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        patch: SettingsPatch,
        _: Events<Never>,
    ) -> Result<Settings, Failure> {
        let now = SystemClock.now();
        let current = self.vault.run(|cell| settings::load(cell.open()?)).await?;
        let wanted = settings::apply(current, patch)?;
        self.door.pass(caller, Action::SettingsChange, String::new()).await?;
        let saved = wanted.clone();
        self.vault
            .run(move |cell| {
                let vault = cell.open()?;
                settings::save(vault, &saved)?;
                history::purge(vault, saved.history_days, now).map(|_| ())
            })
            .await?;
        self.idle.limit(wanted.idle_lock_seconds);
        self.settings.send_replace(wanted.clone());
        Ok(wanted)
    }
}
