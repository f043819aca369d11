//! A keychain that misbehaves: each fault has its own word, nothing is changed, nothing is made up.

use signet_core::Code;
use signet_crypto::{Passphrase, hotp};
use signet_vault::fake::Fault;
use signet_vault::{Keychain, KeychainError, Width};

use super::ceremonies::{assert_furnished, furnished};
use super::common::{NEW_PASSPHRASE, Place, new_key};

const FAULTS: [(Fault, Code); 6] = [
    (Fault::Every(KeychainError::Missing), Code::KeychainMissing),
    (Fault::Every(KeychainError::NoCollection), Code::KeychainMissing),
    (Fault::Every(KeychainError::Locked), Code::KeychainLocked),
    (Fault::Every(KeychainError::Hung), Code::KeychainHung),
    (Fault::Every(KeychainError::Failed), Code::KeychainFailed),
    (Fault::LoseWrites, Code::KeychainLostWrite),
];

#[test]
fn an_unlock_says_what_is_wrong_and_does_not_use_the_code_up() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    let mut locked = vault.lock();
    for (fault, code) in FAULTS {
        place.keychain.set_fault(fault);
        let failure = locked.unlock(user.passphrase(), user.code(), Width::Near).err().unwrap().failure();
        assert_eq!(failure.code, code, "{fault:?}");
    }
    place.keychain.set_fault(Fault::ForgetItems);
    let failure = locked.unlock(user.passphrase(), user.code(), Width::Near).err().unwrap().failure();
    assert_eq!(failure.code, Code::KeychainItemMissing);
    place.keychain.set_fault(Fault::None);
    let names = place.keychain.names();
    assert_eq!(names.iter().filter(|name| name.contains("/d/")).count(), 1, "{names:?}");
    assert_furnished(&user.unlock(locked));
}

#[test]
fn an_import_says_what_is_wrong_and_can_be_repeated() {
    let place = Place::new();
    let (_, mut vault) = furnished(&place);
    for (fault, code) in FAULTS {
        place.keychain.set_fault(fault);
        assert_eq!(vault.import_key(new_key(3)).unwrap_err().failure().code, code, "{fault:?}");
        assert_eq!(vault.keys().len(), 2);
    }
    place.keychain.set_fault(Fault::None);
    assert_furnished(&vault);
    vault.import_key(new_key(3)).unwrap();
    assert_eq!(vault.keys().len(), 3);
}

#[test]
fn a_set_up_and_a_change_say_what_is_wrong_and_can_be_repeated() {
    let place = Place::new();
    let mut ceremony = place.begin_init().unwrap();
    let mut user = super::common::User::who_saw(ceremony.shown(), place.clock.clone());
    for (fault, code) in FAULTS {
        place.keychain.set_fault(fault);
        let failure = ceremony.finish(user.answers(&ceremony)).err().unwrap().failure();
        assert_eq!(failure.code, code, "{fault:?}");
        place.keychain.set_fault(Fault::None);
        assert!(place.keychain.names().is_empty(), "{fault:?} leaves nothing");
        assert!(!place.file().exists());
    }
    let mut vault = ceremony.finish(user.answers(&ceremony)).unwrap();
    user.wait();
    let change = super::common::new_passphrase();
    let mut ceremony = vault.ceremony(change, user.passphrase(), user.code()).unwrap();
    user.note(ceremony.shown());
    for (fault, code) in FAULTS {
        place.keychain.set_fault(fault);
        let failure = ceremony.finish(user.answers(&ceremony)).err().unwrap().failure();
        assert_eq!(failure.code, code, "{fault:?}");
    }
    place.keychain.set_fault(Fault::None);
    vault.put(signet_vault::Table::Draft, [1; 16], b"still the vault").unwrap();
    drop(ceremony.finish(user.answers(&ceremony)).unwrap());
}

#[test]
fn a_missing_item_is_told_from_a_rolled_back_file() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    drop(vault);
    let old = place.save();
    for _ in 0..3 {
        drop(user.unlock(place.open().unwrap()));
        user.wait();
    }
    let code = |place: &Place| {
        let user = user.copy(&place.clock);
        let mut locked = place.open().unwrap();
        locked.unlock(user.passphrase(), user.code(), Width::Near).err().unwrap().failure().code
    };
    // The file is put back, the keychain is not.
    let newer = place.save();
    let file_back = Place::of(&old);
    file_back.keychain.restore(place.keychain.snapshot());
    assert_eq!(code(&file_back), Code::VaultRolledBack);
    // The keychain is put back, the file is not.
    let keychain_back = Place::of(&newer);
    keychain_back.keychain.restore(Place::of(&old).keychain.snapshot());
    assert_eq!(code(&keychain_back), Code::KeychainItemMissing);
    // Either opens with the kit.
    for place in [file_back, keychain_back] {
        let mut user = user.copy(&place.clock);
        let mut locked = place.open().unwrap();
        let mut ceremony =
            locked.recover_by_kit(user.kit(), Passphrase::parse(NEW_PASSPHRASE.into())).unwrap();
        user.note(ceremony.shown());
        assert_furnished(&ceremony.finish(user.answers(&ceremony)).unwrap());
    }
}

