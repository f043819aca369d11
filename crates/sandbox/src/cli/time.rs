//! Spans and times as people write them.

use signet_core::UnixMillis;

use super::Failure;

/// A span: `90`, `90s`, `5m`, `1h`, `2d`; in seconds.
pub(super) fn span(text: &str) -> Result<u64, Failure> {
    let (digits, unit) = match text.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
        Some((at, _)) => text.split_at(at),
        None => (text, "s"),
    };
    let factor = match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3600),
        "d" => Some(86_400),
        _ => None,
    };
    let number = digits.parse::<u64>().ok().filter(|number| *number < 1_000_000_000);
    number.zip(factor).map(|(number, factor)| number * factor).ok_or_else(|| {
        Failure::new(format!("{text} is not a span of time."), "Write it like 90, 5m, 1h or 2d.")
    })
}

/// A time for people, in UTC.
pub(super) fn written(time: UnixMillis) -> String {
    let time = i64::try_from(time.0).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    time.unwrap_or_default().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_seconds() {
        assert_eq!(
            ["0", "90", "90s", "5m", "1h", "2d"].map(|t| span(t).unwrap()),
            [0, 90, 90, 300, 3600, 172_800]
        );
        for bad in ["", "m", "5x", "-5", "5mm", "99999999999"] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }
}
