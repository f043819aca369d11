//! Keys, drafts and logs for the tests. Nothing here is random, so that failures repeat.
#![allow(dead_code, missing_docs, unreachable_pub)] // each test file uses a part of it
#![allow(clippy::unwrap_used)] // it is test code, though no #[test] itself

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signet_audit::{
    Actor, Anchor, CheckName, CheckpointKey, Depth, Draft, Fingerprint, Log, Origin, Report, Signer, Trust,
    Verdict, verify,
};
use signet_core::{Action, Code, EmailAddress, RequestId, Role, UnixMillis, VaultId};
use signet_crypto::{Secret, SigningKey};

pub fn key(seed: u8) -> Arc<dyn CheckpointKey> {
    Arc::new(SigningKey::from_seed(&Secret::from_bytes(&mut [seed; 32])))
}

pub fn unlocked() -> Signer {
    Signer::Unlocked(key(1))
}

pub fn locked() -> Signer {
    Signer::Locked(key(2))
}

pub fn origin() -> Origin {
    Origin::vault(VaultId::from_bytes([0xab; 16]))
}

pub fn trust() -> Trust {
    Trust { origin: Some(origin()), fingerprint: Some(Fingerprint::of(&key(1).public_key())) }
}

/// A log in a folder of its own, which goes away with it.
pub struct Home {
    pub folder: tempfile::TempDir,
}

impl Home {
    pub fn new() -> (Self, Log) {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        let log = Log::create(&home.path(), &origin(), &*key(1), key(2).public_key()).unwrap();
        (home, log)
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("audit.db")
    }

    pub fn open(&self) -> Log {
        Log::open(&self.path(), &origin()).unwrap()
    }

    /// Runs SQL on the file as an attacker would, with the log closed.
    pub fn attack(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.path()).unwrap();
        connection.execute_batch(sql).unwrap();
    }

    pub fn verify(&self, anchor: Option<Anchor>) -> Report {
        verify(&self.path(), &trust(), anchor, Depth::Covering)
    }

    /// The names of the checks that fail.
    pub fn failed(&self, anchor: Option<Anchor>) -> Vec<CheckName> {
        self.verify(anchor).failed().collect()
    }
}

pub fn copy_files(from: &Path, to: &Path) {
    for ending in ["", "-wal"] {
        let with = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        let _ = std::fs::remove_file(with(to));
        if with(from).exists() {
            std::fs::copy(with(from), with(to)).unwrap();
        }
    }
}

pub fn request(number: u64) -> RequestId {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    RequestId::from_bytes(bytes)
}

fn draft(number: u64, action: Action, verdict: Verdict) -> Draft {
    let time = UnixMillis(1_700_000_000_000 + number * 1000);
    Draft::new(time, Actor::key_hash([7; 32]), Some(Role::Owner), action, verdict)
}

pub fn intent(number: u64) -> Draft {
    let to =
        [EmailAddress::parse("mia@example.org").unwrap(), EmailAddress::parse("jo@test.example").unwrap()];
    let mut draft = draft(number, Action::Send, Verdict::Intent).target("key-1").request(request(number));
    draft = draft.recipients(&to, |text| {
        let mut hmac = [0; 32];
        hmac[..text.len().min(32)].copy_from_slice(&text[..text.len().min(32)]);
        hmac
    });
    draft.bytes = Some(123_456);
    draft.message_id = Some(format!("<{number}@signet.invalid>"));
    draft
}

pub fn outcome(number: u64) -> Draft {
    draft(number, Action::Send, Verdict::Done).target("key-1").request(request(number))
}

pub fn refusal(number: u64) -> Draft {
    draft(number, Action::Unlock, Verdict::Refused(Code::WrongSecret))
}

pub fn unlock(number: u64) -> Draft {
    draft(number, Action::Unlock, Verdict::Allowed)
}

pub fn lock(number: u64) -> Draft {
    draft(number, Action::Lock, Verdict::Allowed)
}
