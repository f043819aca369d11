//! A vault in a throw-away folder, and the person who uses it. All in memory but the file.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use signet_core::{Clock, EmailAddress, GoogleKeyId, UnixMillis};
use signet_crypto::{
    Passphrase, RecoveryCode, RecoveryKit, SecretBytes, SecretText, Step, TotpCode, TotpSeed, hotp,
    system_rng,
};
use signet_vault::fake::FakeKeychain;
use signet_vault::{
    Answers, Ceremony, Change, Environment, InitOptions, ItemName, KdfChoice, LockedVault, NewKey, OpenVault,
    Random, Shown, TotpOffset, UnlockError, VaultError, Width,
};

/// A clock that moves when told.
pub(crate) struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

/// An offset that changes when told.
pub(crate) struct TestOffset(pub(crate) AtomicI64);

impl TotpOffset for TestOffset {
    fn steps(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Where a vault lives: folder, keychain and clock, which outlast the processes that use them.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    pub(crate) keychain: FakeKeychain,
    pub(crate) clock: Arc<TestClock>,
}

impl Place {
    /// In memory where there is such a place: thousands of vaults are made and synced.
    pub(crate) fn new() -> Self {
        Self::within(Path::new(if Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "." }))
    }

    pub(crate) fn within(folder: &Path) -> Self {
        Self {
            folder: tempfile::tempdir_in(folder).unwrap(),
            keychain: FakeKeychain::new(),
            clock: Arc::new(TestClock(AtomicU64::new(1_800_000_000_000))),
        }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn environment(&self) -> Environment {
        let clock: Arc<dyn Clock> = self.clock.clone();
        Environment::production(clock, Arc::new(self.keychain.clone()), Random::new(system_rng())).quick()
    }

    pub(crate) fn sandbox_environment(&self, offset: i64) -> Environment {
        let clock: Arc<dyn Clock> = self.clock.clone();
        let offset = Arc::new(TestOffset(AtomicI64::new(offset)));
        Environment::sandbox(clock, offset, Arc::new(self.keychain.clone()), Random::new(system_rng()))
            .quick()
    }

    pub(crate) fn wait(&self) {
        self.clock.0.fetch_add(30_000, Ordering::SeqCst);
    }

    pub(crate) fn clock_millis(&self) -> u64 {
        self.clock.now().0
    }

    pub(crate) fn set_clock(&self, millis: u64) {
        self.clock.0.store(millis, Ordering::SeqCst);
    }

    pub(crate) fn begin_init(&self) -> Result<Ceremony, UnlockError> {
        self.begin_init_in(self.environment())
    }

    pub(crate) fn begin_init_in(&self, env: Environment) -> Result<Ceremony, UnlockError> {
        let options = InitOptions { profile: env.profile(), kdf: KdfChoice::Floor };
        Ceremony::init(self.dir(), options, Passphrase::parse(PASSPHRASE.into()), env)
    }

    /// A production vault, set up to the end.
    pub(crate) fn init(&self) -> User {
        let mut ceremony = self.begin_init().unwrap();
        let mut user = User::who_saw(ceremony.shown(), self.clock.clone());
        let answers = user.answers(&ceremony);
        user.vault = Some(ceremony.finish(answers).unwrap());
        user
    }
}

pub(crate) const PASSPHRASE: &str = "gravel unpaired mossy litmus outboard";

/// What the person has: passphrase, phone, paper.
pub(crate) struct User {
    pub(crate) passphrase: String,
    pub(crate) seed: TotpSeed,
    pub(crate) codes: Vec<String>,
    pub(crate) kit: Vec<String>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) vault: Option<OpenVault>,
}

