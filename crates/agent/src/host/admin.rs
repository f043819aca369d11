//! `team.*` for admins, beyond signing records: invites, letting people in, codes, leavers, questions.

use data_encoding::HEXLOWER;
use signet_api::remote::{
    AdmitRequest, ApplicantView, NamedKey, NamedKeys, TeamAdmit, TeamApplicant, TeamAsk, TeamInvite,
    TeamKeys, TeamLeaver, TeamRefuse, TeamResetCode, TeamWithdraw,
};
use signet_api::wire::{
    Empty, InviteChoice, InviteMade, InviteRequest, LeaverReport, MemberChoice, MemberView, PolicyAnswer,
    PolicyQuestion,
};
use signet_core::{Action, Clock, Code, Decision, Failure, MemberId, TargetMember, decide_on_member};
use signet_team::{Answer, Body, InviteState, SignedRecord, device_hash};
use tokio::sync::mpsc::UnboundedSender;

use crate::clock::SystemClock;
use crate::host::invites::{Applicant, InviteNote};
use crate::host::inviting::{NewInvite, member_name};
use crate::host::router::{Caller, Place, Serve};
use crate::host::views;

/// Nobody listens: these methods report nothing on the way.
type Silent = UnboundedSender<signet_api::Never>;

impl Serve<TeamKeys> for Place {
    type Who = Caller;

    async fn serve(self, caller: Caller, _: Empty, _: Silent) -> Result<NamedKeys, Failure> {
        self.authorise(&caller, Action::TeamRead).await?;
        let keys = self.agent.vault.run(|cell| Ok(cell.open()?.keys())).await?;
        let named = |key: signet_vault::KeyRecord| NamedKey {
            id: key.id,
            name: key.name,
            client_email: key.client_email.to_string(),
        };
        Ok(NamedKeys { keys: keys.into_iter().map(named).collect() })
    }
}

impl Serve<TeamInvite> for Place {
    type Who = Caller;

    async fn serve(self, caller: Caller, request: InviteRequest, _: Silent) -> Result<InviteMade, Failure> {
        let role = request.role;
        self.may(&caller, Action::InviteMake, &TargetMember::Invited { role }).await?;
        if let Some(member) = request.member {
            let target = self.target(member)?;
            self.may(&caller, Action::MemberChange, &target).await?;
        }
        let NewInvite { id, note, made } = self.make_invite(request).await?;
        self.note(&caller, Action::InviteMake, format!("{id} {}", role.as_str())).await?;
        self.keep_invite(id, note).await?;
        Ok(made)
    }
}

impl Serve<TeamWithdraw> for Place {
    type Who = Caller;

    async fn serve(self, caller: Caller, request: InviteChoice, _: Silent) -> Result<Empty, Failure> {
        self.authorise(&caller, Action::InviteWithdraw).await?;
        let _turn = self.host.invites.turn().await;
        let (id, mut note) = self.find_invite(&request.id)?;
        self.may(&caller, Action::InviteWithdraw, &TargetMember::Invited { role: note.role }).await?;
        note.life.withdraw(SystemClock.now()).map_err(|_| Failure::new(Code::InviteOver))?;
        self.keep_invite(id, note).await?;
        self.note(&caller, Action::InviteWithdraw, id.to_string()).await?;
        Ok(Empty {})
    }
}

impl Serve<TeamApplicant> for Place {
    type Who = Caller;

    async fn serve(self, caller: Caller, request: InviteChoice, _: Silent) -> Result<ApplicantView, Failure> {
        self.authorise(&caller, Action::MemberApprove).await?;
        let (_, note) = self.find_invite(&request.id)?;
        let target = TargetMember::Invited { role: note.role };
        self.may(&caller, Action::MemberApprove, &target).await?;
        let mut life = note.life;
        if !matches!(life.state(SystemClock.now()), InviteState::Open | InviteState::Pending(_)) {
            return Err(Failure::new(Code::InviteOver));
        }
        let Applicant { key, device_name, .. } = note.waiting()?;
        let InviteNote { name, address, role, grants, not_after, member, .. } = note;
        let key = HEXLOWER.encode(&key.to_bytes());
        Ok(ApplicantView { name, address, role, grants, not_after, member, key, device: device_name })
    }
}

impl Serve<TeamAdmit> for Place {
    type Who = Caller;

    async fn serve(self, caller: Caller, request: AdmitRequest, _: Silent) -> Result<MemberView, Failure> {
        self.authorise(&caller, Action::MemberApprove).await?;
        match self.admit_applicant(&caller, &request).await {
            Ok(member) => {
                self.note(&caller, Action::MemberApprove, member.to_string()).await?;
                Ok(views::member_view(&self, member).await?.1)
            }
            Err(failure) => {
                self.refuse(&caller, Action::MemberApprove, failure.code).await;
                Err(failure)
            }
        }
    }
}

impl Serve<TeamRefuse> for Place {
    type Who = Caller;

