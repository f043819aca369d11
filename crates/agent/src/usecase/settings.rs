//! `settings.*`.

use std::sync::Arc;

use signet_api::wire::{Empty, Settings, SettingsPatch};
use signet_api::{Never, SettingsChange, SettingsShow};
use signet_core::{Action, Clock, Failure, Principal};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::news::Area;
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
                settings::save(cell.open()?, &saved)?;
                history::purge(cell, saved.history_days, now).map(|_| ())
            })
            .await?;
        self.idle.limit(wanted.idle_lock_seconds);
        self.settings.send_replace(wanted.clone());
        self.news.changed(Area::Settings);
        self.news.changed(Area::History);
        self.news.state();
        Ok(wanted)
    }
}
