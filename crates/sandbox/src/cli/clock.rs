//! `clock`: show it, move it, put it right.

use serde_json::json;
use signet_core::UnixMillis;
use signet_sandbox::Command;

use super::connect::parse;
use super::time::{span, written};
use super::{Context, Failure};

pub(super) fn run(context: &Context, change: Option<String>) -> Result<(), Failure> {
    match change.as_deref() {
        None => {}
        Some("reset") => {
            context.run(Command::ResetClock)?;
        }
        Some(text) => {
            let (sign, rest) = match text.strip_prefix('-') {
                Some(rest) => (-1, rest),
                None => (1, text.strip_prefix('+').unwrap_or(text)),
            };
            let by = i64::try_from(span(rest)? * 1000).unwrap_or(i64::MAX) * sign;
            context.run(Command::ShiftClock { by_ms: by })?;
        }
    }
    let now: UnixMillis = parse(context.run(Command::Now)?)?;
    let offset = context.books()?.clock_offset_ms;
    let moved = match offset {
        0 => "the computer's own time".to_owned(),
        _ => format!("{:+} s from the computer's", offset / 1000),
    };
    let text = format!("The sandbox's clock says {} ({moved}).", written(now));
    context.printer.result(&text, &json!({ "now_ms": now, "offset_ms": offset }));
    Ok(())
}
