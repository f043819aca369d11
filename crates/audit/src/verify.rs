//! Judging a log: read only, on the file or a copy of it, without the vault. One pass over the rows;
//! what needs no order (reading, hashing, decoding, comparing roots) is done on threads beside it.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread::{self, Scope, ScopedJoinHandle};

use rusqlite::{Connection, Row};

use crate::ahead::{self, Facts, WAITING};
use crate::facts::{EntryFact, NoteFact};
use crate::keys::Keys;
use crate::note::{self, Note};
use crate::pass::Pass;
use crate::roots::{self, Roots};
use crate::snapshot::Snapshot;
use crate::tiles::{Stored, TileCache};
use crate::tree::Edge;
use crate::{Anchor, CheckName, Depth, OpenError, Report, Trust, db};

/// Verifies the log at `path`, which may be in use or a copy (with its `-wal` file, if there is one).
/// Changes nothing. A file that cannot be read at all fails the check [`CheckName::File`].
pub fn verify(path: &Path, trust: &Trust, anchor: Option<Anchor>, depth: Depth) -> Report {
    verify_telling(path, trust, anchor, depth, &|_| ())
}

/// The same; `progress` is told how many entries have been judged, after each commit.
pub fn verify_telling(
    path: &Path,
    trust: &Trust,
    anchor: Option<Anchor>,
    depth: Depth,
    progress: &dyn Fn(u64),
) -> Report {
    let unread = |what: String| {
        let mut pass = Pass::new(anchor, depth);
        pass.fail(CheckName::File, || what);
        pass.report(None, trust)
    };
    match Snapshot::open(path).and_then(|snapshot| judge(&snapshot, trust, anchor, depth, progress)) {
        Ok(report) => report,
        Err(OpenError::Damaged(what)) => unread(format!("The file is damaged: {what}.")),
        Err(error) => unread(format!("The file cannot be read: {error}.")),
    }
}

/// Judges the entries after the newest checkpoint of the vault's own key, before that key covers them
/// with its next one: their checkpoints, signatures, and what a locked key may sign.
pub(crate) fn judge_tail(connection: &Connection, keys: &Keys) -> Result<(), OpenError> {
    let mut statement = connection.prepare("SELECT size, note FROM checkpoint ORDER BY size DESC")?;
    let mut rows = statement.query([])?;
    // Newest first, down to one of the vault's key, and the one before it.
    let (mut tail, mut before, mut own) = (Vec::new(), None, false);
    while let Some(row) = rows.next()? {
        let (size, note) = (row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, String>(1)?);
        if own {
            before = Some((size, note::hash(&note)));
            break;
        }
        own = Note::parse(&note).is_some_and(|note| note.key_name == keys.origin);
        tail.push((size, note));
    }
    let size = tail.first().map_or(0, |(size, _)| *size);
    let start = before.map_or(0, |(size, _)| size);
    let edge = Edge::of(&Stored { connection, size, cache: &TileCache::default() }, start);
    let edge = edge.map_err(|error| OpenError::Damaged(error.to_string()))?;
    let mut pass = Pass::after(edge, before.map(|(_, hash)| hash));
    let mut entries = connection.prepare("SELECT seq, body FROM entry WHERE seq >= ?1 ORDER BY seq")?;
    let mut entries = entries.query_map([start.cast_signed()], EntryFact::of)?;
    let mut start = start;
    for (size, note) in tail.into_iter().rev() {
        pass.commit(keys, &mut entries, NoteFact::of(keys, start, size, &note))?;
        start = size;
    }
    pass.finish(keys, &mut entries)?;
    pass.first_failure().map_or(Ok(()), |what| Err(OpenError::Damaged(what)))
}

fn judge(
    snapshot: &Snapshot,
    trust: &Trust,
    anchor: Option<Anchor>,
    depth: Depth,
    progress: &dyn Fn(u64),
) -> Result<Report, OpenError> {
    let connection = snapshot.connection();
    match db::kind(connection)? {
        (db::APPLICATION_ID, db::FORMAT) => {}
        (db::APPLICATION_ID, newer) if newer > db::FORMAT => return Err(OpenError::Newer),
        _ => return Err(OpenError::Damaged("it is not an audit log".into())),
    }
    let keys = Keys::load(connection)?.ok_or_else(|| OpenError::Damaged("its keys are not valid".into()))?;
    let mut pass = Pass::new(anchor, depth);
    pass.identity(&keys, trust);
    pass.compare_nodes(connection);
    pass_beside_readers(snapshot, &keys, &mut pass, progress)?;
    Ok(pass.report(Some(&keys), trust))
}

/// The whole pass. One thread reads and hashes entries, one checkpoints, one compares roots; this one
/// judges what they find, in the order of the rows.
fn pass_beside_readers(
    snapshot: &Snapshot,
    keys: &Keys,
    pass: &mut Pass<'_>,
    progress: &dyn Fn(u64),
) -> Result<(), OpenError> {
    let last = |query: &str| {
        let last = snapshot.connection().query_row(query, [], |row| row.get::<_, Option<i64>>(0));
        last.map(|last| last.unwrap_or(i64::MIN))
    };
    let last_entry = last("SELECT max(seq) FROM entry")?;
    let last_note = last("SELECT max(size) FROM checkpoint")?;
    let (entry_rows, note_rows) = (snapshot.another()?, snapshot.another()?);
    thread::scope(|scope| {
        let (to, from) = sync_channel(WAITING);
        let mut entries = Facts::new(from);
        spawn(scope, move || {
            let query = "SELECT seq, body FROM entry WHERE seq <= ?1 ORDER BY seq";
            ahead::read(&entry_rows, query, last_entry, EntryFact::of, &to);
        })?;
        let (to, from) = sync_channel(WAITING);
        let mut notes = Facts::new(from);
        spawn(scope, move || {
            let query = "SELECT size, note FROM checkpoint WHERE size <= ?1 ORDER BY size";
            let mut start = 0;
            let fact = |row: &Row<'_>| {
                let size = row.get_ref(0)?.as_i64().map_err(rusqlite::Error::from)?.cast_unsigned();
                let text = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
                let start = std::mem::replace(&mut start, size);
                Ok(NoteFact::of(keys, start, size, text))
            };
            ahead::read(&note_rows, query, last_note, fact, &to);
        })?;
        let (to, batches) = sync_channel(WAITING);
        pass.send_roots(Roots::new(to));
        let compared = spawn(scope, move || roots::first_wrong(&batches))?;
        let judged = notes
            .try_for_each(|note| {
                let note = note?;
                let size = note.size;
                pass.commit(keys, &mut entries, note)?;
                progress(size);
                Ok(())
            })
            .and_then(|()| pass.finish(keys, &mut entries));
        // Also after an error: that thread ends when it is told that this was all.
        if let Some(roots) = pass.take_roots() {
            roots.finish();
        }
        if let Some(size) = compared.join().unwrap_or_else(|panic| resume_unwind(panic)) {
            pass.wrong_root(size);
        }
        Ok(judged?)
    })
}

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, OpenError> {
    let thread = thread::Builder::new().name("audit-verify".into()).spawn_scoped(scope, work);
    thread.map_err(|error| OpenError::Unavailable(error.to_string()))
}
