//! The process dies before or after every change of the keychain, with and without a loss of power that
//! takes keychain writes back. Whatever happens, the vault opens again: with the secrets from before or
//! with the new ones, and everything is in it. (Each change of the keychain is one step; the one commit
//! of the file lies between the last sync and the deletions, so dying after that sync is dying before
//! the commit, and dying before the first deletion is dying after it.)

use signet_core::Code;
use signet_crypto::Passphrase;
use signet_vault::fake::{FakeKeychain, Fault};
use signet_vault::{Ceremony, Change, Keychain, LockedVault, OpenVault, Table, Width};

use super::ceremonies::{assert_furnished, furnished};
use super::common::{Dice, NEW_PASSPHRASE, Place, Saved, User, der, new_key, new_passphrase};

/// What is lost of the keychain when the process dies.
#[derive(Clone, Copy, Debug)]
enum Loss {
    /// Nothing: only the process died.
    Nothing,
    /// All writes and deletions since the last sync.
    SinceSync,
    /// The same, but what happened to the epoch secrets reached the disk.
    AllButEpochs,
    /// The same, but what happened to the keys reached the disk.
    AllButKeys,
}

const LOSSES: [Loss; 4] = [Loss::Nothing, Loss::SinceSync, Loss::AllButEpochs, Loss::AllButKeys];

impl Loss {
    fn happens(self, keychain: &FakeKeychain) {
        match self {
            Self::Nothing => keychain.set_fault(Fault::None),
            Self::SinceSync => keychain.lose_power(),
            Self::AllButEpochs => keychain.lose_power_except(|name| name.contains("/e/")),
            Self::AllButKeys => keychain.lose_power_except(|name| name.contains("/key/")),
        }
    }
}

/// Dies once at every point of `act` and with every loss; `check` is told whether `act` said that it was
/// done. Returns the number of cases.
fn die_everywhere<T>(
    saved: &Saved,
    prepare: impl Fn(&Place) -> T,
    act: impl Fn(&mut T) -> bool,
    check: impl Fn(&Place, T, bool, &str),
) -> usize {
    let mut cases = 0;
    for loss in LOSSES {
        for death in [Fault::DieBefore as fn(usize) -> Fault, Fault::DieAfter] {
            for n in 0.. {
                let place = Place::of(saved);
                let mut prepared = prepare(&place);
                place.keychain.sync().unwrap();
                place.keychain.set_fault(death(n));
                let done = act(&mut prepared);
                let reached = place.keychain.changes() > n;
                loss.happens(&place.keychain);
                check(&place, prepared, done, &format!("{:?}, {loss:?}, said to be done: {done}", death(n)));
                cases += 1;
                if !reached {
                    assert!(done, "without a fault it succeeds");
                    assert!(n >= 2, "it has steps to die at");
                    break;
                }
            }
        }
    }
    cases
}

/// A furnished vault, closed, and its user.
fn closed() -> (Saved, User) {
    let place = Place::new();
    let (user, vault) = furnished(&place);
    drop(vault);
    (place.save(), user)
}

/// The vault, opened by that person half a minute later; `None` if the secrets are wrong.
fn opened_by(place: &Place, user: &User, case: &str) -> Option<OpenVault> {
    let mut locked = place.open().unwrap_or_else(|error| panic!("{case}: {error:?}"));
    match locked.unlock(user.passphrase(), user.code(), Width::Near) {
        Ok(vault) => Some(vault),
        Err(error) => {
            assert_eq!(error.failure().code, Code::WrongSecret, "{case}");
            None
        }
    }
}

#[test]
fn an_unlock_that_dies_anywhere() {
    let (saved, user) = closed();
    let prepare = |place: &Place| (place.open().unwrap(), user.copy(&place.clock));
    let act = |(locked, user): &mut (LockedVault, User)| {
        locked.unlock(user.passphrase(), user.code(), Width::Near).is_ok()
    };
    let cases = die_everywhere(&saved, prepare, act, |place, (locked, user), _, case| {
        drop(locked);
        place.wait();
        assert_furnished(&opened_by(place, &user, case).expect(case));
        let epochs = place.keychain.names().iter().filter(|name| name.contains("/e/")).count();
        assert_eq!(epochs, 1, "{case}: one epoch secret is left");
    });
    assert!(cases >= 24, "{cases}");
}

