//! Sealed records: settings, history, drafts, uploads.

/// What a record is. Part of what its seal is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// One setting or group of settings.
    Setting,
    /// One message that was sent, or not.
    History,
    /// One draft.
    Draft,
    /// One resumable upload that is not settled yet.
    Upload,
}
