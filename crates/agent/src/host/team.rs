//! `team.*` for admins: they look at the team, and sign records of their own.

use data_encoding::HEXLOWER;
use signet_api::remote::{RecordBytes, RecordsRequest, RecordsView, TeamAppend, TeamLook, TeamRecords};
use signet_api::wire::{Empty, TeamView};
use signet_core::{Action, Code, Decision, Failure, MemberId, TargetMember, decide_on_member};
use signet_team::{Body, SignedRecord};
use signet_vault::Table;
use tokio::sync::mpsc::UnboundedSender;

use crate::host::router::{Caller, Place, Serve};
use crate::host::{store, views};

/// Records in one answer.
const PAGE: usize = 256;

impl Serve<TeamLook> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        _: Empty,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<TeamView, Failure> {
        self.authorise(&caller, Action::TeamRead).await?;
        views::team_view(&self).await
    }
}

impl Serve<TeamRecords> for Place {
    type Who = Caller;

    async fn serve(
        self,
        _: Caller,
        request: RecordsRequest,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<RecordsView, Failure> {
        // A record is named by the log before it can be seen here: whoever asks because of its name finds it.
        let _turn = self.host.chain.lock().await;
        // Every member checks the chain: nothing in it is secret from them.
        let newest = self.host.team().epoch();
        let records = self
            .agent
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                let mut records = Vec::new();
                for epoch in (request.from.max(1)..=newest).take(PAGE) {
                    let found =
                        vault.fetch(Table::TeamRecord, store::row_of(epoch)).map_err(|e| e.failure())?;
                    let bytes = found.ok_or_else(|| Failure::new(Code::VaultDamaged))?;
                    // Not a secret: members and grants, signed.
                    records.push(HEXLOWER.encode(bytes.expose()));
                }
                Ok(records)
            })
            .await?;
        let more = request.from.max(1).saturating_add(records.len() as u64) <= newest;
        Ok(RecordsView { records, more })
    }
}

impl Serve<TeamAppend> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        request: RecordBytes,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<Empty, Failure> {
        let mut action = Action::MemberChange;
        match self.append_record(&caller, &request, &mut action).await {
            Ok(name) => {
                self.note(&caller, action, name).await?;
                Ok(Empty {})
            }
            Err(failure) => {
                self.refuse(&caller, action, failure.code).await;
                Err(failure)
            }
        }
    }
}

impl Place {
    /// Takes a record, if the device that brings it may; says what it was about, and its name.
    async fn append_record(
        &self,
        caller: &Caller,
        request: &RecordBytes,
        action: &mut Action,
    ) -> Result<String, Failure> {
        let bytes = HEXLOWER.decode(request.record.as_bytes()).map_err(|_| Failure::new(Code::Usage))?;
        let record = SignedRecord::decode(&bytes).map_err(|e| e.failure())?;
        let (about, target) = about(self, &record.record().body)?;
        *action = about;
        if let Decision::Deny(code) = decide_on_member(&caller.principal, about, &target) {
            return Err(Failure::new(code));
        }
        // Signed by the very device that brings it.
        if record.record().signer != caller.guest.key() {
            return Err(Failure::new(Code::DeniedRole));
        }
        // Members come in by approving who waits, with a code; not by a record alone.
        if matches!(record.record().body, Body::MemberAdded { .. } | Body::DeviceAdded { .. }) {
            return Err(Failure::new(Code::Denied));
        }
        // Whether a second copy of a key is about is for the owner to say, who sees why it was suspended.
        if matches!(record.record().body, Body::DeviceResumed { .. }) {
            return Err(Failure::new(Code::DeniedRole));
        }
        if let Body::MemberRevoked { member } = &record.record().body {
            self.host.team().check(record.unsigned()).map_err(|e| e.failure())?;
            record.verify().map_err(|e| e.failure())?;
            self.host.end_now(&self.agent, *member);
        }
        let name = format!("record {}", record.record().epoch);
        self.host.append(&self.agent, record).await?;
        Ok(name)
    }
}

/// What a record does, and to whom.
fn about(place: &Place, body: &Body) -> Result<(Action, TargetMember), Failure> {
    let team = place.host.team();
    let target = |id: &MemberId| {
        let member = team.member(id).ok_or_else(|| Failure::new(Code::NotFound))?;
        Ok::<_, Failure>(TargetMember::member(member.id, member.role))
    };
    let of_device = |device| {
        let (member, _) = team.member_of_device(device).ok_or_else(|| Failure::new(Code::NotFound))?;
        Ok::<_, Failure>(TargetMember::member(member.id, member.role))
    };
    Ok(match body {
        Body::MemberAdded { role, .. } => (Action::MemberApprove, TargetMember::Invited { role: *role }),
        Body::DeviceAdded { member, .. } => (Action::MemberApprove, target(member)?),
        Body::MemberRenamed { member, .. }
        | Body::AddressChanged { member, .. }
        | Body::ExpiryChanged { member, .. }
        | Body::MemberSuspended { member }
        | Body::MemberResumed { member } => (Action::MemberChange, target(member)?),
        Body::RoleChanged { member, role } => {
            let TargetMember::Member { member, role: now, .. } = target(member)? else {
                return Err(Failure::new(Code::Denied));
            };
            (Action::MemberChange, TargetMember::Member { member, role: now, becomes: Some(*role) })
        }
        Body::MemberRevoked { member } => (Action::MemberRevoke, target(member)?),
        Body::DeviceRenamed { device, .. }
        | Body::DeviceSuspended { device }
        | Body::DeviceResumed { device } => (Action::MemberChange, of_device(device)?),
        Body::DeviceRevoked { device } => (Action::MemberRevoke, of_device(device)?),
        Body::GrantPut { grant } if team.grant(grant.id).is_some() => {
            (Action::GrantChange, target(&grant.member)?)
        }
        Body::GrantPut { grant } => (Action::GrantMake, target(&grant.member)?),
        Body::GrantRemoved { grant } => {
            let grant = team.grant(*grant).ok_or_else(|| Failure::new(Code::NotFound))?;
            (Action::GrantRemove, target(&grant.member)?)
        }
        Body::ForbidPut { forbid } => {
            (Action::ForbidMake, forbid.member.as_ref().map_or(Ok(TargetMember::Everybody), target)?)
        }
        Body::ForbidRemoved { forbid } => {
            let forbid = team.forbid(*forbid).ok_or_else(|| Failure::new(Code::NotFound))?;
            let target = forbid.member.as_ref().map_or(Ok(TargetMember::Everybody), target)?;
            (Action::ForbidRemove, target)
        }
        Body::NetworksSet { .. } => (Action::ForbidMake, TargetMember::Everybody),
    })
}
