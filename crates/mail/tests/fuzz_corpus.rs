//! Replays the corpus of the fuzz target `mime`, and as much again made up on the spot.

use std::path::Path;

use proptest::prelude::*;
use signet_mail::fuzzing::mime;

#[test]
fn the_corpus_composes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/mime");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 4);
    for file in files {
        mime(&std::fs::read(file).unwrap());
    }
}

proptest! {
    #[test]
    fn arbitrary_fields_compose(fields in prop::collection::vec("\\PC{0,40}|[ -~\r\n\t]{0,200}|[a-z.]{1,8}", 0..24)) {
        let fields: Vec<_> = fields.into_iter().map(String::into_bytes).collect();
        mime(&fields.join(&0xFF));
    }
}
