//! The phone of the demo: time-based codes (RFC 6238: HMAC-SHA-1, 30 s, 6 digits).

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

const SECONDS: u64 = 30;

/// The code of a base32 seed at a step; none if the seed cannot be read.
pub(super) fn code(seed: &str, step: u64) -> Option<String> {
    let seed = data_encoding::BASE32_NOPAD.decode(seed.trim_end_matches('=').as_bytes()).ok()?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&seed).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[offset..offset + 4].try_into().ok()?) & 0x7fff_ffff;
    Some(format!("{:06}", number % 1_000_000))
}

/// The step of a time.
pub(super) const fn step(unix_seconds: u64) -> u64 {
    unix_seconds / SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B has eight digits; six are their end.
        let seed = data_encoding::BASE32.encode(b"12345678901234567890");
        for (time, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(&seed, step(time)).as_deref(), Some(expected));
        }
    }
}
