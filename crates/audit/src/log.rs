//! The log as its one writer holds it.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use signet_core::{Action, RequestId, UnixMillis};

use crate::encoding::{LONGEST, encode};
use crate::keys::{self, Keys};
use crate::note::{self, Note, RecordsHead};
use crate::reserve::Reserve;
use crate::tiles::{Stored, TileCache, Tiles};
use crate::tree::{Edge, leaf_hash};
use crate::verify::judge_tail;
use crate::{
    Anchor, AppendError, CheckpointKey, Draft, Note as SideNote, OpenError, Origin, ReadError, Side, Signer,
    Used, Verdict, db, side, tree,
};

/// What an append proves: the entries are durable and covered by this checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Place of the first entry of this append; the others follow it.
    pub first_seq: u64,
    /// Number of entries in the log after the commit.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: [u8; 32],
    /// The signed note (C2SP tlog-checkpoint).
    pub checkpoint: String,
}

impl Receipt {
    /// Size and root, as the keychain keeps them.
    pub const fn anchor(&self) -> Anchor {
        Anchor { size: self.size, root: self.root }
    }
}

/// The log, open for appending. One process at a time; the agent's own lock sees to that.
pub struct Log {
    connection: Connection,
    keys: Keys,
    state: State,
    reserve: Reserve,
}

/// What is committed together.
#[derive(Clone, Copy)]
pub(crate) struct Group<'a> {
    pub(crate) drafts: &'a [Draft],
    pub(crate) sides: &'a [Side],
}

/// What the next append builds on.
struct State {
    edge: Edge,
    tiles: Tiles,
    /// SHA-256 of the newest checkpoint.
    link: [u8; 32],
    /// What the next checkpoints say of the team's records.
    records: Option<RecordsHead>,
}

