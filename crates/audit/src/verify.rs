//! Judging a log: read only, on the file or a copy of it, without the vault. One pass over the rows.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::HEXLOWER;
use rusqlite::{Connection, Rows};

use crate::actions::may_use_key;
use crate::encoding::View;
use crate::keys::{Keys, SignedBy};
use crate::note::{self, Note};
use crate::snapshot::Snapshot;
use crate::tiles::Tiles;
use crate::tree::{Edge, leaf_hash};
use crate::{Anchor, Check, CheckName, Depth, OpenError, Report, Trust, db};

/// Verifies the log at `path`, which may be in use or a copy (with its `-wal` file, if there is one).
/// Changes nothing. A file that cannot be read at all fails the check [`CheckName::File`].
pub fn verify(path: &Path, trust: &Trust, anchor: Option<Anchor>, depth: Depth) -> Report {
    let mut pass = Pass::new(anchor, depth);
    match read(path, trust, &mut pass) {
        Ok(Some(keys)) => pass.report(&keys.origin, &keys.fingerprint().to_string(), trust),
        Ok(None) => pass.report("", "", trust),
        Err(error) => {
            pass.fail(CheckName::File, || format!("The file cannot be read: {error}."));
            pass.report("", "", trust)
        }
    }
}

/// Judges the entries after the newest checkpoint of the vault's own key, before that key covers them
/// with its next one: their checkpoints, signatures, and what a locked key may sign.
pub(crate) fn judge_tail(connection: &Connection, keys: &Keys) -> Result<(), OpenError> {
    let mut statement = connection.prepare("SELECT size, note FROM checkpoint ORDER BY size DESC")?;
    let mut rows = statement.query([])?;
    let (mut tail, mut older) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let checkpoint = (row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, String>(1)?);
        let own = Note::parse(&checkpoint.1).is_some_and(|note| note.key_name == keys.origin);
        if tail.last().is_some_and(|(_, own)| *own) {
            older = Some(checkpoint);
            break;
        }
        tail.push((checkpoint, own));
    }
    // Where the oldest of them begins, and what its first entry links to.
    let (start, link) = older.map_or((0, None), |(size, note)| (size, Some(note::hash(&note))));
    let stored = crate::tiles::Stored { connection, size: tail.first().map_or(0, |((size, _), _)| *size) };
    let mut pass = Pass::new(None, Depth::Every);
    pass.edge = Edge::of(&stored, start).map_err(|error| OpenError::Damaged(error.to_string()))?;
    pass.start = start;
    pass.next_seq = start;
    pass.link = link;
    let mut entries = connection.prepare("SELECT seq, body FROM entry WHERE seq >= ?1 ORDER BY seq")?;
    let mut entries = entries.query([start.cast_signed()])?;
    for ((size, note), _) in tail.into_iter().rev() {
        pass.commit(keys, &mut entries, size, &note)?;
    }
    pass.finish(keys, &mut entries)?;
    match pass.failures.into_values().next() {
        Some(what) => Err(OpenError::Damaged(what)),
        None => Ok(()),
    }
}

fn read(path: &Path, trust: &Trust, pass: &mut Pass) -> Result<Option<Keys>, OpenError> {
    let snapshot = Snapshot::open(path)?;
    let connection = snapshot.connection();
    if db::kind(connection)? != (db::APPLICATION_ID, db::FORMAT) {
        pass.fail(CheckName::File, || "This is not an audit log, or a newer version wrote it.".into());
        return Ok(None);
    }
    let Some(keys) = Keys::load(connection)? else {
        pass.fail(CheckName::Identity, || "The keys that the file names are not valid.".into());
        return Ok(None);
    };
    pass.identity(&keys, trust);

    let mut checkpoints = connection.prepare("SELECT size, note FROM checkpoint ORDER BY size")?;
    let mut entries = connection.prepare("SELECT seq, body FROM entry ORDER BY seq")?;
    let mut tiles = connection.prepare("SELECT id, hashes FROM tile ORDER BY id")?;
    let (mut checkpoints, mut entries) = (checkpoints.query([])?, entries.query([])?);
    pass.tiles = Some((Tiles::default(), BTreeMap::new()));
    while let Some(row) = checkpoints.next()? {
        let size = row.get_ref(0)?.as_i64().map_err(rusqlite::Error::from)?.cast_unsigned();
        let note = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        pass.commit(&keys, &mut entries, size, note)?;
    }
    pass.finish(&keys, &mut entries)?;
    pass.tree_nodes(&mut tiles.query([])?)?;
    Ok(Some(keys))
}

