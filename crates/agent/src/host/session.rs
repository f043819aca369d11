//! `session.open`: the join state of a device, presented once in each connection.

use data_encoding::HEXLOWER;
use signet_api::remote::{SessionOpen, SessionRequest, SessionView};
use signet_core::{Action, Code, DeviceHash, Failure};
use signet_team::{Body, JoinState, JoinToken, Presented};
use signet_vault::Table;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;

use crate::host::guest::Guest;
use crate::host::router::{Caller, Place, Serve};
use crate::news::Area;

impl Serve<SessionOpen> for Place {
    // Asked before there is a session, so by the guest; who it is, is found out here.
    type Who = Arc<Guest>;

    async fn serve(
        self,
        guest: Arc<Guest>,
        request: SessionRequest,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<SessionView, Failure> {
        let principal = match self.host.admit(&guest) {
            Ok(principal) => principal,
            Err(refused) => {
                self.note_refusal(&guest, &refused).await;
                return Err(refused);
            }
        };
        let caller = Caller { principal, guest: Arc::clone(&guest) };
        self.authorise(&caller, Action::SessionOpen).await?;
        let token = match &request.state {
            None => JoinToken::first(),
            Some(hex) => HEXLOWER
                .decode(hex.as_bytes())
                .ok()
                .and_then(|bytes| JoinToken::parse(&bytes))
                .ok_or_else(|| Failure::new(Code::Usage))?,
        };
        if !guest.presents() {
            return Err(Failure::new(Code::SessionMissing).what("The connection is open already."));
        }
        let next = match self.present(guest.device(), token).await {
            Ok(next) => next,
            Err(refused) => {
                guest.presented(false);
                if refused.code == Code::DeviceSuspended {
                    self.suspend_copy(&caller).await;
                }
                self.refuse(&caller, Action::SessionOpen, refused.code).await;
                return Err(refused);
            }
        };
        guest.presented(true);
        self.host.saw(guest.device(), guest.address());
        let member = caller.member()?;
        let code_set = self.host.codes.is_set(&self.agent, member).await?;
        let team = self.host.team();
        let found = team.member(&member).ok_or_else(|| Failure::new(Code::NotMember))?;
        self.agent.news.changed(Area::Team);
        Ok(SessionView {
            next,
            host: self.host.facts().name,
            member,
            name: found.name.to_string(),
            role: found.role,
            code_set,
            owner: HEXLOWER.encode(&team.owner().to_bytes()),
            epoch: team.epoch(),
        })
    }
}

impl Place {
    /// Compares the device's token with what the host remembers; gives the next one, which is durable here.
    async fn present(&self, device: DeviceHash, token: JoinToken) -> Result<String, Failure> {
        let row = row_of(device);
        self.agent
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                let mut rng = signet_crypto::system_rng();
                let stored = vault.fetch(Table::Device, row).map_err(|e| e.failure())?;
                let state = match stored {
                    // Exposed to be read into the state.
                    Some(bytes) => {
                        JoinState::decode(bytes.expose()).map_err(|_| Failure::new(Code::VaultDamaged))?
                    }
                    None => JoinState::make_first(&mut rng),
                };
                let (store, answer) = match state.present(&token, &mut rng) {
                    Presented::Accepted { store, give } => {
                        // Given to the device, which stores it.
                        (store, Ok(HEXLOWER.encode(give.expose())))
                    }
                    Presented::Clone { store } => (store, Err(Failure::new(Code::DeviceSuspended))),
                    Presented::Suspended => return Err(Failure::new(Code::DeviceSuspended)),
                    Presented::Reconfirm => {
                        return Err(Failure::new(Code::DeviceSuspended).what(
                            "The host was restored from a backup, so each device has to be confirmed.",
                        ));
                    }
                };
                vault.put(Table::Device, row, store.encode().expose()).map_err(|e| e.failure())?;
                answer
            })
            .await
    }

    /// A second copy of a device's key was seen: the device is suspended until the owner confirms it.
    async fn suspend_copy(&self, caller: &Caller) {
        let device = caller.guest.device();
        if let Err(failure) = self.host.sign(&self.agent, Body::DeviceSuspended { device }).await {
            tracing::warn!(code = failure.code.as_str(), "a copied device could not be put on record");
        }
        tracing::warn!(%device, "an old join state was presented: the device is suspended");
    }
}

/// The row of a device: the front of its hash.
pub(crate) fn row_of(device: DeviceHash) -> [u8; 16] {
    let mut row = [0; 16];
    row.copy_from_slice(&device.as_bytes()[..16]);
    row
}