fn unlocked(place: &Place, user: &User) -> (OpenVault, User) {
    let user = user.copy(&place.clock);
    let vault = user.unlock(place.open().unwrap());
    (vault, user)
}

#[test]
fn an_import_that_dies_anywhere() {
    let (saved, user) = closed();
    let act = |(vault, _): &mut (OpenVault, User)| vault.import_key(new_key(3)).is_ok();
    let cases = die_everywhere(
        &saved,
        |place| unlocked(place, &user),
        act,
        |place, (vault, user), done, case| {
            drop(vault);
            place.wait();
            let mut vault = opened_by(place, &user, case).expect(case);
            let keys = vault.keys();
            assert_eq!(keys.len() == 3, done, "{case}: what was reported is true");
            for (n, key) in (1..).zip(&keys) {
                assert_eq!(
                    vault.with_key(key.id, |_, bytes| bytes.expose().to_vec()).expect(case),
                    der(n),
                    "{case}"
                );
            }
            if !done {
                vault.import_key(new_key(3)).expect(case);
            }
        },
    );
    assert!(cases >= 20, "{cases}");
}

#[test]
fn a_removal_that_dies_anywhere() {
    let (saved, user) = closed();
    let act = |(vault, _): &mut (OpenVault, User)| {
        let first = vault.keys()[0].id;
        vault.remove_key(first).is_ok()
    };
    let cases = die_everywhere(
        &saved,
        |place| unlocked(place, &user),
        act,
        |place, (vault, user), _, case| {
            drop(vault);
            place.wait();
            let vault = opened_by(place, &user, case).expect(case);
            for key in vault.keys() {
                assert!(vault.with_key(key.id, |_, _| ()).is_ok(), "{case}: what is listed can be used");
            }
            assert_eq!(vault.keys().len(), 1, "{case}");
        },
    );
    assert!(cases >= 16, "{cases}");
}

/// A ceremony under way: with what the person knew before, and what was shown since.
struct UnderWay {
    ceremony: Ceremony,
    before: User,
    after: User,
    /// Held as long as the process lives.
    held: (Option<OpenVault>, Option<LockedVault>),
}

impl UnderWay {
    fn of(ceremony: Ceremony, before: User, passphrase: &str) -> Self {
        let mut after = before.copy(&before.clock);
        after.note(ceremony.shown());
        after.passphrase = passphrase.into();
        Self { ceremony, before, after, held: (None, None) }
    }
}

fn finishes(under_way: &mut UnderWay) -> bool {
    let answers = under_way.after.answers(&under_way.ceremony);
    under_way.ceremony.finish(answers).is_ok()
}

/// Exactly one of the two sets of secrets opens the vault, and everything is in it. With the new ones,
/// every kind of recovery works too.
fn one_of_both_opens(place: &Place, under_way: UnderWay, done: bool, case: &str) {
    let UnderWay { ceremony, before, after, held } = under_way;
    drop((ceremony, held));
    place.wait();
    let by_new = opened_by(place, &after, case);
    assert!(by_new.is_some() || !done, "{case}: what was reported is true");
    let vault = by_new.or_else(|| opened_by(place, &before, case)).expect(case);
    assert_furnished(&vault);
    drop(vault);
    place.wait();
}

fn change_that_dies(change: impl Fn() -> Change, passphrase: &str, at_least: usize) {
    let (saved, user) = closed();
    let prepare = |place: &Place| {
        let (mut vault, user) = unlocked(place, &user);
        place.wait();
        let ceremony = vault.ceremony(change(), user.passphrase(), user.code()).unwrap();
        UnderWay { held: (Some(vault), None), ..UnderWay::of(ceremony, user, passphrase) }
    };
    let cases = die_everywhere(&saved, prepare, finishes, one_of_both_opens);
    assert!(cases >= at_least, "{cases}");
}

