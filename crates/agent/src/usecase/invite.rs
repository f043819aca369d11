//! `invite.*` and the owner's answer to whoever came with one.

use std::sync::Arc;

use signet_api::wire::{Empty, InviteChoice, InviteMade, InviteRequest, MemberApproveRequest, MemberView};
use signet_api::{InviteMake, InviteWithdraw, MemberApprove, MemberRefuse, Never};
use signet_core::{
    Action, Clock, Code, Decision, Failure, GrantId, Principal, TargetMember, decide_on_member,
};
use signet_team::{Answer, Body, NewDevice, Team};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::host::{NewInvite, Place, grant_of, member_name, member_view};
use crate::router::{Events, Handle};

impl Handle<InviteMake> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: InviteRequest,
        _: Events<Never>,
    ) -> Result<InviteMade, Failure> {
        let place = self.place().await?;
        let role = request.role;
        self.allowed_on(caller, Action::InviteMake, &TargetMember::Invited { role }).await?;
        let NewInvite { id, note, made } = place.make_invite(request).await?;
        self.door.pass(caller, Action::InviteMake, format!("{id} {}", role.as_str())).await?;
        place.keep_invite(id, note).await?;
        Ok(made)
    }
}

impl Handle<InviteWithdraw> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: InviteChoice,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        let place = self.place().await?;
        let _turn = place.host.invites.turn().await;
        let (id, mut note) = place.find_invite(&request.id)?;
        let target = TargetMember::Invited { role: note.role };
        self.allowed_on(caller, Action::InviteWithdraw, &target).await?;
        note.life.withdraw(SystemClock.now()).map_err(|_| Failure::new(Code::InviteOver))?;
        place.keep_invite(id, note).await?;
        self.door.pass(caller, Action::InviteWithdraw, id.to_string()).await?;
        Ok(Empty {})
    }
}

impl Handle<MemberApprove> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: MemberApproveRequest,
        _: Events<Never>,
    ) -> Result<MemberView, Failure> {
        let place = self.place().await?;
        let _turn = place.host.invites.turn().await;
        let (id, mut note) = place.find_invite(&request.id)?;
        let target = TargetMember::Invited { role: note.role };
        self.allowed_on(caller, Action::MemberApprove, &target).await?;
        let applicant = note.applicant_of(&request.words)?;
        self.fresh_code(&request.code).await?;
        let device = NewDevice { key: applicant.key, name: member_name(&applicant.device_name)? };
        note.life
            .answer(SystemClock.now(), device.hash(), Answer::Approve)
            .map_err(|_| Failure::new(Code::InviteOver))?;
        let (member, body) = Place::body_of(&note, device)?;
        let is_new = note.member.is_none();
        let wishes: Vec<_> = note.grants.iter().filter(|_| is_new).collect();
        let records = |team: &Team| {
            let grants = wishes.iter().zip(team.next_grant().0..).map(|(wish, id)| {
                Ok::<_, Failure>(Body::GrantPut { grant: grant_of(GrantId(id), member, wish)? })
            });
            std::iter::once(Ok(body)).chain(grants).collect()
        };
        place.host.sign_all(&self, records).await?;
        // The membership is signed by now; the invite only has to be seen as used.
        place.keep_invite(id, note).await?;
        self.door.pass(caller, Action::MemberApprove, member.to_string()).await?;
        Ok(member_view(&place, member).await?.1)
    }
}

impl Handle<MemberRefuse> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: InviteChoice,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        let place = self.place().await?;
        let _turn = place.host.invites.turn().await;
        let (id, mut note) = place.find_invite(&request.id)?;
        let target = TargetMember::Invited { role: note.role };
        self.allowed_on(caller, Action::MemberRefuse, &target).await?;
        let device = signet_team::device_hash(&note.waiting()?.key);
        note.life
            .answer(SystemClock.now(), device, Answer::Refuse)
            .map_err(|_| Failure::new(Code::InviteOver))?;
        place.keep_invite(id, note).await?;
        self.door.pass(caller, Action::MemberRefuse, id.to_string()).await?;
        Ok(Empty {})
    }
}

impl Agent {
    /// The agent with the host that its vault is.
    pub(crate) async fn place(self: &Arc<Self>) -> Result<Place, Failure> {
        Ok(Place { agent: Arc::clone(self), host: self.host().await? })
    }

    /// Whether the principal may do that to whoever it is about; a refusal is on record.
    pub(crate) async fn allowed_on(
        &self,
        caller: Principal,
        action: Action,
        target: &TargetMember,
    ) -> Result<(), Failure> {
        match decide_on_member(&caller, action, target) {
            Decision::Allow => Ok(()),
            Decision::Deny(code) => {
                self.door.refuse(Some(caller), action, code).await;
                Err(Failure::new(code))
            }
        }
    }
}
