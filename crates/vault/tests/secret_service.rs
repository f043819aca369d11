//! The Secret Service adapter against a real gnome-keyring. Each test starts a private bus and keyring in
//! a throw-away home and runs itself again inside.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)] // clippy knows test functions, not their helpers
#![allow(clippy::print_stdout)] // how the inner run says that it ran

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use signet_core::{EmailAddress, GoogleKeyId, Profile, UnixMillis, VaultId};
use signet_crypto::{Passphrase, SecretBytes, SecretText, Step, TotpSeed, hotp, system_rng};
use signet_vault::{
    Anchor, Answers, Ceremony, Environment, InitOptions, ItemName, KdfChoice, Keychain, KeychainError,
    NewKey, OsKeychain, Random, Width,
};
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::OwnedObjectPath;

const INNER: &str = "SIGNET_TEST_INSIDE_SESSION";
const RAN: &str = "the test ran inside its session";

fn item(n: u64) -> ItemName {
    ItemName::epoch(VaultId::from_bytes([7; 16]), n)
}

#[test]
fn items_are_written_once_read_back_and_removed() {
    in_session("items_are_written_once_read_back_and_removed", |_| {
        let keychain = OsKeychain::new(OsKeychain::DEADLINE);
        assert!(keychain.read(&item(1)).unwrap().is_none());
        let value: Vec<u8> = (0..2448_u32).map(|i| u8::try_from(i % 256).unwrap()).collect();
        keychain.create(&item(1), &value).unwrap();
        assert_eq!(keychain.read(&item(1)).unwrap().unwrap().expose(), value);
        assert_eq!(keychain.create(&item(1), b"other"), Err(KeychainError::Exists));
        assert_eq!(keychain.read(&item(1)).unwrap().unwrap().expose(), value);
        keychain.overwrite(&item(1), b"in place").unwrap();
        // A second session of the same user, as after a restart of the agent.
        let second = OsKeychain::new(OsKeychain::DEADLINE);
        assert_eq!(second.read(&item(1)).unwrap().unwrap().expose(), b"in place");
        assert!(second.read(&item(2)).unwrap().is_none());
        keychain.delete(&item(1)).unwrap();
        keychain.delete(&item(1)).unwrap();
        assert!(second.read(&item(1)).unwrap().is_none());
    });
}

#[test]
fn the_provider_is_known_and_its_files_are_synced() {
    in_session("the_provider_is_known_and_its_files_are_synced", |session| {
        let keychain = OsKeychain::new(OsKeychain::DEADLINE);
        assert_eq!(keychain.provider(), "gnome-keyring-d");
        let keyrings = session.home.join("data/keyrings");
        let contents = || -> Vec<Vec<u8>> {
            let files = std::fs::read_dir(&keyrings).unwrap().map(|entry| entry.unwrap().path());
            files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).collect()
        };
        for n in 1..4 {
            let before = contents();
            keychain.create(&item(n), b"value").unwrap();
            assert_ne!(contents(), before, "what is synced has been written by then");
            keychain.sync().unwrap();
        }
    });
}

