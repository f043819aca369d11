//! The life of an invite on the host: who may use it, how often, and for how long.

use serde::{Deserialize, Serialize};
use signet_core::{DeviceHash, UnixMillis};

/// So many failed proofs burn an invite.
const MAX_FAILED: u8 = 5;

/// Where an invite stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InviteState {
    /// Nobody has used it.
    Open,
    /// This device has proven that it has the invite, and waits for the owner.
    Pending(DeviceHash),
    /// The owner has approved this device.
    Approved(DeviceHash),
    /// The owner has refused it.
    Refused,
    /// Its time was over before it was approved.
    Expired,
    /// The owner took it back.
    Withdrawn,
    /// Five proofs failed.
    Burnt,
}

impl InviteState {
    /// Whether it can still lead to a member.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::Pending(_))
    }
}

/// What a proof led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofAnswer {
    /// It waits for the owner: the first time or, for the same device, again.
    Pending,
    /// The owner has approved this device before.
    Approved,
    /// The proof is wrong; so many more may fail. At 0 the invite is burnt.
    Wrong {
        /// Failed proofs until the invite is burnt.
        left: u8,
    },
    /// Another device has the invite. `valid`: this one knows the secret too, so somebody got hold of
    /// the invite: the owner must be told.
    Taken {
        /// Whether the proof was right.
        valid: bool,
    },
    /// The invite is of no use any more; the state says why.
    Over(InviteState),
}

/// The owner's answer to a pending request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Make this device's person a member.
    Approve,
    /// Do not.
    Refuse,
}

/// Why the owner's answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteRefusal {
    /// No device waits, or another one than the owner looked at.
    #[error("no such request is waiting")]
    NotPending,
    /// It is over; the state says why.
    #[error("the invite is no longer valid")]
    Over(InviteState),
}

/// The life of one invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteLife {
    expires: UnixMillis,
    failed: u8,
    state: InviteState,
}

impl InviteLife {
    /// How long an invite is valid unless the owner says otherwise: 24 hours, in seconds.
    pub const SECONDS: u64 = 24 * 60 * 60;

    /// A new invite.
    pub const fn new(expires: UnixMillis) -> Self {
        Self { expires, failed: 0, state: InviteState::Open }
    }

    /// When it ends unless it was approved.
    pub const fn expires(&self) -> UnixMillis {
        self.expires
    }

    /// Where it stands. Once expired, a clock that goes back does not revive it.
    pub fn state(&mut self, now: UnixMillis) -> InviteState {
        if self.state.is_live() && now >= self.expires {
            self.state = InviteState::Expired;
        }
        self.state
    }

    /// A device shows a proof, which the caller has verified. Store the life before answering.
    ///
    /// The first valid proof binds the invite to that device, which may come again. Others cannot burn
    /// it from then on.
    pub fn prove(&mut self, now: UnixMillis, device: DeviceHash, valid: bool) -> ProofAnswer {
        match self.state(now) {
            InviteState::Pending(bound) | InviteState::Approved(bound) if bound != device => {
                ProofAnswer::Taken { valid }
            }
            InviteState::Open | InviteState::Pending(_) if !valid => self.fail(),
            InviteState::Open | InviteState::Pending(_) => {
                self.state = InviteState::Pending(device);
                ProofAnswer::Pending
            }
            InviteState::Approved(_) if valid => ProofAnswer::Approved,
            InviteState::Approved(_) => ProofAnswer::Wrong { left: 0 },
            over => ProofAnswer::Over(over),
        }
    }

    /// The owner answers the request of this device, having compared the words and given a fresh code.
    ///
    /// # Errors
    /// [`InviteRefusal`]; nothing is changed then, except that a late answer finds the invite expired.
    pub fn answer(
        &mut self,
        now: UnixMillis,
        device: DeviceHash,
        answer: Answer,
    ) -> Result<(), InviteRefusal> {
        match self.state(now) {
            InviteState::Pending(bound) if bound == device => {
                self.state = match answer {
                    Answer::Approve => InviteState::Approved(device),
                    Answer::Refuse => InviteState::Refused,
                };
                Ok(())
            }
            live if live.is_live() => Err(InviteRefusal::NotPending),
            over => Err(InviteRefusal::Over(over)),
        }
    }

    /// The owner takes the invite back.
    ///
    /// # Errors
    /// [`InviteRefusal::Over`] if there is nothing to take back any more.
    pub fn withdraw(&mut self, now: UnixMillis) -> Result<(), InviteRefusal> {
        let state = self.state(now);
        if !state.is_live() {
            return Err(InviteRefusal::Over(state));
        }
        self.state = InviteState::Withdrawn;
        Ok(())
    }

