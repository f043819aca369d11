//! What is committed beside the entries.
#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use signet_audit::{AppendError, Note, Reader, Side, Writer};
use signet_core::{RequestId, UnixMillis};
use support::*;

const NOW: u64 = 1_790_000_000_000;

fn request(n: u64) -> RequestId {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    RequestId::from_bytes(bytes)
}

fn reserve(n: u64, at: u64, minute: Option<u32>, day: Option<u32>) -> Side {
    Side::Reserve { grant: 7, request: request(n), now: UnixMillis(at), per_minute: minute, per_day: day }
}

#[test]
fn a_grant_is_used_up_and_free_again() {
    let (home, mut log) = Home::new();
    for n in 0..3 {
        log.append_with(&[intent(n)], &[reserve(n, NOW + n, Some(3), None)], &unlocked()).unwrap();
    }
    let size = log.anchor().size;
    let refused = log.append_with(&[intent(3)], &[reserve(3, NOW + 3, Some(3), None)], &unlocked());
    assert_eq!(refused, Err(AppendError::OverBudget { free_at: UnixMillis(NOW + 60_000) }));
    assert_eq!(log.anchor().size, size, "a refused request leaves no entry");
    log.append_with(&[intent(3)], &[reserve(3, NOW + 60_000, Some(3), None)], &unlocked()).unwrap();
    assert_eq!(log.used(7, UnixMillis(NOW + 60_000)).unwrap().day, 4);
    assert_eq!(log.used(8, UnixMillis(NOW + 60_000)).unwrap().day, 0);
    drop(log);
    assert_eq!(home.failed(None), []);
}

#[test]
fn a_request_counts_once_also_after_it_was_given_back() {
    let (_home, mut log) = Home::new();
    log.append_with(&[intent(0)], &[reserve(0, NOW, None, Some(1))], &unlocked()).unwrap();
    log.append_with(&[intent(1)], &[Side::Release(request(0))], &unlocked()).unwrap();
    assert_eq!(log.used(7, UnixMillis(NOW)).unwrap().day, 0);
    let again = log.append_with(&[intent(2)], &[reserve(0, NOW, None, Some(1))], &unlocked());
    assert_eq!(again, Err(AppendError::Repeated));
    log.append_with(&[intent(2)], &[reserve(1, NOW, None, Some(1))], &unlocked()).unwrap();
}

#[test]
fn a_limit_of_nothing_lets_nothing_through() {
    let (_home, mut log) = Home::new();
    let refused = log.append_with(&[intent(0)], &[reserve(0, NOW, Some(0), None)], &unlocked());
    assert!(matches!(refused, Err(AppendError::OverBudget { .. })));
}

#[test]
fn notes_are_kept_per_member_newest_first() {
    let (home, mut log) = Home::new();
    let note = |n: u64, member: u8, open| Note {
        request: request(n),
        member: [member; 16],
        time: UnixMillis(NOW + n),
        open,
        body: vec![n.to_le_bytes()[0]],
    };
    for n in 0..5 {
        let side = Side::Note(note(n, (n % 2) as u8, true));
        log.append_with(&[intent(n)], &[side], &unlocked()).unwrap();
    }
    log.append_with(&[intent(9)], &[Side::Note(note(4, 0, false))], &unlocked()).unwrap();
    let ids = |notes: Vec<Note>| notes.into_iter().map(|n| n.body[0]).collect::<Vec<_>>();
    assert_eq!(ids(log.notes_of([0; 16], UnixMillis(u64::MAX), 10).unwrap()), [4, 2, 0]);
    assert_eq!(ids(log.notes_of([0; 16], UnixMillis(NOW + 4), 1).unwrap()), [2]);
    assert_eq!(log.note(request(4)).unwrap(), Some(note(4, 0, false)));
    assert_eq!(log.note(request(8)).unwrap(), None);
    // Whoever reads beside the writer sees the same at once.
    let reader = Reader::open(&home.path()).unwrap();
    assert_eq!(ids(reader.open_notes().unwrap()), [0, 1, 2, 3]);
    log.append_with(&[intent(10)], &[reserve(5, NOW, None, None)], &unlocked()).unwrap();
    assert_eq!(ids(reader.notes_of([0; 16], UnixMillis(u64::MAX), 10).unwrap()), [4, 2, 0]);
    assert_eq!(reader.note(request(4)).unwrap(), Some(note(4, 0, false)));
    assert_eq!(reader.used(7, UnixMillis(NOW)).unwrap(), log.used(7, UnixMillis(NOW)).unwrap());
    assert_eq!(reader.used(7, UnixMillis(NOW)).unwrap().day, 1);
}

#[test]
fn in_a_group_only_the_one_over_its_limit_is_refused() {
    let (home, log) = Home::new();
    let writer = Writer::spawn(log).unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    for n in 0..20 {
        let send = send.clone();
        writer.append_with(
            vec![intent(n)],
            vec![reserve(n, NOW, Some(5), None)],
            unlocked(),
            move |result| {
                send.send(result.map(|_| ()).is_ok()).unwrap();
            },
        );
    }
    drop(send);
    assert_eq!(receive.iter().filter(|allowed| *allowed).count(), 5);
    let (send, receive) = std::sync::mpsc::channel();
    writer.note(vec![Side::Release(request(0))], move |result| send.send(result.is_ok()).unwrap());
    assert!(receive.recv().unwrap());
    drop(writer);
    assert_eq!(home.failed(None), []);
}

proptest! {
    #[test]
    fn no_window_ever_holds_more_than_the_limit(
        times in prop::collection::vec(0_u64..200_000, 1..60),
        minute in 1_u32..6,
        day in 1_u32..20,
    ) {
        let (_home, mut log) = Home::new();
        let mut times = times;
        times.sort_unstable();
        let mut allowed: Vec<u64> = Vec::new();
        for (n, time) in times.into_iter().enumerate() {
            let n = n as u64;
            let side = reserve(n, NOW + time, Some(minute), Some(day));
            let in_minute = allowed.iter().filter(|t| **t + 60_000 > time).count();
            let fits = in_minute < minute as usize && allowed.len() < day as usize;
            let result = log.append_with(&[intent(n)], &[side], &unlocked());
            prop_assert_eq!(result.is_ok(), fits, "at {}", time);
            if fits {
                allowed.push(time);
            }
        }
    }
}