    async fn serve(self, caller: Caller, request: InviteChoice, _: Silent) -> Result<Empty, Failure> {
        self.authorise(&caller, Action::MemberRefuse).await?;
        let _turn = self.host.invites.turn().await;
        let (id, mut note) = self.find_invite(&request.id)?;
        self.may(&caller, Action::MemberRefuse, &TargetMember::Invited { role: note.role }).await?;
        let device = device_hash(&note.waiting()?.key);
        note.life
            .answer(SystemClock.now(), device, Answer::Refuse)
            .map_err(|_| Failure::new(Code::InviteOver))?;
        self.keep_invite(id, note).await?;
        self.note(&caller, Action::MemberRefuse, id.to_string()).await?;
        Ok(Empty {})
    }
}

impl Serve<TeamResetCode> for Place {
    type Who = Caller;

    async fn serve(self, caller: Caller, request: MemberChoice, _: Silent) -> Result<Empty, Failure> {
        self.authorise(&caller, Action::MemberChange).await?;
        let target = self.target(request.member)?;
        self.may(&caller, Action::MemberChange, &target).await?;
        self.host.codes.reset(&self.agent, request.member).await?;
        self.note(&caller, Action::MemberChange, request.member.to_string()).await?;
        Ok(Empty {})
    }
}

impl Serve<TeamLeaver> for Place {
    type Who = Caller;

    async fn serve(self, caller: Caller, request: MemberChoice, _: Silent) -> Result<LeaverReport, Failure> {
        self.authorise(&caller, Action::MemberRevoke).await?;
        let target = self.target(request.member)?;
        self.may(&caller, Action::MemberRevoke, &target).await?;
        self.leaver(request.member).await
    }
}

impl Serve<TeamAsk> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        question: PolicyQuestion,
        _: Silent,
    ) -> Result<PolicyAnswer, Failure> {
        self.authorise(&caller, Action::TeamRead).await?;
        views::answer(&self, &question).await
    }
}

impl Place {
    /// Lets in who waits, by records of the admin's own device: they have to say what the invite says.
    async fn admit_applicant(&self, caller: &Caller, request: &AdmitRequest) -> Result<MemberId, Failure> {
        let _turn = self.host.invites.turn().await;
        let (id, mut note) = self.find_invite(&request.id)?;
        let target = TargetMember::Invited { role: note.role };
        if let Decision::Deny(code) = decide_on_member(&caller.principal, Action::MemberApprove, &target) {
            return Err(Failure::new(code));
        }
        let applicant = note.applicant_of(&request.words)?;
        let records = records_of(request)?;
        if records.iter().any(|record| record.record().signer != caller.guest.key()) {
            return Err(Failure::new(Code::DeniedRole));
        }
        let member = agrees(&note, &applicant, &records).ok_or_else(|| {
            Failure::new(Code::RecordInvalid).what("The records do not say what the invite says.")
        })?;
        // Before the code is used up.
        self.host.try_out(&records)?;
        note.life
            .answer(SystemClock.now(), device_hash(&applicant.key), Answer::Approve)
            .map_err(|_| Failure::new(Code::InviteOver))?;
        self.host.codes.verify(&self.agent, caller.member()?, &request.code).await?;
        self.host.append_all(&self.agent, records).await?;
        self.keep_invite(id, note).await?;
        Ok(member)
    }

    /// Whether the role allows it on that member; a refusal is on record.
    async fn may(&self, caller: &Caller, action: Action, target: &TargetMember) -> Result<(), Failure> {
        match decide_on_member(&caller.principal, action, target) {
            Decision::Allow => Ok(()),
            Decision::Deny(code) => {
                self.refuse(caller, action, code).await;
                Err(Failure::new(code))
            }
        }
    }

    fn target(&self, member: MemberId) -> Result<TargetMember, Failure> {
        let team = self.host.team();
        let found = team.member(&member).ok_or_else(|| Failure::new(Code::TeamUnknown))?;
        Ok(TargetMember::member(found.id, found.role))
    }
}

fn records_of(request: &AdmitRequest) -> Result<Vec<SignedRecord>, Failure> {
    let decoded = request.records.iter().map(|record| {
        let bytes = HEXLOWER.decode(record.as_bytes()).map_err(|_| Failure::new(Code::Usage))?;
        SignedRecord::decode(&bytes).map_err(|e| e.failure())
    });
    decoded.collect()
}

/// The member whom the records let in, if they say what the invite says, all of it and no more.
fn agrees(note: &InviteNote, applicant: &Applicant, records: &[SignedRecord]) -> Option<MemberId> {
    let (first, grants) = records.split_first()?;
    let waits = member_name(&applicant.device_name).ok()?;
    let fits = |device: &signet_team::NewDevice| device.key == applicant.key && device.name == waits;
    let member = match &first.record().body {
        Body::DeviceAdded { member, device } if note.member == Some(*member) && fits(device) => {
            return grants.is_empty().then_some(*member);
        }
        Body::MemberAdded { member, name, address, role, device, not_after }
            if note.member.is_none()
                && name.as_str() == note.name
                && *address == note.address
                && *role == note.role
                && *not_after == note.not_after
                && fits(device) =>
        {
            *member
        }
        _ => return None,
    };
    let granted = |(record, wish): (&SignedRecord, &signet_api::wire::GrantWish)| {
        matches!(&record.record().body, Body::GrantPut { grant }
            if grant.member == member
                && grant.key == wish.key
                && grant.conditions == wish.conditions
                && grant.note.as_str() == wish.note)
    };
    (grants.len() == note.grants.len() && grants.iter().zip(&note.grants).all(granted)).then_some(member)
}
