//! The desktop around the window: dialogs, browser, notifications.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use signet_bridge::{Desk, Notice, Pick, Save};
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::page;

/// The real desktop.
pub(crate) struct TauriDesk {
    app: AppHandle,
    tray: bool,
}

impl TauriDesk {
    /// The desktop of this program.
    pub(crate) fn new(app: AppHandle, tray: bool) -> Self {
        Self { app, tray }
    }

    fn dialog(&self, title: &str, filters: Vec<(String, Vec<String>)>) -> FileDialogBuilder<tauri::Wry> {
        let mut dialog = self.app.dialog().file().set_title(title);
        if let Some(window) = page::window(&self.app) {
            dialog = dialog.set_parent(&window);
        }
        for (name, extensions) in filters {
            let extensions: Vec<&str> = extensions.iter().map(String::as_str).collect();
            dialog = dialog.add_filter(name, &extensions);
        }
        dialog
    }
}

#[async_trait]
impl Desk for TauriDesk {
    async fn pick_files(&self, pick: Pick) -> Vec<PathBuf> {
        let dialog = self.dialog(&pick.title, pick.filters);
        let (answer, answered) = oneshot::channel();
        if pick.multiple {
            dialog.pick_files(move |files| drop(answer.send(files.unwrap_or_default())));
        } else {
            dialog.pick_file(move |file| drop(answer.send(file.into_iter().collect())));
        }
        answered.await.unwrap_or_default().into_iter().filter_map(path).collect()
    }

    async fn pick_folder(&self, title: &str) -> Option<PathBuf> {
        let (answer, answered) = oneshot::channel();
        self.dialog(title, Vec::new()).pick_folder(move |folder| drop(answer.send(folder)));
        answered.await.ok()?.and_then(path)
    }

    async fn save_file(&self, save: Save) -> Option<PathBuf> {
        let (answer, answered) = oneshot::channel();
        self.dialog(&save.title, save.filters)
            .set_file_name(save.suggested)
            .save_file(move |file| drop(answer.send(file)));
        answered.await.ok()?.and_then(path)
    }

    fn open_url(&self, url: &str) -> Result<(), String> {
        tauri_plugin_opener::open_url(url, None::<&str>).map_err(|error| error.to_string())
    }

    fn open_path(&self, path: &Path) -> Result<(), String> {
        tauri_plugin_opener::open_path(path, None::<&str>).map_err(|error| error.to_string())
    }

    fn notify(&self, notice: Notice) {
        // Asking the desktop may block while its service starts.
        std::thread::spawn(move || {
            let mut notification = notify_rust::Notification::new();
            notification.appname("Signet").icon("signet").summary(&notice.title).body(&notice.body);
            // A desktop without notifications: the window shows the same thing.
            let _ = notification.show();
        });
    }

    fn raise(&self) {
        page::raise(&self.app);
    }

    fn has_tray(&self) -> bool {
        self.tray
    }
}

/// Only files have paths; a dialog on a phone may answer with something else.
fn path(picked: FilePath) -> Option<PathBuf> {
    picked.into_path().ok()
}
