//! `team.show`.

use std::sync::Arc;

use signet_api::wire::{Empty, TeamView};
use signet_api::{Never, TeamShow};
use signet_core::{Failure, Principal};

use crate::agent::Agent;
use crate::host::team_view;
use crate::router::{Events, Handle};

impl Handle<TeamShow> for Agent {
    async fn handle(self: Arc<Self>, _: Principal, _: Empty, _: Events<Never>) -> Result<TeamView, Failure> {
        team_view(&self.place().await?).await
    }
}
