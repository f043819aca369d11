//! A disk that is really full: a small file system in a mount namespace of its own, filled to the last byte
//! or to almost there. Whatever does not fit is refused as `disk-full`, and nothing is lost.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use signet_core::{Code, Failure};
use signet_crypto::Passphrase;
use signet_vault::{Change, OpenVault, Table, Width};

use super::ceremonies::{assert_furnished, furnished};
use super::common::{NEW_PASSPHRASE, Place, User, new_key};

const DISK: &str = "SIGNET_TEST_SMALL_DISK";
const RAN: &str = "the small disk was filled";

#[test]
fn soak_a_full_disk_loses_nothing() {
    if let Some(disk) = std::env::var_os(DISK) {
        let disk = PathBuf::from(disk);
        let mut refused = 0;
        for free_kib in [0, 4, 16, 40, 60, 80, 100, 130, 160, 200, 250, 300, 400, 600] {
            for operation in 0..OPERATIONS.len() {
                refused += usize::from(fill_and_try(&disk, free_kib, operation));
            }
        }
        assert!(refused >= 30, "the disk was full: {refused}");
        println!("{RAN}");
        return;
    }
    let disk = tempfile::tempdir().unwrap();
    let script = r#"mount -t tmpfs -o size=4m tmpfs "$0" && exec "$1" --exact tests::full::soak_a_full_disk_loses_nothing --nocapture"#;
    let inner = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(disk.path())
        .arg(std::env::current_exe().unwrap())
        .env(DISK, disk.path())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&inner.stdout), String::from_utf8_lossy(&inner.stderr));
    assert!(inner.status.success() && out.contains(RAN), "{out}\n{err}");
}

/// What is tried on the full disk.
type Operation = fn(&Place, &mut User, OpenVault) -> Result<(), Failure>;

const OPERATIONS: [Operation; 7] = [
    |_, user, vault| {
        vault.lock().unlock(user.passphrase(), user.code(), Width::Near).map(drop).map_err(|e| e.failure())
    },
    |_, user, mut vault| vault.step_up(user.passphrase(), user.code()).map_err(|e| e.failure()),
    |_, _, mut vault| vault.put(Table::Draft, [40; 16], &vec![1; 150_000]).map_err(|e| e.failure()),
    |_, _, mut vault| vault.import_key(new_key(3)).map(drop).map_err(|e| e.failure()),
    |_, _, vault| vault.backup_now().map(drop).map_err(|e| e.failure()),
    |place, _, vault| vault.backup_to(&place.dir().join("copy.db")).map_err(|e| e.failure()),
    |_, user, mut vault| {
        let change = Change::Passphrase(Passphrase::parse(NEW_PASSPHRASE.into()));
        let mut ceremony = vault.ceremony(change, user.passphrase(), user.code()).map_err(|e| e.failure())?;
        ceremony.finish(user.answers(&ceremony)).map_err(|e| e.failure())?;
        user.passphrase = NEW_PASSPHRASE.into();
        Ok(())
    },
];

fn fill_and_try(disk: &Path, free_kib: usize, operation: usize) -> bool {
    let case = format!("{free_kib} KiB free, operation {operation}");
    let place = Place::within(disk);
    let (mut user, vault) = furnished(&place);
    let ballast = disk.join("ballast");
    fill(&ballast, free_kib);
    let outcome = OPERATIONS[operation](&place, &mut user, vault);
    fs::remove_file(&ballast).unwrap();
    if let Err(failure) = &outcome {
        assert_eq!(failure.code, Code::DiskFull, "{case}");
    }
    // A code that was refused for want of space may be used; the next one always may.
    user.wait();
    let vault = user.unlock(place.open().expect(&case));
    if operation == 3 && outcome.is_ok() {
        assert_eq!(vault.keys().len(), 3, "{case}");
    } else if operation == 2 {
        let draft = vault.fetch(Table::Draft, [40; 16]).expect(&case);
        assert_eq!(draft.is_some(), outcome.is_ok(), "{case}");
    } else {
        assert_furnished(&vault);
    }
    outcome.is_err()
}

/// Fills the disk to the last byte, then gives some back.
fn fill(ballast: &Path, free_kib: usize) {
    let mut file = File::create(ballast).unwrap();
    let page = [0x55; 4096];
    let mut written = 0;
    while file.write_all(&page).is_ok() {
        written += 4;
    }
    file.set_len(u64::try_from(written.max(free_kib) - free_kib).unwrap() * 1024).unwrap();
}
