//! Base64 with lines of 76 columns and CRLF after each (RFC 2045, 6.8): 57 bytes in, 78 bytes out.

use encodify::base64::MIME;

/// Source bytes in one line.
pub(crate) const LINE_IN: u64 = 57;
/// Encoded bytes of one line, CRLF included.
pub(crate) const LINE_OUT: u64 = 78;

/// The encoded length of that many bytes, line breaks included.
pub(crate) const fn encoded_len(len: u64) -> u64 {
    let symbols = len.div_ceil(3) * 4;
    symbols + symbols.div_ceil(LINE_OUT - 2) * 2
}

/// Replaces `out` by the encoding of `input`; all but the last call of a part bring whole lines.
pub(crate) fn encode(input: &[u8], out: &mut Vec<u8>) {
    out.clear();
    MIME.encode_append(input, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // An encoder of other authors as the oracle.
    fn oracle() -> data_encoding::Encoding {
        let mut specification = data_encoding::BASE64.specification();
        specification.wrap.width = 76;
        specification.wrap.separator.push_str("\r\n");
        specification.encoding().unwrap()
    }

    #[test]
    fn every_length_around_a_line_has_the_predicted_encoding() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut out = Vec::new();
        for len in 0..=bytes.len() {
            encode(&bytes[..len], &mut out);
            assert_eq!(String::from_utf8_lossy(&out), oracle().encode(&bytes[..len]), "{len}");
            assert_eq!(out.len() as u64, encoded_len(len as u64), "{len}");
        }
    }

    proptest! {
        #[test]
        fn encoding_by_blocks_of_lines_is_encoding_at_once(bytes in prop::collection::vec(any::<u8>(), 0..4000), lines in 1_usize..20) {
            let mut whole = Vec::new();
            let mut out = Vec::new();
            for block in bytes.chunks(lines * 57) {
                encode(block, &mut out);
                whole.extend_from_slice(&out);
            }
            prop_assert_eq!(String::from_utf8(whole).unwrap(), oracle().encode(&bytes));
        }
    }
}
