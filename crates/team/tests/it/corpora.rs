//! The committed fuzz corpora, replayed, as they are and a little changed.

use std::fs;
use std::path::Path;

use proptest::test_runner::{RngAlgorithm, TestRng};
use rand_core::Rng;

fn replay(target: &str, body: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 5, "{} files", files.len());
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for file in files {
        let data = fs::read(file).unwrap();
        body(&data);
        for _ in 0..300 {
            body(&mutated(&data, &mut rng));
        }
    }
}

/// A little of what a fuzzer does, for those who have none at hand.
fn mutated(data: &[u8], rng: &mut TestRng) -> Vec<u8> {
    let mut data = data.to_vec();
    let mut below = |end: usize| rng.next_u32() as usize % end;
    for _ in 0..=below(3) {
        let at = below(data.len() + 1);
        match below(4) {
            0 => data.truncate(at),
            1 => data.insert(at, 0xff),
            2 if at < data.len() => drop(data.remove(at)),
            _ if at < data.len() => data[at] ^= 1 << below(8),
            _ => data.push(0),
        }
    }
    data
}

#[test]
fn record() {
    replay("record", signet_team::fuzzing::record);
}

#[test]
fn invite() {
    replay("invite", signet_team::fuzzing::invite);
}
