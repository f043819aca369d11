//! A vault in a throw-away folder, and the person who uses it. All in memory but the file.
#![allow(dead_code)] // each test file uses its part

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use signet_core::{Clock, EmailAddress, GoogleKeyId, Profile, UnixMillis};
use signet_crypto::{Passphrase, SecretBytes, SecretText, Step, TotpCode, TotpSeed, hotp, system_rng};
use signet_vault::fake::FakeKeychain;
use signet_vault::{
    Answers, Ceremony, Environment, InitOptions, KdfChoice, LockedVault, NewKey, OpenVault, Random, Shown,
    TotpOffset, UnlockError, Width,
};

/// A clock that moves when told.
pub struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

/// An offset that changes when told.
pub struct TestOffset(pub AtomicI64);

impl TotpOffset for TestOffset {
    fn steps(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Where a vault lives: folder, keychain and clock, which outlast the processes that use them.
pub struct Place {
    folder: tempfile::TempDir,
    pub keychain: FakeKeychain,
    pub clock: Arc<TestClock>,
}

impl Place {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            keychain: FakeKeychain::new(),
            clock: Arc::new(TestClock(AtomicU64::new(1_800_000_000_000))),
        }
    }

    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    pub fn environment(&self) -> Environment {
        let clock: Arc<dyn Clock> = self.clock.clone();
        Environment::production(clock, Arc::new(self.keychain.clone()), Random::new(system_rng())).quick()
    }

    pub fn sandbox_environment(&self, offset: i64) -> Environment {
        let clock: Arc<dyn Clock> = self.clock.clone();
        let offset = Arc::new(TestOffset(AtomicI64::new(offset)));
        Environment::sandbox(clock, offset, Arc::new(self.keychain.clone()), Random::new(system_rng()))
            .quick()
    }

    pub fn wait(&self) {
        self.clock.0.fetch_add(30_000, Ordering::SeqCst);
    }

    pub fn set_clock(&self, millis: u64) {
        self.clock.0.store(millis, Ordering::SeqCst);
    }

    pub fn begin_init(&self) -> Result<Ceremony, UnlockError> {
        self.begin_init_in(self.environment())
    }

    pub fn begin_init_in(&self, env: Environment) -> Result<Ceremony, UnlockError> {
        let options = InitOptions { profile: env.profile(), kdf: KdfChoice::Floor };
        Ceremony::init(self.dir(), options, Passphrase::parse(PASSPHRASE.into()), env)
    }

    /// A production vault, set up to the end.
    pub fn init(&self) -> User {
        let mut ceremony = self.begin_init().unwrap();
        let mut user = User::who_saw(ceremony.shown(), self.clock.clone());
        let answers = user.answers(&ceremony);
        user.vault = Some(ceremony.finish(answers).unwrap());
        user
    }
}

pub const PASSPHRASE: &str = "gravel unpaired mossy litmus outboard";

/// What the person has: passphrase, phone, paper.
pub struct User {
    pub passphrase: String,
    pub seed: TotpSeed,
    pub codes: Vec<String>,
    pub kit: Vec<String>,
    pub clock: Arc<TestClock>,
    pub vault: Option<OpenVault>,
}

impl User {
    pub fn who_saw(shown: &Shown, clock: Arc<TestClock>) -> Self {
        let mut user = Self {
            passphrase: PASSPHRASE.into(),
            seed: TotpSeed::from_bytes(&mut [0; 20]),
            codes: Vec::new(),
            kit: Vec::new(),
            clock,
            vault: None,
        };
        user.note(shown);
        user
    }

    /// Writes down what a ceremony shows, in place of what it replaces.
    pub fn note(&mut self, shown: &Shown) {
        if let Some(totp) = &shown.totp {
            self.seed = TotpSeed::from_base32(totp.base32.expose()).unwrap();
        }
        if let Some(kit) = &shown.kit {
            self.kit = kit.groups.iter().map(|group| group.expose().to_owned()).collect();
        }
        self.codes = shown.codes.iter().map(|code| code.expose().to_owned()).collect();
    }

    pub fn passphrase(&self) -> Passphrase {
        Passphrase::parse(self.passphrase.clone())
    }

    /// The code that the phone shows.
    pub fn code(&self) -> TotpCode {
        hotp(&self.seed, Step::at(self.clock.now()))
    }

    /// Waits for the next code.
    pub fn wait(&self) {
        self.clock.0.fetch_add(30_000, Ordering::SeqCst);
    }

    pub fn answers(&self, ceremony: &Ceremony) -> Answers {
        let asked = ceremony.asked();
        Answers {
            code: asked.code.then(|| self.code()),
            kit_groups: asked
                .kit_groups
                .iter()
                .flatten()
                .map(|group| (*group, SecretText::new(self.kit[*group].to_lowercase())))
                .collect(),
        }
    }

    pub fn unlock(&self, mut locked: LockedVault) -> OpenVault {
        locked.unlock(self.passphrase(), self.code(), Width::Near).unwrap_or_else(|error| panic!("{error:?}"))
    }
}

/// Stands in for a PKCS#8 DER of RSA-2048: the vault does not look inside.
pub fn der(n: u8) -> Vec<u8> {
    vec![n; 1218]
}

pub fn new_key(n: u8) -> NewKey {
    NewKey {
        name: format!("key {n}"),
        client_email: EmailAddress::parse(&format!("sender{n}@project.iam.gserviceaccount.com")).unwrap(),
        client_id: "123456789012345678901".into(),
        project_id: "project".into(),
        google_key_id: GoogleKeyId::parse(&format!("{n:040x}")).unwrap(),
        bits: 2048,
        created: None,
        der: SecretBytes::from_vec(der(n)),
    }
}

pub fn production() -> Profile {
    Profile::Production
}
