//! `join.*`: becoming part of a team.

use std::sync::Arc;

use signet_api::wire::{Empty, HostChoice, JoinRequest, JoinView, MemberCodeProof, MemberCodeShown};
use signet_api::{JoinBegin, JoinCode, JoinLeave, JoinProve, JoinShow, Never};
use signet_core::{Failure, Principal};

use crate::agent::Agent;
use crate::news::Area;
use crate::router::{Events, Handle};

impl Handle<JoinBegin> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: JoinRequest,
        _: Events<Never>,
    ) -> Result<JoinView, Failure> {
        let joined = self.memberships.join(request).await;
        self.news.changed(Area::Team);
        joined
    }
}

impl Handle<JoinShow> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: HostChoice,
        _: Events<Never>,
    ) -> Result<JoinView, Failure> {
        self.memberships.find(&request.host).await?.join_view().await
    }
}

impl Handle<JoinCode> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: HostChoice,
        _: Events<Never>,
    ) -> Result<MemberCodeShown, Failure> {
        self.memberships.find(&request.host).await?.code().await
    }
}

impl Handle<JoinProve> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: MemberCodeProof,
        _: Events<Never>,
    ) -> Result<JoinView, Failure> {
        let proven = self.memberships.find(&request.host).await?.prove_code(&request.code).await;
        self.news.changed(Area::Team);
        proven
    }
}

impl Handle<JoinLeave> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: HostChoice,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        self.memberships.leave(&request.host).await?;
        self.news.changed(Area::Team);
        Ok(Empty {})
    }
}
