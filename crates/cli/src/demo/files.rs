//! The demo's attachments: made, sent, and compared byte by byte.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use signet_core::{Code, Failure};

/// A short PDF, a name in three scripts, and 2 MB that no compression shortens.
pub(super) fn make(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let contents: [(&str, Vec<u8>); 3] = [
        ("invoice.pdf", pdf()),
        ("Übersicht 2026 – «финал» 📎.txt", "Grüße, привет, 你好\r\n".repeat(40).into_bytes()),
        ("scan.bin", random(2_000_000)?),
    ];
    let mut paths = Vec::new();
    for (name, content) in contents {
        let path = folder.join(name);
        std::fs::write(&path, content).map_err(|error| failure(&path, &error))?;
        paths.push(path);
    }
    Ok(paths)
}

/// Whether each file has a twin of the same name and bytes in the other folder, and none is left over.
pub(super) fn compare(sent: &[PathBuf], received: &Path) -> Result<u64, Failure> {
    let listed = std::fs::read_dir(received).map_err(|error| failure(received, &error))?.count();
    if listed != sent.len() {
        return Err(differs(format!("{} attachments were sent and {listed} arrived.", sent.len())));
    }
    let mut bytes = 0;
    for path in sent {
        let twin = received.join(path.file_name().unwrap_or_default());
        let before = std::fs::read(path).map_err(|error| failure(path, &error))?;
        let after = std::fs::read(&twin).map_err(|error| failure(&twin, &error))?;
        if before != after {
            return Err(differs(format!("{} arrived with other bytes.", path.display())));
        }
        bytes += before.len() as u64;
    }
    Ok(bytes)
}

/// Random bytes from the kernel.
pub(super) fn random(count: usize) -> Result<Vec<u8>, Failure> {
    let path = Path::new("/dev/urandom");
    let mut bytes = vec![0; count];
    let read = File::open(path).and_then(|mut source| source.read_exact(&mut bytes));
    read.map_err(|error| failure(path, &error))?;
    Ok(bytes)
}

fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
      2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
      3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\n\
      trailer<</Root 1 0 R>>\n%%EOF\n"
        .to_vec()
}

fn failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Code::Internal)
        .what("The demo could not use one of its files.")
        .fact("path", path.display())
        .fact("error", error)
}

fn differs(what: String) -> Failure {
    Failure::new(Code::Internal).what(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_missing_and_a_further_file_are_noticed() {
        let (sent, received) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let files = make(sent.path()).unwrap();
        assert!(compare(&files, received.path()).is_err());
        let twins = make(received.path()).unwrap();
        assert!(compare(&files, received.path()).is_err(), "the random one differs");
        std::fs::copy(&files[2], &twins[2]).unwrap();
        assert!(compare(&files, received.path()).unwrap() > 2_000_000);
        std::fs::write(received.path().join("more"), "x").unwrap();
        assert!(compare(&files, received.path()).is_err());
    }
}
