//! Every kind of ceremony: what it shows, what it asks for, what opens afterwards and what no longer does.

use signet_core::Code;
use signet_crypto::{Passphrase, RecoveryKit, SecretText, TotpCode, system_rng};
use signet_vault::{Answers, CeremonyKind, Change, LockedVault, OpenVault, Table, Width};

use super::common::{NEW_PASSPHRASE, Place, User, der, new_key, new_passphrase};

/// A vault with two keys and a record of each table.
pub(crate) fn furnished(place: &Place) -> (User, OpenVault) {
    let mut user = place.init();
    let mut vault = user.vault.take().unwrap();
    for n in [1, 2] {
        vault.import_key(new_key(n)).unwrap();
    }
    for (n, table) in [Table::Setting, Table::History, Table::Draft, Table::Upload].into_iter().enumerate() {
        let n = u8::try_from(n).unwrap();
        vault.put(table, [n; 16], &[n; 50]).unwrap();
        vault.put(table, [n + 10; 16], b"second").unwrap();
    }
    user.wait();
    (user, vault)
}

pub(crate) fn assert_furnished(vault: &OpenVault) {
    let keys = vault.keys();
    assert_eq!(keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["key 1", "key 2"]);
    for (n, key) in (1..).zip(keys) {
        assert_eq!(vault.with_key(key.id, |_, bytes| bytes.expose().to_vec()).unwrap(), der(n));
    }
    for (n, table) in [Table::Setting, Table::History, Table::Draft, Table::Upload].into_iter().enumerate() {
        let n = u8::try_from(n).unwrap();
        assert_eq!(vault.rows(table), [[n; 16], [n + 10; 16]]);
        assert_eq!(vault.fetch(table, [n; 16]).unwrap().unwrap().expose(), [n; 50]);
    }
}

fn refused(locked: &mut LockedVault, user: &User) -> Code {
    locked.unlock(user.passphrase(), user.code(), Width::Near).err().expect("refused").failure().code
}

#[test]
fn a_set_up_asks_for_a_code_and_two_groups_and_writes_nothing_before() {
    let place = Place::new();
    let mut ceremony = place.begin_init().unwrap();
    assert_eq!(ceremony.kind(), CeremonyKind::Init);
    let user = User::who_saw(ceremony.shown(), place.clock.clone());
    assert_eq!((user.kit.len(), user.codes.len()), (9, 8));
    assert!(ceremony.shown().totp.as_ref().unwrap().uri.expose().starts_with("otpauth://totp/Signet:"));
    let asked = ceremony.asked().kit_groups.unwrap();
    assert!(ceremony.asked().code && asked[0] < asked[1] && asked[1] < 8);

    let wrong_code = Answers { code: Some(TotpCode::parse("000000").unwrap()), ..user.answers(&ceremony) };
    let mut wrong_group = user.answers(&ceremony);
    wrong_group.kit_groups[1].1 = SecretText::new("AAAA".into());
    let mut swapped = user.answers(&ceremony);
    swapped.kit_groups = vec![
        (asked[0], SecretText::new(user.kit[asked[1]].clone())),
        (asked[1], SecretText::new(user.kit[asked[0]].clone())),
    ];
    for wrong in [wrong_code, wrong_group, swapped, Answers::default()] {
        assert_eq!(ceremony.finish(wrong).err().unwrap().failure().code, Code::ProofFailed);
    }
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 0, "nothing on disk");
    assert!(place.keychain.names().is_empty(), "nothing in the keychain");

    let vault = ceremony.finish(user.answers(&ceremony)).unwrap();
    assert_eq!(ceremony.finish(user.answers(&ceremony)).err().unwrap().failure().code, Code::SetupExpired);
    assert_eq!(vault.info().kit_fingerprint, ceremony.shown().kit.as_ref().unwrap().fingerprint);
}

