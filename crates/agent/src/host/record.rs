//! The door for members: authorise and record, as for the owner, with the member's device as the actor.

use std::sync::Arc;

use signet_audit::{Actor, Caller as Refused, Draft, Receipt, Side, Verdict};
use signet_core::{Action, Clock, Code, Decision, Failure, MemberId, Principal, decide};

use crate::clock::SystemClock;
use crate::host::guest::Guest;
use crate::host::router::{Caller, Place};
use crate::signer;

impl Place {
    /// Whether the role allows it; a refusal is on record.
    pub(crate) async fn authorise(&self, caller: &Caller, action: Action) -> Result<(), Failure> {
        match decide(&caller.principal, action) {
            Decision::Allow => Ok(()),
            Decision::Deny(code) => {
                self.refuse(caller, action, code).await;
                Err(Failure::new(code))
            }
        }
    }

    /// Records a refusal, within the limits that keep one device from flooding the log.
    pub(crate) async fn refuse(&self, caller: &Caller, action: Action, code: Code) {
        let device = Refused::Device(*caller.guest.device().as_bytes());
        if let Some(refusal) = self.agent.door.throttled(device, action, code) {
            let mut draft = self.draft(&caller.principal, action, Verdict::Refused(code));
            draft.count = refusal.count;
            self.agent.door.record_refusal(draft).await;
        }
    }

    /// Records that somebody who is no member, or not any more, tried.
    pub(crate) async fn note_refusal(&self, guest: &Guest, failure: &Failure) {
        let _ = guest;
        self.agent.door.refuse(None, Action::SessionOpen, failure.code).await;
    }

    /// Records what is complete in itself.
    pub(crate) async fn note(
        &self,
        caller: &Caller,
        action: Action,
        target: String,
    ) -> Result<Receipt, Failure> {
        let draft = self.draft(&caller.principal, action, Verdict::Allowed).target(target);
        self.append(vec![draft], Vec::new()).await
    }

    /// Appends entries in the name of the vault's own key, with changes beside them.
    pub(crate) async fn append(&self, drafts: Vec<Draft>, sides: Vec<Side>) -> Result<Receipt, Failure> {
        let signer =
            self.agent.vault.run(|cell| Ok(signer::unlocked(cell.open()?.audit_signing_key()))).await?;
        self.agent.audit.append_with(drafts, sides, signer).await
    }

    /// A draft in the name of the member's device, under the policy of now.
    pub(crate) fn draft(&self, principal: &Principal, action: Action, verdict: Verdict) -> Draft {
        let actor = principal.device().map_or(Actor::NOBODY, |device| Actor::key_hash(*device.as_bytes()));
        let mut draft = Draft::new(SystemClock.now(), actor, Some(principal.role()), action, verdict);
        draft.policy_epoch = self.host.team().epoch();
        draft
    }
}

impl Caller {
    /// The member that asks.
    pub(crate) fn member(&self) -> Result<MemberId, Failure> {
        self.principal.member().ok_or_else(|| Failure::new(Code::NotMember))
    }
}

impl Clone for Caller {
    fn clone(&self) -> Self {
        Self { principal: self.principal, guest: Arc::clone(&self.guest) }
    }
}
