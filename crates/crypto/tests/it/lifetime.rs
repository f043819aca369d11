//! Whole lives of a vault, judged by the second TOTP implementation: everything that should open does,
//! nothing else ever does.

use signet_core::UnixMillis;
use signet_crypto::{
    Argon2id, KdfError, KdfParams, Passphrase, Secret, SecretBytes, Step, Stretch, TableLength, UnlockError,
    Width,
};

use crate::oracle;
use crate::world::{CountedRng, QuickStretch, World};

const START: Step = Step::new(58_000_000);
const DAY: u64 = 86_400;

/// A person with a phone whose clock wanders, at a computer whose clock is right.
struct Person {
    /// Seconds that the phone is ahead.
    phone: i64,
    /// The true time in seconds.
    now: u64,
    rng: CountedRng,
}

impl Person {
    fn new(seed: u64) -> Self {
        Self { phone: 0, now: START.starts().seconds() + 1, rng: CountedRng::new(seed) }
    }

    /// The step that the phone shows now.
    fn shown(&self) -> u64 {
        self.now.saturating_add_signed(self.phone) / 30
    }

    /// The phone's clock moves by up to four seconds and stays within a minute and a half.
    fn wander(&mut self) {
        let by = i64::try_from(self.rng.below(9)).unwrap() - 4;
        self.phone = (self.phone + by).clamp(-90, 90);
    }

    fn millis(&self) -> UnixMillis {
        UnixMillis::from_seconds(self.now)
    }
}

/// What a run did, so that a test can see that it was not vacuous.
#[derive(Default)]
struct Tally {
    unlocks: u32,
    retries: u32,
    wide: u32,
    replays_refused: u32,
    wrong_refused: u32,
}

/// One unlock as a person does it: read the code, type it, try again with the next one, and say after
/// three failures that the phone's clock may be off.
fn unlock_like_a_person(world: &mut World, person: &mut Person, stretch: &impl Stretch, tally: &mut Tally) {
    for attempt in 0..6 {
        let step = person.shown();
        let code = oracle::code(world.seed.expose(), step);
        person.now += person.rng.below(25);
        let width = if attempt < 3 { Width::Near } else { Width::Wide };
        match world.attempt(&world.passphrase, &code, person.millis(), width, stretch) {
            Ok(unlocked) => {
                assert_eq!(oracle::code(world.seed.expose(), unlocked.used.number()), code, "false accept");
                assert!(unlocked.root.same(&world.root));
                let first = world.stored().header().table.first;
                assert!(unlocked.used >= first, "replay");
                world.consume(&unlocked);
                tally.unlocks += 1;
                tally.retries += u32::from(attempt > 0);
                tally.wide += u32::from(width == Width::Wide);
                return;
            }
            Err(UnlockError::CodeUsed { wait_seconds }) => person.now += wait_seconds,
            Err(UnlockError::WrongSecret) => person.now += 30,
            Err(other) => panic!("{other:?} at {}", person.now),
        }
    }
    panic!("locked out at {} with the phone {} s ahead", person.now, person.phone);
}

/// Attempts that must fail. A random code may be right by chance, so the second implementation decides.
fn nothing_else_opens(
    world: &World,
    person: &mut Person,
    used: &[u64],
    stretch: &impl Stretch,
    tally: &mut Tally,
) {
    let first = world.stored().header().table.first.number();
    let seed = world.seed.expose();
    let here = person.now / 30;
    let right_by_chance =
        |code: &str| (here - 110..here + 110).any(|step| step >= first && oracle::code(seed, step) == code);
    for step in used.iter().rev().take(3) {
        let code = oracle::code(seed, *step);
        if right_by_chance(&code) {
            continue;
        }
        for width in [Width::Near, Width::Wide] {
            let result = world.attempt(&world.passphrase, &code, person.millis(), width, stretch);
            assert!(result.is_err(), "replay of step {step}");
            tally.replays_refused += 1;
        }
    }
    let random = format!("{:06}", person.rng.below(1_000_000));
    if !right_by_chance(&random) {
        assert!(world.attempt(&world.passphrase, &random, person.millis(), Width::Near, stretch).is_err());
        tally.wrong_refused += 1;
    }
    let right = oracle::code(seed, person.shown().max(first));
    let wrong = Passphrase::parse("gravel-unpaired-mossy-litmus-outboards".into());
    assert!(world.attempt(&wrong, &right, person.millis(), Width::Near, stretch).is_err());
    tally.wrong_refused += 1;
}