    fn fail(&mut self) -> ProofAnswer {
        self.failed = self.failed.saturating_add(1);
        if self.failed >= MAX_FAILED {
            self.state = InviteState::Burnt;
        }
        ProofAnswer::Wrong { left: MAX_FAILED.saturating_sub(self.failed) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const END: UnixMillis = UnixMillis(1000);
    const NOW: UnixMillis = UnixMillis(10);

    fn device(n: u8) -> DeviceHash {
        DeviceHash::from_bytes([n; 32])
    }

    #[test]
    fn the_first_valid_proof_binds_it() {
        let mut life = InviteLife::new(END);
        assert_eq!(life.prove(NOW, device(1), true), ProofAnswer::Pending);
        assert_eq!(life.prove(NOW, device(2), true), ProofAnswer::Taken { valid: true });
        assert_eq!(life.prove(NOW, device(1), true), ProofAnswer::Pending);
        assert_eq!(life.answer(NOW, device(2), Answer::Approve), Err(InviteRefusal::NotPending));
        assert_eq!(life.answer(NOW, device(1), Answer::Approve), Ok(()));
        assert_eq!(life.prove(NOW, device(1), true), ProofAnswer::Approved);
        assert_eq!(life.prove(NOW, device(2), true), ProofAnswer::Taken { valid: true });
        let approved = InviteState::Approved(device(1));
        assert_eq!(life.answer(NOW, device(1), Answer::Approve), Err(InviteRefusal::Over(approved)));
        // Approved in time: it does not expire any more.
        assert_eq!(life.state(UnixMillis(u64::MAX)), approved);
    }

    #[test]
    fn five_failed_proofs_burn_it_and_strangers_cannot_burn_a_bound_one() {
        let mut life = InviteLife::new(END);
        for left in [4, 3, 2, 1] {
            assert_eq!(life.prove(NOW, device(left), false), ProofAnswer::Wrong { left });
        }
        let mut bound = life;
        let burnt = ProofAnswer::Wrong { left: 0 };
        assert_eq!(life.prove(NOW, device(9), false), burnt);
        assert_eq!(life.prove(NOW, device(1), true), ProofAnswer::Over(InviteState::Burnt));

        assert_eq!(bound.prove(NOW, device(1), true), ProofAnswer::Pending);
        for _ in 0..100 {
            assert_eq!(bound.prove(NOW, device(2), false), ProofAnswer::Taken { valid: false });
        }
        assert_eq!(bound.prove(NOW, device(1), false), burnt);
    }

    #[test]
    fn it_ends_at_its_time_and_stays_ended() {
        let mut life = InviteLife::new(END);
        assert_eq!(life.prove(UnixMillis(999), device(1), true), ProofAnswer::Pending);
        let over = InviteRefusal::Over(InviteState::Expired);
        assert_eq!(life.answer(END, device(1), Answer::Approve), Err(over));
        assert_eq!(life.state(UnixMillis(0)), InviteState::Expired);
        assert_eq!(life.prove(UnixMillis(0), device(1), true), ProofAnswer::Over(InviteState::Expired));
        assert_eq!(life.withdraw(UnixMillis(0)), Err(over));
    }

    #[test]
    fn a_withdrawn_or_refused_one_is_over() {
        let mut life = InviteLife::new(END);
        assert_eq!(life.answer(NOW, device(1), Answer::Refuse), Err(InviteRefusal::NotPending));
        assert_eq!(life.withdraw(NOW), Ok(()));
        assert_eq!(life.prove(NOW, device(1), true), ProofAnswer::Over(InviteState::Withdrawn));
        let mut life = InviteLife::new(END);
        life.prove(NOW, device(1), true);
        assert_eq!(life.answer(NOW, device(1), Answer::Refuse), Ok(()));
        assert_eq!(life.prove(NOW, device(1), true), ProofAnswer::Over(InviteState::Refused));
    }

    #[derive(Clone, Copy, Debug)]
    enum Event {
        Prove(u8, bool),
        Answer(u8, Answer),
        Withdraw,
        Look,
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            6 => (0..3u8, any::<bool>()).prop_map(|(device, valid)| Event::Prove(device, valid)),
            2 => (0..3u8, any::<bool>())
                .prop_map(|(device, yes)| Event::Answer(device, if yes { Answer::Approve } else { Answer::Refuse })),
            1 => Just(Event::Withdraw),
            1 => Just(Event::Look),
        ]
    }

    /// The model: what happened so far, as a list; each question is answered by reading it again.
    #[derive(Default)]
    struct History(Vec<(u64, Event)>);

    impl History {
        fn state(&self) -> InviteState {
            let mut bound = None;
            let mut failed = 0;
            for (time, event) in &self.0 {
                if *time >= END.0 {
                    return InviteState::Expired;
                }
                match *event {
                    Event::Prove(by, true) => bound = bound.or(Some(by)),
                    Event::Prove(by, false) if bound.is_none_or(|bound| bound == by) => failed += 1,
                    Event::Answer(by, Answer::Approve) if bound == Some(by) => {
                        return InviteState::Approved(device(by));
                    }
                    Event::Answer(by, Answer::Refuse) if bound == Some(by) => return InviteState::Refused,
                    Event::Withdraw => return InviteState::Withdrawn,
                    _ => {}
                }
                if failed == 5 {
                    return InviteState::Burnt;
                }
            }
            bound.map_or(InviteState::Open, |bound| InviteState::Pending(device(bound)))
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_its_history(events in prop::collection::vec((0..1100u64, event()), 0..30), monotonic: bool) {
            let mut events = events;
            if monotonic {
                events.sort_by_key(|(time, _)| *time);
            }
            let mut life = InviteLife::new(END);
            let mut history = History::default();
            for (time, event) in events {
                let now = UnixMillis(time);
                let before = history.state();
                history.0.push((time, event));
                let after = history.state();
                match event {
                    Event::Prove(by, valid) => {
                        let answer = life.prove(now, device(by), valid);
                        let joined = matches!(answer, ProofAnswer::Pending | ProofAnswer::Approved);
                        let named = matches!(after, InviteState::Pending(d) | InviteState::Approved(d) if d == device(by));
                        prop_assert_eq!(joined, valid && named);
                    }
                    Event::Answer(by, answer) => {
                        let taken = life.answer(now, device(by), answer).is_ok();
                        prop_assert_eq!(taken, before != after && after != InviteState::Expired);
                    }
                    Event::Withdraw => {
                        prop_assert_eq!(life.withdraw(now).is_ok(), before.is_live() && now < END);
                    }
                    Event::Look => {}
                }
                prop_assert_eq!(life.state(now), after);
                let stored = serde_json::to_string(&life).unwrap();
                prop_assert_eq!(serde_json::from_str::<InviteLife>(&stored).unwrap(), life);
            }
        }
    }
}