/// The state of one pass over a log.
struct Pass {
    depth: Depth,
    anchor: Option<Anchor>,
    edge: Edge,
    /// Unfinished tiles, and SHA-256 of each tile that should be stored; not for the tail.
    tiles: Option<(Tiles, BTreeMap<i64, Vec<u8>>)>,
    next_seq: u64,
    /// Size at which the present commit begins.
    start: u64,
    /// SHA-256 of the checkpoint before; none before the first.
    link: Option<[u8; 32]>,
    /// The newest checkpoint of the vault's key, not yet checked: start, body, signature.
    pending: Option<(u64, u64, String, [u8; 64])>,
    failures: BTreeMap<CheckName, String>,
    checkpoints: u64,
    signatures: u64,
    locked_entries: u64,
}

impl Pass {
    fn new(anchor: Option<Anchor>, depth: Depth) -> Self {
        Self {
            depth,
            anchor,
            edge: Edge::default(),
            tiles: None,
            next_seq: 0,
            start: 0,
            link: None,
            pending: None,
            failures: BTreeMap::new(),
            checkpoints: 0,
            signatures: 0,
            locked_entries: 0,
        }
    }

    /// Notes the first failure of each check.
    fn fail(&mut self, check: CheckName, what: impl FnOnce() -> String) {
        self.failures.entry(check).or_insert_with(what);
    }

    fn identity(&mut self, keys: &Keys, trust: &Trust) {
        if trust.origin.as_ref().is_some_and(|origin| origin.as_str() != keys.origin) {
            self.fail(CheckName::Identity, || format!("The file is the log of {}.", keys.origin));
        }
        if trust.fingerprint.is_some_and(|expected| expected != keys.fingerprint()) {
            self.fail(CheckName::Identity, || {
                format!(
                    "The file's key has the fingerprint {}, which is not the expected one.",
                    keys.fingerprint()
                )
            });
        }
        if !keys.certificates_hold() {
            self.fail(CheckName::Identity, || "A locked key is not named by the vault's key.".into());
        }
    }

    /// One commit: the entries up to `size`, then its checkpoint.
    fn commit(&mut self, keys: &Keys, entries: &mut Rows<'_>, size: u64, text: &str) -> rusqlite::Result<()> {
        self.checkpoints += 1;
        let (mut first, mut sensitive) = (true, None);
        while self.edge.size() < size {
            let Some(row) = entries.next()? else { break };
            let seq = row.get_ref(0)?.as_i64().map_err(rusqlite::Error::from)?.cast_unsigned();
            let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            if self.entry(seq, body, first) {
                sensitive = sensitive.or(Some(seq));
            }
            first = false;
        }
        if self.edge.size() != size {
            let held = self.edge.size();
            self.fail(CheckName::TreeRoot, || {
                format!("A checkpoint covers {size} entries; there are {held}.")
            });
        }
        let start = std::mem::replace(&mut self.start, size);
        self.link = Some(note::hash(text));
        let Some(note) = Note::parse(text).filter(|note| note.size == size) else {
            self.fail(CheckName::CheckpointSignature, || {
                format!("The checkpoint of size {size} is not valid.")
            });
            return Ok(());
        };
        if note.root != self.edge.root() {
            self.fail(CheckName::TreeRoot, || {
                format!("The entries before {size} do not have the root that their checkpoint names.")
            });
        }
        match keys.signed_by(&note, start) {
            Some(SignedBy::Unlocked) => {
                if self.depth == Depth::Every {
                    self.settle(keys);
                }
                self.pending = Some((start, size, note.body.into(), note.signature));
            }
            Some(SignedBy::Locked) => {
                self.settle(keys);
                self.signature(keys, SignedBy::Locked, start, size, note.body, &note.signature);
                self.locked_entries += size.saturating_sub(start);
                if let Some(seq) = sensitive {
                    self.fail(CheckName::LockedKeyUse, || {
                        format!("Entry {seq} uses a key or names recipients, but the vault was locked.")
                    });
                }
            }
            None => self.fail(CheckName::CheckpointSignature, || {
                format!("The checkpoint of size {size} is signed by a key that this log does not name.")
            }),
        }
        Ok(())
    }

    /// One entry; answers whether only the vault's own key may sign it.
    fn entry(&mut self, seq: u64, body: &[u8], first: bool) -> bool {
        let view = View::decode(body);
        let place = self.next_seq;
        if seq != place || view.is_ok_and(|view| view.seq != place) {
            self.fail(CheckName::Sequence, || {
                format!("Where entry {place} should be, there is entry {seq}.")
            });
        }
        self.next_seq = seq.wrapping_add(1);
        let leaf = leaf_hash(body);
        self.edge.push(leaf);
        if let Some((tiles, expected)) = &mut self.tiles {
            let Ok(()) = tiles.push(leaf, &mut |id, hashes| {
                expected.insert(id, hashes.to_vec());
                Ok::<_, std::convert::Infallible>(())
            });
        }
        if let Some(anchor) = self.anchor
            && anchor.size == self.edge.size()
            && anchor.root != self.edge.root()
        {
            self.fail(CheckName::Anchor, || {
                format!("The first {} entries are not those that the keychain remembers.", anchor.size)
            });
        }
        let Ok(view) = view else {
            self.fail(CheckName::EntryEncoding, || format!("Entry {seq} is not canonical CBOR."));
            return true;
        };
        let link = if first { self.link.as_ref() } else { None };
        if view.link != link {
            self.fail(CheckName::CheckpointChain, || {
                format!("Entry {seq} does not name the checkpoint before it.")
            });
        }
        needs_unlocked(&view)
    }

