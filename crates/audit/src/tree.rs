//! The Merkle tree of RFC 6962, section 2.1: hashes, right edge, proofs and their verification.

use std::convert::Infallible;

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

/// Hash of an entry: SHA-256(00 || entry).
pub(crate) fn leaf_hash(entry: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// Hash of an inner node: SHA-256(01 || left || right). Two blocks in place, with the padding that 65
/// bytes always have: nodes are the larger part of what a verification hashes.
pub(crate) fn node_hash(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut blocks = [[0; 64]; 2];
    let message = blocks.as_flattened_mut();
    message[0] = 1;
    message[1..33].copy_from_slice(left);
    message[33..65].copy_from_slice(right);
    message[65] = 0x80;
    message[126..].copy_from_slice(&(65_u16 * 8).to_be_bytes());
    let mut state = INITIAL;
    compress256(&mut state, &blocks);
    let mut hash = [0; 32];
    for (bytes, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    hash
}

/// SHA-256's initial state (FIPS 180-4, 5.3.3).
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The roots of the perfect subtrees that a tree consists of, largest first: enough to append in
/// O(log n) and to know the root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edge {
    size: u64,
    peaks: Vec<[u8; 32]>,
}

impl Edge {
    /// The edge of a tree of `size` leaves whose subtrees are known.
    pub(crate) fn of<S: Subtrees>(subtrees: &S, size: u64) -> Result<Self, S::Error> {
        let levels = (0..64).rev().filter(|level| size >> level & 1 == 1);
        let peaks = levels.map(|level| subtrees.perfect(level, (size >> level) - 1));
        Ok(Self { size, peaks: peaks.collect::<Result<_, _>>()? })
    }

    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn push(&mut self, leaf: [u8; 32]) {
        let Ok(()) = self.push_noting(leaf, |_, _| Ok::<_, Infallible>(()));
    }

    /// The same; hands the root of each perfect subtree that the leaf completes to `note`, with its
    /// level, the leaf itself (level 0) first.
    pub(crate) fn push_noting<E>(
        &mut self,
        leaf: [u8; 32],
        mut note: impl FnMut(u32, &[u8; 32]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut hash = leaf;
        note(0, &hash)?;
        for level in 1..=self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            note(level, &hash)?;
        }
        self.peaks.push(hash);
        self.size += 1;
        Ok(())
    }

    pub(crate) fn root(&self) -> [u8; 32] {
        bag(&self.peaks)
    }

    pub(crate) fn peaks(&self) -> &[[u8; 32]] {
        &self.peaks
    }
}

/// The root of the tree with those perfect subtrees, largest first.
pub(crate) fn bag(peaks: &[[u8; 32]]) -> [u8; 32] {
    let Some((last, rest)) = peaks.split_last() else { return Sha256::digest([]).into() };
    rest.iter().rev().fold(*last, |right, left| node_hash(left, &right))
}

/// Where the hashes of perfect subtrees come from.
pub(crate) trait Subtrees {
    /// Why a hash is not to be had.
    type Error;
    /// Root of the subtree over leaves `index * 2^level .. (index + 1) * 2^level`.
    fn perfect(&self, level: u32, index: u64) -> Result<[u8; 32], Self::Error>;
}

/// Root of the first `size` leaves.
pub(crate) fn root<S: Subtrees>(subtrees: &S, size: u64) -> Result<[u8; 32], S::Error> {
    Ok(Edge::of(subtrees, size)?.root())
}

/// PATH(m, D[n]), nearest sibling first; `seq < size`.
pub(crate) fn inclusion<S: Subtrees>(subtrees: &S, seq: u64, size: u64) -> Result<Vec<[u8; 32]>, S::Error> {
    let (mut begin, mut end) = (0, size);
    let mut path = Vec::new();
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        if seq < middle {
            path.push(range(subtrees, middle, end)?);
            end = middle;
        } else {
            path.push(range(subtrees, begin, middle)?);
            begin = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// PROOF(m, D[n]); `0 < old <= new`.
pub(crate) fn consistency<S: Subtrees>(subtrees: &S, old: u64, new: u64) -> Result<Vec<[u8; 32]>, S::Error> {
    let (mut begin, mut end) = (0, new);
    let mut path = Vec::new();
    while old != end {
        let middle = begin + split(end - begin);
        if old <= middle {
            path.push(range(subtrees, middle, end)?);
            end = middle;
        } else {
            path.push(range(subtrees, begin, middle)?);
            begin = middle;
        }
    }
    if begin != 0 {
        path.push(range(subtrees, begin, end)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether `proof` shows that an entry is at place `seq` of the tree with that size and root
/// (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(entry: &[u8], seq: u64, size: u64, root: &[u8; 32], proof: &[[u8; 32]]) -> bool {
    if seq >= size {
        return false;
    }
    let (mut place, mut last) = (seq, size - 1);
    let mut hash = leaf_hash(entry);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `new` entries begins with the tree of `old` entries
/// (RFC 9162, 2.1.4.2). Size 0 is consistent with everything.
pub fn verify_consistency(
    (old, old_root): (u64, &[u8; 32]),
    (new, new_root): (u64, &[u8; 32]),
    proof: &[[u8; 32]],
) -> bool {
    if old == 0 || old >= new {
        return proof.is_empty() && old <= new && (old == 0 || old_root == new_root);
    }
    let mut proof = proof.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { proof.next() };
    let Some(first) = first else { return false };
    let shift = (old - 1).trailing_ones();
    let (mut place, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

/// MTH(D[begin:end]), where `begin` is a multiple of every split of the range.
fn range<S: Subtrees>(subtrees: &S, begin: u64, end: u64) -> Result<[u8; 32], S::Error> {
    let length = end - begin;
    if length.is_power_of_two() {
        return subtrees.perfect(length.ilog2(), begin / length);
    }
    let middle = begin + split(length);
    Ok(node_hash(&range(subtrees, begin, middle)?, &range(subtrees, middle, end)?))
}

/// The largest power of two below `length`; `length > 1`.
const fn split(length: u64) -> u64 {
    1 << (length - 1).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    /// Perfect subtrees by the definition in RFC 6962, 2.1.
    struct Leaves(Vec<[u8; 32]>);

    impl Subtrees for Leaves {
        type Error = Infallible;

        fn perfect(&self, level: u32, index: u64) -> Result<[u8; 32], Infallible> {
            if level == 0 {
                return Ok(self.0[usize::try_from(index).unwrap()]);
            }
            let (left, right) =
                (self.perfect(level - 1, 2 * index)?, self.perfect(level - 1, 2 * index + 1)?);
            Ok(node_hash(&left, &right))
        }
    }

    fn entry(n: u64) -> Vec<u8> {
        format!("entry {n}").into_bytes()
    }

    fn tree(size: u64) -> (Leaves, MemoryBackedTree<Sha256, Vec<u8>>) {
        let mut oracle = MemoryBackedTree::new();
        (0..size).for_each(|n| oracle.push(entry(n)));
        (Leaves((0..size).map(|n| leaf_hash(&entry(n))).collect()), oracle)
    }

    #[test]
    fn the_empty_root_and_the_empty_leaf_are_those_of_the_rfc() {
        let hex = |hash: [u8; 32]| HEXLOWER.encode(&hash);
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex(Edge::default().root()), empty);
        let both = [1; 65];
        assert_eq!(node_hash(&[1; 32], &[1; 32])[..], Sha256::digest(both)[..]);
        let leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        assert_eq!(hex(leaf_hash(b"")), leaf);
    }

    #[test]
    fn roots_and_proofs_are_those_of_the_oracle() {
        for size in (0..=70).chain([127, 128, 129, 255, 256, 257, 300]) {
            let (leaves, oracle) = tree(size);
            let mut edge = Edge::default();
            leaves.0.iter().for_each(|leaf| edge.push(*leaf));
            assert_eq!(edge.root()[..], oracle.root().as_bytes()[..], "size {size}");
            let Ok(again) = Edge::of(&leaves, size);
            assert_eq!((again.size, again.peaks), (size, edge.peaks));
            for seq in 0..size {
                let Ok(proof) = inclusion(&leaves, seq, size);
                let theirs = oracle.prove_inclusion(usize::try_from(seq).unwrap());
                assert_eq!(proof.as_flattened(), theirs.as_bytes(), "{seq} of {size}");
            }
            for old in 1..size {
                let Ok(proof) = consistency(&leaves, old, size);
                let theirs = oracle.prove_consistency(usize::try_from(size - old).unwrap());
                assert_eq!(proof.as_flattened(), theirs.as_bytes(), "{old} to {size}");
            }
        }
    }

    proptest! {
        #[test]
        fn right_proofs_verify_and_changed_ones_do_not(
            size in 1_u64..300, seq in 0_u64..300, old in 0_u64..300, wrong in 0_usize..12, bit in 0_usize..256,
        ) {
            let (seq, old) = (seq % size, old % (size + 1));
            let (leaves, _) = tree(size);
            let (Ok(new_root), Ok(old_root)) = (root(&leaves, size), root(&leaves, old));
            let Ok(proof) = inclusion(&leaves, seq, size);
            prop_assert!(verify_inclusion(&entry(seq), seq, size, &new_root, &proof));
            prop_assert!(!verify_inclusion(b"another", seq, size, &new_root, &proof));
            prop_assert!(!verify_inclusion(&entry(seq), seq, size, &flip(new_root, bit), &proof));
            prop_assert!(!verify_inclusion(&entry(seq), seq + size, size, &new_root, &proof));
            for changed in changes(&proof, wrong, bit) {
                prop_assert!(!verify_inclusion(&entry(seq), seq, size, &new_root, &changed));
            }
            let proof = if old == 0 { Vec::new() } else { let Ok(proof) = consistency(&leaves, old, size); proof };
            prop_assert!(verify_consistency((old, &old_root), (size, &new_root), &proof));
            if 0 < old {
                prop_assert!(!verify_consistency((old, &flip(old_root, bit)), (size, &new_root), &proof));
                prop_assert!(!verify_consistency((old, &old_root), (size, &flip(new_root, bit)), &proof));
            }
            for changed in changes(&proof, wrong, bit) {
                prop_assert!(!verify_consistency((old, &old_root), (size, &new_root), &changed));
            }
            prop_assert!(!verify_consistency((size + 1, &old_root), (size, &new_root), &proof));
        }
    }

    fn flip(mut hash: [u8; 32], bit: usize) -> [u8; 32] {
        hash[bit / 8] ^= 1 << (bit % 8);
        hash
    }

    /// One hash changed, one left out, one more.
    fn changes(proof: &[[u8; 32]], wrong: usize, bit: usize) -> Vec<Vec<[u8; 32]>> {
        let mut all = vec![[proof, &[[7; 32]]].concat()];
        if !proof.is_empty() {
            let mut changed = proof.to_vec();
            changed[wrong % proof.len()] = flip(proof[wrong % proof.len()], bit);
            all.push(changed);
            let mut shorter = proof.to_vec();
            shorter.remove(wrong % proof.len());
            all.push(shorter);
        }
        all
    }
}