#[test]
fn what_is_proven_ahead_need_not_be_given_again() {
    let place = Place::new();
    let mut ceremony = place.begin_init().unwrap();
    let user = User::who_saw(ceremony.shown(), place.clock.clone());
    let asked = ceremony.asked().kit_groups.unwrap();
    let group =
        |n: usize, text: &str| Answers { code: None, kit_groups: vec![(n, SecretText::new(text.into()))] };
    assert_eq!(ceremony.prove(&Answers::default()).unwrap(), (false, false));
    // The code is proven while it is fresh; a wrong group beside it takes nothing away.
    let mut both = user.answers(&ceremony);
    both.kit_groups[1].1 = SecretText::new("AAAA".into());
    assert_eq!(ceremony.prove(&both).unwrap_err().failure().code, Code::ProofFailed);
    assert_eq!(ceremony.prove(&Answers::default()).unwrap(), (true, false));
    let not_asked = (0..9).find(|n| !asked.contains(n)).unwrap();
    let other = group(not_asked, &user.kit[not_asked]);
    assert_eq!(ceremony.prove(&other).unwrap(), (true, false), "what was not asked proves nothing");
    assert_eq!(ceremony.finish(Answers::default()).err().unwrap().failure().code, Code::ProofFailed);
    // Minutes later the code that proved the phone is long over, and still counts.
    for _ in 0..20 {
        user.wait();
    }
    let typed = user.kit[asked[1]].to_lowercase();
    assert_eq!(ceremony.prove(&group(asked[1], &typed)).unwrap(), (true, true));
    let wrong_now = Answers { code: Some(TotpCode::parse("000000").unwrap()), ..Answers::default() };
    assert_eq!(ceremony.prove(&wrong_now).unwrap_err().failure().code, Code::ProofFailed);
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 0, "nothing on disk before the end");
    let vault = ceremony.finish(Answers::default()).unwrap();
    user.wait();
    user.unlock(vault.lock());
    assert_eq!(ceremony.prove(&Answers::default()).unwrap_err().failure().code, Code::SetupExpired);
}

#[test]
fn a_weak_passphrase_is_refused_wherever_one_is_chosen() {
    let place = Place::new();
    let (user, mut vault) = furnished(&place);
    let weak = || Passphrase::parse("password1".into());
    let change = vault.ceremony(Change::Passphrase(weak()), user.passphrase(), user.code());
    assert_eq!(change.err().unwrap().failure().code, Code::WeakPassphrase);
    // Refused before the code was used up.
    vault.step_up(user.passphrase(), user.code()).unwrap();
    let mut locked = vault.lock();
    let recovery = locked.recover_by_kit(user.kit(), weak());
    assert_eq!(recovery.err().unwrap().failure().code, Code::WeakPassphrase);
}

#[test]
fn after_a_new_passphrase_only_that_opens_and_all_is_there() {
    let place = Place::new();
    let (mut user, mut vault) = furnished(&place);
    let before = user.copy(&place.clock);
    let vault = user.change(&mut vault, new_passphrase());
    assert_furnished(&vault);
    assert_eq!(vault.info().codes_left, 8);
    user.wait();
    let mut locked = vault.lock();
    assert_eq!(refused(&mut locked, &before), Code::WrongSecret);
    let old_code = locked.recover_by_code(before.passphrase(), before.recovery_code(0));
    assert_eq!(old_code.err().unwrap().failure().code, Code::WrongRecoveryCode);
    let old_code = locked.recover_by_code(user.passphrase(), before.recovery_code(0));
    assert_eq!(old_code.err().unwrap().failure().code, Code::WrongRecoveryCode);
    assert_furnished(&user.unlock(locked));
}

#[test]
fn after_a_new_seed_only_the_new_phone_opens() {
    let place = Place::new();
    let (mut user, mut vault) = furnished(&place);
    let before = user.copy(&place.clock);
    let mut ceremony = vault.ceremony(Change::Totp, user.passphrase(), user.code()).unwrap();
    assert!(ceremony.asked().code && ceremony.asked().kit_groups.is_none());
    user.note(ceremony.shown());
    let old_phone = Answers { code: Some(before.code()), ..Answers::default() };
    assert_eq!(ceremony.finish(old_phone).err().unwrap().failure().code, Code::ProofFailed);
    assert_furnished(&vault);
    let vault = ceremony.finish(user.answers(&ceremony)).unwrap();
    assert_furnished(&vault);
    let mut locked = vault.lock();
    assert_eq!(refused(&mut locked, &user), Code::CodeUsed, "the proof used its code up");
    user.wait();
    assert_eq!(refused(&mut locked, &before), Code::WrongSecret);
    assert_furnished(&user.unlock(locked));
}

#[test]
fn new_codes_replace_the_old_and_nothing_else() {
    let place = Place::new();
    let (mut user, mut vault) = furnished(&place);
    let before = user.copy(&place.clock);
    let ceremony = vault.ceremony(Change::Codes, user.passphrase(), user.code()).unwrap();
    assert!(!ceremony.asked().code && ceremony.asked().kit_groups.is_none());
    assert!(ceremony.shown().totp.is_none() && ceremony.shown().kit.is_none());
    drop(ceremony);
    user.wait();
    let vault = user.change(&mut vault, Change::Codes);
    user.wait();
    let mut locked = vault.lock();
    let old = locked.recover_by_code(user.passphrase(), before.recovery_code(3));
    assert_eq!(old.err().unwrap().failure().code, Code::WrongRecoveryCode);
    assert!(locked.recover_by_code(user.passphrase(), user.recovery_code(3)).is_ok());
    assert_furnished(&user.unlock(locked));
}

