//! The phone of the practice: time-based codes (RFC 6238: HMAC-SHA-1, 30 s, 6 digits).

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

/// Seconds that a code is shown.
pub(crate) const SECONDS: u64 = 30;

/// The code of a base32 seed at a step; none if the seed cannot be read.
pub(crate) fn code(seed: &str, step: u64) -> Option<String> {
    let seed =
        Zeroizing::new(data_encoding::BASE32_NOPAD.decode(seed.trim_end_matches('=').as_bytes()).ok()?);
    let mut mac = Hmac::<Sha1>::new_from_slice(&seed).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[offset..offset + 4].try_into().ok()?) & 0x7fff_ffff;
    Some(format!("{:06}", number % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B has eight digits; six are their end.
        let seed = data_encoding::BASE32.encode(b"12345678901234567890");
        for (time, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(&seed, time / SECONDS).as_deref(), Some(expected));
        }
        assert_eq!(code("not base32!", 1), None);
    }
}