impl Log {
    /// Makes the log of a new vault, with a signed checkpoint of size 0. `unlocked` is the vault's
    /// audit key, kept for the life of the vault; `locked_public` the keychain key's public half.
    ///
    /// # Errors
    /// [`OpenError::Exists`] if there is a log or another database already; else why it could not be made.
    pub fn create(
        path: &Path,
        origin: &Origin,
        unlocked: &dyn CheckpointKey,
        locked_public: [u8; 32],
    ) -> Result<Self, OpenError> {
        let mut connection = db::open_writable(path)?;
        if !db::is_empty(&connection)? {
            return Err(OpenError::Exists);
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        db::make_tables(&transaction)?;
        let public = unlocked.public_key();
        let meta = "INSERT INTO meta (name, value) VALUES (?1, ?2)";
        transaction.execute(meta, (keys::ORIGIN, origin.as_str().as_bytes()))?;
        transaction.execute(meta, (keys::VAULT_KEY, public))?;
        let name = origin.as_str();
        store_locked_key(&transaction, 0, &locked_public, &keys::certify(name, 0, &locked_public, unlocked))?;
        let note = note::sign(name, name, 0, (&Edge::default().root(), None), unlocked);
        transaction.execute("INSERT INTO checkpoint (size, note) VALUES (0, ?1)", [note])?;
        transaction.commit()?;
        drop(connection);
        Self::open(path, origin)
    }

    /// Opens the log, and compares its newest part with its newest checkpoints: down to the newest
    /// one of the vault's own key, signatures and the rule for locked entries are checked.
    ///
    /// # Errors
    /// [`OpenError`]: there is none, it is another vault's, damaged, or cannot be opened.
    pub fn open(path: &Path, origin: &Origin) -> Result<Self, OpenError> {
        if !path.exists() {
            return Err(OpenError::Missing);
        }
        let connection = db::open_writable(path)?;
        match db::kind(&connection)? {
            // The process died before it had made the log.
            (0, 0) if db::is_empty(&connection)? => return Err(OpenError::Missing),
            (db::APPLICATION_ID, db::FORMAT) => side::make_tables(&connection)?,
            (db::APPLICATION_ID, newer) if newer > db::FORMAT => return Err(OpenError::Newer),
            _ => return Err(OpenError::Damaged("it is not an audit log".into())),
        }
        let damaged = |what: &str| OpenError::Damaged(what.into());
        let keys = Keys::load(&connection)?.ok_or_else(|| damaged("its keys are not valid"))?;
        if keys.origin != origin.as_str() {
            return Err(damaged("it belongs to another vault"));
        }
        if !keys.certificates_hold() {
            return Err(damaged("a locked key in it is not named by the vault's key"));
        }
        let (size, note) = newest(&connection)?.ok_or_else(|| damaged("it has no checkpoint"))?;
        let stored = Stored { connection: &connection, size, cache: &TileCache::default() };
        let edge = Edge::of(&stored, size).map_err(read_failed)?;
        let tiles = Tiles::load(&stored, size).map_err(read_failed)?;
        let parsed = Note::parse(&note).filter(|parsed| parsed.root == edge.root());
        let parsed = parsed.ok_or_else(|| damaged("the entries do not match the newest checkpoint"))?;
        let records = parsed.records;
        judge_tail(&connection, &keys)?;
        let state = State { edge, tiles, link: note::hash(&note), records };
        Ok(Self { connection, keys, state, reserve: Reserve::beside(path) })
    }

    /// Appends in one transaction, with a checkpoint. On return the entries are durable.
    ///
    /// # Errors
    /// [`AppendError`]; then none of the entries is in the log.
    pub fn append(&mut self, drafts: &[Draft], signer: &Signer) -> Result<Receipt, AppendError> {
        self.append_with(drafts, &[], signer)
    }

    /// The same, with changes beside the entries: all of it or nothing.
    ///
    /// # Errors
    /// [`AppendError`]; then neither an entry nor a change is in the file.
    pub fn append_with(
        &mut self,
        drafts: &[Draft],
        sides: &[Side],
        signer: &Signer,
    ) -> Result<Receipt, AppendError> {
        self.check(drafts, signer)?;
        let group = Group { drafts, sides };
        let mut receipts = self.commit(&[group], Some(signer))?;
        receipts.pop().unwrap_or(Err(AppendError::Invalid))
    }

    /// How often a grant was used up to now.
    ///
    /// # Errors
    /// [`ReadError`] if the file cannot be read.
    pub fn used(&self, grant: u64, now: UnixMillis) -> Result<Used, ReadError> {
        Ok(side::used(&self.connection, grant, now)?)
    }

    /// The note of a request.
    ///
    /// # Errors
    /// [`ReadError`] if the file cannot be read.
    pub fn note(&self, request: RequestId) -> Result<Option<SideNote>, ReadError> {
        Ok(side::note(&self.connection, request)?)
    }

    /// A member's newest notes that began before `before`, at most `limit`.
    ///
    /// # Errors
    /// [`ReadError`] if the file cannot be read.
    pub fn notes_of(
        &self,
        member: [u8; 16],
        before: UnixMillis,
        limit: u32,
    ) -> Result<Vec<SideNote>, ReadError> {
        Ok(side::notes_of(&self.connection, member, UnixMillis(0)..before, limit)?)
    }

    /// Names the locked key from here on, for example after the keychain was reset. Does nothing if
    /// the log names that key already.
    ///
    /// # Errors
    /// [`AppendError::WrongKey`] if `unlocked` is not this vault's key; else why it was not stored.
    pub fn replace_locked_key(
        &mut self,
        unlocked: &dyn CheckpointKey,
        locked_public: [u8; 32],
    ) -> Result<(), AppendError> {
        if unlocked.public_key() != self.keys.unlocked {
            return Err(AppendError::WrongKey);
        }
        if self.locked_public() == Some(locked_public) {
            return Ok(());
        }
        let since = self.state.edge.size();
        let signature = keys::certify(&self.keys.origin, since, &locked_public, unlocked);
        store_locked_key(&self.connection, since, &locked_public, &signature)?;
        self.keys.locked.retain(|key| key.since != since);
        self.keys.locked.push(keys::LockedKey { since, public: locked_public, signature });
        Ok(())
    }

    /// How far the team's records have come: each checkpoint from here on says so.
    pub fn name_records(&mut self, records: RecordsHead) {
        self.state.records = Some(records);
    }

    /// The locked key that the log names now, so that the agent can tell whether the keychain's is it.
    pub fn locked_public(&self) -> Option<[u8; 32]> {
        self.keys.locked_at(self.state.edge.size()).copied()
    }

    /// Whether the log still contains the state that the keychain remembers. `Ok(false)`: it was
    /// rolled back or replaced.
    ///
    /// # Errors
    /// [`ReadError`] if the tree cannot be read.
    pub fn contains(&self, anchor: &Anchor) -> Result<bool, ReadError> {
        let stored = Stored {
            connection: &self.connection,
            size: self.state.edge.size(),
            cache: &TileCache::default(),
        };
        Ok(anchor.size <= self.state.edge.size() && tree::root(&stored, anchor.size)? == anchor.root)
    }

    /// Size and root now, as the keychain keeps them.
    pub fn anchor(&self) -> Anchor {
        Anchor { size: self.state.edge.size(), root: self.state.edge.root() }
    }

    /// Whether these drafts may be appended under that key.
    pub(crate) fn check(&self, drafts: &[Draft], signer: &Signer) -> Result<(), AppendError> {
        let expected = match signer {
            Signer::Unlocked(_) => Some(self.keys.unlocked),
            Signer::Locked(_) => self.locked_public(),
        };
        if drafts.is_empty() {
            return Err(AppendError::Invalid);
        }
        if matches!(signer, Signer::Locked(_)) && drafts.iter().any(needs_unlocked) {
            return Err(AppendError::NeedsUnlocked);
        }
        if expected != Some(signer.public_key()) {
            return Err(AppendError::WrongKey);
        }
        Ok(())
    }

    /// Appends several groups in one transaction; one answer each: a group whose limits are used up leaves
    /// nothing, and takes no other with it. They have passed [`Log::check`]; without a signer, none has
    /// entries.
    pub(crate) fn commit(
        &mut self,
        groups: &[Group<'_>],
        signer: Option<&Signer>,
    ) -> Result<Vec<Result<Receipt, AppendError>>, AppendError> {
        let essential = groups.iter().flat_map(|group| group.drafts).all(is_essential);
        let Self { connection, keys, state, reserve } = self;
        reserve.spend_on(essential, || state.commit(connection, keys, groups, signer))
    }
}

impl State {
    fn commit(
        &mut self,
        connection: &mut Connection,
        keys: &Keys,
        groups: &[Group<'_>],
        signer: Option<&Signer>,
    ) -> Result<Vec<Result<Receipt, AppendError>>, AppendError> {
        // Changed copies: what is in memory changes only after the commit.
        let (mut edge, mut tiles) = (self.edge.clone(), self.tiles.clone());
        let mut link = Some(&self.link);
        let mut first_seqs = Vec::with_capacity(groups.len());
        let mut bytes = Vec::with_capacity(512);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert = transaction.prepare_cached("INSERT INTO entry (seq, body) VALUES (?1, ?2)")?;
            let mut replace =
                transaction.prepare_cached("INSERT OR REPLACE INTO tile (id, hashes) VALUES (?1, ?2)")?;
            for group in groups {
                if let Err(refused) = apply_all(&transaction, group.sides)? {
                    first_seqs.push(Err(refused));
                    continue;
                }
                first_seqs.push(Ok(edge.size()));
                for draft in group.drafts {
                    bytes.clear();
                    encode(draft, edge.size(), link.take(), &mut bytes);
                    if bytes.len() > LONGEST {
                        return Err(AppendError::Invalid);
                    }
                    insert.execute((edge.size().cast_signed(), &bytes[..]))?;
                    edge.push_noting(leaf_hash(&bytes), |level, hash| {
                        tiles.note(level, hash, |id, hashes| replace.execute((id, hashes)).map(drop))
                    })?;
                }
            }
        }
        let (size, root) = (edge.size(), edge.root());
        let mut checkpoint = String::new();
        if size > self.edge.size() {
            let signer = signer.ok_or(AppendError::NeedsUnlocked)?;
            checkpoint = signer.checkpoint(&keys.origin, size, (&root, self.records.as_ref()));
            transaction
                .prepare_cached("INSERT INTO checkpoint (size, note) VALUES (?1, ?2)")?
                .execute((size.cast_signed(), &checkpoint))?;
        }
        transaction.commit()?;
        if !checkpoint.is_empty() {
            self.link = note::hash(&checkpoint);
        }
        self.edge = edge;
        self.tiles = tiles;
        let receipt = |first_seq| Receipt { first_seq, size, root, checkpoint: checkpoint.clone() };
        Ok(first_seqs.into_iter().map(|first_seq| first_seq.map(receipt)).collect())
    }
}

/// Applies the changes of one group, all or none. The outer error ends the transaction, the inner one
/// refuses this group only.
fn apply_all(transaction: &Transaction<'_>, sides: &[Side]) -> Result<Result<(), AppendError>, AppendError> {
    if sides.is_empty() {
        return Ok(Ok(()));
    }
    transaction.execute_batch("SAVEPOINT sides")?;
    let applied = sides.iter().try_for_each(|side| side::apply(transaction, side));
    match applied {
        Ok(()) => transaction.execute_batch("RELEASE sides")?,
        Err(AppendError::OverBudget { .. } | AppendError::Repeated) => {
            transaction.execute_batch("ROLLBACK TO sides; RELEASE sides")?;
        }
        Err(error) => return Err(error),
    }
    Ok(applied)
}

impl Signer {
    pub(crate) fn public_key(&self) -> [u8; 32] {
        match self {
            Self::Unlocked(key) | Self::Locked(key) => key.public_key(),
        }
    }

    fn checkpoint(&self, origin: &str, size: u64, says: (&[u8; 32], Option<&RecordsHead>)) -> String {
        match self {
            Self::Unlocked(key) => note::sign(origin, origin, size, says, &**key),
            Self::Locked(key) => note::sign(origin, &keys::locked_name(origin), size, says, &**key),
        }
    }
}

/// The newest checkpoint and its size.
pub(crate) fn newest(connection: &Connection) -> rusqlite::Result<Option<(u64, String)>> {
    connection
        .query_row("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?))
        })
        .optional()
}

/// Refusals, outcomes and locking may use the reserve.
fn is_essential(draft: &Draft) -> bool {
    draft.action == Action::Lock || !matches!(draft.verdict, Verdict::Allowed | Verdict::Intent)
}

/// What the locked key may not sign: key use (a refusal uses none) and HMACs (it has no HMAC key, so
/// they would be somebody else's).
fn needs_unlocked(draft: &Draft) -> bool {
    let refused = matches!(draft.verdict, Verdict::Refused(_));
    draft.action.uses_key() && !refused
        || !draft.recipient_hmacs.is_empty()
        || !draft.attachment_hmacs.is_empty()
}

fn store_locked_key(
    connection: &Connection,
    since: u64,
    public: &[u8; 32],
    signature: &[u8; 64],
) -> rusqlite::Result<usize> {
    connection.execute(
        "INSERT OR REPLACE INTO locked_key (since, public, signature) VALUES (?1, ?2, ?3)",
        (since.cast_signed(), public, &signature[..]),
    )
}

fn read_failed(error: ReadError) -> OpenError {
    match error {
        ReadError::Unavailable(what) => OpenError::Unavailable(what),
        other => OpenError::Damaged(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::*;

    #[test]
    fn a_full_disk_records_nothing_and_passes() {
        let (home, mut log) = Home::new();
        let before = log.append(&[unlock(0)], &unlocked()).unwrap();
        let pages: i64 = log.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        // SQLite itself says "full", as it does when a write finds no space.
        log.connection.pragma_update(None, "max_page_count", pages).unwrap();
        let many: Vec<_> = (1..200).map(intent).collect();
        assert_eq!(log.append(&many, &unlocked()), Err(AppendError::DiskFull));
        assert_eq!(log.anchor(), before.anchor());
        let reserve = home.path().with_extension("reserve");
        assert!(reserve.exists());
        let many: Vec<_> = (1..200).map(refusal).collect();
        assert_eq!(log.append(&many, &unlocked()), Err(AppendError::DiskFull));
        assert!(!reserve.exists(), "given back for a refusal");
        assert_eq!(log.anchor(), before.anchor());
        log.connection.pragma_update(None, "max_page_count", 100_000).unwrap();
        assert_eq!(log.append(&many, &unlocked()).unwrap().first_seq, 1);
        assert_eq!(log.append(&[intent(300)], &unlocked()).unwrap().first_seq, 200);
        assert!(reserve.exists());
        drop(log);
        assert_eq!(home.failed(None), []);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_said_so() {
        let (_home, mut log) = Home::new();
        log.connection.pragma_update(None, "query_only", true).unwrap();
        let error = log.append(&[lock(0)], &unlocked()).unwrap_err();
        assert!(matches!(error, AppendError::Unwritable(_)), "{error:?}");
        assert_eq!(error.failure().code, signet_core::Code::AuditUnwritable);
    }

    #[test]
    fn rows_written_behind_its_back_are_damage() {
        let (home, mut log) = Home::new();
        home.attack("INSERT INTO entry VALUES (0, x'00')");
        let error = log.append(&[lock(0)], &unlocked()).unwrap_err();
        assert!(matches!(error, AppendError::Damaged(_)), "{error:?}");
    }
}
