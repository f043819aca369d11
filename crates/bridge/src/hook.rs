//! The desktop of tests: dialogs are answered from a folder, and what would leave the window is written
//! down there. In builds with the feature `hook` only.
//!
//! In the folder:
//! - `*.json`: answers, taken and removed in the order of their names, one a dialog:
//!   `{"paths": ["/x/a.pdf"]}`; without one, a dialog counts as cancelled.
//! - `drop/*.json`: the same form; the files are dropped on the window at once.
//! - `said.jsonl`: what was asked and opened, a line each.
//! - `crossed.jsonl`: where it exists, all that crosses between page and window is added, a line each.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Bridge, Desk, Notice, Pick, Save};

/// The variable that names the folder.
pub const VARIABLE: &str = "SIGNET_DIALOG_HOOK";

/// How often the folder is looked at for drops.
const LOOK: Duration = Duration::from_millis(50);

/// A desk whose dialogs are answered from a folder. Without a folder, and for what no folder can do, the
/// desk behind it answers, if there is one.
pub struct Hooked {
    folder: Option<PathBuf>,
    behind: Option<Arc<dyn Desk>>,
}

#[derive(Deserialize)]
struct Answer {
    paths: Vec<PathBuf>,
}

impl Hooked {
    /// The folder that [`VARIABLE`] names, in front of that desk.
    pub fn over(desk: impl Desk) -> Self {
        Self { folder: folder(), behind: Some(Arc::new(desk)) }
    }

    /// The folder that [`VARIABLE`] names, in front of nothing: the desktop of a server.
    pub fn alone() -> Self {
        Self { folder: folder(), behind: None }
    }

    /// That folder, in front of nothing.
    pub fn within(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), behind: None }
    }

    /// The next answer; the desk behind is asked only where there is no folder.
    fn next(&self) -> Result<Option<Vec<PathBuf>>, Option<&Arc<dyn Desk>>> {
        self.folder.as_deref().map_or(Err(self.behind.as_ref()), |folder| Ok(next(folder)))
    }

    /// Writes down what was asked. Whether this was all: a desktop that opens things is not wanted then.
    fn say(&self, what: &Value) -> bool {
        let Some(folder) = &self.folder else { return self.behind.is_none() };
        let file = std::fs::File::options().create(true).append(true).open(folder.join("said.jsonl"));
        if let Ok(mut file) = file {
            let _ = writeln!(file, "{what}"); // a test that looks will miss it
        }
        true
    }
}

/// Writes down what crosses between page and window, where a test has made the file for it.
pub fn crossed(what: &Value) {
    let file =
        folder().map(|folder| std::fs::File::options().append(true).open(folder.join("crossed.jsonl")));
    if let Some(Ok(mut file)) = file {
        let _ = writeln!(file, "{what}"); // a test that looks will miss it
    }
}

/// Drops the files that `drop/*.json` in the folder name, as they come. Never ends by itself.
pub(crate) async fn follow_drops(bridge: &Bridge) {
    let Some(folder) = folder() else { return std::future::pending().await };
    let folder = folder.join("drop");
    loop {
        if let Some(paths) = next(&folder) {
            bridge.dropped(&paths);
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn folder() -> Option<PathBuf> {
    std::env::var_os(VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

#[async_trait]
impl Desk for Hooked {
    async fn pick_files(&self, pick: Pick) -> Vec<PathBuf> {
        self.say(&json!({ "pick": pick.title }));
        match self.next() {
            Ok(answer) => answer.unwrap_or_default(),
            Err(Some(behind)) => behind.pick_files(pick).await,
            Err(None) => Vec::new(),
        }
    }

    async fn pick_folder(&self, title: &str) -> Option<PathBuf> {
        self.say(&json!({ "folder": title }));
        match self.next() {
            Ok(answer) => answer?.pop(),
            Err(behind) => behind?.pick_folder(title).await,
        }
    }

    async fn save_file(&self, save: Save) -> Option<PathBuf> {
        self.say(&json!({ "save": save.suggested }));
        match self.next() {
            Ok(answer) => answer?.pop(),
            Err(behind) => behind?.save_file(save).await,
        }
    }

    fn open_url(&self, url: &str) -> Result<(), String> {
        let said = self.say(&json!({ "url": url }));
        self.behind.as_ref().filter(|_| !said).map_or(Ok(()), |behind| behind.open_url(url))
    }

    fn open_path(&self, path: &Path) -> Result<(), String> {
        let said = self.say(&json!({ "path": path }));
        self.behind.as_ref().filter(|_| !said).map_or(Ok(()), |behind| behind.open_path(path))
    }

    fn notify(&self, notice: Notice) {
        if !self.say(&json!({ "notice": notice.title, "body": notice.body }))
            && let Some(behind) = &self.behind
        {
            behind.notify(notice);
        }
    }

    fn raise(&self) {
        if let Some(behind) = &self.behind {
            behind.raise();
        }
    }

    fn has_tray(&self) -> bool {
        self.behind.as_ref().is_some_and(|behind| behind.has_tray())
    }
}

/// Takes the next answer of a folder.
fn next(folder: &Path) -> Option<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let mut waiting: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    waiting.sort();
    let first = waiting.first()?;
    // One that is still being written is left for the next look.
    let answer: Answer = serde_json::from_slice(&std::fs::read(first).ok()?).ok()?;
    std::fs::remove_file(first).ok()?;
    Some(answer.paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_are_taken_in_order_and_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("2.json"), r#"{"paths":["/b"]}"#).unwrap();
        std::fs::write(folder.path().join("1.json"), r#"{"paths":["/a","/c"]}"#).unwrap();
        let desk = Hooked::within(folder.path());
        assert_eq!(desk.pick_files(Pick::default()).await, [Path::new("/a"), Path::new("/c")]);
        assert_eq!(desk.save_file(Save::default()).await.unwrap(), Path::new("/b"));
        assert!(desk.pick_folder("x").await.is_none());
        let said = std::fs::read_to_string(folder.path().join("said.jsonl")).unwrap();
        assert_eq!(said.lines().count(), 3);
    }
}
