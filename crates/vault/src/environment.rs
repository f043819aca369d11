//! What a vault needs from outside: time, randomness, the keychain.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use rand_core::{CryptoRng, TryCryptoRng, TryRng};
use signet_core::{Clock, Profile, UnixMillis};
use signet_crypto::{Argon2id, KdfError, KdfParams, Secret, SecretBytes, Stretch, TableLength};

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
    pub(crate) kdf: Kdf,
    pub(crate) table: TableLength,
}

impl Environment {
    /// For production vaults: codes follow `clock` and nothing else.
    pub fn production(clock: Arc<dyn Clock>, keychain: Arc<dyn Keychain>, random: Random) -> Self {
        Self {
            profile: Profile::Production,
            clock,
            totp_offset: None,
            keychain,
            random,
            kdf: Kdf::argon2id(),
            table: TableLength::FULL,
        }
    }

    /// For sandbox vaults: `offset` is added to the steps of the codes, so that a test need not wait.
    pub fn sandbox(
        clock: Arc<dyn Clock>,
        offset: Arc<dyn TotpOffset>,
        keychain: Arc<dyn Keychain>,
        random: Random,
    ) -> Self {
        Self {
            profile: Profile::Sandbox,
            clock,
            totp_offset: Some(offset),
            keychain,
            random,
            kdf: Kdf::argon2id(),
            table: TableLength::FULL,
        }
    }

    /// The profile of the vaults that this environment opens.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// The same with another keychain.
    #[must_use]
    pub fn with_keychain(mut self, keychain: Arc<dyn Keychain>) -> Self {
        self.keychain = keychain;
        self
    }

    /// The time now.
    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// The time that codes are judged by: in a sandbox vault, so many steps away.
    pub(crate) fn code_time(&self) -> UnixMillis {
        let offset = self.totp_offset.as_ref().map_or(0, |offset| offset.steps());
        let millis = offset.saturating_mul(STEP_MILLIS);
        UnixMillis(self.clock.now().0.saturating_add_signed(millis))
    }

    /// With a stand-in for Argon2id and a code table of 7 days, so that a test takes milliseconds.
    #[cfg(any(test, feature = "fakes"))]
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.kdf = Kdf(Arc::new(crate::fake::QuickStretch));
        self.table = TableLength::new(7 * 2880).unwrap_or(self.table);
        self
    }
}

/// A TOTP step in milliseconds (RFC 6238).
const STEP_MILLIS: i64 = 30_000;

/// The key derivation: Argon2id, except in tests.
#[derive(Clone)]
pub(crate) struct Kdf(Arc<dyn Stretch + Send + Sync>);

impl Kdf {
    fn argon2id() -> Self {
        Self(Arc::new(Argon2id))
    }
}

impl Stretch for Kdf {
    fn stretch(
        &self,
        params: KdfParams,
        salt: &[u8; 32],
        input: &SecretBytes,
    ) -> Result<Secret<32>, KdfError> {
        self.0.stretch(params, salt, input)
    }
}

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
