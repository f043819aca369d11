//! A vault that opens with the machine's secret and nobody there.

use std::sync::Arc;

use signet_core::{Clock, Code};
use signet_crypto::{Passphrase, StoredHeader, UnattendedSecret};
use signet_vault::{
    Change, Environment, FileKeychain, KeychainKind, LockedVault, Random, UnlockError, VaultError,
    keychain_of, restore,
};

use super::common::{PASSPHRASE, Place, User};

fn start(place: &Place, secret: &UnattendedSecret) -> Result<signet_vault::OpenVault, UnlockError> {
    place.open().unwrap().unlock_unattended(secret)
}

fn by_code(place: &Place, user: &User) -> Result<signet_vault::OpenVault, UnlockError> {
    place.open().unwrap().unlock(user.passphrase(), user.code(), signet_vault::Width::Near)
}

/// A vault with the slot, closed, and its secret.
fn prepared() -> (Place, User, UnattendedSecret) {
    let place = Place::new();
    let mut user = place.init();
    let mut vault = user.vault.take().unwrap();
    assert!(!vault.info().unattended);
    let secret = vault.make_unattended().unwrap();
    assert!(vault.info().unattended);
    assert!(vault.lock().info().unattended);
    (place, user, secret)
}

#[test]
fn it_opens_again_and_again_and_codes_still_open_it_in_between() {
    let (place, user, secret) = prepared();
    for _ in 0..3 {
        drop(start(&place, &secret).unwrap());
    }
    place.wait();
    drop(by_code(&place, &user).unwrap());
    assert!(matches!(by_code(&place, &user), Err(UnlockError::CodeUsed { .. })), "a used code stays used");
    drop(start(&place, &secret).unwrap());
    assert!(matches!(by_code(&place, &user), Err(UnlockError::CodeUsed { .. })), "also after a start");
}

#[test]
fn a_wrong_secret_a_lost_device_secret_and_an_older_file_open_nothing() {
    let (place, _, secret) = prepared();
    let wrong = UnattendedSecret::from_bytes(&mut [3; 32]);
    assert!(matches!(start(&place, &wrong), Err(UnlockError::WrongSecret)));
    let backup = place.dir().join("copy.db");
    place.open().unwrap().backup_to(&backup).unwrap();
    drop(start(&place, &secret).unwrap());
    // The same file as before that start.
    restore(place.dir(), &backup, place.environment()).unwrap();
    assert!(matches!(start(&place, &secret), Err(UnlockError::Vault(VaultError::RolledBack))));

    let (place, _, secret) = prepared();
    let device = place.keychain.names().into_iter().find(|name| name.contains("/d/")).unwrap();
    place.keychain.remove(&device);
    assert_eq!(start(&place, &secret).err().unwrap().failure().code, Code::KeychainItemMissing);
}

#[test]
fn switching_off_and_every_change_of_secrets_end_it() {
    let (place, _, secret) = prepared();
    let mut vault = start(&place, &secret).unwrap();
    let again = vault.make_unattended().unwrap();
    drop(vault);
    assert!(matches!(start(&place, &secret), Err(UnlockError::WrongSecret)), "replaced");
    let mut vault = start(&place, &again).unwrap();
    assert!(vault.end_unattended().unwrap());
    assert!(!vault.end_unattended().unwrap());
    drop(vault);
    assert!(matches!(start(&place, &again), Err(UnlockError::NoUnattended)));
    for backup in signet_vault::backups(place.dir()).unwrap() {
        let store = crate::store::Store::reopen(&backup.file).unwrap();
        let head = crate::store::Head::read(store.connection()).unwrap();
        assert!(
            StoredHeader::decode(&head.header).unwrap().header().unattended.is_none(),
            "no backup has it"
        );
    }

    let changes: [fn() -> Change; 4] = [
        || Change::Passphrase(Passphrase::parse("otter lantern quiver basalt meadow".into())),
        || Change::Totp,
        || Change::Codes,
        || Change::Kit,
    ];
    for change in changes {
        let (place, mut user, secret) = prepared();
        let mut vault = start(&place, &secret).unwrap();
        place.wait();
        let code = user.code();
        let mut ceremony = vault.ceremony(change(), Passphrase::parse(PASSPHRASE.into()), code).unwrap();
        // While somebody has the vault, nobody else opens it.
        assert!(matches!(place.open(), Err(VaultError::Elsewhere)));
        user.note(ceremony.shown());
        let answers = user.answers(&ceremony);
        let renewed = ceremony.finish(answers).unwrap();
        assert!(!renewed.info().unattended);
        drop((renewed, vault, ceremony));
        assert!(matches!(start(&place, &secret), Err(UnlockError::NoUnattended)));
    }
}