impl User {
    pub(crate) fn who_saw(shown: &Shown, clock: Arc<TestClock>) -> Self {
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

    /// The same where the clock is not this one.
    pub(crate) fn who_saw_at(shown: &Shown, now: UnixMillis) -> Self {
        Self::who_saw(shown, Arc::new(TestClock(AtomicU64::new(now.0))))
    }

    /// Writes down what a ceremony shows, in place of what it replaces.
    pub(crate) fn note(&mut self, shown: &Shown) {
        if let Some(totp) = &shown.totp {
            self.seed = TotpSeed::from_base32(totp.base32.expose()).unwrap();
        }
        if let Some(kit) = &shown.kit {
            self.kit = kit.groups.iter().map(|group| group.expose().to_owned()).collect();
        }
        self.codes = shown.codes.iter().map(|code| code.expose().to_owned()).collect();
    }

    pub(crate) fn passphrase(&self) -> Passphrase {
        Passphrase::parse(self.passphrase.clone())
    }

    /// The code that the phone shows.
    pub(crate) fn code(&self) -> TotpCode {
        hotp(&self.seed, Step::at(self.clock.now()))
    }

    /// Waits for the next code.
    pub(crate) fn wait(&self) {
        self.clock.0.fetch_add(30_000, Ordering::SeqCst);
    }

    pub(crate) fn answers(&self, ceremony: &Ceremony) -> Answers {
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

    pub(crate) fn unlock(&self, mut locked: LockedVault) -> OpenVault {
        locked.unlock(self.passphrase(), self.code(), Width::Near).unwrap_or_else(|error| panic!("{error:?}"))
    }
}

/// Stands in for a PKCS#8 DER of RSA-2048: the vault does not look inside.
pub(crate) fn der(n: u8) -> Vec<u8> {
    vec![n; 1218]
}

pub(crate) fn new_key(n: u8) -> NewKey {
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

/// A saved state of folder and keychain, to start many cases from.
pub(crate) struct Saved {
    file: Vec<u8>,
    items: Vec<(ItemName, Vec<u8>)>,
    now: u64,
}

impl Place {
    /// Saves the state; no vault may be held.
    pub(crate) fn save(&self) -> Saved {
        assert!(!self.file().with_extension("db-wal").exists(), "the vault was closed");
        Saved {
            file: std::fs::read(self.file()).unwrap(),
            items: self.keychain.snapshot(),
            now: self.clock.now().0,
        }
    }

    /// Another place in that state.
    pub(crate) fn of(saved: &Saved) -> Self {
        let place = Self::new();
        std::fs::write(place.file(), &saved.file).unwrap();
        place.keychain.restore(saved.items.clone());
        place.set_clock(saved.now);
        place
    }

    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.dir().join("vault.db")
    }

    pub(crate) fn open(&self) -> Result<LockedVault, VaultError> {
        LockedVault::open(self.dir(), self.environment())
    }
}

impl User {
    /// What the same person knows, without the vault.
    pub(crate) fn copy(&self, clock: &Arc<TestClock>) -> Self {
        Self {
            passphrase: self.passphrase.clone(),
            seed: TotpSeed::parse(self.seed.expose()).unwrap(),
            codes: self.codes.clone(),
            kit: self.kit.clone(),
            clock: clock.clone(),
            vault: None,
        }
    }

    pub(crate) fn kit(&self) -> RecoveryKit {
        RecoveryKit::parse_text(&self.kit.join(" ")).unwrap()
    }

    pub(crate) fn recovery_code(&self, n: usize) -> RecoveryCode {
        RecoveryCode::parse(&self.codes[n]).unwrap()
    }

    /// Carries a change through and notes the new secrets.
    pub(crate) fn change(&mut self, vault: &mut OpenVault, change: Change) -> OpenVault {
        let new = if matches!(change, Change::Passphrase(_)) {
            NEW_PASSPHRASE.into()
        } else {
            self.passphrase.clone()
        };
        let mut ceremony = vault.ceremony(change, self.passphrase(), self.code()).unwrap();
        self.note(ceremony.shown());
        self.passphrase = new;
        let answers = self.answers(&ceremony);
        ceremony.finish(answers).unwrap()
    }
}

pub(crate) const NEW_PASSPHRASE: &str = "sixfold tanker ember prolong unsaid";

pub(crate) fn new_passphrase() -> Change {
    Change::Passphrase(Passphrase::parse(NEW_PASSPHRASE.into()))
}

/// A simple generator, so that a failing run can be repeated.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}
