//! Judging a log: read only, on the file or a copy of it, without the vault. One pass over the rows.

use std::path::Path;

use rusqlite::Connection;

use crate::keys::Keys;
use crate::note::{self, Note};
use crate::pass::Pass;
use crate::snapshot::Snapshot;
use crate::tiles::Stored;
use crate::tree::Edge;
use crate::{Anchor, CheckName, Depth, OpenError, Report, Trust, db};

/// Verifies the log at `path`, which may be in use or a copy (with its `-wal` file, if there is one).
/// Changes nothing. A file that cannot be read at all fails the check [`CheckName::File`].
pub fn verify(path: &Path, trust: &Trust, anchor: Option<Anchor>, depth: Depth) -> Report {
    let unread = |what: String| {
        let mut pass = Pass::new(anchor, depth);
        pass.fail(CheckName::File, || what);
        pass.report(None, trust)
    };
    match Snapshot::open(path).and_then(|snapshot| judge(snapshot.connection(), trust, anchor, depth)) {
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
    let edge = Edge::of(&Stored { connection, size }, start);
    let edge = edge.map_err(|error| OpenError::Damaged(error.to_string()))?;
    let mut pass = Pass::after(edge, before.map(|(_, hash)| hash));
    let mut entries = connection.prepare("SELECT seq, body FROM entry WHERE seq >= ?1 ORDER BY seq")?;
    let mut entries = entries.query([start.cast_signed()])?;
    for (size, note) in tail.into_iter().rev() {
        pass.commit(keys, &mut entries, size, &note)?;
    }
    pass.finish(keys, &mut entries)?;
    pass.first_failure().map_or(Ok(()), |what| Err(OpenError::Damaged(what)))
}

fn judge(
    connection: &Connection,
    trust: &Trust,
    anchor: Option<Anchor>,
    depth: Depth,
) -> Result<Report, OpenError> {
    match db::kind(connection)? {
        (db::APPLICATION_ID, db::FORMAT) => {}
        (db::APPLICATION_ID, newer) if newer > db::FORMAT => return Err(OpenError::Newer),
        _ => return Err(OpenError::Damaged("it is not an audit log".into())),
    }
    let keys = Keys::load(connection)?.ok_or_else(|| OpenError::Damaged("its keys are not valid".into()))?;
    let mut pass = Pass::new(anchor, depth);
    pass.identity(&keys, trust);
    pass.compare_nodes(connection);
    let mut checkpoints = connection.prepare("SELECT size, note FROM checkpoint ORDER BY size")?;
    let mut entries = connection.prepare("SELECT seq, body FROM entry ORDER BY seq")?;
    let (mut checkpoints, mut entries) = (checkpoints.query([])?, entries.query([])?);
    while let Some(row) = checkpoints.next()? {
        let size = row.get_ref(0)?.as_i64().map_err(rusqlite::Error::from)?.cast_unsigned();
        let note = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        pass.commit(&keys, &mut entries, size, note)?;
    }
    pass.finish(&keys, &mut entries)?;
    Ok(pass.report(Some(&keys), trust))
}
