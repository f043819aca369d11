//! Finding any 16 bytes in a row of many needles, in one pass.

use std::collections::HashMap;

/// A match is this long, or longer.
pub(crate) const WINDOW: usize = 16;
/// Any window contains a whole block of this length that begins at a multiple of it.
const BLOCK: usize = WINDOW / 2;

/// The search for a set of needles.
#[derive(Debug)]
pub struct Search<'a> {
    needles: &'a [(String, Vec<u8>)],
    /// Where each block occurs: needle and offset.
    blocks: HashMap<u64, Vec<(usize, usize)>>,
    /// Which first three bytes of a block occur at all, by a hash: nearly every position ends here.
    starts: Vec<u64>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(needles: &'a [(String, Vec<u8>)]) -> Self {
        let mut blocks: HashMap<u64, Vec<(usize, usize)>> = HashMap::new();
        let mut starts = vec![0; 1 << 12];
        for (index, (_, needle)) in needles.iter().enumerate() {
            for offset in (0..=needle.len().saturating_sub(BLOCK)).step_by(BLOCK) {
                let block = word(&needle[offset..]);
                blocks.entry(block).or_default().push((index, offset));
                let bit = start(block);
                starts[bit / 64] |= 1 << (bit % 64);
            }
        }
        Self { needles, blocks, starts }
    }

    /// Calls `found` for each match: the needle's name and where in the haystack its block begins.
    pub fn each(&self, haystack: &[u8], mut found: impl FnMut(&'a str, usize)) {
        let mut block = 0;
        for (end, byte) in haystack.iter().enumerate() {
            // The last eight bytes as one number, the oldest lowest.
            block = (block >> 8) | (u64::from(*byte) << 56);
            let bit = start(block);
            if self.starts[bit / 64] & (1 << (bit % 64)) != 0 && end + 1 >= BLOCK {
                let at = end + 1 - BLOCK;
                self.at(block, haystack, at, &mut found);
            }
        }
    }

    /// The needles that a block in the haystack belongs to, if enough around it agrees.
    fn at(&self, block: u64, haystack: &[u8], at: usize, found: &mut impl FnMut(&'a str, usize)) {
        for (needle, offset) in self.blocks.get(&block).into_iter().flatten() {
            let (name, bytes) = &self.needles[*needle];
            if matching(bytes, *offset, haystack, at) >= WINDOW {
                found(name, at);
            }
        }
    }
}

/// How many bytes around the common block agree.
fn matching(needle: &[u8], offset: usize, haystack: &[u8], at: usize) -> usize {
    let after = needle[offset..].iter().zip(&haystack[at..]).take_while(|(a, b)| a == b).count();
    let before = needle[..offset].iter().rev().zip(haystack[..at].iter().rev());
    after + before.take_while(|(a, b)| a == b).count()
}

fn word(bytes: &[u8]) -> u64 {
    let mut block = [0; BLOCK];
    block.copy_from_slice(&bytes[..BLOCK]);
    u64::from_le_bytes(block)
}

/// Eighteen bits of the block's beginning.
fn start(block: u64) -> usize {
    let three = (block & 0x00FF_FFFF) as usize;
    (three ^ (three >> 6)) & 0x3_FFFF
}
