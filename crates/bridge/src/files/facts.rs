//! What is at a path, without reading it.

use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

use signet_core::{FileName, UnixMillis, guess_content_type, is_blocked_name};

use crate::places;
use crate::wire::{FileFacts, FileState};

/// Looks. Never opens what is no regular file, and never reads.
pub(crate) fn look(handle: String, path: &Path, user: Option<&Path>) -> FileFacts {
    let found = std::fs::metadata(path);
    let state = match &found {
        Ok(facts) if facts.is_dir() => FileState::Folder,
        // A pipe or a device can be opened, but not attached.
        Ok(facts) if !facts.is_file() => FileState::Unreadable,
        Ok(_) if rustix::fs::access(path, rustix::fs::Access::READ_OK).is_ok() => FileState::Readable,
        Err(error) if is_missing(error) => FileState::Missing,
        Ok(_) | Err(_) => FileState::Unreadable,
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().unwrap_or_else(|| Path::new("/"));
    FileFacts {
        handle,
        folder: places::shown(folder, user),
        state,
        bytes: found.as_ref().ok().filter(|facts| facts.is_file()).map_or(0, Metadata::len),
        modified: found.ok().and_then(|facts| changed(&facts)),
        content_type: FileName::parse(&name)
            .map_or_else(|_| "application/octet-stream".into(), |name| guess_content_type(&name).to_string()),
        blocked: is_blocked_name(&name),
        name,
    }
}

pub(super) fn is_missing(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

fn changed(facts: &Metadata) -> Option<UnixMillis> {
    let since = facts.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(UnixMillis(u64::try_from(since.as_millis()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_there_is_named_without_being_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| look("h".into(), &folder.path().join(name), Some(folder.path()));
        // Sparse: reading it would take seconds.
        let large = std::fs::File::create(folder.path().join("video.mp4")).unwrap();
        large.set_len(2_000_000_000).unwrap();
        let facts = at("video.mp4");
        assert_eq!((facts.state, facts.bytes), (FileState::Readable, 2_000_000_000));
        assert_eq!((facts.folder.as_str(), facts.content_type.as_str()), ("~", "video/mp4"));
        assert!(facts.modified.is_some());
        std::fs::create_dir(folder.path().join("folder.pdf")).unwrap();
        assert_eq!((at("folder.pdf").state, at("folder.pdf").bytes), (FileState::Folder, 0));
        assert_eq!(at("none.exe").state, FileState::Missing);
        assert!(at("none.exe").blocked);
        assert_eq!(at("video.mp4/below").state, FileState::Missing);
        assert_eq!(look("h".into(), Path::new("/dev/null"), None).state, FileState::Unreadable);
    }
}