#[test]
fn a_new_passphrase_that_dies_anywhere() {
    change_that_dies(new_passphrase, NEW_PASSPHRASE, 50);
}

#[test]
fn a_new_seed_that_dies_anywhere() {
    change_that_dies(|| Change::Totp, super::common::PASSPHRASE, 50);
}

#[test]
fn new_codes_that_die_anywhere() {
    // Both sets of secrets open with the same passphrase and phone: it opens, whichever took effect.
    change_that_dies(|| Change::Codes, super::common::PASSPHRASE, 50);
}

#[test]
fn a_new_kit_that_dies_anywhere() {
    let (saved, user) = closed();
    let prepare = |place: &Place| {
        let (mut vault, user) = unlocked(place, &user);
        place.wait();
        let ceremony = vault.ceremony(Change::Kit, user.passphrase(), user.code()).unwrap();
        let passphrase = user.passphrase.clone();
        UnderWay { held: (Some(vault), None), ..UnderWay::of(ceremony, user, &passphrase) }
    };
    let cases = die_everywhere(&saved, prepare, finishes, |place, under_way, done, case| {
        let UnderWay { ceremony, before, after, held } = under_way;
        drop((ceremony, held));
        // The machine is lost as well: one of the two kits brings everything back.
        place.keychain.restore(Vec::new());
        let mut locked = place.open().unwrap();
        let new = || Passphrase::parse(NEW_PASSPHRASE.into());
        let by_new = locked.recover_by_kit(after.kit(), new());
        assert!(by_new.is_ok() || !done, "{case}");
        let mut ceremony = by_new.or_else(|_| locked.recover_by_kit(before.kit(), new())).expect(case);
        let mut user = after;
        user.note(ceremony.shown());
        let answers = user.answers(&ceremony);
        assert_furnished(&ceremony.finish(answers).expect(case));
    });
    assert!(cases >= 50, "{cases}");
}

#[test]
fn a_recovery_by_code_that_dies_anywhere() {
    let (saved, user) = closed();
    let prepare = |place: &Place| {
        let user = user.copy(&place.clock);
        let mut locked = place.open().unwrap();
        let ceremony = locked.recover_by_code(user.passphrase(), user.recovery_code(5)).unwrap();
        let passphrase = user.passphrase.clone();
        UnderWay { held: (None, Some(locked)), ..UnderWay::of(ceremony, user, &passphrase) }
    };
    let cases = die_everywhere(&saved, prepare, finishes, one_of_both_opens);
    assert!(cases >= 50, "{cases}");
}

#[test]
fn a_recovery_by_kit_that_dies_anywhere() {
    let (saved, user) = closed();
    let prepare = |place: &Place| {
        let user = user.copy(&place.clock);
        place.keychain.restore(Vec::new());
        let mut locked = place.open().unwrap();
        let ceremony = locked.recover_by_kit(user.kit(), Passphrase::parse(NEW_PASSPHRASE.into())).unwrap();
        UnderWay { held: (None, Some(locked)), ..UnderWay::of(ceremony, user, NEW_PASSPHRASE) }
    };
    let cases = die_everywhere(&saved, prepare, finishes, |place, under_way, done, case| {
        let UnderWay { ceremony, before, after, held } = under_way;
        drop((ceremony, held));
        place.wait();
        let mut locked = place.open().unwrap();
        if let Ok(vault) = locked.unlock(after.passphrase(), after.code(), Width::Near) {
            return assert_furnished(&vault);
        }
        // It did not take effect: the kit still works.
        assert!(!done, "{case}");
        let again = locked.recover_by_kit(before.kit(), Passphrase::parse(NEW_PASSPHRASE.into()));
        let mut ceremony = again.expect(case);
        let mut user = before;
        user.note(ceremony.shown());
        let answers = user.answers(&ceremony);
        assert_furnished(&ceremony.finish(answers).expect(case));
    });
    assert!(cases >= 50, "{cases}");
}

