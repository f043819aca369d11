//! `settings`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum SettingsCommand {
    /// Show the settings
    #[command(after_help = "Example:\n  signet settings show")]
    Show,
    /// Change settings; what is not named stays
    Set(SettingsSetArgs),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  signet settings set --idle-lock 30m\n  signet settings set --history-days 0 --proxy none"
)]
#[group(required = true, multiple = true)]
pub(crate) struct SettingsSetArgs {
    /// Lock after so long without use: 90s, 10m, 2h or never
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) idle_lock: Option<u64>,
    /// Lock when the computer sleeps
    #[arg(long, value_name = "true|false")]
    pub(crate) lock_on_suspend: Option<bool>,
    /// Lock when the screen is locked
    #[arg(long, value_name = "true|false")]
    pub(crate) lock_on_screen_lock: Option<bool>,
    /// Keep sent messages for so many days; 0 keeps none
    #[arg(long, value_name = "DAYS")]
    pub(crate) history_days: Option<u32>,
    /// The way to Google: system, none or a URL; the sandbox never uses one
    #[arg(long, value_name = "PROXY")]
    pub(crate) proxy: Option<String>,
}

/// Seconds; `never` is 0.
fn duration(text: &str) -> Result<u64, String> {
    if text == "never" {
        return Ok(0);
    }
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        _ => return Err("give it like 90s, 10m, 2h or never".into()),
    };
    let number: u64 = digits.parse().map_err(|_| "give it like 90s, 10m, 2h or never")?;
    number
        .checked_mul(factor)
        .filter(|&seconds| seconds > 0)
        .ok_or_else(|| "that is not a time to wait".into())
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn times_are_seconds_and_zero_is_only_said_as_never() {
        assert_eq!(duration("90s"), Ok(90));
        assert_eq!(duration("10m"), Ok(600));
        assert_eq!(duration("2h"), Ok(7200));
        assert_eq!(duration("45"), Ok(45));
        assert_eq!(duration("never"), Ok(0));
        for wrong in ["", "m", "0", "10 weeks", "-5m", "99999999999999999999h", "18446744073709551615h"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
