//! A real process that is killed (SIGKILL) at any moment while it unlocks and writes. What it said to be
//! done is there afterwards, and the vault opens.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use data_encoding::HEXLOWER;
use signet_core::{Clock, UnixMillis};
use signet_crypto::{Passphrase, SecretBytes, Step, TotpSeed, hotp, system_rng};
use signet_vault::{
    Ceremony, Change, Environment, InitOptions, ItemName, KdfChoice, Keychain, KeychainError, LockedVault,
    OpenVault, Random, Table, Width,
};

use super::common::{Dice, PASSPHRASE, User, new_key};

/// A keychain of files, each renamed into place, so that it outlives the process.
struct FolderKeychain(PathBuf);

impl FolderKeychain {
    fn path(&self, item: &ItemName) -> PathBuf {
        self.0.join(item.as_str().replace('/', "."))
    }
}

impl Keychain for FolderKeychain {
    fn read(&self, item: &ItemName) -> Result<Option<SecretBytes>, KeychainError> {
        match fs::read(self.path(item)) {
            Ok(value) => Ok(Some(SecretBytes::from_vec(value))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(KeychainError::Failed),
        }
    }

    fn write(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        let temporary = self.0.join("being-written");
        fs::write(&temporary, value)
            .and_then(|()| fs::rename(&temporary, self.path(item)))
            .map_err(|_| KeychainError::Failed)
    }

    fn delete(&self, item: &ItemName) -> Result<(), KeychainError> {
        match fs::remove_file(self.path(item)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(KeychainError::Failed),
            _ => Ok(()),
        }
    }

    fn sync(&self) -> Result<(), KeychainError> {
        Ok(())
    }

    fn provider(&self) -> String {
        "folder".into()
    }
}

/// A clock in a file, so that no step is ever used twice by two processes.
struct FileClock(PathBuf);

impl FileClock {
    fn advance(&self) {
        let next = self.now().0 + 30_000;
        let temporary = self.0.with_extension("next");
        fs::write(&temporary, next.to_string()).unwrap();
        fs::rename(temporary, &self.0).unwrap();
    }
}

impl Clock for FileClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(fs::read_to_string(&self.0).map_or(1_800_000_000_000, |text| text.parse().unwrap()))
    }
}

fn environment(home: &Path) -> Environment {
    let clock = Arc::new(FileClock(home.join("clock")));
    let keychain = Arc::new(FolderKeychain(home.join("keychain")));
    Environment::production(clock, keychain, Random::new(system_rng())).quick()
}

fn unlock(home: &Path, seed: &TotpSeed) -> OpenVault {
    let clock = FileClock(home.join("clock"));
    clock.advance();
    let mut locked = LockedVault::open(&home.join("vault"), environment(home)).unwrap();
    let code = hotp(seed, Step::at(clock.now()));
    locked.unlock(Passphrase::parse(PASSPHRASE.into()), code, Width::Near).unwrap()
}

/// Unlocks, writes, steps up and renews for ever; says each number when it is durable.
#[test]
fn the_process_that_is_killed() {
    let Ok(home) = std::env::var("SIGNET_TEST_KILL_HOME") else {
        // Without a parent: one round shows that it works at all.
        return kill_again_and_again(1);
    };
    let home = PathBuf::from(home);
    let seed = HEXLOWER.decode(std::env::var("SIGNET_TEST_KILL_SEED").unwrap().as_bytes()).unwrap();
    let seed = TotpSeed::parse(&seed).unwrap();
    let clock = FileClock(home.join("clock"));
    loop {
        let mut vault = unlock(&home, &seed);
        for _ in 0..3 {
            let next = number(&vault) + 1;
            vault.put(Table::Setting, [1; 16], &next.to_be_bytes()).unwrap();
            println!("durable {next}");
        }
        clock.advance();
        let code = hotp(&seed, Step::at(clock.now()));
        let mut ceremony = vault.ceremony(Change::Codes, Passphrase::parse(PASSPHRASE.into()), code).unwrap();
        drop(ceremony.finish(signet_vault::Answers::default()).unwrap());
    }
}

fn number(vault: &OpenVault) -> u64 {
    let value = vault.fetch(Table::Setting, [1; 16]).unwrap();
    value.map_or(0, |value| u64::from_be_bytes(value.expose().try_into().unwrap()))
}

fn kill_again_and_again(times: u64) {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    fs::create_dir(home.join("keychain")).unwrap();
    let options = InitOptions { profile: signet_core::Profile::Production, kdf: KdfChoice::Floor };
    let passphrase = Passphrase::parse(PASSPHRASE.into());
    let mut ceremony = Ceremony::init(&home.join("vault"), options, passphrase, environment(home)).unwrap();
    let user = User::who_saw_at(ceremony.shown(), FileClock(home.join("clock")).now());
    let mut vault = ceremony.finish(user.answers(&ceremony)).unwrap();
    let key = vault.import_key(new_key(1)).unwrap().id;
    drop(vault);
    let mut dice = Dice::new(times);
    for round in 0..times {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::kill::the_process_that_is_killed", "--nocapture", "--test-threads=1"])
            .env("SIGNET_TEST_KILL_HOME", home)
            .env("SIGNET_TEST_KILL_SEED", HEXLOWER.encode(user.seed.expose()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let reader = thread::spawn(move || {
            let lines = output.lines().map_while(Result::ok);
            lines.filter_map(|line| line.split("durable ").nth(1)?.trim().parse::<u64>().ok()).last()
        });
        thread::sleep(Duration::from_millis(30 + dice.below(250)));
        child.kill().unwrap();
        let ended = child.wait_with_output().unwrap();
        assert!(
            ended.status.code().is_none(),
            "killed, not failed: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
        let said = reader.join().unwrap().unwrap_or(0);
        let vault = unlock(home, &user.seed);
        assert!(number(&vault) >= said, "round {round}: {} < {said}", number(&vault));
        assert!(vault.with_key(key, |_, _| ()).is_ok(), "round {round}");
    }
    assert!(number(&unlock(home, &user.seed)) > 0 || times < 10, "the process got something done");
}

#[test]
fn ten_kills_lose_nothing() {
    kill_again_and_again(10);
}

#[test]
fn soak_a_thousand_kills_lose_nothing() {
    kill_again_and_again(1000);
}