#[test]
fn a_lost_device_secret_is_never_replaced() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    let mut locked = vault.lock();
    let device = place.keychain.names().into_iter().find(|name| name.contains("/d/")).unwrap();
    assert!(place.keychain.remove(&device));
    let before = place.keychain.names();
    let failure = locked.unlock(user.passphrase(), user.code(), Width::Near).err().unwrap().failure();
    assert_eq!(failure.code, Code::KeychainItemMissing);
    let by_code = locked.recover_by_code(user.passphrase(), user.recovery_code(0));
    assert_eq!(by_code.err().unwrap().failure().code, Code::KeychainItemMissing);
    assert_eq!(place.keychain.names(), before, "nothing was made");
}

#[test]
fn a_lost_locked_time_key_is_replaced_at_the_next_unlock_and_both_are_listed() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    let first = vault.locked_audit_keys()[0];
    drop(vault);
    let name = place.keychain.names().into_iter().find(|name| name.contains("/audit/")).unwrap();
    assert!(place.keychain.remove(&name));
    let locked = place.open().unwrap();
    assert_eq!(locked.locked_audit_key().err().unwrap().failure().code, Code::KeychainItemMissing);
    let vault = user.unlock(locked);
    let keys = vault.locked_audit_keys().to_vec();
    assert_eq!((keys.len(), keys[0]), (2, first));
    drop(vault);
    let locked = place.open().unwrap();
    assert_eq!(locked.locked_audit_key().unwrap().public().to_bytes(), keys[1].public);
    // Once read it is remembered: an entry can be signed while the keychain is away.
    place.keychain.set_fault(Fault::Every(KeychainError::Locked));
    assert!(locked.locked_audit_key().is_ok());
}

#[test]
fn a_value_under_the_wrong_name_is_damage_not_a_wrong_passphrase() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    drop(vault);
    let saved = place.save();
    for kind in ["/d/", "/e/"] {
        let place = Place::of(&saved);
        let mut items = place.keychain.snapshot();
        let foreign = items.iter().find(|(name, _)| name.as_str().contains("/audit/")).unwrap().1.clone();
        items.iter_mut().find(|(name, _)| name.as_str().contains(kind)).unwrap().1 = foreign;
        place.keychain.restore(items);
        let user = user.copy(&place.clock);
        let refused = place.open().unwrap().unlock(user.passphrase(), user.code(), Width::Near);
        assert_eq!(refused.err().unwrap().failure().code, Code::KeychainItemMissing, "{kind}");
    }
}

#[test]
fn clocks_that_are_off_are_said_to_be() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    let mut locked = vault.lock();
    let now = place.clock_millis();
    let seed_code = |millis: u64| hotp(&user.seed, signet_crypto::Step::at(signet_core::UnixMillis(millis)));
    // The computer's clock went back by a day.
    place.set_clock(now - 86_400_000);
    let failure = locked.unlock(user.passphrase(), seed_code(now), Width::Near).err().unwrap().failure();
    assert_eq!(failure.code, Code::ClockOff);
    // 401 days later: the table has ended (7 days in this test's vaults).
    place.set_clock(now + 401 * 86_400_000);
    let failure = locked.unlock(user.passphrase(), user.code(), Width::Near).err().unwrap().failure();
    assert_eq!(failure.code, Code::TableEnded);
    // The phone is four steps ahead: near finds it wrong, wide finds it right and remembers it.
    place.set_clock(now);
    let ahead = |now: u64| seed_code(now + 120_000);
    let failure = locked.unlock(user.passphrase(), ahead(now), Width::Near).err().unwrap().failure();
    assert_eq!(failure.code, Code::WrongSecret);
    drop(locked.unlock(user.passphrase(), ahead(now), Width::Wide).unwrap());
    place.wait();
    drop(locked.unlock(user.passphrase(), ahead(now + 30_000), Width::Near).unwrap());
}

#[test]
fn the_durable_point_is_before_the_file_names_it() {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    drop(vault);
    let syncs = place.keychain.syncs();
    place.keychain.sync().unwrap();
    drop(user.unlock(place.open().unwrap()));
    assert!(place.keychain.syncs() > syncs + 1, "an unlock syncs its new epoch secret");
}