    /// Checks the newest checkpoint of the vault's key.
    fn settle(&mut self, keys: &Keys) {
        if let Some((start, size, body, signature)) = self.pending.take() {
            self.signature(keys, SignedBy::Unlocked, start, size, &body, &signature);
        }
    }

    fn signature(
        &mut self,
        keys: &Keys,
        by: SignedBy,
        start: u64,
        size: u64,
        body: &str,
        signature: &[u8; 64],
    ) {
        self.signatures += 1;
        if !keys.verifies(by, start, body, signature) {
            self.fail(CheckName::CheckpointSignature, || {
                format!("The signature of the checkpoint of size {size} does not verify.")
            });
        }
    }

    /// After the newest checkpoint.
    fn finish(&mut self, keys: &Keys, entries: &mut Rows<'_>) -> rusqlite::Result<()> {
        self.settle(keys);
        let size = self.edge.size();
        if entries.next()?.is_some() {
            self.fail(CheckName::TreeRoot, || format!("Entries after {size} are covered by no checkpoint."));
        }
        if self.checkpoints == 0 {
            self.fail(CheckName::CheckpointSignature, || "There is no checkpoint.".into());
        }
        if let Some(anchor) = self.anchor.filter(|anchor| anchor.size > size) {
            self.fail(CheckName::Anchor, || {
                format!("The keychain remembers {} entries; the file has {size}.", anchor.size)
            });
        }
        Ok(())
    }

    fn tree_nodes(&mut self, stored: &mut Rows<'_>) -> rusqlite::Result<()> {
        let Some((_, mut expected)) = self.tiles.take() else { return Ok(()) };
        let mut same = true;
        while let Some(row) = stored.next()? {
            let found = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            same &= expected.remove(&row.get(0)?).is_some_and(|hashes| hashes == found);
        }
        if !same || !expected.is_empty() {
            self.fail(CheckName::TreeNodes, || "The stored tree nodes are not those of the entries.".into());
        }
        Ok(())
    }

    fn report(mut self, origin: &str, fingerprint: &str, trust: &Trust) -> Report {
        let readable = !self.failures.contains_key(&CheckName::File) && !origin.is_empty();
        let check = |name: CheckName| {
            let (passed, detail) = match (self.failures.remove(&name), readable) {
                (Some(failure), _) => (Some(false), failure),
                (None, false) => (None, "Not checked.".into()),
                (None, true) if name == CheckName::Anchor && self.anchor.is_none() => {
                    (None, "Not checked: nobody said which state to expect.".into())
                }
                (None, true) => (Some(true), passed(name, trust).into()),
            };
            Check { name, passed, detail }
        };
        Report {
            checks: CheckName::ALL.into_iter().map(check).collect(),
            origin: origin.into(),
            fingerprint: fingerprint.into(),
            size: self.edge.size(),
            root: HEXLOWER.encode(&self.edge.root()),
            locked_entries: self.locked_entries,
            checkpoints: self.checkpoints,
            signatures_checked: self.signatures,
        }
    }
}

/// What only the vault's own key may sign: key use (a refusal uses none; an action of a newer version
/// may), and HMACs, whose key the locked agent does not have.
fn needs_unlocked(view: &View<'_>) -> bool {
    may_use_key(view.action) && view.decision != "refused"
        || !view.recipient_hmacs.is_empty()
        || !view.attachment_hmacs.is_empty()
}

fn passed(name: CheckName, trust: &Trust) -> &'static str {
    match name {
        CheckName::File => "The file is an audit log.",
        CheckName::Identity if trust.fingerprint.is_some() => "The key has the expected fingerprint.",
        CheckName::Identity => "The keys fit together; compare the fingerprint with the recovery kit.",
        CheckName::EntryEncoding => "Every entry is in its one canonical form.",
        CheckName::Sequence => "Entries are numbered without a gap.",
        CheckName::TreeRoot => "Every checkpoint's root is that of the entries before it.",
        CheckName::TreeNodes => "The stored tree nodes are those of the entries.",
        CheckName::CheckpointChain => "Every commit names the checkpoint before it.",
        CheckName::CheckpointSignature => "The signatures verify.",
        CheckName::LockedKeyUse => "No key was used under the locked key.",
        CheckName::Anchor => "The log contains the state that the keychain remembers.",
    }
}
