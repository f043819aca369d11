//! Sizes, spans and counts for people. Sizes are decimal, as Google's limit is.

/// `0 bytes`, `1 byte`, `999 bytes`, `1.5 kB`, `25 MB`.
#[allow(clippy::cast_precision_loss)] // three digits are shown
pub(crate) fn bytes(count: u64) -> String {
    if count < 1000 {
        return plural(count, "byte", "bytes");
    }
    let mut value = count as f64;
    for unit in ["kB", "MB", "GB", "TB"] {
        value /= 1000.0;
        if value < 999.95 {
            let digits = usize::from(value < 99.95);
            return format!("{value:.digits$} {unit}");
        }
    }
    format!("{value:.0} TB")
}

/// `850 ms`, `1.8 s`, `2 min 5 s`.
#[allow(clippy::cast_precision_loss)] // two digits are shown
pub(crate) fn duration(millis: u64) -> String {
    match millis {
        0..1000 => format!("{millis} ms"),
        1000..60_000 => format!("{:.1} s", millis as f64 / 1000.0),
        _ => format!("{} min {} s", millis / 60_000, millis / 1000 % 60),
    }
}

/// `1 key`, `2 keys`.
pub(crate) fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_three_digits_at_most() {
        let shown: Vec<_> =
            [0, 1, 999, 1000, 1500, 99_949, 99_950, 999_949, 999_950, 25_000_000, 36_700_160, u64::MAX]
                .into_iter()
                .map(bytes)
                .collect();
        assert_eq!(
            shown,
            [
                "0 bytes",
                "1 byte",
                "999 bytes",
                "1.0 kB",
                "1.5 kB",
                "99.9 kB",
                "100 kB",
                "1000 kB",
                "1.0 MB",
                "25.0 MB",
                "36.7 MB",
                "18446744 TB"
            ]
        );
    }

    #[test]
    fn spans_are_short() {
        assert_eq!([0, 850, 1800, 125_000].map(duration), ["0 ms", "850 ms", "1.8 s", "2 min 5 s"]);
    }
}
