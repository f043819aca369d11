//! What a verification needs of each row, worked out without regard to the other rows.

use rusqlite::Row;

use crate::actions::may_use_key;
use crate::encoding::View;
use crate::keys::{Keys, SignedBy};
use crate::note::{self, Note, RecordsHead};
use crate::tree::leaf_hash;

/// A row of the table `entry`.
pub(crate) struct EntryFact {
    pub(crate) seq: u64,
    pub(crate) leaf: [u8; 32],
    /// What its bytes say; none if they are not canonical.
    pub(crate) content: Option<Content>,
}

/// The parts of an entry that its neighbours or its checkpoint must agree with.
pub(crate) struct Content {
    pub(crate) seq: u64,
    pub(crate) link: Option<[u8; 32]>,
    /// Whether only the vault's own key may sign it.
    pub(crate) needs_unlocked: bool,
}

/// A row of the table `checkpoint`.
pub(crate) struct NoteFact {
    pub(crate) size: u64,
    pub(crate) hash: [u8; 32],
    /// What it says; none if it is not a checkpoint of that size in its one form.
    pub(crate) claim: Option<Claim>,
}

/// What a checkpoint says.
pub(crate) struct Claim {
    pub(crate) root: [u8; 32],
    pub(crate) records: Option<RecordsHead>,
    pub(crate) signature: [u8; 64],
    pub(crate) by: Option<SignedBy>,
}

impl EntryFact {
    /// From `seq, body`.
    pub(crate) fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let seq = row.get_ref(0)?.as_i64().map_err(rusqlite::Error::from)?.cast_unsigned();
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let content = View::decode(body).ok().map(|view| Content {
            seq: view.seq,
            link: view.link.copied(),
            needs_unlocked: needs_unlocked(&view),
        });
        Ok(Self { seq, leaf: leaf_hash(body), content })
    }
}

impl NoteFact {
    /// From the row of the commit that began at the size `start`.
    pub(crate) fn of(keys: &Keys, start: u64, size: u64, text: &str) -> Self {
        let note = Note::parse(text).filter(|note| note.size == size);
        let claim = note.map(|note| Claim {
            root: note.root,
            records: note.records,
            signature: note.signature,
            by: keys.signed_by(&note, start),
        });
        Self { size, hash: note::hash(text), claim }
    }
}

/// What only the vault's own key may sign: key use (a refusal uses none; an action of a newer version
/// may), and HMACs, whose key the locked agent does not have.
fn needs_unlocked(view: &View<'_>) -> bool {
    may_use_key(view.action) && view.decision != "refused"
        || !view.recipient_hmacs.is_empty()
        || !view.attachment_hmacs.is_empty()
}
