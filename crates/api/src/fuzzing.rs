//! What the wire parsers do with any bytes: a fuzz target's body, replayed over its corpus by a test.

use crate::Method;

/// Parses the bytes as the request, event and response of every method. Whatever is accepted must be
/// written and read back as the same JSON: nothing is silently dropped or changed.
///
/// # Panics
/// If it is not.
pub fn wire(data: &[u8]) {
    macro_rules! each {
        ($($name:ident),*) => {$(
            round_trip::<<crate::$name as Method>::Request>(data);
            round_trip::<<crate::$name as Method>::Event>(data);
            round_trip::<<crate::$name as Method>::Response>(data);
        )*};
    }
    for_each_method!(each);
}

fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned>(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(data) else { return };
    let written = serde_json::to_vec(&value).unwrap_or_default();
    let again = serde_json::from_slice::<T>(&written).ok().and_then(|value| serde_json::to_vec(&value).ok());
    assert!(again.as_deref() == Some(&written), "a wire type does not survive the wire");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn the_corpus_is_read_without_a_panic() {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/wire");
        let mut files = 0;
        for file in std::fs::read_dir(corpus).unwrap() {
            super::wire(&std::fs::read(file.unwrap().path()).unwrap());
            files += 1;
        }
        assert!(files >= 8, "the corpus is gone");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,80}|[{}\":,\\[\\]a-z0-9]{0,80}") {
            super::wire(text.as_bytes());
        }
    }
}
