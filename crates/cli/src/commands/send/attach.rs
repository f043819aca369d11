//! Attachments are opened here, with the user's own rights, and handed over as open descriptors.

use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::path::Path;

use signet_api::Client;
use signet_api::wire::Draft;
use signet_core::{Code, Failure};

/// Opens every attachment and fills in its handle. All are opened before the first is handed over.
pub(super) async fn hand_over(client: &Client, mut draft: Draft) -> Result<Draft, Failure> {
    let mut files = Vec::with_capacity(draft.attachments.len());
    for attachment in &draft.attachments {
        files.push(attachment.path.as_deref().map(Path::new).map(open).transpose()?);
    }
    for (attachment, file) in draft.attachments.iter_mut().zip(files) {
        if let Some(file) = file {
            attachment.handle = Some(client.attach(file.as_fd()).await?);
        }
    }
    Ok(draft)
}

fn open(path: &Path) -> Result<File, Failure> {
    // Looked at first: opening a pipe that nobody writes to would wait for ever.
    let facts = std::fs::metadata(path).map_err(|error| failure(path, &error))?;
    if !facts.is_file() {
        return Err(not_a_file(path));
    }
    let file = File::open(path).map_err(|error| failure(path, &error))?;
    let facts = file.metadata().map_err(|error| failure(path, &error))?;
    if facts.is_file() { Ok(file) } else { Err(not_a_file(path)) }
}

fn failure(path: &Path, error: &std::io::Error) -> Failure {
    let code = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Code::AttachmentMissing,
        _ => Code::AttachmentUnreadable,
    };
    Failure::new(code).fact("path", path.display()).fact("error", error)
}

fn not_a_file(path: &Path) -> Failure {
    Failure::new(Code::AttachmentNotFile).fact("path", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_attached_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let code = |path: &Path| open(path).unwrap_err().code;
        assert_eq!(code(&folder.path().join("none")), Code::AttachmentMissing);
        assert_eq!(code(folder.path()), Code::AttachmentNotFile);
        assert_eq!(code(Path::new("/dev/null")), Code::AttachmentNotFile);
        let file = folder.path().join("empty");
        std::fs::write(&file, "").unwrap();
        assert_eq!(code(&file.join("below")), Code::AttachmentMissing);
        assert!(open(&file).is_ok(), "an empty file can be attached");
        assert_eq!(failure(&file, &ErrorKind::PermissionDenied.into()).code, Code::AttachmentUnreadable);
    }
}
