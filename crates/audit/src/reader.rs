//! Reading beside the writer: listing, export, proofs.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Params};
use signet_core::{Action, RequestId, UnixMillis};

use crate::encoding::View;
use crate::keys::Keys;
use crate::log::newest;
use crate::tiles::{Stored, TileCache};
use crate::{
    Cosigned, Entry, Fingerprint, Note, ReadError, RecordsHead, Used, Witnessed, db, note, side, tree,
};

/// A state of the log that somebody remembers: the keychain, another device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Number of entries.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: [u8; 32],
}

/// Which entries to show; everything set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Not before.
    pub from: Option<UnixMillis>,
    /// Before.
    pub until: Option<UnixMillis>,
    /// This action only.
    pub action: Option<Action>,
    /// This target only, for example a key id.
    pub target: Option<String>,
    /// This decision only: `allowed`, `intent`, `refused`, `done`, `failed` or `unknown`.
    pub decision: Option<String>,
    /// This request only.
    pub request: Option<RequestId>,
    /// Entries with this recipient HMAC only (the answer to "is this address in the log?").
    pub recipient: Option<[u8; 32]>,
    /// Entries in which this text occurs, in any case, in action, target, decision, reason, role,
    /// a recipient domain or the message id.
    pub text: Option<String>,
}

/// One page of a listing, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Pass this as `before` to get the next page; none at the end.
    pub next: Option<u64>,
}

/// The log, open for reading. Never waits for the writer.
pub struct Reader {
    connection: Connection,
    tiles: TileCache,
}

