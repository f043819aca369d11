//! `kit.*`: the kit goes from the agent to a file, and never through the page.

use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::sync::PoisonError;

use signet_api::CeremonyKitWrite;
use signet_api::wire::{CeremonyId, Empty, KitWriteRequest};
use signet_core::{Code, Failure};

use crate::desk::Save;
use crate::dispatch::{Answer, Events};
use crate::files;
use crate::wire::MaybeFile;
use crate::{Bridge, KitPrint, KitSave};

/// How the names of kits begin that wait for the printer; the process and random letters follow.
const PRINT: &str = "print-";

impl Answer<KitSave> for Bridge {
    async fn answer(&self, ceremony: CeremonyId, _: Events<KitSave>) -> Result<MaybeFile, Failure> {
        let save = Save {
            title: self.words(("Save the recovery kit", "Wiederherstellungsblatt speichern")),
            suggested: self.words(("Signet recovery kit.pdf", "Signet Wiederherstellungsblatt.pdf")),
            filters: vec![("PDF".into(), vec!["pdf".into()])],
        };
        let Some(path) = self.desk.save_file(save).await else { return Ok(MaybeFile { file: None }) };
        let file = files::private(&path)?;
        self.write_kit(&ceremony.id, file.as_file()).await?;
        files::replace(file, &path)?;
        Ok(MaybeFile { file: Some(self.file(&path)?) })
    }
}

impl Answer<KitPrint> for Bridge {
    async fn answer(&self, ceremony: CeremonyId, _: Events<KitPrint>) -> Result<Empty, Failure> {
        let home = self.home()?;
        // The sockets' folder: in memory on every desktop, and nobody else's.
        let folder = home.run();
        let failed = |error: std::io::Error| files::unwritten(folder, &error);
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let file = tempfile::Builder::new()
            // Whose it is, so that another window can tell what a killed one has left.
            .prefix(&format!("{PRINT}{}-", std::process::id()))
            .suffix(".pdf")
            .permissions(std::fs::Permissions::from_mode(0o600))
            .tempfile_in(folder)
            .map_err(failed)?;
        self.write_kit(&ceremony.id, file.as_file()).await?;
        let (_, path) = file.keep().map_err(|error| failed(error.error))?;
        self.prints.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
        self.open_print(&path)
    }
}

impl Bridge {
    async fn write_kit(&self, ceremony: &str, file: &std::fs::File) -> Result<(), Failure> {
        let handle = self.client()?.attach(file.as_fd()).await?;
        let language = Some(self.words(("en", "de")));
        let request = KitWriteRequest { id: ceremony.into(), handle, language };
        self.ask::<CeremonyKitWrite>(&request).await.map(|_| ())
    }

    /// Removes the kits that windows have left here which are no more.
    pub(crate) fn remove_stale_prints(&self) {
        let Ok(home) = self.home() else { return };
        for entry in std::fs::read_dir(home.run()).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let owner =
                name.to_str().and_then(|name| name.strip_prefix(PRINT)?.split('-').next()?.parse().ok());
            if owner.is_some_and(|owner: u32| !Path::new(&format!("/proc/{owner}")).exists()) {
                let _ = std::fs::remove_file(entry.path()); // not ours to remove, then
            }
        }
    }

    fn open_print(&self, path: &Path) -> Result<Empty, Failure> {
        self.desk.open_path(path).map(|()| Empty {}).map_err(|error| {
            self.forget_prints();
            Failure::new(Code::Unsupported)
                .what("No program here shows PDF files.")
                .remedy("Save the kit as a file and print it elsewhere, then remove the file.")
                .fact("error", error)
        })
    }
}
