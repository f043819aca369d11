//! Writing where the person said: whole or not at all.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use signet_core::{Code, Failure};
use tempfile::NamedTempFile;

/// A new file beside `path`, for its owner only; [`replace`] puts it there.
pub(crate) fn private(path: &Path) -> Result<NamedTempFile, Failure> {
    let folder = path.parent().unwrap_or_else(|| Path::new("/"));
    tempfile::Builder::new()
        .prefix(".signet-")
        .permissions(std::fs::Permissions::from_mode(0o600))
        .tempfile_in(folder)
        .map_err(|error| unwritten(path, &error))
}

/// Puts the finished file in place. The dialog has asked about one that is there.
pub(crate) fn replace(file: NamedTempFile, path: &Path) -> Result<(), Failure> {
    file.as_file().sync_all().map_err(|error| unwritten(path, &error))?;
    file.persist(path).map(|_: File| ()).map_err(|error| unwritten(path, &error.error))
}

/// A file could not be written.
pub(crate) fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    let failure = match error.kind() {
        std::io::ErrorKind::StorageFull => Failure::new(Code::DiskFull),
        _ => Failure::new(Code::ReadOnly)
            .what("That file cannot be written.")
            .remedy("Choose a folder that you can write to."),
    };
    failure.fact("path", path.display()).fact("error", error)
}
