//! `invite.*` and the owner's answer to whoever came with one.

use std::sync::Arc;

use signet_api::wire::{
    Empty, GrantWish, InviteChoice, InviteMade, InviteRequest, InviteView, MemberApproveRequest, MemberView,
};
use signet_api::{InviteMake, InviteWithdraw, MemberApprove, MemberRefuse, Never};
use signet_core::{
    Action, Clock, Code, Decision, Failure, Grant, HeaderText, MemberId, Principal, Role, TargetMember,
    decide_on_member,
};
use signet_team::{Answer, Body, HostPort, Invite, InviteId, InviteLife, InviteSecret, Name, NewDevice};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::host::{InviteNote, Place, enrol_state, member_view};
use crate::news::Area;
use crate::router::{Events, Handle};

/// Hours that an invite may live.
const HOURS: (u32, u32) = (24, 168);

impl Handle<InviteMake> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: InviteRequest,
        _: Events<Never>,
    ) -> Result<InviteMade, Failure> {
        let place = self.place().await?;
        let name = member_name(&request.name)?;
        let target = TargetMember::Invited { role: request.role };
        self.allowed_on(caller, Action::InviteMake, &target).await?;
        if request.role == Role::TestSender && request.address.is_none() {
            return Err(Failure::new(Code::Usage)
                .what("A test-sender needs an own address.")
                .remedy("Give it with --address: test mail may go there."));
        }
        let keys = self.vault.run(|cell| Ok(cell.open()?.keys())).await?;
        for wish in &request.grants {
            if !keys.iter().any(|key| key.id == wish.key) {
                return Err(Failure::new(Code::NotFound).what("There is no such key."));
            }
        }
        let hints = place.host.facts().reachable_at;
        let hints = hints
            .iter()
            .map(|hint| HostPort::parse(hint).map_err(|_| Failure::new(Code::HostAddress)))
            .collect::<Result<Vec<_>, _>>()?;
        if hints.is_empty() {
            return Err(Failure::new(Code::HostAddress)
                .what("An invite has to say where the host is.")
                .remedy("Set the address: `signet host init --reachable-at NAME:PORT`."));
        }
        let hours = request.hours.unwrap_or(HOURS.0).clamp(1, HOURS.1);
        let expires = SystemClock.now().plus_seconds(u64::from(hours) * 3600);
        let mut rng = signet_crypto::system_rng();
        let (id, secret) = (InviteId::make(&mut rng), InviteSecret::make(&mut rng));
        let note = InviteNote::new(
            name.to_string(),
            request.address,
            request.role,
            request.grants,
            request.not_after,
            request.member,
            InviteLife::new(expires),
            &secret,
        );
        let invite = Invite::new(place.host.hash(), id, secret, hints)
            .map_err(|error| Failure::new(Code::HostAddress).fact("cause", error))?;
        self.door.pass(caller, Action::InviteMake, format!("{id} {}", request.role.as_str())).await?;
        let kept = note.clone();
        self.vault.run(move |cell| kept.save(cell.open()?, id)).await?;
        let view = view(id, &note);
        place.host.invites.lock().insert(id, note);
        self.news.changed(Area::Team);
        // Shown to whoever invites, to be handed over.
        Ok(InviteMade {
            invite: view,
            text: invite.text().expose().to_owned(),
            link: invite.link().expose().to_owned(),
        })
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
        let (id, mut note) = find(&place, &request.id)?;
        let target = TargetMember::Invited { role: note.role };
        self.allowed_on(caller, Action::InviteWithdraw, &target).await?;
        note.life.withdraw(SystemClock.now()).map_err(|_| Failure::new(Code::InviteOver))?;
        self.keep_invite(&place, id, note).await?;
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
        let (id, mut note) = find(&place, &request.id)?;
        let target = TargetMember::Invited { role: note.role };
        self.allowed_on(caller, Action::MemberApprove, &target).await?;
        let applicant = note.applicant.clone().ok_or_else(|| {
            Failure::new(Code::NotFound)
                .what("Nobody waits behind that invite just now.")
                .remedy("Ask your colleague to open the invite again.")
        })?;
        let said = request.words.iter().map(|word| word.trim().to_lowercase());
        if !said.eq(applicant.words.iter().cloned()) {
            return Err(Failure::new(Code::WordsDiffer));
        }
        self.fresh_code(&request.code).await?;
        let device = NewDevice { key: applicant.key, name: member_name(&applicant.device_name)? };
        note.life
            .answer(SystemClock.now(), device.hash(), Answer::Approve)
            .map_err(|_| Failure::new(Code::InviteOver))?;
        let member = match note.member {
            Some(member) => {
                place.host.sign(&self, Body::DeviceAdded { member, device }).await?;
                member
            }
            None => self.add_member(&place, &note, device).await?,
        };
        // The membership is signed by now; the invite only has to be seen as used.
        self.keep_invite(&place, id, note).await?;
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
        let (id, mut note) = find(&place, &request.id)?;
        let target = TargetMember::Invited { role: note.role };
        self.allowed_on(caller, Action::MemberRefuse, &target).await?;
        let device = note.applicant.as_ref().map(|applicant| signet_team::device_hash(&applicant.key));
        let device = device.ok_or_else(|| Failure::new(Code::NotFound))?;
        note.life
            .answer(SystemClock.now(), device, Answer::Refuse)
            .map_err(|_| Failure::new(Code::InviteOver))?;
        self.keep_invite(&place, id, note).await?;
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

    async fn add_member(
        &self,
        place: &Place,
        note: &InviteNote,
        device: NewDevice,
    ) -> Result<MemberId, Failure> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| Failure::new(Code::Internal))?;
        let member = MemberId::from_bytes(bytes);
        let body = Body::MemberAdded {
            member,
            name: member_name(&note.name)?,
            address: note.address.clone(),
            role: note.role,
            device,
            not_after: note.not_after,
        };
        place.host.sign(self, body).await?;
        for wish in &note.grants {
            let grant = grant_of(place, member, wish)?;
            place.host.sign(self, Body::GrantPut { grant }).await?;
        }
        Ok(member)
    }

    async fn keep_invite(&self, place: &Place, id: InviteId, note: InviteNote) -> Result<(), Failure> {
        let kept = note.clone();
        self.vault.run(move |cell| kept.save(cell.open()?, id)).await?;
        place.host.invites.lock().insert(id, note);
        self.news.changed(Area::Team);
        Ok(())
    }
}

