//! Checkpoints: C2SP tlog-checkpoint, a signed note with one Ed25519 signature line.

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::CheckpointKey;

/// C2SP signed-note signature type of Ed25519.
const ED25519: u8 = 1;
/// What the extension line begins with.
const RECORDS: &str = "records";

/// How far the team's signed records had come when a checkpoint was made: its extension line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordsHead {
    /// How many records there were, from 1.
    pub epoch: u64,
    /// SHA-256 of the newest one.
    pub head: [u8; 32],
}

/// A checkpoint taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note<'a> {
    pub(crate) origin: &'a str,
    pub(crate) size: u64,
    pub(crate) root: [u8; 32],
    pub(crate) records: Option<RecordsHead>,
    /// The signature line: key name, key id, signature.
    pub(crate) key_name: &'a str,
    pub(crate) key_id: [u8; 4],
    pub(crate) signature: [u8; 64],
}

/// Makes and signs a checkpoint.
pub(crate) fn sign(
    origin: &str,
    key_name: &str,
    size: u64,
    (root, records): (&[u8; 32], Option<&RecordsHead>),
    key: &dyn CheckpointKey,
) -> String {
    let body = body(origin, size, root, records);
    let mut signature = key_id(key_name, &key.public_key()).to_vec();
    signature.extend_from_slice(&key.sign(body.as_bytes()));
    format!("{body}\n\u{2014} {key_name} {}\n", BASE64.encode(&signature))
}

/// What is signed.
pub(crate) fn body(origin: &str, size: u64, root: &[u8; 32], records: Option<&RecordsHead>) -> String {
    let extension = records.map_or_else(String::new, RecordsHead::line);
    format!("{origin}\n{size}\n{}\n{extension}", BASE64.encode(root))
}

/// SHA-256(name || 0A || 01 || public key), first four bytes (C2SP signed-note).
pub(crate) fn key_id(key_name: &str, public: &[u8; 32]) -> [u8; 4] {
    let hash =
        Sha256::new().chain_update(key_name).chain_update([b'\n', ED25519]).chain_update(public).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// SHA-256 of the whole note: what the first entry of the next commit names.
pub(crate) fn hash(note: &str) -> [u8; 32] {
    Sha256::digest(note).into()
}

/// A checkpoint whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// The log's name.
    pub origin: String,
    /// Entries.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: [u8; 32],
    /// How far the team's records had come; none where there was no team.
    pub records: Option<RecordsHead>,
}

/// Reads a checkpoint (C2SP tlog-checkpoint) that must be signed by that key of the log itself; `None` for
/// anything else, one signed while the vault was locked included.
pub fn verify_checkpoint(note: &str, key: &[u8; 32]) -> Option<Witnessed> {
    let parsed = Note::parse(note)?;
    let named = parsed.key_name == parsed.origin && parsed.key_id == key_id(parsed.origin, key);
    let message = body(parsed.origin, parsed.size, &parsed.root, parsed.records.as_ref());
    let public = signet_crypto::VerifyingKey::parse(key).ok()?;
    let holds = public.verify(message.as_bytes(), &parsed.signature).is_ok();
    (named && holds).then(|| Witnessed {
        origin: parsed.origin.to_owned(),
        size: parsed.size,
        root: parsed.root,
        records: parsed.records,
    })
}

/// Reads a checkpoint that this log's own writer has signed, without checking the signature; `None` for one
/// that was signed while the vault was locked.
pub(crate) fn read_own(note: &str) -> Option<Witnessed> {
    let parsed = Note::parse(note).filter(|parsed| parsed.key_name == parsed.origin)?;
    Some(Witnessed {
        origin: parsed.origin.to_owned(),
        size: parsed.size,
        root: parsed.root,
        records: parsed.records,
    })
}

impl<'a> Note<'a> {
    /// Reads a checkpoint in exactly the form that [`sign`] writes.
    pub(crate) fn parse(note: &'a str) -> Option<Self> {
        let (text, line) = note.split_once("\n\n")?;
        let mut lines = text.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let (key_name, signature) = line.strip_prefix("\u{2014} ")?.strip_suffix('\n')?.split_once(' ')?;
        let records = match lines.next() {
            Some(line) => Some(RecordsHead::parse(line)?),
            None => None,
        };
        if lines.next().is_some() || origin.is_empty() {
            return None;
        }
        let signature: [u8; 68] = base64(signature)?;
        let (key_id, signature) = signature.split_first_chunk()?;
        Some(Self {
            origin,
            size: number(size)?,
            root: base64(root)?,
            records,
            key_name,
            key_id: *key_id,
            signature: signature.try_into().ok()?,
        })
    }
}

