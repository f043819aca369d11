//! `backup`, `restore`: where to and where from is the person's word, by dialog.

use std::path::Path;

use signet_api::wire::{BackupRequest, RestoreReply, RestoreRequest};
use signet_core::Failure;

use super::drafts::utf8;
use crate::desk::Save;
use crate::dispatch::{Answer, Events};
use crate::wire::{MaybeFile, PageBackup, PageRestore};
use crate::{Backup, Bridge, Restore};

impl Answer<Backup> for Bridge {
    async fn answer(&self, page: PageBackup, _: Events<Backup>) -> Result<MaybeFile, Failure> {
        let mut path = None;
        if page.pick {
            let save = Save {
                title: self.words(("Write a backup", "Sicherung schreiben")),
                suggested: "signet.backup".into(),
                filters: Vec::new(),
            };
            let Some(picked) = self.desk.save_file(save).await else { return Ok(MaybeFile { file: None }) };
            path = Some(utf8(picked)?);
        }
        let view = self.ask::<signet_api::Backup>(&BackupRequest { path }).await?;
        Ok(MaybeFile { file: Some(self.file(Path::new(&view.path))?) })
    }
}

impl Answer<Restore> for Bridge {
    async fn answer(&self, page: PageRestore, _: Events<Restore>) -> Result<RestoreReply, Failure> {
        let path = utf8(self.handles.path(&page.file)?)?;
        let mut reply = self
            .ask::<signet_api::Restore>(&RestoreRequest { path, replace: page.replace, headless: None })
            .await?;
        reply.replaced = reply.replaced.map(|path| self.shown(Path::new(&path)));
        self.forget_opened();
        Ok(reply)
    }
}
