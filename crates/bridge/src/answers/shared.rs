//! `shared.*`: files are opened here, and another's log is verified here.

use std::path::PathBuf;

use signet_api::wire::{
    HostChoice, SendReport, SharedAuditReply, SharedImportRequest, SharedImported, SharedSendRequest,
};
use signet_core::Failure;

use super::audit::{Expected, verify};
use super::send::attach;
use crate::dispatch::{Answer, Events};
use crate::wire::{PageSharedImport, Verified};
use crate::{Bridge, SharedImport, SharedSend, SharedVerify};

impl Answer<SharedSend> for Bridge {
    async fn answer(
        &self,
        mut request: SharedSendRequest,
        events: Events<SharedSend>,
    ) -> Result<SendReport, Failure> {
        let client = self.client()?;
        request.draft = attach(&client, self.inward(request.draft)?).await?;
        let call = client.start::<signet_api::SharedSend>(&request).await?;
        let mut report = call.finish(|event| events.emit(&event)).await?;
        self.show_places(&mut report);
        Ok(report)
    }
}

impl Answer<SharedImport> for Bridge {
    async fn answer(
        &self,
        page: PageSharedImport,
        _: Events<SharedImport>,
    ) -> Result<SharedImported, Failure> {
        let handle = self.hand_in(&self.handles.path(&page.file)?).await?;
        let request = SharedImportRequest { host: page.host, handle, name: page.name };
        self.ask::<signet_api::SharedImport>(&request).await
    }
}

impl Answer<SharedVerify> for Bridge {
    async fn answer(&self, host: HostChoice, events: Events<SharedVerify>) -> Result<Verified, Failure> {
        let copied = self.ask::<signet_api::SharedAudit>(&host).await;
        let SharedAuditReply { path, fingerprint, size, root } = match copied {
            Ok(reply) => reply,
            Err(failure) => return Ok(Verified::CannotCheck { failure }),
        };
        let expected = Expected::of_host(&fingerprint, size, root.as_deref())?;
        verify(PathBuf::from(path), expected, move |progress| events.emit(progress)).await
    }
}
