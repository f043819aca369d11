//! What only a shell can do: the port that the window implements.

use std::path::{Path, PathBuf};

use async_trait::async_trait;

/// Names of file types with their extensions, for a dialog: `("PDF", ["pdf"])`.
pub type Filters = Vec<(String, Vec<String>)>;

/// Asks for files.
#[derive(Clone, Debug, Default)]
pub struct Pick {
    /// The dialog's title.
    pub title: String,
    /// Whether several may be picked.
    pub multiple: bool,
    /// The types that are offered; none offers every file.
    pub filters: Filters,
}

/// Asks where to write.
#[derive(Clone, Debug, Default)]
pub struct Save {
    /// The dialog's title.
    pub title: String,
    /// The name that is offered.
    pub suggested: String,
    /// The types that are offered.
    pub filters: Filters,
}

/// Something to say outside the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A few words.
    pub title: String,
    /// One sentence.
    pub body: String,
}

/// The desktop around the window.
#[async_trait]
pub trait Desk: Send + Sync + 'static {
    /// The files that the person picks; none if the dialog is cancelled.
    async fn pick_files(&self, pick: Pick) -> Vec<PathBuf>;
    /// The folder that the person picks.
    async fn pick_folder(&self, title: &str) -> Option<PathBuf>;
    /// Where the person wants a file written. The dialog has asked about an existing one.
    async fn save_file(&self, save: Save) -> Option<PathBuf>;
    /// Opens an address in the browser. Only addresses that this crate builds come here.
    ///
    /// # Errors
    /// Why it did not open, for the details.
    fn open_url(&self, url: &str) -> Result<(), String>;
    /// Opens a file or folder with the desktop's program for it.
    ///
    /// # Errors
    /// Why it did not open, for the details.
    fn open_path(&self, path: &Path) -> Result<(), String>;
    /// Says something outside the window.
    fn notify(&self, notice: Notice);
    /// Brings the window to the front.
    fn raise(&self);
    /// Whether there is a tray to close into.
    fn has_tray(&self) -> bool;
}