#[test]
fn a_new_kit_brings_everything_back_and_the_old_one_does_not() {
    let place = Place::new();
    let (mut user, mut vault) = furnished(&place);
    let old_kit = user.kit();
    vault = user.change(&mut vault, Change::Kit);
    assert_furnished(&vault);
    drop(vault);
    place.keychain.restore(Vec::new());
    let mut locked = place.open().unwrap();
    let old = locked.recover_by_kit(old_kit, Passphrase::parse(NEW_PASSPHRASE.into()));
    assert_eq!(old.err().unwrap().failure().code, Code::WrongKit);
    assert_furnished(&by_kit(&mut user, &mut locked));
}

fn by_kit(user: &mut User, locked: &mut LockedVault) -> OpenVault {
    let mut ceremony = locked.recover_by_kit(user.kit(), Passphrase::parse(NEW_PASSPHRASE.into())).unwrap();
    assert_eq!(ceremony.kind(), CeremonyKind::RecoverByKit);
    user.note(ceremony.shown());
    user.passphrase = NEW_PASSPHRASE.into();
    ceremony.finish(user.answers(&ceremony)).unwrap()
}

#[test]
fn a_recovery_code_replaces_the_phone_once() {
    let place = Place::new();
    let (mut user, vault) = furnished(&place);
    let before = user.copy(&place.clock);
    let mut locked = vault.lock();
    let wrong = locked.recover_by_code(Passphrase::parse(NEW_PASSPHRASE.into()), user.recovery_code(2));
    assert_eq!(wrong.err().unwrap().failure().code, Code::WrongRecoveryCode);
    let mut ceremony = locked.recover_by_code(user.passphrase(), user.recovery_code(2)).unwrap();
    assert!(ceremony.shown().kit.is_none() && ceremony.asked().code);
    user.note(ceremony.shown());
    let vault = ceremony.finish(user.answers(&ceremony)).unwrap();
    assert_furnished(&vault);
    user.wait();
    drop((ceremony, locked));
    let mut locked = vault.lock();
    assert_eq!(refused(&mut locked, &before), Code::WrongSecret);
    for n in 0..8 {
        let again = locked.recover_by_code(user.passphrase(), before.recovery_code(n));
        assert_eq!(again.err().unwrap().failure().code, Code::WrongRecoveryCode);
    }
    assert_furnished(&user.unlock(locked));
}

#[test]
fn the_kit_opens_alone_when_the_keychain_was_reset() {
    let place = Place::new();
    let (mut user, vault) = furnished(&place);
    let (signing, owner) = (vault.audit_signing_key().public(), vault.owner_key().public());
    let first_locked_key = vault.locked_audit_keys()[0];
    drop(vault);
    place.keychain.restore(Vec::new());
    let mut locked = place.open().unwrap();
    assert_eq!(refused(&mut locked, &user), Code::KeychainItemMissing);
    assert!(place.keychain.names().is_empty(), "no new device secret because the old one is gone");
    let other_kit = RecoveryKit::make(&mut system_rng());
    let wrong = locked.recover_by_kit(other_kit, Passphrase::parse(NEW_PASSPHRASE.into()));
    assert_eq!(wrong.err().unwrap().failure().code, Code::WrongKit);
    let vault = by_kit(&mut user, &mut locked);
    assert_furnished(&vault);
    assert_eq!((vault.audit_signing_key().public(), vault.owner_key().public()), (signing, owner));
    let locked_keys = vault.locked_audit_keys();
    assert_eq!((locked_keys.len(), locked_keys[0]), (2, first_locked_key), "the lost key stays listed");
    user.wait();
    drop(locked);
    let locked = vault.lock();
    let used_while_locked = locked.locked_audit_key().unwrap().public().to_bytes();
    let vault = user.unlock(locked);
    assert_furnished(&vault);
    assert_eq!(used_while_locked, vault.locked_audit_keys()[1].public);
}

#[test]
fn a_kit_opens_a_backup_on_another_machine_and_stays_valid() {
    let place = Place::new();
    let (mut user, vault) = furnished(&place);
    let elsewhere = Place::new();
    elsewhere.set_clock(place.clock_millis());
    user.clock = elsewhere.clock.clone();
    let file = elsewhere.dir().join("copy.db");
    vault.backup_to(&file).unwrap();
    let other = elsewhere.dir().join("home");
    signet_vault::restore(&other, &file, elsewhere.environment()).unwrap();
    let mut locked = LockedVault::open(&other, elsewhere.environment()).unwrap();
    assert_furnished(&by_kit(&mut user, &mut locked));
    assert_furnished(&by_kit(&mut user, &mut locked));
}

