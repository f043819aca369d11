//! One pass over the rows of a log, in order, noting what is wrong.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use rusqlite::Connection;

use crate::facts::{Claim, EntryFact, NoteFact};
use crate::keys::{Keys, SignedBy};
use crate::note;
use crate::roots::Roots;
use crate::tiles::Compared;
use crate::tree::Edge;
use crate::{Anchor, Check, CheckName, Depth, Report, Trust};

/// The state of one pass over a log.
pub(crate) struct Pass<'a> {
    depth: Depth,
    anchor: Option<Anchor>,
    edge: Edge,
    nodes: Option<Compared<'a>>,
    /// Where roots are compared, if not here.
    roots: Option<Roots>,
    next_seq: u64,
    /// Size at which the present commit begins.
    start: u64,
    /// SHA-256 of the checkpoint before; none before the first.
    link: Option<[u8; 32]>,
    /// The newest checkpoint of the vault's key, not yet checked.
    pending: Option<Pending>,
    failures: BTreeMap<CheckName, String>,
    checkpoints: u64,
    signatures: u64,
    locked_entries: u64,
}

struct Pending {
    start: u64,
    size: u64,
    claim: Claim,
}

impl<'a> Pass<'a> {
    /// From the first entry.
    pub(crate) fn new(anchor: Option<Anchor>, depth: Depth) -> Self {
        Self {
            depth,
            anchor,
            edge: Edge::default(),
            nodes: None,
            roots: None,
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

    /// From a checkpoint on that is taken as given, whose SHA-256 is `link`; every signature.
    pub(crate) fn after(edge: Edge, link: Option<[u8; 32]>) -> Self {
        let start = edge.size();
        Self { edge, next_seq: start, start, link, ..Self::new(None, Depth::Every) }
    }

    /// Compares the stored tree nodes, too.
    pub(crate) fn compare_nodes(&mut self, connection: &'a Connection) {
        self.nodes = Some(Compared::with(connection));
    }

    /// Leaves the comparison of the checkpoints' roots to a thread beside this one.
    pub(crate) fn send_roots(&mut self, roots: Roots) {
        self.roots = Some(roots);
    }

    /// What to finish, if the comparison of roots was left to another thread.
    pub(crate) const fn take_roots(&mut self) -> Option<Roots> {
        self.roots.take()
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

    /// One commit: the entries up to its size, then its checkpoint.
    pub(crate) fn commit(
        &mut self,
        keys: &Keys,
        entries: &mut impl Iterator<Item = rusqlite::Result<EntryFact>>,
        note: NoteFact,
    ) -> rusqlite::Result<()> {
        self.checkpoints += 1;
        let size = note.size;
        let (mut first, mut sensitive) = (true, None);
        while self.edge.size() < size {
            let Some(entry) = entries.next() else { break };
            let entry = entry?;
            if self.entry(&entry, first)? {
                sensitive = sensitive.or(Some(entry.seq));
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
        self.link = Some(note.hash);
        let Some(claim) = note.claim else {
            self.fail(CheckName::CheckpointSignature, || {
                format!("The checkpoint of size {size} is not valid.")
            });
            return Ok(());
        };
        match &mut self.roots {
            Some(roots) => roots.claim(&self.edge, size, claim.root),
            None if claim.root != self.edge.root() => self.wrong_root(size),
            None => {}
        }
        match claim.by {
            Some(SignedBy::Unlocked) => {
                if self.depth == Depth::Every {
                    self.settle(keys);
                }
                self.pending = Some(Pending { start, size, claim });
            }
            Some(SignedBy::Locked) => {
                self.settle(keys);
                self.signature(keys, SignedBy::Locked, start, size, &claim);
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

    /// The entries do not have the root that the checkpoint of that size names.
    pub(crate) fn wrong_root(&mut self, size: u64) {
        self.fail(CheckName::TreeRoot, || {
            format!("The entries before {size} do not have the root that their checkpoint names.")
        });
    }

    /// One entry; answers whether only the vault's own key may sign it.
    fn entry(&mut self, entry: &EntryFact, first: bool) -> rusqlite::Result<bool> {
        let EntryFact { seq, leaf, content } = entry;
        let (seq, place) = (*seq, self.next_seq);
        if seq != place || content.as_ref().is_some_and(|content| content.seq != place) {
            self.fail(CheckName::Sequence, || {
                format!("Where entry {place} should be, there is entry {seq}.")
            });
        }
        self.next_seq = seq.wrapping_add(1);
        let nodes = &mut self.nodes;
        self.edge.push_noting(*leaf, |level, hash| {
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
        let Some(content) = content else {
            self.fail(CheckName::EntryEncoding, || format!("Entry {seq} is not canonical CBOR."));
            return Ok(true);
        };
        let link = if first { self.link } else { None };
        if content.link != link {
            self.fail(CheckName::CheckpointChain, || {
                format!("Entry {seq} does not name the checkpoint before it.")
            });
        }
        Ok(content.needs_unlocked)
    }

    /// Checks the newest checkpoint of the vault's key.
    fn settle(&mut self, keys: &Keys) {
        if let Some(Pending { start, size, claim }) = self.pending.take() {
            self.signature(keys, SignedBy::Unlocked, start, size, &claim);
        }
    }

    fn signature(&mut self, keys: &Keys, by: SignedBy, start: u64, size: u64, claim: &Claim) {
        self.signatures += 1;
        // Its one form, and the origin is the log's: so this is what stood in the checkpoint.
        let body = note::body(&keys.origin, size, &claim.root, claim.records.as_ref());
        if !keys.verifies(by, start, &body, &claim.signature) {
            self.fail(CheckName::CheckpointSignature, || {
                format!("The signature of the checkpoint of size {size} does not verify.")
            });
        }
    }

    /// After the newest checkpoint.
    pub(crate) fn finish(
        &mut self,
        keys: &Keys,
        entries: &mut impl Iterator<Item = rusqlite::Result<EntryFact>>,
    ) -> rusqlite::Result<()> {
        self.settle(keys);
        let size = self.edge.size();
        if entries.next().transpose()?.is_some() {
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
