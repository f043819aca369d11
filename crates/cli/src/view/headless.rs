//! What a host on a server is always told of itself.

use signet_api::wire::HeadlessView;

use super::{View, failure, plain};

/// Where its keys lie and how it starts.
pub(crate) fn pairs(headless: &HeadlessView, view: &View) -> Vec<(&'static str, String)> {
    let ink = view.ink;
    let folder = plain(&headless.folder);
    let files = format!("files in {folder}: root here, and whoever has the disk, can read them");
    let start = match (headless.unattended, headless.opened_unattended) {
        (false, _) => "waits for somebody to unlock it".into(),
        (true, false) => ink.yellow("starts with nobody there: root on this machine has the keys"),
        (true, true) => ink.yellow("started with nobody there: root on this machine has the keys"),
    };
    vec![("keychain", ink.yellow(&files)), ("start", start)]
}

/// Why it did not start with nobody there, if it did not.
pub(crate) fn trouble(headless: &HeadlessView, view: &View) -> Option<String> {
    headless.failure.as_ref().map(|why| failure(why, view).trim_end().to_owned())
}
