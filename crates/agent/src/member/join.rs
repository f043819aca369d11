//! Joining: the proof of an invite, the words, the code.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use signet_api::remote::{CodeBegin, CodeProof, CodeProve, EnrolProof, EnrolProve, EnrolState, EnrolView};
use signet_api::wire::{Empty, InviteStateView, JoinRequest, JoinState, JoinView, MemberCodeShown};
use signet_core::{Code, Failure};
use signet_team::{HostPort, Invite, Name, Words, derive_proof};

use super::membership::Membership;
use super::store::MembershipRecord;
use super::{Memberships, store};

impl Memberships {
    /// Asks to join, with an invite. The device key is made now, in the keychain.
    pub(crate) async fn join(&self, request: JoinRequest) -> Result<JoinView, Failure> {
        let invite = Invite::parse(&request.invite)
            .map_err(|error| Failure::new(Code::InviteInvalid).fact("cause", error))?;
        let device = Name::parse(&request.device).map_err(|error| {
            Failure::new(Code::Usage).what("This device needs a name.").fact("cause", error)
        })?;
        let places = match &request.at {
            Some(at) => {
                let at = HostPort::parse(at).map_err(|error| {
                    Failure::new(Code::Usage).what("That is not an address with a port.").fact("cause", error)
                })?;
                vec![at]
            }
            None => invite.hints().to_vec(),
        };
        let first = places.first().ok_or_else(|| {
            Failure::new(Code::InviteInvalid)
                .what("The invite does not say where the host is.")
                .remedy("Ask for the host's address and give it with --at.")
        })?;
        let host = invite.host();
        let membership = self.made(host, &device, first.as_str()).await?;
        let mut last = Failure::new(Code::HostAway);
        for place in &places {
            membership.change(|record| place.as_str().clone_into(&mut record.at))?;
            match membership.prove(&invite, &device).await {
                Err(failure) if failure.code == Code::HostAway => last = failure,
                result => return result,
            }
        }
        Err(last)
    }

    /// Leaves a host.
    pub(crate) async fn leave(&self, host: &str) -> Result<(), Failure> {
        let membership = self.find(host).await?;
        membership.leave().await?;
        let mut open = self.open.lock().await;
        self.read(&mut open)?.remove(&membership.host());
        Ok(())
    }

    /// The membership of that host, made if this device does not know it yet.
    async fn made(
        &self,
        host: signet_team::HostHash,
        device: &Name,
        at: &str,
    ) -> Result<Arc<Membership>, Failure> {
        let mut open = self.open.lock().await;
        if let Some(known) = self.read(&mut open)?.get(&host) {
            if known.record().joined {
                return Err(Failure::new(Code::Repeated)
                    .what("This device belongs to that host already.")
                    .remedy(
                        "`signet shared list` shows what it shares. If that membership has ended, `signet join \
                         leave` first.",
                    ));
            }
            return Ok(Arc::clone(known));
        }
        let mut generation = [0; 8];
        getrandom::fill(&mut generation).map_err(|_| Failure::new(Code::Internal))?;
        let record = MembershipRecord {
            host: host.to_string(),
            host_name: String::new(),
            at: at.to_owned(),
            device_name: device.to_string(),
            // A fresh name each time: an item of an earlier membership is never reused.
            generation: u64::from_be_bytes(generation) >> 1,
            joined: false,
            member: None,
            role: None,
            code_set: false,
            token: None,
            words: None,
            seen: None,
            chain: None,
            alarm: None,
        };
        store::write(self.home.data(), &record)?;
        let membership = Arc::new(Membership::new(record, self.home.clone(), Arc::clone(&self.keychain)));
        if let Err(failure) = membership.make_device_key().await {
            let _ = membership.leave().await;
            return Err(failure);
        }
        self.read(&mut open)?.insert(host, Arc::clone(&membership));
        Ok(membership)
    }
}

impl Membership {
    /// Proves the invite over a new connection; both ends then know the words.
    async fn prove(&self, invite: &Invite, device: &Name) -> Result<JoinView, Failure> {
        let connection = self.connect().await?;
        let proof = derive_proof(
            invite.secret(),
            invite.id(),
            &connection.host,
            &connection.device,
            &connection.exporter,
        );
        let request = EnrolProof {
            invite: invite.id().to_string(),
            proof: HEXLOWER.encode(&proof),
            device: device.to_string(),
        };
        let view = connection.call::<EnrolProve>(&request).await?;
        let words = Words::derive(&connection.exporter, &connection.host, &connection.device);
        let words = words.as_array().map(str::to_owned);
        self.change(|record| {
            record.words = Some(words);
            record.host_name.clone_from(&view.host);
        })?;
        Ok(self.view(&view, None))
    }

    /// How joining stands, asked of the host.
    pub(crate) async fn join_view(&self) -> Result<JoinView, Failure> {
        if self.record().joined {
            // A session says it better.
            let failure = self.session().await.err();
            return Ok(self.view_of(JoinState::Joined, failure));
        }
        let connection = self.connect().await?;
        let view = connection.call::<EnrolState>(&Empty {}).await?;
        drop(connection);
        if view.state == InviteStateView::Approved {
            self.session().await?;
            return Ok(self.view_of(JoinState::Joined, None));
        }
        Ok(self.view(&view, None))
    }

    /// The secret of the second factor.
    pub(crate) async fn code(&self) -> Result<MemberCodeShown, Failure> {
        let code = self.call::<CodeBegin>(&Empty {}).await?;
        Ok(MemberCodeShown { uri: code.uri, secret: code.secret })
    }

    /// Proves the second factor.
    pub(crate) async fn prove_code(&self, code: &str) -> Result<JoinView, Failure> {
        self.call::<CodeProve>(&CodeProof { code: code.to_owned() }).await?;
        self.change(|record| record.code_set = true)?;
        Ok(self.view_of(JoinState::Joined, None))
    }

    fn view(&self, view: &EnrolView, failure: Option<Failure>) -> JoinView {
        let (state, failure) = match view.state {
            InviteStateView::Pending => (JoinState::Waiting, failure),
            InviteStateView::Approved => (JoinState::Joined, failure),
            InviteStateView::Refused => (
                JoinState::Ended,
                Some(Failure::new(Code::InviteOver).what("The owner refused this request.")),
            ),
            _ => (JoinState::Ended, Some(Failure::new(Code::InviteOver))),
        };
        JoinView { name: view.host.clone(), ..self.view_of(state, failure) }
    }

    fn view_of(&self, state: JoinState, failure: Option<Failure>) -> JoinView {
        let record = self.record();
        let state = match state {
            JoinState::Joined if !record.code_set => JoinState::CodeMissing,
            state => state,
        };
        JoinView {
            host: record.host,
            name: record.host_name,
            at: record.at,
            words: record.words.unwrap_or_default(),
            state,
            member: record.member,
            role: record.role,
            failure,
        }
    }
}
