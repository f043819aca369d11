//! `files.*`.

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

/// A file that the person picked or dropped, or that a draft names. The page knows it by its handle.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FileFacts {
    /// The handle: valid until the window closes.
    pub handle: String,
    /// Its name.
    pub name: String,
    /// Its folder for people: `~/Downloads`.
    pub folder: String,
    /// What is there now.
    pub state: FileState,
    /// Bytes; 0 where it is no file.
    pub bytes: u64,
    /// When it was last changed.
    pub modified: Option<UnixMillis>,
    /// The content type that its name suggests.
    pub content_type: String,
    /// Why Gmail would refuse its type, if it would.
    pub blocked: bool,
}

/// What is at a file's place.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[derive(Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// A file that can be read.
    Readable,
    /// A folder.
    Folder,
    /// Nothing.
    Missing,
    /// Something that cannot be read.
    Unreadable,
}

/// Files.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Files {
    /// In the order of the dialog; none if it was cancelled.
    pub files: Vec<FileFacts>,
}

/// A file, unless the dialog was cancelled.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MaybeFile {
    /// The file.
    pub file: Option<FileFacts>,
}

/// What files are for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[derive(Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum FilePurpose {
    /// To be sent.
    Attachment,
    /// A Google key file.
    Key,
    /// A message file.
    Template,
    /// A backup.
    Backup,
}

/// Asks for files.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct FilesWish {
    /// What for.
    pub purpose: FilePurpose,
    /// Whether several may be picked.
    pub multiple: bool,
}

/// Asks where to write.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SaveWish {
    /// What for.
    pub purpose: FilePurpose,
    /// The name that is offered.
    pub suggested: String,
}

/// Names files.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct FileChoices {
    /// Their handles.
    pub handles: Vec<String>,
}

/// Writes a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PageBackup {
    /// Ask for a place; otherwise a rolling one in the vault's folder.
    pub pick: bool,
}

/// Puts a backup in place.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PageRestore {
    /// A picked file.
    pub file: String,
    /// Replace the vault that is there; it is kept beside.
    pub replace: bool,
}

/// Imports a key file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PageKeyImport {
    /// A picked or dropped file.
    pub file: String,
    /// A name for the key.
    #[serde(default)]
    pub name: Option<String>,
}

/// Removes the file that a key came from.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PageOriginal {
    /// The import.
    pub original: String,
    /// The file.
    pub file: String,
}

/// Key files in a folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KeysFound {
    /// The folder for people; none if the dialog was cancelled.
    pub folder: Option<String>,
    /// What was found.
    pub found: Vec<KeyFound>,
    /// Files looked at.
    pub looked_at: usize,
}

/// A key file. Nothing of the key itself is here.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KeyFound {
    /// The file.
    pub file: FileFacts,
    /// The service account.
    pub client_email: String,
    /// Google's id of the key.
    pub google_key_id: String,
    /// Whether the vault has the same key: the file is a copy.
    pub in_vault: bool,
}
