//! One-time codes as authenticator apps make them: HOTP (RFC 4226) over 30-second steps (RFC 6238)
//! with SHA-1 and six digits.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use signet_core::UnixMillis;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::SecretText;
use crate::secret::secret_type;

/// The length of a step in seconds.
pub const STEP_SECONDS: u64 = 30;

/// How many codes there are.
pub(crate) const CODES: u32 = 1_000_000;

secret_type! {
    /// The shared secret of the authenticator app: 20 bytes (RFC 4226, 4, R6).
    TotpSeed, 20
}

impl TotpSeed {
    /// The seed in base32 (RFC 4648) for typing into an app: 32 characters.
    pub fn base32(&self) -> SecretText {
        // Shown once, at set-up.
        SecretText::new(BASE32_NOPAD.encode(self.expose()))
    }

    /// Reads what [`TotpSeed::base32`] wrote; spaces and case do not matter.
    pub fn from_base32(text: &str) -> Option<Self> {
        let mut plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        plain.make_ascii_uppercase();
        let mut bytes = BASE32_NOPAD.decode(plain.as_bytes()).ok()?;
        let seed = Self::parse(&bytes);
        bytes.zeroize();
        plain.zeroize();
        seed
    }
}

/// The number of a 30-second step since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step(u64);

impl Step {
    /// The step with that number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The step in which a time lies.
    pub const fn at(time: UnixMillis) -> Self {
        Self(time.seconds() / STEP_SECONDS)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// When it begins.
    pub const fn starts(self) -> UnixMillis {
        UnixMillis::from_seconds(self.0.saturating_mul(STEP_SECONDS))
    }

    /// The step so many steps later, or earlier; none before 1970.
    pub const fn plus(self, steps: i64) -> Option<Self> {
        match self.0.checked_add_signed(steps) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

/// Why a text is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code has six digits")]
pub struct CodeError;

/// A six-digit code. Wiped when dropped.
pub struct TotpCode(u32);

impl TotpCode {
    /// Reads six digits; spaces, as apps show them, do not matter.
    ///
    /// # Errors
    /// [`CodeError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut code = Self(0);
        let mut digits = 0;
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            let digit = c.to_digit(10).filter(|_| digits < 6).ok_or(CodeError)?;
            code.0 = code.0 * 10 + digit;
            digits += 1;
        }
        if digits == 6 { Ok(code) } else { Err(CodeError) }
    }

    /// The six digits, as an app shows them.
    pub fn text(&self) -> SecretText {
        SecretText::new(format!("{:06}", self.0))
    }

    /// For the offset arithmetic and comparison.
    pub(crate) const fn expose(&self) -> u32 {
        self.0
    }
}

impl Drop for TotpCode {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The code of a step.
pub fn hotp(seed: &TotpSeed, step: Step) -> TotpCode {
    Codes::new(seed).code(step)
}

/// A keyed HMAC, kept ready for many steps.
pub(crate) struct Codes(Hmac<Sha1>);

impl Codes {
    pub(crate) fn new(seed: &TotpSeed) -> Self {
        // The seed is the HMAC key.
        let Ok(mac) = Hmac::new_from_slice(seed.expose()) else {
            // HMAC takes keys of every length (RFC 2104, 2).
            unreachable!("HMAC accepts any key length")
        };
        Self(mac)
    }

    pub(crate) fn code(&self, step: Step) -> TotpCode {
        let mut mac = self.0.clone();
        mac.update(&step.number().to_be_bytes());
        let hash = mac.finalize().into_bytes();
        // Dynamic truncation (RFC 4226, 5.3).
        let at = usize::from(hash[19] & 15);
        let number = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]) & 0x7fff_ffff;
        TotpCode(number % CODES)
    }
}

/// The `otpauth:` address that an authenticator app reads from the QR code.
pub fn otpauth_uri(seed: &TotpSeed, issuer: &str, account: &str) -> SecretText {
    let (issuer, account) = (percent_encoded(issuer), percent_encoded(account));
    SecretText::new(format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
        secret = seed.base32().expose(),
    ))
}

fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]);
        }
    }
    out
}

fn hex_digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

/// How far from the expected step a code is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// The expected step and its two neighbours.
    Near,
    /// Ten steps around the expected one, and around the computer's own time: after the user said
    /// that the phone's clock may be off.
    Wide,
}

/// How far the phone's clock is from the computer's, in quarter steps, learnt slowly: one unlock
/// that took the user long to type does not move the centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drift(i16);

impl Drift {
    /// No drift.
    pub const ZERO: Self = Self(0);

    /// The drift of so many quarter steps.
    pub const fn from_quarters(quarters: i16) -> Self {
        Self(quarters)
    }

    /// The drift in quarter steps, as the header keeps it.
    pub const fn quarters(self) -> i16 {
        self.0
    }

    /// The drift in whole steps: rounded to the nearest, ties towards zero.
    pub const fn centre(self) -> i64 {
        let whole = (self.0.unsigned_abs() as i64 + 1) / 4;
        if self.0 < 0 { -whole } else { whole }
    }

    /// The drift after a code was found `found` steps from the computer's time.
    #[must_use]
    pub fn after(self, found: i64) -> Self {
        let off = found - self.centre();
        if off.abs() <= 1 {
            // A neighbour: move by a quarter.
            return Self(self.0.saturating_add(i16::try_from(off).unwrap_or(0)));
        }
        // Found by the wide search: the clock jumped, so start afresh there.
        Self(i16::try_from(found.saturating_mul(4)).unwrap_or(0))
    }

