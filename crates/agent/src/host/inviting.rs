//! Invites of a host, whoever makes them: the owner here, or an admin from afar.

use signet_api::wire::{GrantWish, InviteMade, InviteRequest, InviteView, PromisedGrant};
use signet_core::{Clock, Code, Failure, Grant, GrantId, HeaderText, MemberId, Role, UnixMillis};
use signet_team::{Body, HostPort, Invite, InviteId, InviteLife, InviteSecret, Name, NewDevice};
use signet_vault::KeyRecord;

use crate::clock::SystemClock;
use crate::host::enrol::view_of;
use crate::host::invites::{Applicant, InviteNote};
use crate::host::router::Place;
use crate::host::sentence;
use crate::news::Area;
use crate::usecase::grant::sends_not;

/// Hours that an invite may live, unless said otherwise and at most.
const HOURS: (u32, u32) = (24, 168);

/// An invite that is not kept yet.
pub(crate) struct NewInvite {
    pub(crate) id: InviteId,
    pub(crate) note: InviteNote,
    /// For whoever invites, to be handed over.
    pub(crate) made: InviteMade,
}

impl Place {
    /// Makes an invite; it counts once it is kept.
    pub(crate) async fn make_invite(&self, request: InviteRequest) -> Result<NewInvite, Failure> {
        let name = member_name(&request.name)?;
        if request.role == Role::TestSender && request.address.is_none() {
            return Err(Failure::new(Code::Usage)
                .what("A test-sender needs an own address.")
                .remedy("Give it with --address: test mail may go there."));
        }
        if !request.role.sends() && !request.grants.is_empty() {
            return Err(sends_not());
        }
        let keys = self.agent.vault.run(|cell| Ok(cell.open()?.keys())).await?;
        for wish in &request.grants {
            if !keys.iter().any(|key| key.id == wish.key) {
                return Err(Failure::new(Code::NotFound).what("There is no such key."));
            }
        }
        let hints = self.host.facts().reachable_at;
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
        let invite = Invite::new(self.host.hash(), id, secret, hints)
            .map_err(|error| Failure::new(Code::HostAddress).fact("cause", error))?;
        let made = InviteMade {
            invite: invite_view(id, &note, SystemClock.now(), &keys),
            // Shown to whoever invites, to be handed over.
            text: invite.text().expose().to_owned(),
            link: invite.link().expose().to_owned(),
        };
        Ok(NewInvite { id, note, made })
    }

    /// Keeps an invite as it is now, durably.
    pub(crate) async fn keep_invite(&self, id: InviteId, note: InviteNote) -> Result<(), Failure> {
        let kept = note.clone();
        self.agent.vault.run(move |cell| kept.save(cell.open()?, id)).await?;
        self.host.invites.lock().insert(id, note);
        self.agent.news.changed(Area::Team);
        Ok(())
    }

    /// The invite of that id.
    pub(crate) fn find_invite(&self, id: &str) -> Result<(InviteId, InviteNote), Failure> {
        let id = InviteId::parse(id).map_err(|_| Failure::new(Code::NotFound))?;
        let note = self.host.invites.find(id).ok_or_else(|| Failure::new(Code::NotFound))?;
        Ok((id, note))
    }

    /// The member that lets a device in, with a name that is not used yet.
    pub(crate) fn body_of(note: &InviteNote, device: NewDevice) -> Result<(MemberId, Body), Failure> {
        if let Some(member) = note.member {
            return Ok((member, Body::DeviceAdded { member, device }));
        }
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
        Ok((member, body))
    }
}

impl InviteNote {
    /// Who waits behind it, if the words that were heard are those of that device.
    pub(crate) fn applicant_of(&self, words: &[String; 3]) -> Result<Applicant, Failure> {
        let applicant = self.waiting()?;
        let said = words.iter().map(|word| word.trim().to_lowercase());
        if !said.eq(applicant.words.iter().cloned()) {
            return Err(Failure::new(Code::WordsDiffer));
        }
        Ok(applicant)
    }

    /// Who waits behind it.
    pub(crate) fn waiting(&self) -> Result<Applicant, Failure> {
        self.applicant.clone().ok_or_else(|| {
            Failure::new(Code::NotFound)
                .what("Nobody waits behind that invite just now.")
                .remedy("Ask your colleague to open the invite again.")
        })
    }
}

/// The grant that an invite promised.
pub(crate) fn grant_of(id: GrantId, member: MemberId, wish: &GrantWish) -> Result<Grant, Failure> {
    let note = HeaderText::parse(&wish.note).map_err(|_| Failure::new(Code::InvalidHeader))?;
    Ok(Grant { id, member, key: wish.key, conditions: wish.conditions.clone(), note })
}

/// An invite as people look at it.
pub(crate) fn invite_view(
    id: InviteId,
    note: &InviteNote,
    now: UnixMillis,
    keys: &[KeyRecord],
) -> InviteView {
    let mut life = note.life;
    let name_of = |wish: &GrantWish| {
        keys.iter().find(|key| key.id == wish.key).map_or("a removed key", |key| key.name.as_str())
    };
    let promised = |wish: &GrantWish| PromisedGrant {
        key_name: name_of(wish).to_owned(),
        conditions: wish.conditions.clone(),
        sentence: sentence::of(&wish.conditions, name_of(wish)),
    };
    let applicant = note.applicant.as_ref();
    InviteView {
        id: id.to_string(),
        name: note.name.clone(),
        role: note.role,
        state: view_of(life.state(now)),
        expires: note.life.expires(),
        words: applicant.map(|applicant| applicant.words.clone()),
        device: applicant.map(|applicant| applicant.device_name.clone()),
        address: applicant.map(|applicant| applicant.address.to_string()),
        grants: note.grants.iter().map(promised).collect(),
        warning: note
            .shown_twice
            .then(|| "Another device has this invite, too. Compare the words with care, or refuse.".into()),
    }
}

/// A name that can be shown.
pub(crate) fn member_name(text: &str) -> Result<Name, Failure> {
    Name::parse(text)
        .map_err(|error| Failure::new(Code::Usage).what("That name cannot be used.").fact("cause", error))
}
