//! Comparing the roots that checkpoints name with those of the entries, on a thread beside the pass:
//! each takes up to log n hashes, most of the work of a verification when commits are small.

use std::sync::mpsc::{Receiver, SyncSender};

use crate::tree::{Edge, bag};

const BATCH: usize = 256;

/// Collects comparisons and sends them off.
pub(crate) struct Roots {
    batch: Batch,
    to: SyncSender<Batch>,
}

/// The edges at some checkpoints, one after the other, and what the checkpoints say.
#[derive(Default)]
pub(crate) struct Batch {
    peaks: Vec<[u8; 32]>,
    claims: Vec<Claimed>,
}

struct Claimed {
    size: u64,
    root: [u8; 32],
    /// Where its peaks end.
    end: usize,
}

impl Roots {
    pub(crate) fn new(to: SyncSender<Batch>) -> Self {
        Self { batch: Batch::default(), to }
    }

    /// The checkpoint of that size names that root, where the tree has this edge.
    pub(crate) fn claim(&mut self, edge: &Edge, size: u64, root: [u8; 32]) {
        let Batch { peaks, claims } = &mut self.batch;
        peaks.extend_from_slice(edge.peaks());
        claims.push(Claimed { size, root, end: peaks.len() });
        if claims.len() == BATCH {
            self.send();
        }
    }

    /// After the last checkpoint.
    pub(crate) fn finish(mut self) {
        self.send();
    }

    fn send(&mut self) {
        // It is received until the end, unless that thread panicked, which ends the verification.
        drop(self.to.send(std::mem::take(&mut self.batch)));
    }
}

/// Compares all of them; the size of the first checkpoint that names a wrong root.
pub(crate) fn first_wrong(batches: &Receiver<Batch>) -> Option<u64> {
    let mut wrong = None;
    for Batch { peaks, claims } in batches {
        let mut start = 0;
        for Claimed { size, root, end } in claims {
            if wrong.is_none() && bag(&peaks[start..end]) != root {
                wrong = Some(size);
            }
            start = end;
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::sync_channel;

    #[test]
    fn the_first_wrong_one_of_several_batches_is_named() {
        let claims = 2 * BATCH as u64 + 5;
        for wrong in [None, Some(0), Some(7), Some(BATCH as u64), Some(claims - 1)] {
            let (to, batches) = sync_channel(8);
            let (mut roots, mut edge) = (Roots::new(to), Edge::default());
            for size in 0..claims {
                // From the wrong one on, so that a later one does not take its place.
                let right = wrong.is_none_or(|wrong| size < wrong);
                roots.claim(&edge, size, if right { edge.root() } else { [3; 32] });
                edge.push([u8::try_from(size % 251).unwrap(); 32]);
            }
            roots.finish();
            assert_eq!(first_wrong(&batches), wrong);
        }
    }
}
