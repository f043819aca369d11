//! `draft.*`, `history.show`: attachments go by handle in the page and by path in the vault.

use std::path::{Path, PathBuf};

use signet_api::wire::{Draft, DraftItem, DraftListReply, DraftSaveRequest, Empty, HistoryItem, RowChoice};
use signet_core::{Code, Failure};

use crate::dispatch::{Answer, Events};
use crate::{Bridge, DraftList, DraftSave, DraftVersions, HistoryShow, places};

impl Answer<DraftSave> for Bridge {
    async fn answer(
        &self,
        mut request: DraftSaveRequest,
        _: Events<DraftSave>,
    ) -> Result<DraftItem, Failure> {
        request.draft = self.inward(request.draft)?;
        self.item(self.ask::<signet_api::DraftSave>(&request).await?)
    }
}

impl Answer<DraftList> for Bridge {
    async fn answer(&self, _: Empty, _: Events<DraftList>) -> Result<DraftListReply, Failure> {
        self.list(self.ask::<signet_api::DraftList>(&Empty {}).await?)
    }
}

impl Answer<DraftVersions> for Bridge {
    async fn answer(&self, row: RowChoice, _: Events<DraftVersions>) -> Result<DraftListReply, Failure> {
        self.list(self.ask::<signet_api::DraftVersions>(&row).await?)
    }
}

impl Answer<HistoryShow> for Bridge {
    async fn answer(&self, row: RowChoice, _: Events<HistoryShow>) -> Result<HistoryItem, Failure> {
        let mut item = self.ask::<signet_api::HistoryShow>(&row).await?;
        item.draft = self.outward(item.draft)?;
        if let Some(report) = &mut item.report {
            self.show_places(report);
        }
        Ok(item)
    }
}

impl Bridge {
    /// A page's draft as the agent keeps it: paths in place of handles.
    pub(crate) fn inward(&self, mut draft: Draft) -> Result<Draft, Failure> {
        for attachment in &mut draft.attachments {
            let Some(handle) = attachment.handle.take() else {
                return Err(Failure::new(Code::HandleUnknown)
                    .what("An attachment names no file that was picked or dropped.")
                    .remedy("Attach the file again."));
            };
            let path = self.handles.path(&handle)?;
            // A page sees where a file lies; it cannot say so.
            if attachment.path.as_ref().is_some_and(|said| *said != self.shown(&path)) {
                return Err(Failure::new(Code::HandleUnknown)
                    .what("An attachment's place is not the one of its file.")
                    .remedy("Attach the file again."));
            }
            attachment.path = Some(utf8(path)?);
        }
        Ok(draft)
    }

    /// The agent's draft as a page gets it: handles, and places for people.
    pub(crate) fn outward(&self, mut draft: Draft) -> Result<Draft, Failure> {
        for attachment in &mut draft.attachments {
            attachment.handle = None;
            if let Some(path) = &attachment.path {
                let path = PathBuf::from(path);
                attachment.handle = Some(self.handles.issue(&path)?);
                attachment.path = Some(self.shown(&path));
            }
        }
        Ok(draft)
    }

    /// A path as people read it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        places::shown(path, self.setup.user.as_deref())
    }

    fn item(&self, mut item: DraftItem) -> Result<DraftItem, Failure> {
        item.draft = self.outward(item.draft)?;
        Ok(item)
    }

    fn list(&self, reply: DraftListReply) -> Result<DraftListReply, Failure> {
        let drafts = reply.drafts.into_iter().map(|item| self.item(item)).collect::<Result<_, _>>()?;
        Ok(DraftListReply { drafts })
    }
}

/// A path as text: what the agent keeps is JSON.
pub(crate) fn utf8(path: PathBuf) -> Result<String, Failure> {
    path.into_os_string().into_string().map_err(|path| {
        Failure::new(Code::InvalidFileName)
            .what("That file's name is not text in UTF-8.")
            .remedy("Rename the file, then attach it again.")
            .fact("path", path.to_string_lossy())
    })
}
