//! A vault's life with fakes: set up, unlock, keys, records, step-up, lock.

use signet_core::Code;
use signet_crypto::{Step, hotp};
use signet_vault::{Anchor, LockedVault, Table, Width};

use super::common::{Place, der, new_key};

#[test]
fn a_new_vault_opens_with_passphrase_and_the_next_code() {
    let place = Place::new();
    let mut user = place.init();
    user.wait();
    let locked = user.vault.take().unwrap().lock();
    assert_eq!(locked.info().codes_left, 8);
    drop(locked);
    let mut locked = LockedVault::open(place.dir(), place.environment()).unwrap();
    let open = locked.unlock(user.passphrase(), user.code(), Width::Near).unwrap();
    assert_eq!(open.info().keys, 0);
}

#[test]
fn a_used_code_and_wrong_secrets_are_refused_and_change_nothing() {
    let place = Place::new();
    let mut user = place.init();
    let mut locked = user.vault.take().unwrap().lock();
    // The code of the set-up is used up.
    let failure = locked.unlock(user.passphrase(), user.code(), Width::Near).err().unwrap().failure();
    assert_eq!(failure.code, Code::CodeUsed);
    assert!((1..=60).contains(&failure.facts["wait_seconds"].parse::<u64>().unwrap()));
    user.wait();
    let wrong = signet_crypto::Passphrase::parse("another one altogether".into());
    assert_eq!(
        locked.unlock(wrong, user.code(), Width::Near).err().unwrap().failure().code,
        Code::WrongSecret
    );
    let open = locked.unlock(user.passphrase(), user.code(), Width::Near).unwrap();
    drop(open);
    let failure = locked.unlock(user.passphrase(), user.code(), Width::Near).err().unwrap().failure();
    assert_eq!(failure.code, Code::CodeUsed, "replay");
}

#[test]
fn keys_are_lent_and_survive_a_restart() {
    let place = Place::new();
    let mut user = place.init();
    let mut vault = user.vault.take().unwrap();
    let record = vault.import_key(new_key(1)).unwrap();
    assert_eq!(vault.import_key(new_key(1)).unwrap_err().failure().code, Code::KeyDuplicate);
    let second = vault.import_key(new_key(2)).unwrap();
    vault.rename_key(second.id, "renamed").unwrap();
    user.wait();
    let mut vault = user.unlock(vault.lock());
    assert_eq!(vault.keys().iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["key 1", "renamed"]);
    assert_eq!(
        vault.with_key(record.id, |record, der| (record.id, der.expose().to_vec())).unwrap(),
        (record.id, der(1))
    );
    vault.remove_key(record.id).unwrap();
    assert_eq!(vault.with_key(record.id, |_, _| ()).unwrap_err().failure().code, Code::NotFound);
    assert!(!place.keychain.names().iter().any(|name| name.contains(&record.id.to_string())));
    assert_eq!(vault.with_key(second.id, |_, der| der.expose().to_vec()).unwrap(), der(2));
}

#[test]
fn records_keep_their_order_and_values() {
    let place = Place::new();
    let mut user = place.init();
    let mut vault = user.vault.take().unwrap();
    for n in [3, 1, 2] {
        vault.put(Table::History, [n; 16], &[n; 100]).unwrap();
        vault.put(Table::Draft, [n; 16], b"draft").unwrap();
    }
    vault.put(Table::History, [3; 16], b"changed").unwrap();
    vault.delete(Table::Draft, [1; 16]).unwrap();
    vault.delete(Table::Draft, [9; 16]).unwrap();
    user.wait();
    let vault = user.unlock(vault.lock());
    assert_eq!(vault.rows(Table::History), [[3; 16], [1; 16], [2; 16]]);
    assert_eq!(vault.fetch(Table::History, [3; 16]).unwrap().unwrap().expose(), b"changed");
    assert_eq!(vault.fetch(Table::History, [1; 16]).unwrap().unwrap().expose(), [1; 100]);
    assert_eq!(vault.rows(Table::Draft), [[3; 16], [2; 16]]);
    assert!(vault.fetch(Table::Draft, [1; 16]).unwrap().is_none());
    assert!(vault.rows(Table::Upload).is_empty());
}

#[test]
fn a_step_up_uses_its_code_up() {
    let place = Place::new();
    let mut user = place.init();
    let mut vault = user.vault.take().unwrap();
    user.wait();
    vault.step_up(user.passphrase(), user.code()).unwrap();
    let again = vault.step_up(user.passphrase(), user.code()).unwrap_err();
    assert_eq!(again.failure().code, Code::CodeUsed);
    user.wait();
    vault.step_up(user.passphrase(), user.code()).unwrap();
    vault.put(Table::Setting, [0; 16], b"still open").unwrap();
}

#[test]
fn the_audit_keys_stay_and_the_locked_one_works_while_locked() {
    let place = Place::new();
    let mut user = place.init();
    let vault = user.vault.take().unwrap();
    let (signing, owner) = (vault.audit_signing_key().public(), vault.owner_key().public());
    let tag = vault.audit_hmac_key().tag(b"someone@example.com");
    let published = vault.locked_audit_keys().to_vec();
    vault.set_anchor(&Anchor { size: 7, root: [9; 32] }).unwrap();
    drop(vault);
    let locked = LockedVault::open(place.dir(), place.environment()).unwrap();
    assert_eq!(locked.locked_audit_key().unwrap().public().to_bytes(), published[0].public);
    assert_eq!(locked.anchor().unwrap(), Some(Anchor { size: 7, root: [9; 32] }));
    user.wait();
    let vault = user.unlock(locked);
    assert_eq!(vault.audit_signing_key().public(), signing);
    assert_eq!(vault.owner_key().public(), owner);
    assert_eq!(vault.audit_hmac_key().tag(b"someone@example.com"), tag);
    assert_eq!(vault.locked_audit_keys(), published);
}

