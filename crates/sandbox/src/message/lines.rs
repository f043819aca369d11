//! The line rules of RFC 5322 and RFC 5321, checked on a stream at memory speed.

use serde::{Deserialize, Serialize};

/// Octets that a line may have, CRLF not counted (RFC 5322, 2.1.1).
const LONGEST: u64 = 998;

/// Something in a message that a strict mail server would refuse. Gmail lets it pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// A line feed without a carriage return before it.
    BareLf,
    /// A carriage return without a line feed after it.
    BareCr,
    /// A line of more than 998 octets.
    LongLine,
    /// A NUL octet.
    Nul,
    /// An octet over 127 in the header block, which would need SMTPUTF8.
    RawHeader,
    /// The last line does not end.
    NoFinalNewline,
}

impl Finding {
    /// What is wrong, in a few words.
    pub fn text(self) -> &'static str {
        match self {
            Self::BareLf => "a line feed without a carriage return",
            Self::BareCr => "a carriage return without a line feed",
            Self::LongLine => "a line of more than 998 octets",
            Self::Nul => "a NUL octet",
            Self::RawHeader => "raw non-ASCII octets in a header",
            Self::NoFinalNewline => "no line end after the last line",
        }
    }
}

/// The check: give it the message in pieces of any size, in order.
#[expect(clippy::struct_excessive_bools, reason = "each is one finding of its own")]
#[derive(Debug, Default)]
pub(crate) struct Lines {
    line: u64,
    ends_in_cr: bool,
    bare_lf: bool,
    bare_cr: bool,
    long: bool,
    nul: bool,
}

impl Lines {
    /// Looks at the next piece.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        if piece.is_empty() {
            return;
        }
        if self.ends_in_cr && piece[0] != b'\n' {
            self.bare_cr = true;
        }
        let mut start = 0;
        let mut pairs = 0;
        for at in memchr::memchr_iter(b'\n', piece) {
            let after_cr = if at == 0 { self.ends_in_cr } else { piece[at - 1] == b'\r' };
            pairs += usize::from(after_cr && at > 0);
            self.bare_lf |= !after_cr;
            let length = self.line + (at - start) as u64 - u64::from(after_cr);
            self.long |= length > LONGEST;
            self.line = 0;
            start = at + 1;
        }
        self.line += (piece.len() - start) as u64;
        self.ends_in_cr = piece.last() == Some(&b'\r');
        // Every carriage return of this piece is half of a pair, except a last one that is still open.
        let returns = memchr::memchr_iter(b'\r', piece).count();
        self.bare_cr |= returns - usize::from(self.ends_in_cr) > pairs;
        self.nul = self.nul || memchr::memchr(0, piece).is_some();
    }

    /// What was found, once the last piece has passed.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let open = self.line - u64::from(self.ends_in_cr && self.line > 0);
        [
            (Finding::BareLf, self.bare_lf),
            (Finding::BareCr, self.bare_cr || self.ends_in_cr),
            (Finding::LongLine, self.long || open > LONGEST),
            (Finding::Nul, self.nul),
            (Finding::NoFinalNewline, self.line > 0),
        ]
        .into_iter()
        .filter_map(|(finding, found)| found.then_some(finding))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(pieces: &[&[u8]]) -> Vec<Finding> {
        let mut lines = Lines::default();
        for piece in pieces {
            lines.push(piece);
        }
        lines.findings()
    }

    /// The same rules, one octet at a time.
    fn oracle(bytes: &[u8]) -> Vec<Finding> {
        let (mut bare_lf, mut bare_cr, mut long, mut line) = (false, false, false, 0u64);
        for (i, &b) in bytes.iter().enumerate() {
            match b {
                b'\n' => {
                    let pair = i > 0 && bytes[i - 1] == b'\r';
                    bare_lf |= !pair;
                    long |= line - u64::from(pair) > LONGEST;
                    line = 0;
                }
                b'\r' => {
                    bare_cr |= bytes.get(i + 1) != Some(&b'\n');
                    line += 1;
                }
                _ => line += 1,
            }
        }
        let open = line - u64::from(line > 0 && bytes.last() == Some(&b'\r'));
        [
            (Finding::BareLf, bare_lf),
            (Finding::BareCr, bare_cr),
            (Finding::LongLine, long || open > LONGEST),
            (Finding::Nul, bytes.contains(&0)),
            (Finding::NoFinalNewline, line > 0),
        ]
        .into_iter()
        .filter_map(|(finding, found)| found.then_some(finding))
        .collect()
    }

    #[test]
    fn a_clean_message_has_no_findings_wherever_it_is_cut() {
        let message = b"A: b\r\n\r\ntext\r\n";
        for cut in 0..=message.len() {
            assert_eq!(check(&[&message[..cut], &message[cut..]]), [], "cut at {cut}");
        }
    }

    #[test]
    fn the_longest_line_is_998_octets_without_its_end() {
        let line = |n: usize| [vec![b'x'; n], b"\r\n".to_vec()].concat();
        assert_eq!(check(&[&line(998)]), []);
        assert_eq!(check(&[&line(999)]), [Finding::LongLine]);
        assert_eq!(check(&[&line(998)[..500], &line(998)[500..999], b"\n"]), []);
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_check(
            bytes in proptest::collection::vec(
                prop_oneof![Just(b'\r'), Just(b'\n'), Just(0u8), Just(b'x')], 0..40),
            repeat in 1usize..400,
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..4),
        ) {
            let bytes: Vec<u8> = bytes.iter().flat_map(|&b| vec![b; if b == b'x' { repeat } else { 1 }]).collect();
            let mut at: Vec<usize> = cuts.iter().map(|c| c.index(bytes.len() + 1)).collect();
            at.extend([0, bytes.len()]);
            at.sort_unstable();
            let pieces: Vec<&[u8]> = at.windows(2).map(|w| &bytes[w[0]..w[1]]).collect();
            prop_assert_eq!(check(&pieces), oracle(&bytes));
        }
    }
}
