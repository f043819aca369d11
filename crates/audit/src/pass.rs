//! One pass over the rows of a log, in order, noting what is wrong.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use rusqlite::{Connection, Rows};

use crate::actions::may_use_key;
use crate::encoding::View;
use crate::keys::{Keys, SignedBy};
use crate::note::{self, Note};
use crate::tiles::Compared;
use crate::tree::{Edge, leaf_hash};
use crate::{Anchor, Check, CheckName, Depth, Report, Trust};

/// The state of one pass over a log.
pub(crate) struct Pass<'a> {
    depth: Depth,
    anchor: Option<Anchor>,
    edge: Edge,
    nodes: Option<Compared<'a>>,
    next_seq: u64,
    /// Size at which the present commit begins.
    start: u64,
    /// SHA-256 of the checkpoint before; none before the first.
    link: Option<[u8; 32]>,
    /// The newest checkpoint of the vault's key, not yet checked.
    pending: Option<Pending>,
    /// Its text.
    pending_body: String,
    failures: BTreeMap<CheckName, String>,
    checkpoints: u64,
    signatures: u64,
    locked_entries: u64,
}

struct Pending {
    start: u64,
    size: u64,
    signature: [u8; 64],
}

impl<'a> Pass<'a> {
    /// From the first entry.
    pub(crate) fn new(anchor: Option<Anchor>, depth: Depth) -> Self {
        Self {
            depth,
            anchor,
            edge: Edge::default(),
            nodes: None,
            next_seq: 0,
            start: 0,
            link: None,
            pending: None,
            pending_body: String::new(),
            failures: BTreeMap::new(),
            checkpoints: 0,
            signatures: 0,
            locked_entries: 0,
        }
    }

    /// From a checkpoint on that is taken as given, whose SHA-256 is `link`; every signature.
    pub(crate) fn after(edge: Edge, link: Option<[u8; 32]>) -> Self {
        let start = edge.size();
        Self { edge, next_seq: start, start, link, ..Self::new(None, Depth::Every) }
    }

    /// Compares the stored tree nodes, too.
    pub(crate) fn compare_nodes(&mut self, connection: &'a Connection) {
        self.nodes = Some(Compared::with(connection));
    }

    pub(crate) fn first_failure(mut self) -> Option<String> {
        self.failures.pop_first().map(|(_, what)| what)
    }

    /// Notes the first failure of each check.
    pub(crate) fn fail(&mut self, check: CheckName, what: impl FnOnce() -> String) {
        self.failures.entry(check).or_insert_with(what);
    }

    pub(crate) fn identity(&mut self, keys: &Keys, trust: &Trust) {
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
    pub(crate) fn commit(
        &mut self,
        keys: &Keys,
        entries: &mut Rows<'_>,
        size: u64,
        text: &str,
    ) -> rusqlite::Result<()> {
        self.checkpoints += 1;
        let (mut first, mut sensitive) = (true, None);
        while self.edge.size() < size {
            let Some(row) = entries.next()? else { break };
            let seq = row.get_ref(0)?.as_i64().map_err(rusqlite::Error::from)?.cast_unsigned();
            let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            if self.entry(seq, body, first)? {
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
                self.pending = Some(Pending { start, size, signature: note.signature });
                self.pending_body.clear();
                self.pending_body.push_str(note.body);
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
    fn entry(&mut self, seq: u64, body: &[u8], first: bool) -> rusqlite::Result<bool> {
        let view = View::decode(body);
        let place = self.next_seq;
        if seq != place || view.is_ok_and(|view| view.seq != place) {
            self.fail(CheckName::Sequence, || {
                format!("Where entry {place} should be, there is entry {seq}.")
            });
        }
        self.next_seq = seq.wrapping_add(1);
        let nodes = &mut self.nodes;
        self.edge.push_noting(leaf_hash(body), |level, hash| {
            nodes.as_mut().map_or(Ok(()), |nodes| nodes.note(level, hash))
        })?;
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
            return Ok(true);
        };
        let link = if first { self.link.as_ref() } else { None };
        if view.link != link {
            self.fail(CheckName::CheckpointChain, || {
                format!("Entry {seq} does not name the checkpoint before it.")
            });
        }
        Ok(needs_unlocked(&view))
    }

    /// Checks the newest checkpoint of the vault's key.
    fn settle(&mut self, keys: &Keys) {
        if let Some(Pending { start, size, signature }) = self.pending.take() {
            let body = std::mem::take(&mut self.pending_body);
            self.signature(keys, SignedBy::Unlocked, start, size, &body, &signature);
            self.pending_body = body;
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
    pub(crate) fn finish(&mut self, keys: &Keys, entries: &mut Rows<'_>) -> rusqlite::Result<()> {
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
        if let Some(nodes) = self.nodes.take()
            && !nodes.finish()?
        {
            self.fail(CheckName::TreeNodes, || "The stored tree nodes are not those of the entries.".into());
        }
        Ok(())
    }

    pub(crate) fn report(mut self, keys: Option<&Keys>, trust: &Trust) -> Report {
        let check = |name: CheckName| {
            let (passed, detail) = match (self.failures.remove(&name), keys.is_some()) {
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
            origin: keys.map(|keys| keys.origin.clone()).unwrap_or_default(),
            fingerprint: keys.map(|keys| keys.fingerprint().to_string()).unwrap_or_default(),
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
