//! Stored tree nodes: tiles of 256 hashes, so that an append stores 32 bytes an entry and a proof reads
//! a few rows. A full tile of leaf hashes is written once; the tiles above grow by one hash each time.
//! Nothing is trusted because it is stored: `verify` recomputes every one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use crate::ReadError;
use crate::tree::{Edge, Subtrees, leaf_hash};

/// Levels of the tree in one tile.
const HEIGHT: u32 = 8;
const WIDTH: u64 = 1 << HEIGHT;

/// Row id of a tile: 8 bits of tile level, 48 bits of number.
#[allow(clippy::cast_possible_wrap)] // at most 7 tile levels in 56 bits of leaves
pub(crate) const fn tile_id(level: u32, number: u64) -> i64 {
    ((level as u64) << 48 | number) as i64
}

/// The unfinished tile of each tile level, lowest first.
#[derive(Clone, Default)]
pub(crate) struct Tiles {
    levels: Vec<Growing>,
}

#[derive(Clone, Default)]
struct Growing {
    number: u64,
    hashes: Vec<[u8; 32]>,
}

impl Tiles {
    /// The unfinished tiles of the stored tree.
    pub(crate) fn load(stored: &Stored<'_>, size: u64) -> Result<Self, ReadError> {
        let mut levels = Vec::new();
        let mut complete = size;
        while complete > 0 {
            let level = u32::try_from(levels.len()).unwrap_or(u32::MAX);
            let (number, held) = (complete / WIDTH, complete % WIDTH);
            let tile = if held == 0 { Hashes::default() } else { stored.tile(level, number, held)? };
            let held = usize::try_from(held).unwrap_or(usize::MAX);
            let hashes = tile.iter().take(held).copied().collect();
            levels.push(Growing { number, hashes });
            complete = number;
        }
        Ok(Self { levels })
    }

    /// Takes the root of a perfect subtree that was completed (see [`Edge::push_noting`]) and hands
    /// the tile to `store` if it is to be stored: id and hashes.
    pub(crate) fn note<E>(
        &mut self,
        level: u32,
        hash: &[u8; 32],
        store: impl FnOnce(i64, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if !level.is_multiple_of(HEIGHT) {
            return Ok(());
        }
        let level = level / HEIGHT;
        let place = level as usize;
        if self.levels.len() <= place {
            self.levels.resize_with(place + 1, Growing::default);
        }
        let Growing { number, hashes } = &mut self.levels[place];
        hashes.push(*hash);
        let full = hashes.len() as u64 == WIDTH;
        if full || level > 0 {
            store(tile_id(level, *number), hashes.as_flattened())?;
        }
        if full {
            *number += 1;
            hashes.clear();
        }
        Ok(())
    }
}

/// Compares the stored tiles with those that the entries give, as the entries pass.
pub(crate) struct Compared<'a> {
    connection: &'a Connection,
    tiles: Tiles,
    full: u64,
    same: bool,
}

impl<'a> Compared<'a> {
    pub(crate) fn with(connection: &'a Connection) -> Self {
        Self { connection, tiles: Tiles::default(), full: 0, same: true }
    }

    pub(crate) fn note(&mut self, level: u32, hash: &[u8; 32]) -> rusqlite::Result<()> {
        let Self { connection, tiles, full, same } = self;
        tiles.note(level, hash, |id, hashes| {
            // A tile that still grows is compared at the end.
            if hashes.len() as u64 == WIDTH * 32 {
                *full += 1;
                *same &= stored_tile(connection, id)?.is_some_and(|stored| stored == hashes);
            }
            Ok(())
        })
    }

