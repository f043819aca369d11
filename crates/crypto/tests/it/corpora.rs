//! The committed fuzz corpora, replayed, as they are and a little changed.

use std::fs;
use std::path::Path;

use crate::world::CountedRng;

fn replay(target: &str, body: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 5, "{} files", files.len());
    let mut rng = CountedRng::new(1);
    for file in files {
        let data = fs::read(file).unwrap();
        body(&data);
        for _ in 0..300 {
            body(&mutated(&data, &mut rng));
        }
    }
}

/// A little of what a fuzzer does, for those who have none at hand.
fn mutated(data: &[u8], rng: &mut CountedRng) -> Vec<u8> {
    let mut data = data.to_vec();
    for _ in 0..=rng.below(3) {
        let at = usize::try_from(rng.below(data.len() as u64 + 1)).unwrap();
        match rng.below(4) {
            0 => data.truncate(at),
            1 => data.insert(at, 0xff),
            2 if at < data.len() => drop(data.remove(at)),
            _ if at < data.len() => data[at] ^= 1 << rng.below(8),
            _ => data.push(0),
        }
    }
    data
}

#[test]
fn header() {
    replay("header", signet_crypto::fuzzing::header);
}

#[test]
fn seal() {
    replay("seal", signet_crypto::fuzzing::seal);
}
