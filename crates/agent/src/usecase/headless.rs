//! `host.unattended-*`: whether the machine opens the host's vault with nobody there.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use signet_api::wire::{HostStatus, OwnerCode, UnattendedMade, WireSecret};
use signet_api::{HostUnattendedDisable, HostUnattendedEnable, Never};
use signet_core::{Action, Code, Failure, Principal};

use crate::agent::Agent;
use crate::news::Area;
use crate::router::{Events, Handle};

impl Handle<HostUnattendedEnable> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: OwnerCode,
        _: Events<Never>,
    ) -> Result<UnattendedMade, Failure> {
        self.door.authorise(caller, Action::HostUnattended).await?;
        self.host().await?;
        if self.headless().is_none() {
            // Elsewhere nothing could open it: the session's keychain waits for its person, too.
            return Err(Failure::new(Code::Usage)
                .what("Only a host on a server starts with nobody there: its keychain has to lie in files.")
                .remedy("Make it there with `signet host init --headless`, or move it with `signet host take-over`."));
        }
        // Exposed to be proven.
        self.fresh_code(request.code.expose()).await?;
        self.door.pass(caller, Action::HostUnattended, "on".into()).await?;
        let secret = self
            .vault
            .run(|cell| {
                let secret = cell.open()?.make_unattended().map_err(|error| error.failure())?;
                // Exposed to be handed to the service manager, once.
                Ok(WireSecret::new(HEXLOWER.encode(secret.expose())))
            })
            .await?;
        self.news.changed(Area::Team);
        Ok(UnattendedMade { secret })
    }
}

impl Handle<HostUnattendedDisable> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: OwnerCode,
        _: Events<Never>,
    ) -> Result<HostStatus, Failure> {
        self.door.authorise(caller, Action::HostUnattended).await?;
        let host = self.host().await?;
        // Exposed to be proven.
        self.fresh_code(request.code.expose()).await?;
        self.vault.run(|cell| cell.open()?.end_unattended().map_err(|error| error.failure())).await?;
        self.door.pass(caller, Action::HostUnattended, "off".into()).await?;
        self.news.changed(Area::Team);
        Ok(host.status(&self))
    }
}