    /// The steps to try, likeliest first, without repetition.
    pub(crate) fn candidates(self, now: Step, width: Width) -> Vec<Step> {
        let centre = self.centre();
        let mut offsets = vec![centre];
        let reach = match width {
            Width::Near => 1,
            Width::Wide => 10,
        };
        let around =
            |middle: i64| (1..=reach).flat_map(move |distance| [middle - distance, middle + distance]);
        offsets.extend(around(centre));
        if width == Width::Wide {
            for offset in std::iter::once(0).chain(around(0)) {
                if !offsets.contains(&offset) {
                    offsets.push(offset);
                }
            }
        }
        offsets.into_iter().filter_map(|offset| now.plus(offset)).collect()
    }
}

/// Finds the step of a code where the seed is at hand: the proof at set-up. Steps before `first` are
/// not accepted. Gives the step and the drift to remember.
pub fn verify_code(
    seed: &TotpSeed,
    code: &TotpCode,
    now: Step,
    drift: Drift,
    width: Width,
    first: Step,
) -> Option<(Step, Drift)> {
    let codes = Codes::new(seed);
    let matches = |step: &Step| bool::from(codes.code(*step).expose().ct_eq(&code.expose()));
    let step = drift.candidates(now, width).into_iter().filter(|step| *step >= first).find(matches)?;
    Some((step, drift.after(distance(now, step))))
}

/// `to - from` in steps.
pub(crate) fn distance(from: Step, to: Step) -> i64 {
    i64::try_from(i128::from(to.number()) - i128::from(from.number())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> u32 {
        TotpCode::parse(text).unwrap().expose()
    }

    #[derive(serde::Deserialize)]
    struct Rfc6238 {
        seed_hex: String,
        sha1: Vec<(u64, String)>,
    }

    #[test]
    fn rfc_6238_appendix_b() {
        let vectors: Rfc6238 = serde_json::from_str(include_str!("../vectors/rfc6238.json")).unwrap();
        assert_eq!(vectors.sha1.len(), 6);
        let seed = data_encoding::HEXLOWER.decode(vectors.seed_hex.as_bytes()).unwrap();
        let seed = TotpSeed::parse(&seed).unwrap();
        for (seconds, eight_digits) in vectors.sha1 {
            let found = hotp(&seed, Step::at(UnixMillis::from_seconds(seconds)));
            // The RFC prints eight digits; six are its last six, as both are remainders.
            assert_eq!(found.text().expose(), &eight_digits[2..], "{seconds}");
        }
    }

    #[test]
    fn codes_are_six_digits_with_any_spacing() {
        assert_eq!(code("012 345"), 12345);
        assert_eq!(code(" 999999\n"), 999_999);
        for bad in ["", "12345", "1234567", "12345a", "+12345", "１２３４５６", "12-3456", "-12345"] {
            assert!(TotpCode::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn base32_reads_back_as_apps_group_it() {
        let seed = TotpSeed::make(&mut crate::system_rng());
        let text = seed.base32().expose().to_lowercase();
        let grouped: Vec<_> = text.as_bytes().chunks(4).map(|c| std::str::from_utf8(c).unwrap()).collect();
        assert!(TotpSeed::from_base32(&grouped.join(" ")).unwrap().same(&seed));
        assert!(TotpSeed::from_base32("AAAA").is_none());
    }

    #[test]
    fn the_address_names_every_parameter_and_escapes_names() {
        let seed = TotpSeed::from_bytes(&mut [0; 20]);
        assert_eq!(
            otpauth_uri(&seed, "Signet", "a b&c=ü").expose(),
            "otpauth://totp/Signet:a%20b%26c%3D%C3%BC?secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
             &issuer=Signet&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn near_is_three_steps_and_wide_also_centres_on_zero() {
        let now = Step::new(1000);
        let numbers = |drift: i16, width| -> Vec<u64> {
            Drift::from_quarters(drift).candidates(now, width).iter().map(|step| step.number()).collect()
        };
        assert_eq!(numbers(0, Width::Near), [1000, 999, 1001]);
        assert_eq!(numbers(8, Width::Near), [1002, 1001, 1003]);
        let wide = numbers(60, Width::Wide);
        assert_eq!(wide[0], 1015);
        assert!((990..=1025).all(|step| wide.contains(&step)));
        assert_eq!(wide.len(), 36);
    }

    #[test]
    fn verify_finds_the_step_and_refuses_earlier_ones() {
        let seed = TotpSeed::from_bytes(&mut [9; 20]);
        let now = Step::new(50_000);
        for off in -1..=1 {
            let step = now.plus(off).unwrap();
            let code = hotp(&seed, step);
            let found = verify_code(&seed, &code, now, Drift::ZERO, Width::Near, Step::new(0));
            assert_eq!(found.unwrap().0, step);
            assert!(
                verify_code(&seed, &code, now, Drift::ZERO, Width::Near, step.plus(1).unwrap()).is_none()
            );
        }
        let late = hotp(&seed, now.plus(-7).unwrap());
        assert!(verify_code(&seed, &late, now, Drift::ZERO, Width::Near, Step::new(0)).is_none());
        let found = verify_code(&seed, &late, now, Drift::ZERO, Width::Wide, Step::new(0)).unwrap();
        assert_eq!(found.1.centre(), -7);
    }

    proptest! {
        #[test]
        fn a_constant_drift_within_reach_stays_within_reach(start in -40i16..40, off in -1i64..=1) {
            let mut drift = Drift::from_quarters(start);
            let constant = drift.centre() + off;
            for _ in 0..20 {
                prop_assert!((constant - drift.centre()).abs() <= 1);
                drift = drift.after(constant);
            }
        }
    }
}
