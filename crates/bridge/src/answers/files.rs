//! `files.*`.

use signet_core::Failure;

use crate::desk::{Pick, Save};
use crate::dispatch::{Answer, Events};
use crate::wire::{FileChoices, FilePurpose, Files, FilesWish, MaybeFile, SaveWish};
use crate::{Bridge, FilesLook, FilesPick, FilesSave};

impl Answer<FilesPick> for Bridge {
    async fn answer(&self, wish: FilesWish, _: Events<FilesPick>) -> Result<Files, Failure> {
        let pick = Pick {
            title: self.words(title(wish.purpose)),
            multiple: wish.multiple,
            filters: filters(wish.purpose),
        };
        let mut paths = self.desk.pick_files(pick).await;
        if !wish.multiple {
            paths.truncate(1);
        }
        Ok(Files { files: self.hand_over(&paths)? })
    }
}

impl Answer<FilesSave> for Bridge {
    async fn answer(&self, wish: SaveWish, _: Events<FilesSave>) -> Result<MaybeFile, Failure> {
        let path = self.ask_where(wish.purpose, &wish.suggested).await;
        Ok(MaybeFile { file: path.map(|path| self.file(&path)).transpose()? })
    }
}

impl Answer<FilesLook> for Bridge {
    async fn answer(&self, choices: FileChoices, _: Events<FilesLook>) -> Result<Files, Failure> {
        let files = choices.handles.iter().map(|handle| self.file(&self.handles.path(handle)?));
        Ok(Files { files: files.collect::<Result<_, _>>()? })
    }
}

impl Bridge {
    /// Asks where to write something of that kind.
    pub(crate) async fn ask_where(
        &self,
        purpose: FilePurpose,
        suggested: &str,
    ) -> Option<std::path::PathBuf> {
        let save = Save {
            title: self.words(("Save", "Speichern")),
            suggested: harmless(suggested),
            filters: filters(purpose),
        };
        self.desk.save_file(save).await
    }

    /// Words for a native dialog, in English or German.
    pub(crate) fn words(&self, (english, german): (&str, &str)) -> String {
        let prefs = self.prefs();
        let language = if prefs.language == "system" { &self.setup.locale } else { &prefs.language };
        (if language.starts_with("de") { german } else { english }).to_owned()
    }
}

/// A name that is only a name: the page suggests it, or a stranger's message.
pub(crate) fn harmless(name: &str) -> String {
    let plain = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { '-' } else { c };
    let name: String = name.chars().map(plain).take(120).collect();
    let name = name.trim().trim_start_matches('.').trim_start();
    if name.is_empty() { "signet".into() } else { name.to_owned() }
}

const fn title(purpose: FilePurpose) -> (&'static str, &'static str) {
    match purpose {
        FilePurpose::Attachment => ("Attach files", "Dateien anhängen"),
        FilePurpose::Key => ("Choose a Google key file", "Google-Schlüsseldatei wählen"),
        FilePurpose::Template => ("Choose a message file", "Nachrichtendatei wählen"),
        FilePurpose::Backup => ("Choose a backup", "Sicherung wählen"),
    }
}

fn filters(purpose: FilePurpose) -> crate::desk::Filters {
    let one = |name: &str, extension: &str| vec![(name.into(), vec![extension.into()])];
    match purpose {
        // Everything: a filter would only hide what is meant.
        FilePurpose::Attachment | FilePurpose::Backup => Vec::new(),
        FilePurpose::Key => one("JSON", "json"),
        FilePurpose::Template => one("TOML", "toml"),
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_suggested_name_leads_nowhere() {
        for (given, name) in [
            ("../../.bashrc", "-..-.bashrc"),
            ("a/b\\c\n", "a-b-c-"),
            (".profile", "profile"),
            ("", "signet"),
            ("Übersicht 2026.pdf", "Übersicht 2026.pdf"),
        ] {
            assert_eq!(harmless(given), name);
        }
        assert_eq!(harmless(&"x".repeat(500)).len(), 120);
    }
}