#[test]
fn a_set_up_that_dies_anywhere() {
    for loss in LOSSES {
        for death in [Fault::DieBefore as fn(usize) -> Fault, Fault::DieAfter] {
            for n in 0.. {
                let place = Place::new();
                let ceremony = place.begin_init().unwrap();
                let user = User::who_saw(ceremony.shown(), place.clock.clone());
                let mut under_way = UnderWay::of(ceremony, user, super::common::PASSPHRASE);
                place.keychain.set_fault(death(n));
                let done = finishes(&mut under_way);
                let reached = place.keychain.changes() > n;
                loss.happens(&place.keychain);
                let after = under_way.after.copy(&place.clock);
                drop(under_way);
                let case = format!("{:?}, {loss:?}", death(n));
                if place.open().is_ok() {
                    assert!(done, "{case}");
                    place.wait();
                    drop(opened_by(&place, &after, &case).expect(&case));
                } else {
                    assert!(!done, "{case}");
                    // Set up again, from the start.
                    drop(place.init().vault.expect(&case));
                }
                if !reached {
                    assert!(done && n >= 4);
                    break;
                }
            }
        }
    }
}

/// A year of bad luck: operation after operation dies at some point, with some loss.
fn dies_again_and_again(seed: u64, rounds: usize) {
    let mut dice = Dice::new(seed);
    let place = Place::new();
    let (mut user, vault) = furnished(&place);
    drop(vault);
    let mut written = 0_u64;
    for round in 0..rounds {
        let case = format!("seed {seed}, round {round}");
        place.wait();
        let step = usize::try_from(dice.below(9)).unwrap();
        let death = if dice.below(2) == 0 { Fault::DieBefore(step) } else { Fault::DieAfter(step) };
        let loss = LOSSES[usize::try_from(dice.below(4)).unwrap()];
        if dice.below(2) == 0 {
            let mut locked = place.open().expect(&case);
            place.keychain.set_fault(death);
            if let Ok(mut vault) = locked.unlock(user.passphrase(), user.code(), Width::Near) {
                vault.put(Table::Setting, [200; 16], &(written + 1).to_be_bytes()).expect(&case);
                written += 1;
            }
        } else {
            let mut vault = opened_by(&place, &user, &case).expect(&case);
            place.wait();
            place.keychain.sync().unwrap();
            let change = [new_passphrase, || Change::Totp, || Change::Codes, || Change::Kit]
                [usize::try_from(dice.below(4)).unwrap()]();
            let passphrase = if matches!(change, Change::Passphrase(_)) {
                NEW_PASSPHRASE.into()
            } else {
                user.passphrase.clone()
            };
            let ceremony = vault.ceremony(change, user.passphrase(), user.code()).expect(&case);
            let before = user.copy(&place.clock);
            let mut under_way =
                UnderWay { held: (Some(vault), None), ..UnderWay::of(ceremony, before, &passphrase) };
            place.keychain.set_fault(death);
            let done = finishes(&mut under_way);
            loss.happens(&place.keychain);
            let after = under_way.after.copy(&place.clock);
            drop(under_way);
            place.wait();
            let by_new = opened_by(&place, &after, &case);
            assert!(by_new.is_some() || !done, "{case}");
            if by_new.is_some() {
                user = after;
            }
        }
        loss.happens(&place.keychain);
        place.wait();
        let vault = opened_by(&place, &user, &case).expect(&case);
        let setting = vault.fetch(Table::Setting, [200; 16]).expect(&case);
        let found = setting.map_or(0, |value| u64::from_be_bytes(value.expose().try_into().unwrap()));
        assert_eq!(found, written, "{case}: what was said to be written is there");
        assert_eq!(vault.keys().len(), 2);
        for key in vault.keys() {
            assert!(vault.with_key(key.id, |_, _| ()).is_ok(), "{case}");
        }
    }
}

#[test]
fn a_hundred_and_fifty_crashes_in_a_row_lose_nothing() {
    for seed in 1..=3 {
        dies_again_and_again(seed, 50);
    }
}

#[test]
fn soak_five_thousand_crashes_in_a_row_lose_nothing() {
    for seed in 100..200 {
        dies_again_and_again(seed, 50);
    }
}