fn live(seed: u64, unlocks: u32, pause: impl Fn(&mut CountedRng) -> u64, stretch: &impl Stretch) -> Tally {
    let mut world = World::make(seed, START, TableLength::MONTH, stretch);
    let mut person = Person::new(seed);
    let mut tally = Tally::default();
    let mut used = Vec::new();
    for round in 0..unlocks {
        unlock_like_a_person(&mut world, &mut person, stretch, &mut tally);
        used.push(world.stored().header().table.first.number() - 1);
        if round % 8 == 0 {
            nothing_else_opens(&world, &mut person, &used, stretch, &mut tally);
        }
        person.now += pause(&mut person.rng);
        person.wander();
    }
    tally
}

/// From a second to ten days.
fn any_pause(rng: &mut CountedRng) -> u64 {
    match rng.below(4) {
        0 => rng.below(60),
        1 => rng.below(3600),
        2 => rng.below(DAY),
        _ => rng.below(10 * DAY),
    }
}

fn check(tally: &Tally, unlocks: u32) {
    assert_eq!(tally.unlocks, unlocks);
    assert!(tally.replays_refused > unlocks / 5, "{}", tally.replays_refused);
    assert!(tally.wrong_refused > unlocks / 5, "{}", tally.wrong_refused);
    assert!(tally.retries > 0, "the phone never wandered");
}

#[test]
fn a_thousand_unlocks_at_random_times() {
    check(&live(1, 1_000, any_pause, &QuickStretch), 1_000);
}

#[test]
fn soak_a_hundred_thousand_unlocks_at_random_times() {
    let mut all = Tally::default();
    for seed in 0..10 {
        let tally = live(100 + seed, 10_000, any_pause, &QuickStretch);
        check(&tally, 10_000);
        all.unlocks += tally.unlocks;
        all.wide += tally.wide;
    }
    assert_eq!(all.unlocks, 100_000);
    // The wide search stays the exception.
    assert!(all.wide < 1_000, "{} of 100,000 needed the wide search", all.wide);
}

#[test]
fn two_years_of_daily_use_never_lock_out() {
    let daily = |rng: &mut CountedRng| match rng.below(60) {
        // Now and then three weeks of holidays.
        0 => 21 * DAY,
        _ => DAY - 4 * 3600 + rng.below(8 * 3600),
    };
    check(&live(2, 730, daily, &QuickStretch), 730);
}

#[test]
fn soak_two_hundred_unlocks_with_real_argon2id() {
    let tally = live(3, 200, any_pause, &Argon2id);
    assert_eq!(tally.unlocks, 200);
}

/// Counts the runs.
struct Counting(std::cell::Cell<u32>);

impl Stretch for Counting {
    fn stretch(
        &self,
        params: KdfParams,
        salt: &[u8; 32],
        input: &SecretBytes,
    ) -> Result<Secret<32>, KdfError> {
        self.0.set(self.0.get() + 1);
        QuickStretch.stretch(params, salt, input)
    }
}

#[test]
fn an_attempt_runs_argon2id_at_most_three_times_and_a_used_code_says_how_long() {
    let mut world = World::make(5, START, TableLength::MONTH, &QuickStretch);
    let count = Counting(std::cell::Cell::new(0));
    let later = START.plus(100).unwrap();
    let wrong = world.attempt(&world.passphrase, "000000", later.starts(), Width::Near, &count);
    assert_eq!((wrong.err(), count.0.take()), (Some(UnlockError::WrongSecret), 3));
    let code = oracle::code(world.seed.expose(), later.number());
    let unlocked = world.attempt(&world.passphrase, &code, later.starts(), Width::Near, &count).unwrap();
    assert_eq!(count.0.take(), 1, "the expected step comes first");
    world.consume(&unlocked);

    // Nine seconds into the same step: the next code comes in 21.
    let now = UnixMillis(later.starts().0 + 9_000);
    let again = world.attempt(&world.passphrase, &code, now, Width::Near, &count);
    assert_eq!(again.err(), Some(UnlockError::CodeUsed { wait_seconds: 21 }));
    assert_eq!(count.0.take(), 1, "only the step that is not used yet");
}