/// The next grant of the host, for that member.
pub(crate) fn grant_of(place: &Place, member: MemberId, wish: &GrantWish) -> Result<Grant, Failure> {
    let note = HeaderText::parse(&wish.note).map_err(|_| Failure::new(Code::InvalidHeader))?;
    let id = place.host.team().next_grant();
    Ok(Grant { id, member, key: wish.key, conditions: wish.conditions.clone(), note })
}

/// A name that can be shown.
pub(crate) fn member_name(text: &str) -> Result<Name, Failure> {
    Name::parse(text)
        .map_err(|error| Failure::new(Code::Usage).what("That name cannot be used.").fact("cause", error))
}

fn find(place: &Place, id: &str) -> Result<(InviteId, InviteNote), Failure> {
    let id = InviteId::parse(id).map_err(|_| Failure::new(Code::NotFound))?;
    let note = place.host.invites.find(id).ok_or_else(|| Failure::new(Code::NotFound))?;
    Ok((id, note))
}

fn view(id: InviteId, note: &InviteNote) -> InviteView {
    let mut life = note.life;
    InviteView {
        id: id.to_string(),
        name: note.name.clone(),
        role: note.role,
        state: enrol_state(life.state(SystemClock.now())),
        expires: note.life.expires(),
        words: None,
        device: None,
        address: None,
        warning: None,
    }
}
