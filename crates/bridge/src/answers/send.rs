//! `send`: files are opened here, with the person's own rights, and handed over as open descriptors.

use std::os::fd::AsFd;
use std::path::Path;

use signet_api::Client;
use signet_api::wire::{Draft, SendMode, SendReport, SendRequest};
use signet_core::{Code, Failure};

use crate::dispatch::{Answer, Events};
use crate::{Bridge, Send, files};

impl Answer<Send> for Bridge {
    async fn answer(&self, mut request: SendRequest, events: Events<Send>) -> Result<SendReport, Failure> {
        if matches!(request.mode, SendMode::Eml(_)) {
            return Err(Failure::new(Code::Unsupported).what("A page cannot ask for that."));
        }
        request.draft = attach(&self.client()?, self.inward(request.draft)?).await?;
        let mut call = self.client()?.start::<signet_api::Send>(&request).await?;
        loop {
            match call.line().await? {
                signet_api::wire::Line::Event(event) => events.emit(&event),
                signet_api::wire::Line::Result(mut report) => {
                    self.show_places(&mut report);
                    return Ok(report);
                }
                signet_api::wire::Line::Failure(failure) => return Err(failure),
            }
        }
    }
}

impl Bridge {
    /// Places of files as people read them.
    pub(crate) fn show_places(&self, report: &mut SendReport) {
        for attachment in &mut report.attachments {
            if let Some(path) = &mut attachment.path {
                *path = self.shown(Path::new(path));
            }
        }
    }
}

/// Opens every attachment and fills in the agent's handle. All are opened before the first is handed over.
pub(crate) async fn attach(client: &Client, mut draft: Draft) -> Result<Draft, Failure> {
    let open = |attachment: &signet_api::wire::Attachment| {
        files::attachment(Path::new(attachment.path.as_deref().unwrap_or_default()))
    };
    let files = draft.attachments.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    for (attachment, file) in draft.attachments.iter_mut().zip(files) {
        attachment.handle = Some(client.attach(file.as_fd()).await?);
    }
    Ok(draft)
}
