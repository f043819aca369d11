//! What rows the vault file must have. A root over every row is bound by the header's MAC, so that a row
//! that was dropped, replayed, moved or added shows.
//!
//! Rows fall into 256 buckets; a bucket's hash covers its rows in order, the root covers the buckets. A
//! change costs one bucket (n/256 rows) and the root, whatever the number of rows. A row is represented by
//! its place, version and the front of its seal, whose commitment no other sealed value shares; its body
//! is checked by the seal when it is opened.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::store::{Place, Row};

/// The rows of a vault, and the hash of each bucket.
#[derive(Clone)]
pub(crate) struct Manifest {
    buckets: Vec<Bucket>,
    /// No row here has a higher one.
    last_seq: u64,
}

#[derive(Default, Clone)]
struct Bucket {
    rows: BTreeMap<Place, Row>,
    hash: [u8; 32],
}

/// How many buckets: the first byte of the hash of a row's place says which.
const BUCKETS: usize = 256;

impl Manifest {
    /// The manifest of these rows.
    pub(crate) fn of(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut buckets = vec![Bucket::default(); BUCKETS];
        let mut last_seq = 0;
        for row in rows {
            last_seq = last_seq.max(row.seq);
            buckets[bucket_of(row.place)].rows.insert(row.place, row);
        }
        for bucket in &mut buckets {
            bucket.rehash();
        }
        Self { buckets, last_seq }
    }

    /// The root, over the rows and the clear state beside them:
    /// `SHA-256("signet1/manifest/root" || SHA-256(state) || bucket hashes)`.
    pub(crate) fn root(&self, state: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(b"signet1/manifest/root");
        hash.update(Sha256::digest(state));
        for bucket in &self.buckets {
            hash.update(bucket.hash);
        }
        hash.finalize().into()
    }

    /// The row at that place.
    pub(crate) fn row(&self, place: Place) -> Option<&Row> {
        self.buckets[bucket_of(place)].rows.get(&place)
    }

    /// Every row of a table, in the order of first put.
    pub(crate) fn rows(&self, table: u8) -> Vec<&Row> {
        let whole = Place { table, row: [0; 16] }..=Place { table, row: [0xff; 16] };
        let mut rows: Vec<_> = self
            .buckets
            .iter()
            .flat_map(|bucket| bucket.rows.range(whole.clone()))
            .map(|(_, row)| row)
            .collect();
        rows.sort_unstable_by_key(|row| row.seq);
        rows
    }

    /// Every row, in no order that matters.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Row> {
        self.buckets.iter().flat_map(|bucket| bucket.rows.values())
    }

    /// The place in the order of first put for a new row.
    pub(crate) const fn next_seq(&self) -> u64 {
        self.last_seq + 1
    }

    /// Sets or removes a row; returns what was there, for undoing it.
    pub(crate) fn set(&mut self, place: Place, row: Option<Row>) -> Option<Row> {
        let bucket = &mut self.buckets[bucket_of(place)];
        if let Some(row) = &row {
            self.last_seq = self.last_seq.max(row.seq);
        }
        let before = match row {
            Some(row) => bucket.rows.insert(place, row),
            None => bucket.rows.remove(&place),
        };
        bucket.rehash();
        before
    }
}

impl Bucket {
    /// `SHA-256("signet1/manifest/bucket" || n u32 || row hashes in order of place)`.
    fn rehash(&mut self) {
        let mut hash = Sha256::new_with_prefix(b"signet1/manifest/bucket");
        hash.update(u32::try_from(self.rows.len()).unwrap_or(u32::MAX).to_be_bytes());
        for row in self.rows.values() {
            hash.update(row_hash(row));
        }
        self.hash = hash.finalize().into();
    }
}

/// `SHA-256("signet1/manifest/row" || table || row[16] || seq u64 || version u64 || front[58])`.
fn row_hash(row: &Row) -> [u8; 32] {
    Sha256::new_with_prefix(b"signet1/manifest/row")
        .chain_update([row.place.table])
        .chain_update(row.place.row)
        .chain_update(row.seq.to_be_bytes())
        .chain_update(row.version.to_be_bytes())
        .chain_update(row.front)
        .finalize()
        .into()
}

fn bucket_of(place: Place) -> usize {
    let hash = Sha256::new_with_prefix(b"signet1/manifest/place")
        .chain_update([place.table])
        .chain_update(place.row)
        .finalize();
    usize::from(hash[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::FRONT;
    use proptest::prelude::*;

    fn row(n: u8) -> Row {
        Row { place: Place { table: 17, row: [n; 16] }, seq: n.into(), version: 1, front: [n; FRONT] }
    }

    #[test]
    fn the_root_of_known_rows_is_pinned() {
        let root = Manifest::of([row(1), row(2)]).root(b"state");
        assert_eq!(data_encoding::HEXLOWER.encode(&root), PINNED);
    }

    const PINNED: &str = "397375052a6babede59da125b26380e30aaf80ccdb80fc8ef228336375fdb466";

    #[test]
    fn every_part_of_a_row_counts() {
        let root = |row: Row| Manifest::of([row]).root(b"");
        let base = root(row(1));
        for changed in [
            Row { place: Place { table: 18, row: [1; 16] }, ..row(1) },
            Row { place: Place { table: 17, row: [2; 16] }, ..row(1) },
            Row { seq: 2, ..row(1) },
            Row { version: 2, ..row(1) },
            Row { front: [9; FRONT], ..row(1) },
        ] {
            assert_ne!(root(changed), base);
        }
        assert_ne!(Manifest::of([row(1)]).root(b"x"), base, "the state");
        assert_ne!(Manifest::of([]).root(b""), base, "a row dropped");
        assert_ne!(Manifest::of([row(1), row(2)]).root(b""), base, "a row added");
    }

    proptest! {
        #[test]
        fn changes_one_by_one_and_all_at_once_agree(
            changes in proptest::collection::vec((0_u8..12, any::<bool>(), any::<u64>()), 0..40),
        ) {
            let mut stepwise = Manifest::of([]);
            let mut rows = BTreeMap::new();
            for (n, keep, version) in changes {
                let place = row(n).place;
                let new = keep.then(|| Row { version, ..row(n) });
                let before = stepwise.set(place, new.clone());
                let expected = match new {
                    Some(new) => rows.insert(place, new),
                    None => rows.remove(&place),
                };
                prop_assert_eq!(before, expected);
            }
            prop_assert_eq!(stepwise.root(b"s"), Manifest::of(rows.into_values()).root(b"s"));
        }
    }
}