impl Reader {
    /// Opens the log.
    ///
    /// # Errors
    /// [`ReadError`] if it cannot be opened or is not an audit log.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let connection = db::open_readable(path)?;
        match db::kind(&connection)? {
            (db::APPLICATION_ID, db::FORMAT) => Ok(Self { connection, tiles: TileCache::default() }),
            _ => Err(ReadError::Damaged("it is not an audit log of this version".into())),
        }
    }

    /// Fingerprint of the vault's audit key, as the log names it.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read or names no key.
    pub fn fingerprint(&self) -> Result<Fingerprint, ReadError> {
        let keys = Keys::load(&self.connection)?;
        keys.map(|keys| keys.fingerprint()).ok_or_else(|| ReadError::Damaged("it names no key".into()))
    }

    /// The vault's audit public key, as the log names it: 32 bytes.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read or names no key.
    pub fn public_key(&self) -> Result<[u8; 32], ReadError> {
        let keys = Keys::load(&self.connection)?;
        keys.map(|keys| keys.unlocked).ok_or_else(|| ReadError::Damaged("it names no key".into()))
    }

    /// The newest checkpoint as its text and what it says; `None` if the locked key signed it. Its signature is
    /// not checked: whoever is shown it does that.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn newest_checkpoint(&self) -> Result<Option<(String, Witnessed)>, ReadError> {
        let text = self.checkpoint()?;
        Ok(note::read_own(&text).map(|says| (text, says)))
    }

    /// The newest cosignature of each device, by the hash of its key.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn cosignatures(&self) -> Result<Vec<Cosigned>, ReadError> {
        Ok(side::cosignatures(&self.connection)?)
    }

    /// What the checkpoint of exactly that size says of the team's records; the outer `None`: there is none.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn records_at(&self, size: u64) -> Result<Option<Option<RecordsHead>>, ReadError> {
        let note: Option<String> = self
            .connection
            .prepare_cached("SELECT note FROM checkpoint WHERE size = ?1")?
            .query_row([size.cast_signed()], |row| row.get(0))
            .optional()?;
        Ok(note.as_deref().and_then(note::Note::parse).map(|note| note.records))
    }

    /// How often a grant was used up to now.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn used(&self, grant: u64, now: UnixMillis) -> Result<Used, ReadError> {
        Ok(side::used(&self.connection, grant, now)?)
    }

    /// The note of a request.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn note(&self, request: RequestId) -> Result<Option<Note>, ReadError> {
        Ok(side::note(&self.connection, request)?)
    }

    /// A member's newest notes that began before `before`, at most `limit`.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn notes_of(&self, member: [u8; 16], before: UnixMillis, limit: u32) -> Result<Vec<Note>, ReadError> {
        Ok(side::notes_of(&self.connection, member, UnixMillis(0)..before, limit)?)
    }

    /// A member's newest notes that began at `since` or later, at most `limit`.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn notes_since(
        &self,
        member: [u8; 16],
        since: UnixMillis,
        limit: u32,
    ) -> Result<Vec<Note>, ReadError> {
        Ok(side::notes_of(&self.connection, member, since..UnixMillis(u64::MAX), limit)?)
    }

    /// Every note without an outcome, oldest first: what a restart has to settle.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn open_notes(&self) -> Result<Vec<Note>, ReadError> {
        Ok(side::open_notes(&self.connection)?)
    }

    /// Writes a whole copy to a new file, for verifying it elsewhere. What lies beside the entries (budgets,
    /// notes of requests) is left out.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read or the copy cannot be written.
    pub fn copy_to(&self, path: &Path) -> Result<(), ReadError> {
        let name =
            path.to_str().ok_or_else(|| ReadError::Output("the name of the copy is not text".into()))?;
        self.connection.execute("VACUUM INTO ?1", [name])?;
        let copy = db::open_writable(path)?;
        copy.execute_batch("DROP TABLE IF EXISTS budget; DROP TABLE IF EXISTS note;")?;
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        copy.execute_batch("VACUUM")?;
        Ok(())
    }

    /// At most `limit` entries that pass, newest first, older than `before` if given.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn list(&self, filter: &Filter, before: Option<u64>, limit: usize) -> Result<Page, ReadError> {
        let sql = "SELECT body FROM entry WHERE seq < ?1 ORDER BY seq DESC";
        let before = before.and_then(|seq| i64::try_from(seq).ok()).unwrap_or(i64::MAX);
        let wanted = Wanted::of(filter);
        let mut page = Page { entries: Vec::new(), next: None };
        self.each(sql, [before], |view| {
            if wanted.takes(view) {
                page.entries.push(view.to_entry());
            }
            if page.entries.len() < limit {
                return Ok(true);
            }
            page.next = (view.seq > 0).then_some(view.seq);
            Ok(false)
        })?;
        Ok(page)
    }

    /// Writes the entries that pass as JSON Lines, oldest first; returns how many.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read or the output cannot be written.
    pub fn export_jsonl(&self, filter: &Filter, out: &mut dyn Write) -> Result<u64, ReadError> {
        let wanted = Wanted::of(filter);
        let failed = |error: std::io::Error| ReadError::Output(error.to_string());
        let mut count = 0;
        self.each("SELECT body FROM entry ORDER BY seq", [], |view| {
            if wanted.takes(view) {
                let mut line = serde_json::to_vec(&view.to_entry()).map_err(|e| failed(e.into()))?;
                line.push(b'\n');
                out.write_all(&line).map_err(failed)?;
                count += 1;
            }
            Ok(true)
        })?;
        out.flush().map_err(failed)?;
        Ok(count)
    }

    /// Intents without an outcome, oldest first: what a crash interrupted. Reads the whole log.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn open_intents(&self) -> Result<Vec<Entry>, ReadError> {
        let mut open = BTreeMap::new();
        self.each("SELECT body FROM entry ORDER BY seq", [], |view| {
            if let Some(request) = view.request {
                match view.decision {
                    "intent" => drop(open.insert(*request, view.to_entry())),
                    "done" | "failed" | "unknown" => drop(open.remove(request)),
                    _ => {}
                }
            }
            Ok(true)
        })?;
        let mut open: Vec<_> = open.into_values().collect();
        open.sort_unstable_by_key(|entry| entry.seq);
        Ok(open)
    }

    /// Whether the log says how that request ended, in an entry at `seq` or later.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn has_outcome_since(&self, seq: u64, request: RequestId) -> Result<bool, ReadError> {
        let mut found = false;
        self.each("SELECT body FROM entry WHERE seq >= ?1 ORDER BY seq", [seq.cast_signed()], |view| {
            let ends = matches!(view.decision, "done" | "failed" | "unknown");
            found |= ends && view.request == Some(request.as_bytes());
            Ok(!found)
        })?;
        Ok(found)
    }

    /// One entry and its bytes, as an inclusion proof needs them.
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] if there is none at that place.
    pub fn entry(&self, seq: u64) -> Result<(Entry, Vec<u8>), ReadError> {
        let mut statement = self.connection.prepare_cached("SELECT body FROM entry WHERE seq = ?1")?;
        let bytes: Option<Vec<u8>> = statement.query_row([seq.cast_signed()], |row| row.get(0)).optional()?;
        let bytes = bytes.ok_or(ReadError::OutOfRange)?;
        Ok((decode(&bytes)?.to_entry(), bytes))
    }

    /// Number of entries that the newest checkpoint covers.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn size(&self) -> Result<u64, ReadError> {
        Ok(self.newest()?.0)
    }

    /// The newest checkpoint.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn checkpoint(&self) -> Result<String, ReadError> {
        Ok(self.newest()?.1)
    }

    /// RFC 6962 root of the first `size` entries.
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] if the log is smaller.
    pub fn root(&self, size: u64) -> Result<[u8; 32], ReadError> {
        tree::root(&self.stored(size)?, size)
    }

    /// RFC 6962 inclusion proof of entry `seq` in the tree of the first `size` entries; check it with
    /// [`crate::verify_inclusion`].
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] if there is no such entry or size.
    pub fn inclusion_proof(&self, seq: u64, size: u64) -> Result<Vec<[u8; 32]>, ReadError> {
        if seq >= size {
            return Err(ReadError::OutOfRange);
        }
        tree::inclusion(&self.stored(size)?, seq, size)
    }

    /// RFC 6962 consistency proof between the trees of the first `old` and `new` entries; check it
    /// with [`crate::verify_consistency`].
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] if `old > new` or the log is smaller.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<[u8; 32]>, ReadError> {
        if old > new {
            return Err(ReadError::OutOfRange);
        }
        let stored = self.stored(new)?;
        if old == 0 { Ok(Vec::new()) } else { tree::consistency(&stored, old, new) }
    }

    fn newest(&self) -> Result<(u64, String), ReadError> {
        newest(&self.connection)?.ok_or_else(|| ReadError::Damaged("it has no checkpoint".into()))
    }

    fn stored(&self, size: u64) -> Result<Stored<'_>, ReadError> {
        let newest = self.size()?;
        if size > newest {
            return Err(ReadError::OutOfRange);
        }
        Ok(Stored { connection: &self.connection, size: newest, cache: &self.tiles })
    }

    /// Hands each entry to `take` until it answers `false`.
    fn each(
        &self,
        sql: &str,
        parameters: impl Params,
        mut take: impl FnMut(&View<'_>) -> Result<bool, ReadError>,
    ) -> Result<(), ReadError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            if !take(&decode(bytes)?)? {
                break;
            }
        }
        Ok(())
    }
}