#[test]
fn an_older_copy_opens_no_key_after_a_change_even_with_its_device_secrets() {
    let place = Place::new();
    let (mut user, mut vault) = furnished(&place);
    let before = user.copy(&place.clock);
    drop(vault);
    let stolen = place.save();
    vault = user.unlock(place.open().unwrap());
    user.wait();
    drop(user.change(&mut vault, new_passphrase()));
    drop(vault);
    // The thief has the old file with its device and epoch secrets, and the keychain as it is now.
    let theft = Place::of(&stolen);
    let old = theft.keychain.snapshot();
    let mut items = place.keychain.snapshot();
    items.extend(old.into_iter().filter(|(name, _)| !name.as_str().contains("/key/")));
    theft.keychain.restore(items);
    let before = before.copy(&theft.clock);
    let vault = before.unlock(theft.open().unwrap());
    for key in vault.keys() {
        let lent = vault.with_key(key.id, |_, _| ());
        assert_eq!(lent.unwrap_err().failure().code, Code::KeychainItemMissing);
    }
}

#[test]
fn the_vault_stays_usable_while_a_ceremony_waits_and_is_superseded_after() {
    let place = Place::new();
    let (mut user, mut vault) = furnished(&place);
    let mut first = vault.ceremony(Change::Codes, user.passphrase(), user.code()).unwrap();
    user.wait();
    let mut second = vault.ceremony(Change::Codes, user.passphrase(), user.code()).unwrap();
    vault.put(Table::Draft, [99; 16], b"written while it waited").unwrap();
    user.wait();
    vault.step_up(user.passphrase(), user.code()).unwrap();
    user.note(first.shown());
    let new = first.finish(Answers::default()).unwrap();
    assert_eq!(new.fetch(Table::Draft, [99; 16]).unwrap().unwrap().expose(), b"written while it waited");
    assert_eq!(vault.put(Table::Draft, [98; 16], b"late").unwrap_err().failure().code, Code::Locked);
    assert_eq!(vault.fetch(Table::Draft, [99; 16]).err().unwrap().failure().code, Code::Locked);
    assert_eq!(second.finish(Answers::default()).err().unwrap().failure().code, Code::Locked);
    drop((vault, first, second));
    user.wait();
    let vault = user.unlock(new.lock());
    assert_eq!(vault.rows(Table::Draft).len(), 3);
}

#[test]
fn a_lost_key_keeps_its_escrow_and_the_kit_cannot_be_renewed_over_it() {
    let place = Place::new();
    let (mut user, mut vault) = furnished(&place);
    let name = place.keychain.names().into_iter().find(|name| name.contains("/key/")).unwrap();
    assert!(place.keychain.remove(&name));
    let mut kit = vault.ceremony(Change::Kit, user.passphrase(), user.code()).unwrap();
    let mut noted = user.copy(&place.clock);
    noted.note(kit.shown());
    let refused = kit.finish(noted.answers(&kit)).err().unwrap().failure().code;
    assert_eq!(refused, Code::KeychainItemMissing, "its escrow would be lost");
    drop(kit);
    user.wait();
    let vault = user.change(&mut vault, new_passphrase());
    let lost = vault.keys().into_iter().filter(|key| vault.with_key(key.id, |_, _| ()).is_err()).count();
    assert_eq!(lost, 1);
    user.wait();
    let mut locked = vault.lock();
    assert_furnished(&by_kit(&mut user, &mut locked));
}

#[test]
fn each_change_leaves_one_backup_and_an_empty_log() {
    let place = Place::new();
    let (mut user, mut vault) = furnished(&place);
    assert_eq!(signet_vault::backups(place.dir()).unwrap().len(), 3, "set-up and two imports");
    vault = user.change(&mut vault, new_passphrase());
    let left = signet_vault::backups(place.dir()).unwrap();
    assert_eq!(left.len(), 1);
    let log = std::fs::metadata(place.dir().join("vault.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0);
    drop(vault);
    // That backup is of the vault as it is now.
    let place = Place::of(&place.save());
    std::fs::copy(&left[0].file, place.file()).unwrap();
    let mut user = user.copy(&place.clock);
    user.wait();
    assert_furnished(&user.unlock(place.open().unwrap()));
    user.vault = None;
}
