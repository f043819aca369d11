//! An authenticator that nobody here wrote.

use std::process::Command;

use signet_core::UnixMillis;

/// The code that `oathtool` shows now for a base32 seed.
pub fn oathtool(seed_base32: &str) -> String {
    run(&["--totp", "--base32", seed_base32])
}

/// The code that `oathtool` shows at `time`.
pub fn oathtool_at(seed_base32: &str, time: UnixMillis) -> String {
    run(&["--totp", "--base32", "--now", &format!("@{}", time.seconds()), seed_base32])
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new("oathtool").args(arguments).output().expect("oathtool: run scripts/setup");
    assert!(output.status.success(), "oathtool: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("digits").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_codes_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of its eight digits; the seed is "12345678901234567890".
        let seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(oathtool_at(seed, UnixMillis::from_seconds(seconds)), code);
        }
    }
}