    /// Whether the file has all of them and no others.
    pub(crate) fn finish(self) -> rusqlite::Result<bool> {
        let (mut expected, mut same) = (self.full, self.same);
        for (level, tile) in (0..).zip(&self.tiles.levels).skip(1) {
            if !tile.hashes.is_empty() {
                expected += 1;
                let stored = stored_tile(self.connection, tile_id(level, tile.number))?;
                same &= stored.is_some_and(|stored| stored == tile.hashes.as_flattened());
            }
        }
        let held: i64 = self.connection.query_row("SELECT count(*) FROM tile", [], |row| row.get(0))?;
        Ok(same && held.cast_unsigned() == expected)
    }
}

fn stored_tile(connection: &Connection, id: i64) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT hashes FROM tile WHERE id = ?1")?;
    statement.query_row([id], |row| row.get(0)).optional()
}

/// Tiles that were read. A node never changes once it is there, so what is kept only ever grows: a proof at the
/// right edge does not hash the same entries for each of its nodes, nor the next proof those of the last.
#[derive(Default)]
pub(crate) struct TileCache(RefCell<HashMap<(u32, u64), Hashes>>);

type Hashes = Arc<Vec<[u8; 32]>>;

/// Tiles kept at most, of 8 KiB each.
const KEPT: usize = 64;

/// The tree as the file holds it, up to a size.
pub(crate) struct Stored<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) size: u64,
    pub(crate) cache: &'a TileCache,
}

impl Stored<'_> {
    /// The first `held` hashes of a tile. Leaf hashes that are in no full tile yet are made from the
    /// entries.
    fn tile(&self, level: u32, number: u64, held: u64) -> Result<Hashes, ReadError> {
        let kept = self.cache.0.borrow().get(&(level, number)).cloned();
        let known = match kept {
            Some(kept) if kept.len() as u64 >= held => return Ok(kept),
            Some(kept) => kept,
            None => Hashes::default(),
        };
        let hashes = match stored_tile(self.connection, tile_id(level, number))? {
            Some(bytes) => bytes.as_chunks().0.to_vec(),
            None if level == 0 => {
                let mut hashes = known.to_vec();
                let first = number * WIDTH + hashes.len() as u64;
                hashes.extend(self.leaves(first, held - hashes.len() as u64)?);
                hashes
            }
            None => Vec::new(),
        };
        if (hashes.len() as u64) < held {
            return Err(ReadError::Damaged(format!("tree nodes are missing: level {level}, tile {number}")));
        }
        let hashes = Arc::new(hashes);
        let mut cache = self.cache.0.borrow_mut();
        if cache.len() >= KEPT {
            cache.clear();
        }
        cache.insert((level, number), Arc::clone(&hashes));
        Ok(hashes)
    }

    fn leaves(&self, first: u64, count: u64) -> Result<Vec<[u8; 32]>, ReadError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT body FROM entry WHERE seq >= ?1 AND seq < ?2 ORDER BY seq")?;
        let mut rows = statement.query([first.cast_signed(), (first + count).cast_signed()])?;
        let mut hashes = Vec::new();
        while let Some(row) = rows.next()? {
            hashes.push(leaf_hash(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?));
        }
        Ok(hashes)
    }
}

impl Subtrees for Stored<'_> {
    type Error = ReadError;

    fn perfect(&self, level: u32, index: u64) -> Result<[u8; 32], ReadError> {
        let (tile_level, within) = (level / HEIGHT, level % HEIGHT);
        let (first, count) = (index << within, 1 << within);
        let (number, offset) = (first / WIDTH, first % WIDTH);
        let complete = (self.size >> (HEIGHT * tile_level)).saturating_sub(number * WIDTH).min(WIDTH);
        if offset + count > complete {
            return Err(ReadError::OutOfRange);
        }
        let tile = self.tile(tile_level, number, complete)?;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(perfect_root(&tile[offset..][..1 << within]))
    }
}

/// Root over a power of two of hashes.
fn perfect_root(hashes: &[[u8; 32]]) -> [u8; 32] {
    let mut edge = Edge::default();
    for hash in hashes {
        edge.push(*hash);
    }
    edge.root()
}
