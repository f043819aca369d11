//! The committed fuzz corpora, replayed.

use std::fs;
use std::path::Path;

fn replay(target: &str, body: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 5, "{} files", files.len());
    for file in files {
        body(&fs::read(file).unwrap());
    }
}

#[test]
fn header() {
    replay("header", signet_crypto::fuzzing::header);
}

#[test]
fn seal() {
    replay("seal", signet_crypto::fuzzing::seal);
}
