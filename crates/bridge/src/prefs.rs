//! The window's preferences: `window.json`, known before any vault is open.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use signet_core::{Code, Failure};

use crate::wire::{Prefs, PrefsPatch};

const SIZES: [u16; 6] = [80, 90, 100, 110, 125, 150];
const UNDO: [u16; 3] = [0, 5, 10];
const LANGUAGES: [&str; 4] = ["system", "en", "de", "en-XA"];
const DOMAINS: usize = 100;

/// The preferences as they are kept.
pub(crate) struct PrefsFile {
    path: PathBuf,
    now: Mutex<Prefs>,
}

impl PrefsFile {
    /// Reads them. A file that is missing or unreadable means the usual ones: a window must open.
    pub(crate) fn open(folder: &Path) -> Self {
        let path = folder.join("window.json");
        let read = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let prefs = read.filter(|prefs| check(prefs).is_ok()).unwrap_or_default();
        Self { path, now: Mutex::new(prefs) }
    }

    /// As they are now.
    pub(crate) fn now(&self) -> Prefs {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes and keeps them.
    pub(crate) fn change(&self, patch: PrefsPatch) -> Result<Prefs, Failure> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = patched(now.clone(), patch);
        check(&changed)?;
        write(&self.path, &changed)?;
        *now = changed.clone();
        Ok(changed)
    }
}

fn patched(mut prefs: Prefs, patch: PrefsPatch) -> Prefs {
    prefs.theme = patch.theme.unwrap_or(prefs.theme);
    prefs.language = patch.language.unwrap_or(prefs.language);
    prefs.text_size = patch.text_size.unwrap_or(prefs.text_size);
    prefs.compact = patch.compact.unwrap_or(prefs.compact);
    prefs.notifications = patch.notifications.unwrap_or(prefs.notifications);
    prefs.close_to_tray = patch.close_to_tray.unwrap_or(prefs.close_to_tray);
    prefs.undo_seconds = patch.undo_seconds.unwrap_or(prefs.undo_seconds);
    prefs.own_domains = patch.own_domains.unwrap_or(prefs.own_domains);
    prefs
}

fn check(prefs: &Prefs) -> Result<(), Failure> {
    let fine = SIZES.contains(&prefs.text_size)
        && UNDO.contains(&prefs.undo_seconds)
        && LANGUAGES.contains(&prefs.language.as_str())
        && prefs.own_domains.len() <= DOMAINS
        && prefs.own_domains.iter().all(|domain| !domain.is_empty() && domain.len() <= 253);
    if fine {
        return Ok(());
    }
    Err(Failure::new(Code::Usage)
        .what("A preference has a value that there is no choice for.")
        .remedy("Choose one of the values that the settings offer."))
}

/// Beside first, then renamed: a crash leaves the old ones or the new ones.
fn write(path: &Path, prefs: &Prefs) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or_else(|| Path::new("/"));
    let write = || -> std::io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut file = tempfile::Builder::new()
            .permissions(std::fs::Permissions::from_mode(0o600))
            .tempfile_in(folder)?;
        serde_json::to_writer_pretty(&mut file, prefs)?;
        file.flush()?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull => Failure::new(Code::DiskFull),
        _ => Failure::new(Code::ReadOnly)
            .what("The preferences cannot be written.")
            .fact("path", path.display())
            .fact("error", error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Theme;

    #[test]
    fn a_change_is_kept_private_and_leaves_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("deep/config");
        let file = PrefsFile::open(&folder);
        assert_eq!(file.now().text_size, 100);
        let patch = PrefsPatch { theme: Some(Theme::Dark), text_size: Some(125), ..PrefsPatch::default() };
        file.change(patch).unwrap();
        let again = PrefsFile::open(&folder).now();
        assert_eq!((again.theme, again.text_size, again.undo_seconds), (Theme::Dark, 125, 5));
        let mode = std::fs::metadata(folder.join("window.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "a temporary file is left over");
    }

    #[test]
    fn what_is_no_choice_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = PrefsFile::open(folder.path());
        for patch in [
            PrefsPatch { text_size: Some(101), ..PrefsPatch::default() },
            PrefsPatch { undo_seconds: Some(3), ..PrefsPatch::default() },
            PrefsPatch { language: Some("xx".into()), ..PrefsPatch::default() },
            PrefsPatch { own_domains: Some(vec![String::new()]), ..PrefsPatch::default() },
        ] {
            assert_eq!(file.change(patch).unwrap_err().code, Code::Usage);
        }
        assert!(!folder.path().join("window.json").exists());
    }

    #[test]
    fn a_damaged_file_does_not_keep_the_window_shut() {
        let folder = tempfile::tempdir().unwrap();
        for damaged in ["", "{", "[]", r#"{"text_size": 7}"#, r#"{"theme": "pink"}"#] {
            std::fs::write(folder.path().join("window.json"), damaged).unwrap();
            assert_eq!(PrefsFile::open(folder.path()).now().text_size, 100, "{damaged}");
        }
        // A field of a later version is no damage.
        std::fs::write(folder.path().join("window.json"), r#"{"text_size": 80, "later": 1}"#).unwrap();
        assert_eq!(PrefsFile::open(folder.path()).now().text_size, 80);
    }
}
