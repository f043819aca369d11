//! Which keys may sign this log: the vault's audit key, for its whole life, and the keychain's key
//! that it names for entries made while locked.

use rusqlite::Connection;
use signet_crypto::VerifyingKey;

use crate::note::{Note, key_id};
use crate::{CheckpointKey, Fingerprint};

/// Names of the rows of the table `meta`.
pub(crate) const ORIGIN: &str = "origin";
pub(crate) const VAULT_KEY: &str = "vault_key";

const CERTIFICATE: &[u8] = b"signet1/locked-audit-key\0";

/// The public keys that the file names.
pub(crate) struct Keys {
    pub(crate) origin: String,
    pub(crate) unlocked: [u8; 32],
    unlocked_id: [u8; 4],
    /// With the size from which on each holds, ascending.
    pub(crate) locked: Vec<LockedKey>,
}

/// A locked key and the vault key's signature that names it.
pub(crate) struct LockedKey {
    pub(crate) since: u64,
    pub(crate) public: [u8; 32],
    pub(crate) signature: [u8; 64],
}

/// Who signed a checkpoint, by name and key id; the signature itself is another matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignedBy {
    Unlocked,
    Locked,
}

impl Keys {
    /// Reads them from the file; `None` if they do not have the right form.
    pub(crate) fn load(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        let origin = String::from_utf8(crate::db::meta(connection, ORIGIN)?);
        let unlocked = crate::db::meta(connection, VAULT_KEY)?.try_into();
        let (Ok(origin), Ok(unlocked)) = (origin, unlocked) else { return Ok(None) };
        let mut locked = Vec::new();
        let mut statement =
            connection.prepare("SELECT since, public, signature FROM locked_key ORDER BY since")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let public = row.get::<_, Vec<u8>>(1)?.try_into();
            let signature = row.get::<_, Vec<u8>>(2)?.try_into();
            let (Ok(public), Ok(signature)) = (public, signature) else { return Ok(None) };
            locked.push(LockedKey { since: row.get::<_, i64>(0)?.cast_unsigned(), public, signature });
        }
        let unlocked_id = key_id(&origin, &unlocked);
        Ok(Some(Self { origin, unlocked, unlocked_id, locked }))
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.unlocked)
    }

    /// Whether the vault's key signed the naming of each locked key.
    pub(crate) fn certificates_hold(&self) -> bool {
        self.locked.iter().all(|key| {
            let message = certificate(&self.origin, key.since, &key.public);
            verifies(&self.unlocked, &message, &key.signature)
        })
    }

    /// The locked key for a commit that begins at that size.
    pub(crate) fn locked_at(&self, size: u64) -> Option<&[u8; 32]> {
        self.locked.iter().rev().find(|key| key.since <= size).map(|key| &key.public)
    }

    /// Which key the checkpoint of the commit that began at `start` names; `None` if neither.
    pub(crate) fn signed_by(&self, note: &Note<'_>, start: u64) -> Option<SignedBy> {
        if note.origin != self.origin {
            None
        } else if note.key_name == self.origin {
            (note.key_id == self.unlocked_id).then_some(SignedBy::Unlocked)
        } else {
            let name = locked_name(&self.origin);
            let public = self.locked_at(start)?;
            (note.key_name == name && note.key_id == key_id(&name, public)).then_some(SignedBy::Locked)
        }
    }

    /// Whether the signature of the checkpoint is that key's.
    pub(crate) fn verifies(&self, by: SignedBy, start: u64, body: &str, signature: &[u8; 64]) -> bool {
        let public = match by {
            SignedBy::Unlocked => Some(&self.unlocked),
            SignedBy::Locked => self.locked_at(start),
        };
        public.is_some_and(|public| verifies(public, body.as_bytes(), signature))
    }
}

/// The key name of the locked key.
pub(crate) fn locked_name(origin: &str) -> String {
    format!("{origin}/locked")
}

/// Names a locked key: the vault key's signature over label, origin, first size and public key.
pub(crate) fn certify(origin: &str, since: u64, public: &[u8; 32], unlocked: &dyn CheckpointKey) -> [u8; 64] {
    unlocked.sign(&certificate(origin, since, public))
}

fn certificate(origin: &str, since: u64, public: &[u8; 32]) -> Vec<u8> {
    let length = u32::try_from(origin.len()).unwrap_or(u32::MAX).to_be_bytes();
    [CERTIFICATE, &length, origin.as_bytes(), &since.to_be_bytes(), public].concat()
}

fn verifies(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::parse(public).is_ok_and(|key| key.verify(message, signature).is_ok())
}
