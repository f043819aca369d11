//! `member.change`, `member.revoke`: what happens to members after they joined.

use std::sync::Arc;

use signet_api::wire::{LeaverReport, MemberChange, MemberChangeRequest, MemberChoice, MemberView};
use signet_api::{MemberRevoke, MemberUpdate, Never};
use signet_core::{Action, Code, DeviceHash, Failure, MemberId, Principal, TargetMember};
use signet_team::{Body, JoinState};
use signet_vault::Table;

use crate::agent::Agent;
use crate::host::{Place, device_row, member_name, member_view};
use crate::router::{Events, Handle};

impl Handle<MemberUpdate> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: MemberChangeRequest,
        _: Events<Never>,
    ) -> Result<MemberView, Failure> {
        let place = self.place().await?;
        let member = request.member;
        let target = target_of(&place, member, &request.change)?;
        self.allowed_on(caller, Action::MemberChange, &target).await?;
        let body = match request.change {
            MemberChange::Rename { name } => Some(Body::MemberRenamed { member, name: member_name(&name)? }),
            MemberChange::Suspend => Some(Body::MemberSuspended { member }),
            MemberChange::Resume => Some(Body::MemberResumed { member }),
            MemberChange::Role { role } => Some(Body::RoleChanged { member, role }),
            MemberChange::DeviceRename { device, name } => Some(Body::DeviceRenamed {
                device: of_member(&place, member, device)?,
                name: member_name(&name)?,
            }),
            MemberChange::DeviceRevoke { device } => {
                Some(Body::DeviceRevoked { device: of_member(&place, member, device)? })
            }
            MemberChange::DeviceConfirm { device } => {
                let device = of_member(&place, member, device)?;
                self.forget_join_state(device).await?;
                let team = place.host.team();
                let suspended = team
                    .member_of_device(&device)
                    .is_some_and(|(_, device)| device.status == signet_team::Status::Suspended);
                suspended.then_some(Body::DeviceResumed { device })
            }
            MemberChange::CodeReset => {
                place.host.codes.reset(&self, member).await?;
                None
            }
        };
        if let Some(body) = body {
            place.host.sign(&self, body).await?;
        }
        self.door.pass(caller, Action::MemberChange, member.to_string()).await?;
        Ok(member_view(&place, member).await?.1)
    }
}

impl Handle<MemberRevoke> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: MemberChoice,
        _: Events<Never>,
    ) -> Result<LeaverReport, Failure> {
        let place = self.place().await?;
        let member = request.member;
        let role = place.host.team().member(&member).map(|member| member.role);
        let role = role.ok_or_else(|| Failure::new(Code::NotFound))?;
        self.allowed_on(caller, Action::MemberRevoke, &TargetMember::member(member, role)).await?;
        let grants = place.host.team().rules(&member).grants.len();
        let under_way = self.sends.count_of(member);
        // First it takes effect, then it is written.
        let closed = place.host.end_now(&self, member);
        place.host.sign(&self, Body::MemberRevoked { member }).await?;
        let unrecorded = self.door.pass(caller, Action::MemberRevoke, member.to_string()).await.err();
        let leaver = place.leaver(member).await?;
        Ok(LeaverReport { closed, grants, under_way, unrecorded, ..leaver })
    }
}

impl Agent {
    /// The device shows its join state anew: its owner said that it is the right one.
    async fn forget_join_state(&self, device: DeviceHash) -> Result<(), Failure> {
        let state = JoinState::make_first(&mut signet_crypto::system_rng());
        self.vault
            .run(move |cell| {
                // Sealed with the record.
                let value = state.encode();
                cell.open()?.put(Table::Device, device_row(device), value.expose()).map_err(|e| e.failure())
            })
            .await
    }
}

fn target_of(place: &Place, member: MemberId, change: &MemberChange) -> Result<TargetMember, Failure> {
    let team = place.host.team();
    let found = team.member(&member).ok_or_else(|| Failure::new(Code::NotFound))?;
    let becomes = match change {
        MemberChange::Role { role } => Some(*role),
        _ => None,
    };
    Ok(TargetMember::Member { member, role: found.role, becomes })
}

fn of_member(place: &Place, member: MemberId, device: DeviceHash) -> Result<DeviceHash, Failure> {
    let team = place.host.team();
    let found = team.member(&member).and_then(|member| member.device(&device)).map(|device| device.hash);
    found.ok_or_else(|| Failure::new(Code::NotFound))
}
