//! Opening what a person named, with the person's own rights.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use signet_core::{Code, Failure};

use super::facts::is_missing;

/// Opens an attachment: a regular file, whatever its size.
pub(crate) fn attachment(path: &Path) -> Result<File, Failure> {
    regular(path).map_err(|refusal| {
        let failure = |code| Failure::new(code).fact("path", path.display());
        match refusal {
            Refusal::Missing => failure(Code::AttachmentMissing),
            Refusal::NotFile => failure(Code::AttachmentNotFile),
            Refusal::Unreadable(error) => failure(Code::AttachmentUnreadable).fact("error", error),
        }
    })
}

/// Why a file cannot be used.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nothing is there.
    Missing,
    /// A folder, a pipe, a device.
    NotFile,
    /// The system says no.
    Unreadable(std::io::Error),
}

impl Refusal {
    /// The same as a failure of that code, with its own sentence.
    pub(crate) fn failure(self, code: Code, path: &Path) -> Failure {
        let failure = Failure::new(code).fact("path", path.display());
        match self {
            Self::Missing => failure.what("The file is not there any more."),
            Self::NotFile => failure.what("That is a folder or a device, not a file."),
            Self::Unreadable(error) => failure.what("The file cannot be read.").fact("error", error),
        }
    }
}

/// Opens a regular file for reading. A pipe that nobody writes to is not waited for.
pub(crate) fn regular(path: &Path) -> Result<File, Refusal> {
    let refused = |error: std::io::Error| {
        if is_missing(&error) { Refusal::Missing } else { Refusal::Unreadable(error) }
    };
    // Looked at first, so that no device is opened; not blocking, should a pipe take the place meanwhile.
    if !std::fs::metadata(path).map_err(refused)?.is_file() {
        return Err(Refusal::NotFile);
    }
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = File::options().read(true).custom_flags(nonblocking).open(path).map_err(refused)?;
    if file.metadata().map_err(refused)?.is_file() { Ok(file) } else { Err(Refusal::NotFile) }
}

/// Reads a small text file of at most `limit` bytes.
pub(crate) fn text(path: &Path, limit: u64, code: Code) -> Result<String, Failure> {
    let file = regular(path).map_err(|refusal| refusal.failure(code, path))?;
    let failure = |what: &str| Failure::new(code).what(what).fact("path", path.display());
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| failure("The file cannot be read.").fact("error", error))?;
    if bytes.len() as u64 > limit {
        return Err(failure("The file is too large to be one.").fact("limit", limit));
    }
    String::from_utf8(bytes).map_err(|_| failure("The file is not text in UTF-8."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_attached_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let code = |path: &Path| attachment(path).unwrap_err().code;
        assert_eq!(code(&folder.path().join("none")), Code::AttachmentMissing);
        assert_eq!(code(folder.path()), Code::AttachmentNotFile);
        assert_eq!(code(Path::new("/dev/null")), Code::AttachmentNotFile);
        let file = folder.path().join("empty");
        std::fs::write(&file, "").unwrap();
        assert_eq!(code(&file.join("below")), Code::AttachmentMissing);
        assert!(attachment(&file).is_ok(), "an empty file can be attached");
    }

    #[test]
    fn a_pipe_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(attachment(&pipe).unwrap_err().code, Code::AttachmentNotFile);
    }

    #[test]
    fn a_text_file_has_a_limit_and_an_encoding() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.toml");
        std::fs::write(&file, "äb").unwrap();
        assert_eq!(text(&file, 3, Code::MessageFile).unwrap(), "äb");
        assert_eq!(text(&file, 2, Code::MessageFile).unwrap_err().code, Code::MessageFile);
        std::fs::write(&file, [0xff]).unwrap();
        assert_eq!(text(&file, 9, Code::MessageFile).unwrap_err().code, Code::MessageFile);
    }
}
