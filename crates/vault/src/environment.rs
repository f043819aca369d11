//! What a vault needs from outside: time, randomness, the keychain.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use rand_core::{CryptoRng, TryCryptoRng, TryRng};
use signet_core::{Clock, Profile, UnixMillis};

use crate::Keychain;

/// Time, randomness and the keychain, for one profile. A production environment has one clock and no way
/// to shift the steps of the codes; a vault of the other profile is refused.
#[derive(Clone)]
pub struct Environment {
    pub(crate) profile: Profile,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) totp_offset: Option<Arc<dyn TotpOffset>>,
    pub(crate) keychain: Arc<dyn Keychain>,
    pub(crate) random: Random,
}

impl Environment {
    /// For production vaults: codes follow `clock` and nothing else.
    pub fn production(clock: Arc<dyn Clock>, keychain: Arc<dyn Keychain>, random: Random) -> Self {
        Self { profile: Profile::Production, clock, totp_offset: None, keychain, random }
    }

    /// For sandbox vaults: `offset` is added to the steps of the codes, so that a test need not wait.
    pub fn sandbox(
        clock: Arc<dyn Clock>,
        offset: Arc<dyn TotpOffset>,
        keychain: Arc<dyn Keychain>,
        random: Random,
    ) -> Self {
        Self { profile: Profile::Sandbox, clock, totp_offset: Some(offset), keychain, random }
    }

    /// The profile of the vaults that this environment opens.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// The time now.
    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// The TOTP step now, in units of 30 seconds since 1970 (RFC 6238).
    pub(crate) fn step(&self) -> u64 {
        let step = self.clock.now().seconds() / STEP_SECONDS;
        let offset = self.totp_offset.as_ref().map_or(0, |offset| offset.steps());
        step.saturating_add_signed(offset)
    }
}

/// Seconds in a TOTP step (RFC 6238).
pub(crate) const STEP_SECONDS: u64 = 30;

/// How many steps a sandbox vault adds to the TOTP step of its clock. Read at each use.
pub trait TotpOffset: Send + Sync {
    /// Steps of 30 seconds; may be negative.
    fn steps(&self) -> i64;
}

/// A shared source of random bytes.
#[derive(Clone)]
pub struct Random(Arc<Mutex<dyn CryptoRng + Send>>);

impl Random {
    /// The operating system's source, or a seeded one in tests.
    pub fn new(source: impl CryptoRng + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(source)))
    }
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).try_fill_bytes(bytes)
    }
}

impl TryCryptoRng for Random {}
