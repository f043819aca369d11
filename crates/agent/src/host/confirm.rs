//! `audit.confirm`: whether an address is in the log, for an auditor. The key of the HMACs stays here.

use signet_api::remote::AuditConfirm;
use signet_api::wire::{ConfirmAddressReply, ConfirmAddressRequest};
use signet_core::{Action, Failure};
use tokio::sync::mpsc::UnboundedSender;

use crate::host::router::{Caller, Place, Serve};
use crate::message;

impl Serve<AuditConfirm> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        request: ConfirmAddressRequest,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<ConfirmAddressReply, Failure> {
        self.authorise(&caller, Action::AuditConfirmAddress).await?;
        let address = message::address(&request.address)?;
        let allowed = self.agent.vault.run(|cell| cell.open().map(drop).and_then(|()| cell.questions.take()));
        if let Err(failure) = allowed.await {
            self.refuse(&caller, Action::AuditConfirmAddress, failure.code).await;
            return Err(failure);
        }
        self.note(&caller, Action::AuditConfirmAddress, address.domain().to_owned()).await?;
        self.agent.entries_with(address).await
    }
}