#[test]
fn names_and_labels_say_nothing_but_ids() {
    in_session("names_and_labels_say_nothing_but_ids", |_| {
        OsKeychain::new(OsKeychain::DEADLINE).create(&item(3), b"value").unwrap();
        let bus = Connection::session().unwrap();
        let service =
            Proxy::new(&bus, SERVICE, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service").unwrap();
        let query = std::collections::HashMap::from([("service", "signet")]);
        let (found, _): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            service.call("SearchItems", &(query,)).unwrap();
        assert_eq!(found.len(), 1);
        let stored = Proxy::new(&bus, SERVICE, &found[0], "org.freedesktop.Secret.Item").unwrap();
        let label: String = stored.get_property("Label").unwrap();
        assert_eq!(label, "signet 07070707070707070707070707070707/e/3");
        let mut attributes: Vec<(String, String)> = stored
            .get_property::<std::collections::HashMap<String, String>>("Attributes")
            .unwrap()
            .into_iter()
            .filter(|(name, _)| name != "xdg:schema")
            .collect();
        attributes.sort();
        let expected = [("service", "signet"), ("username", "07070707070707070707070707070707/e/3")];
        assert_eq!(attributes, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    });
}

#[test]
fn a_provider_that_was_restarted_is_found_again() {
    in_session("a_provider_that_was_restarted_is_found_again", |session| {
        let keychain = OsKeychain::new(OsKeychain::DEADLINE);
        keychain.create(&item(1), b"value").unwrap();
        keychain.sync().unwrap();
        session.signal("KILL");
        let _second = start_keyring();
        assert_eq!(keychain.read(&item(1)).unwrap().unwrap().expose(), b"value");
        keychain.create(&item(2), b"after").unwrap();
    });
}

#[test]
fn a_provider_that_hangs_is_reported_in_time_and_used_again_after() {
    in_session("a_provider_that_hangs_is_reported_in_time_and_used_again_after", |session| {
        let keychain = OsKeychain::new(Duration::from_secs(1));
        keychain.create(&item(1), b"value").unwrap();
        session.signal("STOP");
        let started = Instant::now();
        assert_eq!(keychain.read(&item(1)).err(), Some(KeychainError::Hung));
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        session.signal("CONT");
        assert_eq!(keychain.read(&item(1)).unwrap().unwrap().expose(), b"value");
    });
}

#[test]
fn a_locked_keyring_is_said_to_be_locked() {
    in_session("a_locked_keyring_is_said_to_be_locked", |_| {
        let keychain = OsKeychain::new(Duration::from_secs(2));
        keychain.create(&item(1), b"value").unwrap();
        let bus = Connection::session().unwrap();
        let service =
            Proxy::new(&bus, SERVICE, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service").unwrap();
        let collection: OwnedObjectPath = service.call("ReadAlias", &("default",)).unwrap();
        let _: (Vec<OwnedObjectPath>, OwnedObjectPath) = service.call("Lock", &(vec![collection],)).unwrap();
        assert_eq!(keychain.read(&item(1)).err(), Some(KeychainError::Locked));
    });
}

#[test]
fn no_bus_is_a_missing_keychain_and_a_bus_that_comes_late_is_found() {
    in_session("no_bus_is_a_missing_keychain_and_a_bus_that_comes_late_is_found", |session| {
        let late = session.home.join("runtime/late");
        // The address in the environment names a socket that nobody listens on yet.
        let keychain = OsKeychain::new(Duration::from_secs(2));
        assert_eq!(keychain.read(&item(1)).err(), Some(KeychainError::Missing));
        assert_eq!(keychain.sync(), Ok(()), "nothing was written; the file system is synced");
        let _bus = start_bus(&format!("unix:path={}", late.display()));
        let _keyring = start_keyring();
        assert!(keychain.read(&item(1)).unwrap().is_none());
    });
}

/// A clock that stands still until it is told otherwise.
struct Clock(AtomicU64);

impl signet_core::Clock for Clock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

#[test]
fn a_vault_lives_in_the_real_keychain_and_survives_its_restart() {
    in_session("a_vault_lives_in_the_real_keychain_and_survives_its_restart", |session| {
        let clock = Arc::new(Clock(AtomicU64::new(1_800_000_000_000)));
        let keychain = Arc::new(OsKeychain::new(OsKeychain::DEADLINE));
        let env = Environment::production(clock.clone(), keychain, Random::new(system_rng()));
        let passphrase = || Passphrase::parse("gravel unpaired mossy litmus outboard".into());
        let dir = session.home.join("vault");
        let options = InitOptions { profile: Profile::Production, kdf: KdfChoice::Floor };
        let mut ceremony = Ceremony::init(&dir, options, passphrase(), env.clone()).unwrap();
        let seed = TotpSeed::from_base32(ceremony.shown().totp.as_ref().unwrap().base32.expose()).unwrap();
        let code = || hotp(&seed, Step::at(signet_core::Clock::now(&*clock)));
        let groups = ceremony.shown().kit.as_ref().unwrap().groups.iter();
        let typed = groups.map(|group| SecretText::new(group.expose().into())).enumerate().collect();
        let vault = ceremony.finish(Answers { code: Some(code()), kit_groups: typed }).unwrap();
        let mut vault = Some(vault);
        let key = NewKey {
            name: "key".into(),
            client_email: EmailAddress::parse("sender@project.iam.gserviceaccount.com").unwrap(),
            client_id: "123456789012345678901".into(),
            project_id: "project".into(),
            google_key_id: GoogleKeyId::parse("0123456789abcdef").unwrap(),
            bits: 4096,
            created: None,
            der: SecretBytes::from_vec(vec![7; 2374]),
        };
        let id = vault.as_mut().unwrap().import_key(key).unwrap().id;
        drop(ceremony);
        let mut locked = vault.take().unwrap().lock();
        let mut second = None;
        for round in 0..3 {
            if round == 1 {
                session.signal("KILL");
                second = Some(start_keyring());
            }
            clock.0.fetch_add(30_000, Ordering::SeqCst);
            let started = Instant::now();
            let vault = locked.unlock(passphrase(), code(), Width::Near).unwrap();
            println!("unlock: {:?}", started.elapsed());
            let started = Instant::now();
            assert_eq!(vault.with_key(id, |_, der| der.expose().to_vec()).unwrap(), vec![7; 2374]);
            println!("key lent: {:?}", started.elapsed());
            let started = Instant::now();
            vault.set_anchor(&Anchor { size: round, root: [1; 32] }).unwrap();
            println!("anchor kept: {:?}", started.elapsed());
        }
        drop((locked, second));
    });
}

const SERVICE: &str = "org.freedesktop.secrets";

/// What a test inside the session may do to it.
struct Session {
    home: PathBuf,
    /// The keyring daemon's process id.
    keyring: String,
}

impl Session {
    /// Signals the keyring daemon of this session.
    fn signal(&self, signal: &str) {
        assert!(
            Command::new("kill").args([&format!("-{signal}"), &self.keyring]).status().unwrap().success()
        );
    }
}

/// A child that is ended when the test ends, however it ends.
struct Owned(Child);

impl Drop for Owned {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn in_session(name: &str, body: fn(&Session)) {
    if std::env::var_os(INNER).is_some() {
        let home = PathBuf::from(std::env::var_os("HOME").unwrap());
        body(&Session { home, keyring: std::env::var("SIGNET_TEST_KEYRING_PID").unwrap() });
        println!("{RAN}");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    for folder in ["data", "config", "cache", "runtime"] {
        std::fs::create_dir(home.path().join(folder)).unwrap();
    }
    let late_bus = name.starts_with("no_bus");
    let socket = home.path().join("runtime").join(if late_bus { "late" } else { "bus" });
    let address = format!("unix:path={}", socket.display());
    let environment = [
        ("HOME", home.path().display().to_string()),
        ("XDG_DATA_HOME", home.path().join("data").display().to_string()),
        ("XDG_CONFIG_HOME", home.path().join("config").display().to_string()),
        ("XDG_CACHE_HOME", home.path().join("cache").display().to_string()),
        ("XDG_RUNTIME_DIR", home.path().join("runtime").display().to_string()),
        ("DBUS_SESSION_BUS_ADDRESS", address.clone()),
        ("GNOME_KEYRING_CONTROL", String::new()),
    ];
    let daemons = (!late_bus).then(|| {
        let bus = spawn_bus(&address, &environment);
        (spawn_keyring(&environment), bus)
    });
    let pid = daemons.as_ref().map_or(0, |(keyring, _)| keyring.0.id());
    let inner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .envs(environment)
        .env(INNER, "1")
        .env("SIGNET_TEST_KEYRING_PID", pid.to_string())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&inner.stdout), String::from_utf8_lossy(&inner.stderr));
    println!("{out}");
    assert!(inner.status.success() && out.contains(RAN), "{out}\n{err}");
}

fn start_bus(address: &str) -> Owned {
    spawn_bus(address, &[])
}

fn start_keyring() -> Owned {
    spawn_keyring(&[])
}

fn spawn_bus(address: &str, environment: &[(&str, String)]) -> Owned {
    let mut bus = Command::new("dbus-daemon")
        .args(["--session", "--nofork", "--nopidfile", "--print-address=1", "--address", address])
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("dbus-daemon is installed (Debian: dbus)");
    let mut line = String::new();
    BufReader::new(bus.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("unix:"), "the bus is up");
    Owned(bus)
}

fn spawn_keyring(environment: &[(&str, String)]) -> Owned {
    let mut keyring = Command::new("gnome-keyring-daemon")
        .args(["--foreground", "--unlock", "--components=secrets"])
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("gnome-keyring-daemon is installed (Debian: gnome-keyring)");
    keyring.stdin.take().unwrap().write_all(b"a password for the test").unwrap();
    let keyring = Owned(keyring);
    let address = environment
        .iter()
        .find(|(name, _)| *name == "DBUS_SESSION_BUS_ADDRESS")
        .map_or_else(|| std::env::var("DBUS_SESSION_BUS_ADDRESS").unwrap(), |(_, value)| value.clone());
    let started = Instant::now();
    while !serves(&address) {
        assert!(started.elapsed() < Duration::from_secs(10), "the keyring comes up");
        thread::sleep(Duration::from_millis(50));
    }
    keyring
}

/// Whether the service on that bus has an unlocked default collection.
fn serves(address: &str) -> bool {
    let ask = || -> zbus::Result<bool> {
        let bus = zbus::blocking::connection::Builder::address(address)?.build()?;
        if !zbus::blocking::fdo::DBusProxy::new(&bus)?.name_has_owner(SERVICE.try_into()?)? {
            return Ok(false);
        }
        let service =
            Proxy::new(&bus, SERVICE, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")?;
        let collection: OwnedObjectPath = service.call("ReadAlias", &("default",))?;
        if collection.as_str() == "/" {
            return Ok(false);
        }
        let collection = Proxy::new(&bus, SERVICE, collection, "org.freedesktop.Secret.Collection")?;
        Ok(!collection.get_property::<bool>("Locked")?)
    };
    ask().unwrap_or(false)
}
