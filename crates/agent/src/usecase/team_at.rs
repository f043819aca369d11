//! `team.at`: the owner's methods, for an admin of somebody else's host.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use signet_api::remote::{
    ApprovalsDecide, ApprovalsWaiting, TeamAsk, TeamInvite, TeamKeys, TeamLook, TeamRefuse, TeamWithdraw,
};
use signet_api::wire::{Empty, ForbidPutRequest, GrantChoice, MemberChoice, TeamAtReply, TeamAtRequest};
use signet_api::{
    ApprovalDecide, ApprovalList, ForbidPut, ForbidRemove, GrantPut, GrantRemove, InviteMake, InviteWithdraw,
    MemberApprove, MemberRefuse, MemberRevoke, MemberUpdate, Method, Never, PolicyAsk, TeamAt, TeamShow,
};
use signet_core::{Code, Failure, ForbidId, Principal};
use signet_team::Body;

use crate::agent::Agent;
use crate::member::Membership;
use crate::news::Area;
use crate::router::{Events, Handle};

/// Methods that change nothing.
const LOOKS: [&str; 4] = [TeamShow::NAME, TeamKeys::NAME, PolicyAsk::NAME, ApprovalList::NAME];

impl Handle<TeamAt> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: TeamAtRequest,
        _: Events<Never>,
    ) -> Result<TeamAtReply, Failure> {
        let membership = self.memberships.find(&request.host).await?;
        let reply = answer(&membership, &request.method, request.request).await?;
        // Who follows the news asks again: it must not follow from asking.
        if !LOOKS.contains(&request.method.as_str()) {
            self.news.changed(Area::Team);
        }
        Ok(TeamAtReply { reply })
    }
}

/// One row for each method that an admin has.
async fn answer(host: &Membership, method: &str, request: Value) -> Result<Value, Failure> {
    match method {
        TeamShow::NAME => forward::<TeamLook>(host, request).await,
        TeamKeys::NAME => forward::<TeamKeys>(host, request).await,
        InviteMake::NAME => forward::<TeamInvite>(host, request).await,
        InviteWithdraw::NAME => forward::<TeamWithdraw>(host, request).await,
        MemberRefuse::NAME => forward::<TeamRefuse>(host, request).await,
        PolicyAsk::NAME => forward::<TeamAsk>(host, request).await,
        ApprovalList::NAME => forward::<ApprovalsWaiting>(host, request).await,
        ApprovalDecide::NAME => forward::<ApprovalsDecide>(host, request).await,
        MemberApprove::NAME => told(&host.admit(read(request)?).await?),
        MemberUpdate::NAME => told(&host.change_member(read(request)?).await?),
        MemberRevoke::NAME => {
            let MemberChoice { member } = read(request)?;
            told(&host.revoke(member).await?)
        }
        GrantPut::NAME => told(&host.grant(read(request)?).await?),
        GrantRemove::NAME => {
            let GrantChoice { id } = read(request)?;
            host.sign(|_| Ok(Body::GrantRemoved { grant: id })).await?;
            told(&Empty {})
        }
        ForbidPut::NAME => {
            let ForbidPutRequest { forbid } = read(request)?;
            host.sign(|team| {
                let mut forbid = forbid.clone();
                if forbid.id == ForbidId(0) {
                    forbid.id = team.next_forbid();
                }
                Ok(Body::ForbidPut { forbid })
            })
            .await?;
            told(&Empty {})
        }
        ForbidRemove::NAME => {
            let GrantChoice { id } = read(request)?;
            host.sign(|_| Ok(Body::ForbidRemoved { forbid: ForbidId(id.0) })).await?;
            told(&Empty {})
        }
        _ => Err(Failure::new(Code::Usage)
            .what("That cannot be done at a host of somebody else.")
            .fact("method", method)),
    }
}

/// What the host does by itself.
async fn forward<M: Method>(host: &Membership, request: Value) -> Result<Value, Failure> {
    told(&host.call::<M>(&read(request)?).await?)
}

fn read<T: DeserializeOwned>(request: Value) -> Result<T, Failure> {
    serde_json::from_value(request).map_err(|error| {
        Failure::new(Code::Usage).what("The request does not fit the method.").fact("cause", error)
    })
}

fn told(reply: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(reply).map_err(|_| Failure::new(Code::Internal))
}
