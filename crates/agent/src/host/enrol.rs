//! `enrol.*`: the only thing that an unknown key may do.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use signet_api::remote::{EnrolProof, EnrolProve, EnrolState, EnrolView};
use signet_api::wire::{Empty, InviteStateView};
use signet_core::{Action, Clock, Code, Decision, Failure, Source, decide_stranger};
use signet_team::{InviteId, InviteState, Name, ProofAnswer, Words, verify_proof};
use tokio::sync::mpsc::UnboundedSender;

use crate::clock::SystemClock;
use crate::host::guest::Guest;
use crate::host::invites::Applicant;
use crate::host::router::{Place, Serve};
use crate::news::Area;

impl Serve<EnrolProve> for Place {
    type Who = Arc<Guest>;

    async fn serve(
        self,
        guest: Arc<Guest>,
        request: EnrolProof,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<EnrolView, Failure> {
        self.stranger(&guest).await?;
        let refused = || Failure::new(Code::InviteWrong);
        let id = InviteId::parse(&request.invite).map_err(|_| refused())?;
        let proof = HEXLOWER.decode(request.proof.as_bytes()).ok().and_then(|p| p.try_into().ok());
        let proof: [u8; 32] = proof.ok_or_else(refused)?;
        let name = Name::parse(&request.device)
            .map_err(|_| Failure::new(Code::Usage).what("The device needs a name that can be shown."))?;
        let _turn = self.host.invites.turn().await;
        let answered = {
            let mut invites = self.host.invites.lock();
            // An id that does not exist looks like a wrong proof.
            invites.get_mut(&id).map(|note| {
                let before = note.life;
                let valid = note.secret().is_some_and(|secret| {
                    verify_proof(&proof, &secret, id, self.host.key(), &guest.key(), guest.exporter())
                });
                let answer = note.life.prove(SystemClock.now(), guest.device(), valid);
                let mut changed = note.life != before;
                match answer {
                    ProofAnswer::Pending | ProofAnswer::Approved => {
                        let words = Words::derive(guest.exporter(), self.host.key(), &guest.key());
                        note.applicant = Some(Applicant {
                            key: guest.key(),
                            device_name: name.to_string(),
                            words: words.as_array().map(str::to_owned),
                            address: guest.address(),
                        });
                    }
                    ProofAnswer::Taken { valid } if valid && !note.shown_twice => {
                        note.shown_twice = true;
                        changed = true;
                    }
                    ProofAnswer::Taken { .. } | ProofAnswer::Wrong { .. } | ProofAnswer::Over(_) => {}
                }
                (changed.then(|| note.clone()), answer)
            })
        };
        let (changed, answer) = answered.map_or((None, None), |(changed, answer)| (changed, Some(answer)));
        // Durable before the answer: a crash gives a guesser no more tries, and revives nothing.
        if let Some(note) = changed {
            self.agent.vault.run(move |cell| note.save(cell.open()?, id)).await?;
            self.agent.news.changed(Area::Team);
        }
        let code = match answer {
            Some(ProofAnswer::Pending | ProofAnswer::Approved) => None,
            None | Some(ProofAnswer::Wrong { .. }) => Some(Code::InviteWrong),
            Some(ProofAnswer::Taken { .. } | ProofAnswer::Over(_)) => Some(Code::InviteOver),
        };
        if let Some(code) = code {
            self.agent.door.refuse(None, Action::Enrol, code).await;
            return Err(Failure::new(code));
        }
        self.agent.news.changed(Area::Team);
        Ok(self.enrol_view(&guest))
    }
}

impl Serve<EnrolState> for Place {
    type Who = Arc<Guest>;

    async fn serve(
        self,
        guest: Arc<Guest>,
        _: Empty,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<EnrolView, Failure> {
        self.stranger(&guest).await?;
        Ok(self.enrol_view(&guest))
    }
}

impl Place {
    async fn stranger(&self, guest: &Guest) -> Result<(), Failure> {
        match decide_stranger(Source::network(guest.address()), Action::Enrol) {
            Decision::Allow => Ok(()),
            Decision::Deny(code) => {
                self.agent.door.refuse(None, Action::Enrol, code).await;
                Err(Failure::new(code))
            }
        }
    }

    /// How joining stands for the holder of that key.
    fn enrol_view(&self, guest: &Guest) -> EnrolView {
        let host = self.host.facts().name;
        if let Some((member, _)) = self.host.team().member_of_device(&guest.device()) {
            return EnrolView {
                host,
                state: InviteStateView::Approved,
                member: Some(member.name.to_string()),
                role: Some(member.role),
            };
        }
        let mut invites = self.host.invites.lock();
        let mine = invites
            .values_mut()
            .find(|note| note.applicant.as_ref().is_some_and(|applicant| applicant.key == guest.key()));
        let state = mine.map_or(InviteStateView::Expired, |note| view_of(note.life.state(SystemClock.now())));
        EnrolView { host, state, member: None, role: None }
    }
}

/// The state as the wire has it.
pub(crate) const fn view_of(state: InviteState) -> InviteStateView {
    match state {
        InviteState::Open => InviteStateView::Open,
        InviteState::Pending(_) => InviteStateView::Pending,
        InviteState::Approved(_) => InviteStateView::Approved,
        InviteState::Refused => InviteStateView::Refused,
        InviteState::Expired => InviteStateView::Expired,
        InviteState::Withdrawn => InviteStateView::Withdrawn,
        InviteState::Burnt => InviteStateView::Burnt,
    }
}
