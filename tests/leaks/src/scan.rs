//! Everything that is looked at, in one list.

use std::path::{Path, PathBuf};

use crate::search::Search;
use crate::stage::{Stage, lives};
use crate::{Finding, files_of, processes_of, scan_file, scan_memory};

/// Looks into every process of the desk's user.
pub fn scan_processes(stage: &Stage, search: &Search<'_>) -> Vec<Finding> {
    let user =
        stage.desk().session().user().expect("memory is scanned as root, programs run as another user");
    processes_of(user.uid).into_iter().flat_map(|pid| scan_memory(pid, search)).collect()
}

/// Looks into every file outside the keychain: the desk's (homes, vault, log, what programs printed,
/// recorded traffic) and what its user left in the shared temporary folders.
pub fn scan_files(stage: &Stage, search: &Search<'_>, except: &[PathBuf]) -> Vec<Finding> {
    let session = stage.desk().session();
    // The programs were built before the secrets were made.
    let except = [&[session.keyring_dir(), session.dir().join("programs")], except].concat();
    let mut files = files_of(session.dir(), &except);
    for shared in ["/tmp", "/var/tmp", "/dev/shm"] {
        files.extend(left_by_user(stage, Path::new(shared)));
    }
    files.iter().flat_map(|file| scan_file(file, search)).collect()
}

/// Looks into a process again and again until it ends; returns how often.
pub fn watch_memory(pid: u32, search: &Search<'_>, findings: &mut Vec<Finding>) -> usize {
    let mut looks = 0;
    while lives(pid) && looks < 10_000 {
        findings.extend(scan_memory(pid, search));
        looks += 1;
    }
    looks
}

fn left_by_user(stage: &Stage, shared: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    let Some(user) = stage.desk().session().user() else { return Vec::new() };
    let own = stage.desk().session().dir();
    let owned = |path: &PathBuf| std::fs::symlink_metadata(path).is_ok_and(|file| file.uid() == user.uid);
    let entries = std::fs::read_dir(shared).into_iter().flatten().filter_map(Result::ok);
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.path()).filter(|path| path != own).filter(owned) {
        if path.is_file() {
            files.push(path);
        } else if path.is_dir() {
            files.extend(files_of(&path, &[]));
        }
    }
    files
}