impl RecordsHead {
    fn line(&self) -> String {
        format!("{RECORDS} {} {}\n", self.epoch, BASE64.encode(&self.head))
    }

    fn parse(line: &str) -> Option<Self> {
        let (epoch, head) = line.strip_prefix(RECORDS)?.strip_prefix(' ')?.split_once(' ')?;
        let epoch = number(epoch).filter(|epoch| *epoch > 0)?;
        Some(Self { epoch, head: base64(head)? })
    }
}

/// A number in its one form.
fn number(text: &str) -> Option<u64> {
    let plain = text == "0" || text.starts_with(|first: char| ('1'..='9').contains(&first));
    plain.then(|| text.parse().ok()).flatten()
}

/// Exactly N bytes of base64, without a detour over the heap: a long log has many checkpoints.
fn base64<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; 96];
    let room = bytes.get_mut(..BASE64.decode_len(text.len()).ok()?)?;
    let length = BASE64.decode_mut(text.as_bytes(), room).ok()?;
    bytes[..length].try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::key;
    use signet_crypto::VerifyingKey;

    /// The published example of the signed-note format (golang.org/x/mod/sumdb/note).
    #[test]
    fn key_id_and_signature_of_the_published_example() {
        let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let line =
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let key = BASE64.decode(b"ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
        let signature = BASE64.decode(line.as_bytes()).unwrap();
        let public: [u8; 32] = key[1..].try_into().unwrap();
        assert_eq!(key[0], ED25519);
        assert_eq!(key_id("PeterNeumann", &public), [0xc7, 0x4f, 0x20, 0xa3]);
        assert_eq!(signature[..4], [0xc7, 0x4f, 0x20, 0xa3]);
        let signature = signature[4..].try_into().unwrap();
        assert!(VerifyingKey::parse(&public).unwrap().verify(text.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn a_checkpoint_is_pinned_to_the_byte() {
        let note = sign("signet/00", "signet/00/locked", 3, (&[0xff; 32], None), &*key(1));
        assert_eq!(note, include_str!("../vectors/checkpoint.txt"));
        let parsed = Note::parse(&note).unwrap();
        assert_eq!((parsed.origin, parsed.size, parsed.root), ("signet/00", 3, [0xff; 32]));
        assert_eq!(
            body(parsed.origin, parsed.size, &parsed.root, None),
            "signet/00\n3\n//////////////////////////////////////////8=\n"
        );
        assert_eq!(parsed.key_id, key_id("signet/00/locked", &key(1).public_key()));
    }

    #[test]
    fn a_checkpoint_that_names_the_records_is_pinned_to_the_byte() {
        let records = RecordsHead { epoch: 7, head: [0xaa; 32] };
        let note = sign("signet/00", "signet/00", 3, (&[0xff; 32], Some(&records)), &*key(1));
        assert_eq!(note, include_str!("../vectors/checkpoint-records.txt"));
        let public = key(1).public_key();
        assert_eq!(verify_checkpoint(&note, &public).map(|signed| signed.records), Some(Some(records)));
        // The line is signed: without it, or with another, the signature does not hold.
        let line = records.line();
        assert_eq!(verify_checkpoint(&note.replace(&line, ""), &public), None);
        assert_eq!(verify_checkpoint(&note.replace("records 7", "records 8"), &public), None);
    }

    #[test]
    fn other_forms_of_the_same_checkpoint_are_refused() {
        let records = RecordsHead { epoch: 12, head: [0; 32] };
        let note = sign("signet/00", "signet/00", 30, (&[0; 32], Some(&records)), &*key(1));
        assert_eq!(Note::parse(&note).map(|note| note.records), Some(Some(records)));
        let edits: [(&str, &str); 13] = [
            ("records 12", "records 012"),
            ("records 12", "records 0"),
            ("records 12", "records  12"),
            ("records 12", "record 12"),
            ("records 12 A", "records 12 AA"),
            ("\n30\n", "\n030\n"),
            ("\n30\n", "\n+30\n"),
            ("\n30\n", "\n30\r\n"),
            ("=\n\n", "=\nextra\n\n"),
            ("=\n\n", "\n\n"),
            ("\u{2014} ", "- "),
            ("signet/00 ", "signet/00  "),
            ("AAA=\n\n", "AAB=\n\n"),
        ];
        for (from, to) in edits {
            let changed = note.replacen(from, to, 1);
            assert_ne!(changed, note, "{from:?}");
            assert_eq!(Note::parse(&changed), None, "{from:?} to {to:?}");
        }
        assert_eq!(Note::parse(&note[..note.len() - 1]), None);
        assert_eq!(Note::parse(&format!("{note}\n")), None);
        assert_eq!(Note::parse(""), None);
    }
}
