//! Stored tree nodes: tiles of 256 hashes, so that an append stores 32 bytes an entry and a proof reads
//! a few rows. A full tile of leaf hashes is written once; the tiles above grow by one hash each time.
//! Nothing is trusted because it is stored: `verify` recomputes every one.

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
    levels: Vec<Vec<[u8; 32]>>,
    size: u64,
}

impl Tiles {
    /// The unfinished tiles of the stored tree.
    pub(crate) fn load(stored: &Stored<'_>, size: u64) -> Result<Self, ReadError> {
        let mut levels = Vec::new();
        let mut complete = size;
        for level in 0.. {
            if complete == 0 {
                break;
            }
            let (number, held) = (complete / WIDTH, complete % WIDTH);
            levels.push(if held == 0 { Vec::new() } else { stored.tile(level, number, held)? });
            complete = number;
        }
        Ok(Self { levels, size })
    }

    /// Adds a leaf and hands each tile that is to be stored to `store`: id and hashes.
    pub(crate) fn push<E>(
        &mut self,
        leaf: [u8; 32],
        store: &mut impl FnMut(i64, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.size += 1;
        let mut hash = leaf;
        let mut place = self.size - 1;
        for level in 0.. {
            if self.levels.len() <= level as usize {
                self.levels.push(Vec::with_capacity(WIDTH as usize));
            }
            let tile = &mut self.levels[level as usize];
            tile.push(hash);
            let full = tile.len() as u64 == WIDTH;
            if full || level > 0 {
                store(tile_id(level, place / WIDTH), tile.as_flattened())?;
            }
            if !full {
                break;
            }
            hash = perfect_root(tile);
            tile.clear();
            place /= WIDTH;
        }
        Ok(())
    }
}

/// The tree as the file holds it, up to a size.
pub(crate) struct Stored<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) size: u64,
}

impl Stored<'_> {
    /// The first `held` hashes of a tile. Leaf hashes that are in no full tile yet are made from the
    /// entries.
    fn tile(&self, level: u32, number: u64, held: u64) -> Result<Vec<[u8; 32]>, ReadError> {
        let mut statement = self.connection.prepare_cached("SELECT hashes FROM tile WHERE id = ?1")?;
        let bytes: Option<Vec<u8>> =
            statement.query_row([tile_id(level, number)], |row| row.get(0)).optional()?;
        let mut hashes = match bytes {
            Some(bytes) => bytes.as_chunks().0.to_vec(),
            None if level == 0 => self.leaves(number * WIDTH, held)?,
            None => Vec::new(),
        };
        if (hashes.len() as u64) < held {
            return Err(ReadError::Damaged(format!("tree nodes are missing: level {level}, tile {number}")));
        }
        hashes.truncate(usize::try_from(held).unwrap_or(usize::MAX));
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
    hashes.iter().for_each(|hash| edge.push(*hash));
    edge.root()
}
