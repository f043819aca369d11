//! An admin's work from afar: records that this device signs, and invites that the host makes.

use data_encoding::HEXLOWER;
use signet_api::remote::{
    AdmitRequest, ApplicantView, RecordBytes, TeamAdmit, TeamAppend, TeamApplicant, TeamLeaver, TeamLook,
    TeamResetCode,
};
use signet_api::wire::{
    GrantPutRequest, GrantView, InviteChoice, LeaverReport, MemberApproveRequest, MemberChange,
    MemberChangeRequest, MemberChoice, MemberView, TeamView,
};
use signet_core::{Clock, Code, Failure, Grant, GrantId, HeaderText, MemberId};
use signet_crypto::VerifyingKey;
use signet_team::{Body, Name, NewDevice, SignedRecord, Team};

use super::membership::Membership;
use crate::clock::SystemClock;
use crate::usecase::grant::sends_not;

/// How often a record is signed anew because another one came in between.
const TRIES: u32 = 3;

impl Membership {
    /// Signs one record and has the host take it.
    pub(crate) async fn sign(
        &self,
        body: impl Fn(&Team) -> Result<Body, Failure>,
    ) -> Result<SignedRecord, Failure> {
        let key = self.device_key().await?;
        let mut tries = 0;
        loop {
            let team = self.team().await?;
            let record = team.next(body(&team)?, SystemClock.now(), &key).map_err(|error| error.failure())?;
            let bytes = RecordBytes { record: HEXLOWER.encode(&record.encode()) };
            match self.call::<TeamAppend>(&bytes).await {
                Err(failure) if failure.code == Code::TeamChanged && tries < TRIES => tries += 1,
                answer => return answer.map(|_| record),
            }
        }
    }

    /// Lets in whoever waits behind an invite.
    pub(crate) async fn admit(&self, request: MemberApproveRequest) -> Result<MemberView, Failure> {
        let MemberApproveRequest { id, words, code } = request;
        let waits = self.call::<TeamApplicant>(&InviteChoice { id: id.clone() }).await?;
        let key = self.device_key().await?;
        let mut team = self.team().await?;
        let mut records = Vec::new();
        let mut add = |team: &mut Team, body| {
            let record = team.next(body, SystemClock.now(), &key).and_then(|record| {
                team.apply(&record)?;
                Ok(record)
            });
            records.push(HEXLOWER.encode(&record.map_err(|error| error.failure())?.encode()));
            Ok::<_, Failure>(())
        };
        let (member, body) = admission(&waits)?;
        add(&mut team, body)?;
        for wish in waits.grants.iter().filter(|_| waits.member.is_none()) {
            let note = HeaderText::parse(&wish.note).map_err(|_| Failure::new(Code::InvalidHeader))?;
            let (id, conditions) = (team.next_grant(), wish.conditions.clone());
            add(&mut team, Body::GrantPut { grant: Grant { id, member, key: wish.key, conditions, note } })?;
        }
        self.call::<TeamAdmit>(&AdmitRequest { id, words, code, records }).await
    }

    /// Changes a member.
    pub(crate) async fn change_member(&self, request: MemberChangeRequest) -> Result<MemberView, Failure> {
        let member = request.member;
        let body = match request.change {
            MemberChange::CodeReset => {
                self.call::<TeamResetCode>(&MemberChoice { member }).await?;
                return self.member_view(member).await;
            }
            // Whether a second copy of a key is about is for the owner to say.
            MemberChange::DeviceConfirm { .. } => {
                return Err(Failure::new(Code::DeniedRole)
                    .what("Only the owner of the host confirms a suspended device.")
                    .remedy("Ask the owner, who sees why it was suspended."));
            }
            MemberChange::Rename { name } => Body::MemberRenamed { member, name: named(&name)? },
            MemberChange::Suspend => Body::MemberSuspended { member },
            MemberChange::Resume => Body::MemberResumed { member },
            MemberChange::Role { role } => Body::RoleChanged { member, role },
            MemberChange::DeviceRename { device, name } => {
                Body::DeviceRenamed { device, name: named(&name)? }
            }
            MemberChange::DeviceRevoke { device } => Body::DeviceRevoked { device },
        };
        self.sign(|_| Ok(body.clone())).await?;
        self.member_view(member).await
    }

    /// Ends a membership.
    pub(crate) async fn revoke(&self, member: MemberId) -> Result<LeaverReport, Failure> {
        let leaver = self.call::<TeamLeaver>(&MemberChoice { member }).await?;
        self.sign(|_| Ok(Body::MemberRevoked { member })).await?;
        Ok(leaver)
    }

    /// Makes or changes a grant.
    pub(crate) async fn grant(&self, request: GrantPutRequest) -> Result<GrantView, Failure> {
        let GrantPutRequest { id, member, grant: wish } = request;
        let note = HeaderText::parse(&wish.note).map_err(|_| Failure::new(Code::InvalidHeader))?;
        let signed = self
            .sign(|team| {
                if team.member(&member).is_some_and(|member| !member.role.sends()) {
                    return Err(sends_not());
                }
                let id = match id {
                    Some(id) if team.grant(id).is_none_or(|grant| grant.member != member) => {
                        return Err(Failure::new(Code::NotFound)
                            .what("That member has no grant of that number.")
                            .remedy("`signet team list` shows the grants of each member.")
                            .fact("grant", id));
                    }
                    Some(id) => id,
                    None => team.next_grant(),
                };
                let (key, conditions, note) = (wish.key, wish.conditions.clone(), note.clone());
                Ok(Body::GrantPut { grant: Grant { id, member, key, conditions, note } })
            })
            .await?;
        let Body::GrantPut { grant } = &signed.record().body else {
            return Err(Failure::new(Code::Internal));
        };
        self.grant_view(member, grant.id).await
    }

    async fn grant_view(&self, member: MemberId, grant: GrantId) -> Result<GrantView, Failure> {
        let member = self.member_view(member).await?;
        let found = member.grants.into_iter().find(|view| view.grant.id == grant);
        found.ok_or_else(|| Failure::new(Code::TeamChanged))
    }

    async fn member_view(&self, member: MemberId) -> Result<MemberView, Failure> {
        let team: TeamView = self.call::<TeamLook>(&signet_api::wire::Empty {}).await?;
        let found = team.members.into_iter().find(|view| view.id == member);
        found.ok_or_else(|| Failure::new(Code::TeamUnknown))
    }
}

/// The record that lets an applicant in.
fn admission(waits: &ApplicantView) -> Result<(MemberId, Body), Failure> {
    let bytes = HEXLOWER.decode(waits.key.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let key = bytes.and_then(|bytes: [u8; 32]| VerifyingKey::parse(&bytes).ok());
    let key = key.ok_or_else(|| Failure::new(Code::RecordInvalid))?;
    let device = NewDevice { key, name: named(&waits.device)? };
    if let Some(member) = waits.member {
        return Ok((member, Body::DeviceAdded { member, device }));
    }
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Failure::new(Code::Internal))?;
    let member = MemberId::from_bytes(bytes);
    let body = Body::MemberAdded {
        member,
        name: named(&waits.name)?,
        address: waits.address.clone(),
        role: waits.role,
        device,
        not_after: waits.not_after,
    };
    Ok((member, body))
}

fn named(text: &str) -> Result<Name, Failure> {
    Name::parse(text)
        .map_err(|error| Failure::new(Code::Usage).what("That name cannot be used.").fact("cause", error))
}