#[test]
fn codes_go_on_beyond_the_table_where_only_the_machine_opens_it() {
    // The test's table has seven days.
    let (place, user, secret) = prepared();
    for _ in 0..10 {
        place.set_clock(place.clock_millis() + 3 * 86_400_000);
        drop(start(&place, &secret).unwrap());
    }
    drop(by_code(&place, &user).unwrap());
    // A clock that is wrong by years moves nothing.
    let right = place.clock_millis();
    place.set_clock(right + 10 * 365 * 86_400_000);
    drop(start(&place, &secret).unwrap());
    place.set_clock(right + 60_000);
    drop(by_code(&place, &user).unwrap());
}

#[test]
fn items_in_files_work_like_any_others_and_are_never_exchanged_for_them() {
    let place = Place::new();
    let keys = place.dir().join("keys");
    let files = || -> Environment {
        let clock: Arc<dyn Clock> = place.clock.clone();
        Environment::production(
            clock,
            Arc::new(FileKeychain::new(&keys)),
            Random::new(signet_crypto::system_rng()),
        )
        .quick()
    };
    FileKeychain::make(&keys).unwrap();
    let mut ceremony = place.begin_init_in(files()).unwrap();
    let user = User::who_saw(ceremony.shown(), place.clock.clone());
    let answers = user.answers(&ceremony);
    let mut vault = ceremony.finish(answers).unwrap();
    assert_eq!(keychain_of(place.dir()).unwrap(), KeychainKind::Files);
    let secret = vault.make_unattended().unwrap();
    drop((vault, ceremony));

    assert!(matches!(place.open(), Err(VaultError::Marker)));
    drop(LockedVault::open(place.dir(), files()).unwrap().unlock_unattended(&secret).unwrap());
    let backup = place.dir().join("copy.db");
    LockedVault::open(place.dir(), files()).unwrap().backup_to(&backup).unwrap();
    assert!(matches!(restore(place.dir(), &backup, place.environment()), Err(VaultError::Marker)));

    // The marker is gone: not opened from there, and not from anywhere else either.
    let marker = place.dir().join("keychain");
    std::fs::rename(&marker, place.dir().join("aside")).unwrap();
    assert!(matches!(LockedVault::open(place.dir(), files()), Err(VaultError::Marker)));
    let mut other = place.open().unwrap();
    assert_eq!(other.unlock_unattended(&secret).err().unwrap().failure().code, Code::KeychainItemMissing);
    drop(other);
    assert_eq!(place.keychain.names(), Vec::<String>::new(), "nothing was made there");
    std::fs::rename(place.dir().join("aside"), &marker).unwrap();

    // Somebody else could have read it.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&keys, open).unwrap();
    let failure = LockedVault::open(place.dir(), files()).unwrap().unlock_unattended(&secret).err().unwrap();
    assert_eq!(failure.failure().code, Code::KeychainFailed);
    std::fs::set_permissions(&keys, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    drop(LockedVault::open(place.dir(), files()).unwrap().unlock_unattended(&secret).unwrap());

    signet_vault::destroy(place.dir(), files()).unwrap();
    assert_eq!(keychain_of(place.dir()).unwrap(), KeychainKind::System);
    assert_eq!(std::fs::read_dir(&keys).unwrap().count(), 0, "nothing of the vault stays");
}
