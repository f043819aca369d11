//! The two headers of a resumable upload.

/// `Content-Range` of a chunk: `len` bytes from `start` of `total`.
pub(super) fn content_range(start: u64, len: u64, total: u64) -> String {
    format!("bytes {start}-{}/{total}", start + len - 1)
}

/// `Content-Range` of a status query.
pub(super) fn status_range(total: u64) -> String {
    format!("bytes */{total}")
}

/// How many bytes the server kept, by the `Range` header of its 308. Google writes `bytes=0-N` and, on
/// the same page of its guide, `0-N`; without the header nothing was kept. `None`: not a range from zero.
pub(super) fn kept(range: Option<&str>) -> Option<u64> {
    let Some(range) = range else { return Some(0) };
    let range = range.trim();
    let range = range.strip_prefix("bytes=").unwrap_or(range);
    range.strip_prefix("0-")?.parse::<u64>().ok()?.checked_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_count_the_last_byte() {
        assert_eq!(kept(Some("bytes=0-524287")), Some(524_288));
        assert_eq!(kept(Some("0-42")), Some(43));
        assert_eq!(kept(Some("bytes=0-0")), Some(1));
    }

    #[test]
    fn no_header_means_nothing_was_kept() {
        assert_eq!(kept(None), Some(0));
    }

    #[test]
    fn anything_else_is_not_guessed_at() {
        for odd in ["", "bytes=", "bytes=1-5", "bytes 0-5/9", "0-", "0--1", "0-18446744073709551615"] {
            assert_eq!(kept(Some(odd)), None, "{odd}");
        }
    }

    #[test]
    fn ranges_are_written_as_the_guide_has_them() {
        assert_eq!(content_range(0, 262_144, 700_000), "bytes 0-262143/700000");
        assert_eq!(content_range(524_288, 175_712, 700_000), "bytes 524288-699999/700000");
        assert_eq!(status_range(700_000), "bytes */700000");
    }
}