/// A filter made ready for many entries.
struct Wanted<'a> {
    filter: &'a Filter,
    text: Option<String>,
}

impl<'a> Wanted<'a> {
    fn of(filter: &'a Filter) -> Self {
        let text = filter.text.as_deref().map(str::to_lowercase).filter(|text| !text.is_empty());
        Self { filter, text }
    }

    fn takes(&self, view: &View<'_>) -> bool {
        let Filter { from, until, action, target, decision, request, recipient, text: _ } = self.filter;
        from.is_none_or(|from| view.time >= from.0)
            && until.is_none_or(|until| view.time < until.0)
            && action.is_none_or(|action| view.action == action.as_str())
            && target.as_ref().is_none_or(|target| view.target == target)
            && decision.as_ref().is_none_or(|decision| view.decision == decision)
            && request.is_none_or(|request| view.request == Some(request.as_bytes()))
            && recipient.is_none_or(|hmac| view.recipient_hmacs.hashes().any(|found| *found == hmac))
            && self.text.as_ref().is_none_or(|text| says(view, text))
    }
}

fn says(view: &View<'_>, text: &str) -> bool {
    [view.action, view.target, view.decision]
        .into_iter()
        .chain(view.role)
        .chain(view.reason)
        .chain(view.message_id)
        .chain(view.recipient_domains.texts())
        .any(|field| field.to_lowercase().contains(text))
}

fn decode(bytes: &[u8]) -> Result<View<'_>, ReadError> {
    View::decode(bytes).map_err(|_| ReadError::Damaged("an entry cannot be read".into()))
}