#[test]
fn one_process_at_a_time_and_one_vault_to_a_folder() {
    let place = Place::new();
    let mut user = place.init();
    let second = LockedVault::open(place.dir(), place.environment());
    assert_eq!(second.err().unwrap().failure().code, Code::AgentElsewhere);
    assert_eq!(place.begin_init().err().unwrap().failure().code, Code::VaultExists);
    drop(user.vault.take());
    assert!(LockedVault::open(place.dir(), place.environment()).is_ok());
}

#[test]
fn an_empty_folder_has_no_vault() {
    let place = Place::new();
    let none = LockedVault::open(place.dir(), place.environment());
    assert_eq!(none.err().unwrap().failure().code, Code::NoVault);
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 0, "looking leaves nothing behind");
}

#[test]
fn the_sandbox_offset_moves_codes_and_production_has_none() {
    let place = Place::new();
    let env = place.sandbox_environment(3);
    let mut ceremony = place.begin_init_in(env).unwrap();
    let user = super::common::User::who_saw(ceremony.shown(), place.clock.clone());
    let mut answers = user.answers(&ceremony);
    let ahead =
        |steps| hotp(&user.seed, Step::at(signet_core::Clock::now(&*place.clock)).plus(steps).unwrap());
    answers.code = Some(ahead(3));
    let mut locked = ceremony.finish(answers).unwrap().lock();
    let again = locked.unlock(user.passphrase(), ahead(3), Width::Near);
    assert_eq!(again.err().unwrap().failure().code, Code::CodeUsed);
    drop(locked);
    // No real time has passed: with the next offset the next code opens.
    let mut locked = LockedVault::open(place.dir(), place.sandbox_environment(4)).unwrap();
    drop(locked.unlock(user.passphrase(), ahead(4), Width::Near).unwrap());
    drop(locked);
    // A production environment cannot be given an offset, and does not open a sandbox vault.
    let production = LockedVault::open(place.dir(), place.environment());
    assert_eq!(production.err().unwrap().failure().code, Code::ProfileMismatch);
}

#[test]
fn profiles_never_mix() {
    let place = Place::new();
    drop(place.init());
    let sandbox = LockedVault::open(place.dir(), place.sandbox_environment(0));
    assert_eq!(sandbox.err().unwrap().failure().code, Code::ProfileMismatch);
}

#[test]
fn a_year_of_daily_use_with_a_drifting_phone_never_locks_out() {
    let place = Place::new();
    let mut user = place.init();
    drop(user.vault.take());
    let mut drift_millis = 0_i64;
    for day in 0..400 {
        place.set_clock(place.clock_millis() + 86_400_000 - (day % 7) * 3_000);
        // The phone gains two seconds a day and is set right now and then.
        drift_millis = if day % 45 == 44 { 0 } else { drift_millis + 2_000 };
        let phone = place.clock_millis().saturating_add_signed(drift_millis);
        let code = hotp(&user.seed, Step::at(signet_core::UnixMillis(phone)));
        let mut locked = place.open().unwrap();
        let near = locked.unlock(user.passphrase(), code, Width::Near);
        if near.is_err() {
            // Set right by several steps at once: the wide search is what the message offers.
            let code = hotp(&user.seed, Step::at(signet_core::UnixMillis(phone)));
            locked
                .unlock(user.passphrase(), code, Width::Wide)
                .unwrap_or_else(|e| panic!("day {day}: {e:?}"));
        }
    }
}

#[test]
fn soak_a_vault_of_full_size_with_argon2id() {
    let place = Place::new();
    let clock: std::sync::Arc<dyn signet_core::Clock> = place.clock.clone();
    let keychain = std::sync::Arc::new(place.keychain.clone());
    let random = signet_vault::Random::new(signet_crypto::system_rng());
    let env = signet_vault::Environment::production(clock, keychain, random);
    let mut ceremony = place.begin_init_in(env.clone()).unwrap();
    let user = super::common::User::who_saw(ceremony.shown(), place.clock.clone());
    let started = std::time::Instant::now();
    let vault = ceremony.finish(user.answers(&ceremony)).unwrap();
    println!("finishing the set-up: {:?}", started.elapsed());
    assert!(vault.info().codes_end.0 > place.clock_millis() + 399 * 86_400_000);
    let mut locked = vault.lock();
    drop(ceremony);
    for _ in 0..3 {
        place.wait();
        let started = std::time::Instant::now();
        drop(locked.unlock(user.passphrase(), user.code(), Width::Near).unwrap());
        println!("unlock at the floor of the key derivation: {:?}", started.elapsed());
    }
    drop(locked);
    println!("vault.db: {} bytes", std::fs::metadata(place.file()).unwrap().len());
}

/// What moves between threads must be able to.
#[test]
fn the_states_can_move_between_threads() {
    fn moves<T: Send>() {}
    moves::<LockedVault>();
    moves::<signet_vault::OpenVault>();
    moves::<signet_vault::Ceremony>();
}
