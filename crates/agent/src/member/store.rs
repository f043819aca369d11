//! What this device remembers of a host: one small file for each, mode 0600. The device key is in the
//! keychain; what is here opens nothing by itself.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use signet_core::{Code, Failure, Role};

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MembershipRecord {
    /// The host's key, hex.
    pub(crate) host: String,
    pub(crate) host_name: String,
    pub(crate) at: String,
    pub(crate) device_name: String,
    /// Which item of the keychain holds the device key.
    pub(crate) generation: u64,
    /// Whether the host has accepted this device.
    pub(crate) joined: bool,
    pub(crate) member: Option<String>,
    pub(crate) role: Option<Role>,
    pub(crate) code_set: bool,
    /// What to present at the next connection, hex.
    pub(crate) token: Option<String>,
    /// The words of the connection that asked to join.
    pub(crate) words: Option<[String; 3]>,
    /// The newest state of the host's log that this device has seen.
    pub(crate) seen: Option<Seen>,
    /// The newest of the team's records that this device has checked.
    #[serde(default)]
    pub(crate) chain: Option<Chain>,
    /// Why the host's log or records are not to be trusted.
    pub(crate) alarm: Option<String>,
}

/// How far the team's records were checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chain {
    /// The owner's public key, hex, as the host said when this device joined.
    pub(crate) owner: String,
    pub(crate) epoch: u64,
    /// Hex.
    pub(crate) head: String,
    /// The size of the log when this device, having checked these records, first found them not named there
    /// yet. From the next entry on they have to be.
    #[serde(default)]
    pub(crate) unnamed_at: Option<u64>,
}

impl Chain {
    /// No record yet, of the same owner's.
    pub(crate) fn none_of(self) -> Self {
        Self { owner: self.owner, epoch: 0, head: String::new(), unnamed_at: None }
    }
}

/// A state of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) size: u64,
    /// Hex.
    pub(crate) root: String,
    /// The public key that signs the log, hex.
    pub(crate) key: String,
}

impl Seen {
    /// The log before its first entry, by the same key.
    pub(crate) fn none_of(self) -> Self {
        Self { size: 0, root: "00".repeat(32), key: self.key }
    }
}

/// Reads what is there. A file that cannot be read is an error: it is not forgotten silently.
pub(crate) fn read_all(data: &Path) -> Result<Vec<MembershipRecord>, Failure> {
    let mut records = Vec::new();
    let entries = match fs::read_dir(folder(data)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(records),
        Err(_) => return Err(Failure::new(Code::ReadOnly)),
    };
    for entry in entries {
        let path = entry.map_err(|_| Failure::new(Code::ReadOnly))?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let damaged = || Failure::new(Code::VaultDamaged).fact("file", path.display());
        let text = fs::read(&path).map_err(|_| damaged())?;
        records.push(serde_json::from_slice(&text).map_err(|_| damaged())?);
    }
    Ok(records)
}

/// Writes a record, durably: whole, or as it was before.
pub(crate) fn write(data: &Path, record: &MembershipRecord) -> Result<(), Failure> {
    let written = || -> std::io::Result<()> {
        let folder = folder(data);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let temporary = folder.join(format!("{}.new", record.host));
        let mut file =
            fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&temporary)?;
        file.write_all(&serde_json::to_vec_pretty(record)?)?;
        file.sync_all()?;
        fs::rename(&temporary, place(data, &record.host))?;
        fs::File::open(&folder)?.sync_all()
    };
    written().map_err(|error| {
        let code =
            if error.kind() == std::io::ErrorKind::StorageFull { Code::DiskFull } else { Code::ReadOnly };
        Failure::new(code).what("What this device knows of the host could not be kept.")
    })
}

/// Forgets a host.
pub(crate) fn remove(data: &Path, host: &str) -> Result<(), Failure> {
    match fs::remove_file(place(data, host)) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(_) => Err(Failure::new(Code::ReadOnly)),
    }
}

fn folder(data: &Path) -> PathBuf {
    data.join("hosts")
}

fn place(data: &Path, host: &str) -> PathBuf {
    folder(data).join(format!("{host}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_until_it_is_removed() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(read_all(home.path()).unwrap(), []);
        let mut record = MembershipRecord {
            host: "ab".repeat(32),
            host_name: "Anna's desk".into(),
            at: "localhost:1".into(),
            device_name: "laptop".into(),
            generation: 1,
            joined: false,
            member: None,
            role: None,
            code_set: false,
            token: None,
            words: None,
            seen: None,
            chain: None,
            alarm: None,
        };
        write(home.path(), &record).unwrap();
        record.token = Some("cd".repeat(32));
        write(home.path(), &record).unwrap();
        assert_eq!(read_all(home.path()).unwrap(), [record.clone()]);
        remove(home.path(), &record.host).unwrap();
        remove(home.path(), &record.host).unwrap();
        assert_eq!(read_all(home.path()).unwrap(), []);
    }

    #[test]
    fn a_damaged_file_is_said_so() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("hosts")).unwrap();
        fs::write(home.path().join("hosts/x.json"), b"{").unwrap();
        assert_eq!(read_all(home.path()).unwrap_err().code, Code::VaultDamaged);
    }
}
