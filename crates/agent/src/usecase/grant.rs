//! `grant.*`, `forbid.*`, `policy.ask`.

use std::sync::Arc;

use signet_api::wire::{
    Empty, ForbidPutRequest, GrantChoice, GrantPutRequest, GrantView, PolicyAnswer, PolicyQuestion,
};
use signet_api::{ForbidPut, ForbidRemove, GrantPut, GrantRemove, Never, PolicyAsk};
use signet_core::{Action, Code, Failure, ForbidId, MemberId, Principal, TargetMember};
use signet_team::Body;

use crate::agent::Agent;
use crate::host::{Place, answer, grant_of, grant_view};
use crate::router::{Events, Handle};

impl Handle<GrantPut> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: GrantPutRequest,
        _: Events<Never>,
    ) -> Result<GrantView, Failure> {
        let place = self.place().await?;
        let action = if request.id.is_some() { Action::GrantChange } else { Action::GrantMake };
        self.allowed_on(caller, action, &target(&place, request.member)?).await?;
        let role = place.host.team().member(&request.member).map(|member| member.role);
        if role.is_some_and(|role| !role.sends()) {
            return Err(sends_not());
        }
        let keys = self.vault.run(|cell| Ok(cell.open()?.keys())).await?;
        let key = keys
            .iter()
            .find(|key| key.id == request.grant.key)
            .ok_or_else(|| Failure::new(Code::NotFound).what("There is no such key."))?;
        let mut grant = grant_of(place.host.team().next_grant(), request.member, &request.grant)?;
        if let Some(id) = request.id {
            let owner = place.host.team().grant(id).map(|replaced| replaced.member);
            if owner != Some(request.member) {
                return Err(Failure::new(Code::NotFound)
                    .what("That member has no grant of that number.")
                    .remedy("`signet team list` shows the grants of each member.")
                    .fact("grant", id));
            }
            grant.id = id;
        }
        place.host.sign(&self, Body::GrantPut { grant: grant.clone() }).await?;
        self.door.pass(caller, action, grant.id.to_string()).await?;
        Ok(grant_view(&grant, &key.name, 0))
    }
}

impl Handle<GrantRemove> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: GrantChoice,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        let place = self.place().await?;
        let member = place.host.team().grant(request.id).map(|grant| grant.member);
        let member = member.ok_or_else(|| Failure::new(Code::NotFound))?;
        self.allowed_on(caller, Action::GrantRemove, &target(&place, member)?).await?;
        place.host.sign(&self, Body::GrantRemoved { grant: request.id }).await?;
        self.door.pass(caller, Action::GrantRemove, request.id.to_string()).await?;
        Ok(Empty {})
    }
}

impl Handle<ForbidPut> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: ForbidPutRequest,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        let place = self.place().await?;
        let mut forbid = request.forbid;
        let about = match forbid.member {
            Some(member) => target(&place, member)?,
            None => TargetMember::Everybody,
        };
        self.allowed_on(caller, Action::ForbidMake, &about).await?;
        if forbid.id == ForbidId(0) {
            forbid.id = place.host.team().next_forbid();
        }
        let id = forbid.id;
        place.host.sign(&self, Body::ForbidPut { forbid }).await?;
        self.door.pass(caller, Action::ForbidMake, id.to_string()).await?;
        Ok(Empty {})
    }
}

impl Handle<ForbidRemove> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: GrantChoice,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        let place = self.place().await?;
        let id = ForbidId(request.id.0);
        let about = {
            let team = place.host.team();
            team.forbid(id).ok_or_else(|| Failure::new(Code::NotFound))?.member
        };
        let about = about.map_or(Ok(TargetMember::Everybody), |member| target(&place, member))?;
        self.allowed_on(caller, Action::ForbidRemove, &about).await?;
        place.host.sign(&self, Body::ForbidRemoved { forbid: id }).await?;
        self.door.pass(caller, Action::ForbidRemove, id.to_string()).await?;
        Ok(Empty {})
    }
}

impl Handle<PolicyAsk> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        question: PolicyQuestion,
        _: Events<Never>,
    ) -> Result<PolicyAnswer, Failure> {
        answer(&self.place().await?, &question).await
    }
}

/// A grant that could never be used is refused where it is made.
pub(crate) fn sends_not() -> Failure {
    Failure::new(Code::Usage)
        .what("That role does not send, so a grant would allow nothing.")
        .remedy("Only senders and test-senders have a use for one.")
}

fn target(place: &Place, member: MemberId) -> Result<TargetMember, Failure> {
    let team = place.host.team();
    let member = team.member(&member).ok_or_else(|| Failure::new(Code::NotFound))?;
    Ok(TargetMember::member(member.id, member.role))
}