#[test]
fn a_clock_far_off_is_told_from_a_wrong_secret() {
    let world = World::make(6, START, TableLength::MONTH, &QuickStretch);
    let attempt = |now| world.attempt(&world.passphrase, "123456", now, Width::Near, &QuickStretch).err();
    let behind = UnixMillis::from_seconds(START.starts().seconds() - 7200);
    assert_eq!(attempt(behind), Some(UnlockError::ClockBehind { seconds: 7200 }));
    assert_eq!(attempt(UnixMillis(0)).map(|e| matches!(e, UnlockError::ClockBehind { .. })), Some(true));
    let last = START.plus(89_279).unwrap();
    assert_eq!(attempt(last.starts()), Some(UnlockError::WrongSecret));
    assert_eq!(attempt(last.plus(1).unwrap().starts()), Some(UnlockError::TableEnded));
    assert_eq!(attempt(UnixMillis(u64::MAX)), Some(UnlockError::TableEnded));
}

#[test]
fn the_last_step_of_the_table_still_opens() {
    let mut world = World::make(8, START, TableLength::MONTH, &QuickStretch);
    let last = START.plus(89_279).unwrap();
    let code = oracle::code(world.seed.expose(), last.number());
    let unlocked =
        world.attempt(&world.passphrase, &code, last.starts(), Width::Near, &QuickStretch).unwrap();
    world.consume(&unlocked);
    let header = world.stored();
    assert_eq!(header.header().table.first, last.plus(1).unwrap());
}

#[test]
fn a_phone_five_minutes_off_needs_the_wide_search_once() {
    let mut world = World::make(9, START, TableLength::MONTH, &QuickStretch);
    let mut now = START.plus(1000).unwrap();
    let code = |world: &World, now: Step| oracle::code(world.seed.expose(), now.number() + 10);
    let first =
        world.attempt(&world.passphrase, &code(&world, now), now.starts(), Width::Near, &QuickStretch);
    assert_eq!(first.err(), Some(UnlockError::WrongSecret));
    let wide = world
        .attempt(&world.passphrase, &code(&world, now), now.starts(), Width::Wide, &QuickStretch)
        .unwrap();
    world.consume(&wide);
    for _ in 0..5 {
        now = now.plus(2880).unwrap();
        let near =
            world.attempt(&world.passphrase, &code(&world, now), now.starts(), Width::Near, &QuickStretch);
        world.consume(&near.unwrap());
    }
    // The phone is set right: one wide search again, then near.
    now = now.plus(2880).unwrap();
    let right = oracle::code(world.seed.expose(), now.number());
    assert!(world.attempt(&world.passphrase, &right, now.starts(), Width::Near, &QuickStretch).is_err());
    let wide = world.attempt(&world.passphrase, &right, now.starts(), Width::Wide, &QuickStretch).unwrap();
    assert_eq!(wide.drift.centre(), 0);
}

/// The budget of an unlock is Argon2id plus a little; here only against a gross mistake, such as
/// computing the whole table at every unlock (0.2 s and more).
#[test]
fn continuing_a_full_table_is_cheap() {
    let mut world = World::make(10, START, TableLength::FULL, &QuickStretch);
    let day = START.plus(2881).unwrap();
    let code = oracle::code(world.seed.expose(), day.number());
    let begun = std::time::Instant::now();
    let unlocked = world.attempt(&world.passphrase, &code, day.starts(), Width::Near, &QuickStretch).unwrap();
    let opened = begun.elapsed();
    world.consume(&unlocked);
    let all = begun.elapsed();
    println!("open {opened:?}, all {all:?}");
    assert!(all < std::time::Duration::from_millis(500), "{all:?}");
}
