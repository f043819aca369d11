//! `approval.*` for the owner.

use std::sync::Arc;

use signet_api::wire::{ApprovalDecideRequest, ApprovalListReply, Empty};
use signet_api::{ApprovalDecide, ApprovalList, Never};
use signet_core::{Action, Code, Failure, Principal};

use crate::agent::Agent;
use crate::router::{Events, Handle};

impl Handle<ApprovalList> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<ApprovalListReply, Failure> {
        let place = self.place().await?;
        place.waiting_for(&caller).await
    }
}

impl Handle<ApprovalDecide> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: ApprovalDecideRequest,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        let place = self.place().await?;
        self.door.authorise(caller, Action::ApprovalDecide).await?;
        // Before the code is used up.
        place.may_answer(&caller, &request)?;
        if request.approve {
            let code = request.code.as_deref().ok_or_else(|| Failure::new(Code::CodeNeeded))?;
            self.fresh_code(code).await?;
        }
        // On record before it takes effect: who said yes to which bytes.
        let target = format!("{} {}", if request.approve { "yes" } else { "no" }, request.sha256);
        self.door.pass(caller, Action::ApprovalDecide, target).await?;
        place.answer_approval(&caller, &request).await?;
        Ok(Empty {})
    }
}
