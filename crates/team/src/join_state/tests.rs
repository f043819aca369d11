use proptest::prelude::*;
use signet_crypto::system_rng;

use super::*;

fn accepted(state: &JoinState, token: &JoinToken) -> (JoinState, JoinToken) {
    match state.present(token, &mut system_rng()) {
        Presented::Accepted { store, give } => (store, give),
        _ => panic!("not accepted"),
    }
}

fn is_clone(state: &JoinState, token: &JoinToken) -> bool {
    match state.present(token, &mut system_rng()) {
        Presented::Clone { store } => {
            assert!(store.is_suspended());
            true
        }
        _ => false,
    }
}

#[test]
fn the_newest_acknowledges_and_the_one_before_the_last_is_a_clone() {
    let start = JoinState::make_first(&mut system_rng());
    let (one, t1) = accepted(&start, &JoinToken::first());
    let (two, t2) = accepted(&one, &t1);
    let (three, t3) = accepted(&two, &t2);
    for old in [&JoinToken::first(), &t1] {
        assert!(is_clone(&three, old));
    }
    accepted(&three, &t2);
    accepted(&three, &t3);
    assert!(is_clone(&three, &JoinToken::from_bytes(&mut [5; 32])));
}

#[test]
fn a_lost_answer_is_given_anew_and_the_lost_one_is_void() {
    let start = JoinState::make_first(&mut system_rng());
    let (after, lost) = accepted(&start, &JoinToken::first());
    let (again, t1) = accepted(&after, &JoinToken::first());
    assert!(is_clone(&again, &lost));
    accepted(&again, &t1);
}

#[test]
fn taking_turns_with_a_copy_is_noticed_in_the_second_round() {
    let start = JoinState::make_first(&mut system_rng());
    let (host, shared) = accepted(&start, &JoinToken::first());
    let (host, of_device) = accepted(&host, &shared);
    let (host, of_copy) = accepted(&host, &shared);
    assert!(is_clone(&host, &of_device));
    accepted(&host, &of_copy);
}

#[test]
fn suspended_and_restored_devices_wait_for_people_whatever_they_show() {
    let token = JoinToken::first();
    assert!(matches!(JoinState::suspended().present(&token, &mut system_rng()), Presented::Suspended));
    assert!(matches!(JoinState::reconfirm().present(&token, &mut system_rng()), Presented::Reconfirm));
    assert!(!JoinState::suspended().is_running() && !JoinState::reconfirm().is_suspended());
    assert!(JoinState::make_first(&mut system_rng()).is_running());
}

#[test]
fn tokens_are_compared_in_every_byte() {
    let token = JoinToken::from_bytes(&mut [9; 32]);
    for at in 0..32 {
        let mut bytes = [9; 32];
        bytes[at] ^= 1;
        assert!(!token.same(&JoinToken::from_bytes(&mut bytes)), "byte {at}");
    }
    assert!(JoinToken::parse(&[9; 31]).is_none() && JoinToken::parse(&[9; 33]).is_none());
}

#[test]
fn the_stored_form_is_as_documented() {
    let running = JoinState(Kind::Running {
        cur: JoinToken::from_bytes(&mut [0xaa; 32]),
        next: JoinToken::from_bytes(&mut [0xbb; 32]),
    });
    let expected = [&[1, 1][..], &[0xaa; 32], &[0xbb; 32]].concat();
    assert_eq!(running.encode().expose(), expected);
    assert_eq!(JoinState::suspended().encode().expose(), [1, 2]);
    assert_eq!(JoinState::reconfirm().encode().expose(), [1, 3]);
}

/// One side of the story: a device's disk, and what it has in hand while connected.
#[derive(Clone)]
struct Device {
    stored: [u8; 32],
    /// Connections completed, with a stored answer, since the copy was made.
    moved: bool,
}

/// What may go wrong in a connection, in the order in which it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    RequestLost,
    HostDiesBeforeStoring,
    HostDiesBeforeAnswering,
    AnswerLost,
    DeviceDiesBeforeStoring,
    DeviceDiesAfterStoring,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Device(Fault),
    Copied(Fault),
    CopyIsMade,
}

fn step() -> impl Strategy<Value = Step> {
    let fault = || {
        prop_oneof![
            6 => Just(Fault::None),
            1 => Just(Fault::RequestLost),
            1 => Just(Fault::HostDiesBeforeStoring),
            1 => Just(Fault::HostDiesBeforeAnswering),
            1 => Just(Fault::AnswerLost),
            1 => Just(Fault::DeviceDiesBeforeStoring),
            1 => Just(Fault::DeviceDiesAfterStoring),
        ]
    };
    prop_oneof![
        5 => fault().prop_map(Step::Device),
        4 => fault().prop_map(Step::Copied),
        1 => Just(Step::CopyIsMade),
    ]
}

/// A connection: `None` if it did not get as far as an answer, else whether it was accepted.
fn connect(host: &mut Vec<u8>, device: &mut Device, fault: Fault) -> Option<bool> {
    if fault == Fault::RequestLost {
        return None;
    }
    // Whoever dies starts again from what is stored, so the stored bytes are all there is.
    let state = JoinState::decode(host).unwrap();
    let client = ClientJoin::stored(JoinToken::parse(&device.stored).unwrap());
    let (store, give) = match state.present(client.token(), &mut system_rng()) {
        Presented::Accepted { store, give } => (store, Some(give)),
        Presented::Clone { store } => (store, None),
        Presented::Suspended => return Some(false),
        Presented::Reconfirm => panic!("nobody restored anything"),
    };
    if fault == Fault::HostDiesBeforeStoring {
        return None;
    }
    *host = store.encode().expose().to_vec();
    let Some(give) = give else { return Some(false) };
    if matches!(fault, Fault::HostDiesBeforeAnswering | Fault::AnswerLost) {
        return None;
    }
    let received = ClientJoin::receive(give);
    if fault == Fault::DeviceDiesBeforeStoring {
        return None;
    }
    device.stored = *received.token().expose();
    device.moved = true;
    if fault == Fault::DeviceDiesAfterStoring {
        return None;
    }
    assert_eq!(received.is_stored().token().expose(), &device.stored);
    Some(true)
}

/// Whether the host would take what a device has stored.
fn is_good(host: &[u8], device: &Device) -> bool {
    let token = JoinToken::parse(&device.stored).unwrap();
    let state = JoinState::decode(host).unwrap();
    matches!(state.present(&token, &mut system_rng()), Presented::Accepted { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_lone_device_is_never_suspected(faults in prop::collection::vec(step(), 0..60)) {
        let mut host = JoinState::make_first(&mut system_rng()).encode().expose().to_vec();
        let mut device = Device { stored: [0; 32], moved: false };
        for step in faults {
            let (Step::Device(fault) | Step::Copied(fault)) = step else { continue };
            prop_assert_ne!(connect(&mut host, &mut device, fault), Some(false));
            prop_assert!(is_good(&host, &device));
        }
    }

    #[test]
    fn once_both_have_moved_the_next_connection_of_one_of_them_shows_it(
        steps in prop::collection::vec(step(), 0..60)
    ) {
        let mut host = JoinState::make_first(&mut system_rng()).encode().expose().to_vec();
        let mut device = Device { stored: [0; 32], moved: false };
        let mut copy: Option<Device> = None;
        for step in steps {
            match (step, copy.as_mut()) {
                (Step::CopyIsMade, None) => {
                    device.moved = false;
                    copy = Some(device.clone());
                }
                (Step::Device(fault), _) => drop(connect(&mut host, &mut device, fault)),
                (Step::Copied(fault), Some(copy)) => drop(connect(&mut host, copy, fault)),
                _ => {}
            }
            if let Some(copy) = &mut copy {
                if JoinState::decode(&host).unwrap().is_suspended() {
                    // Noticed: from then on nobody connects.
                    prop_assert_eq!(connect(&mut host, &mut device, Fault::None), Some(false));
                    prop_assert_eq!(connect(&mut host, copy, Fault::None), Some(false));
                    break;
                }
                if device.moved && copy.moved {
                    // Both have had one complete connection: at most one can have a second.
                    let good = [is_good(&host, &device), is_good(&host, copy)];
                    prop_assert_ne!(good, [true, true]);
                    let loser = if good[0] { copy } else { &mut device };
                    prop_assert_eq!(connect(&mut host, loser, Fault::None), Some(false));
                    prop_assert!(JoinState::decode(&host).unwrap().is_suspended());
                    break;
                }
            } else {
                prop_assert!(!JoinState::decode(&host).unwrap().is_suspended());
            }
        }
    }

    #[test]
    fn a_stored_state_has_one_encoding(bytes in prop::collection::vec(any::<u8>(), 0..70), tail: [u8; 64], tag in 0..5u8) {
        for bytes in [bytes, [&[1, tag][..], &tail].concat(), vec![1, tag]] {
            if let Ok(state) = JoinState::decode(&bytes) {
                let encoded = state.encode();
                prop_assert_eq!(encoded.expose(), bytes.as_slice());
            }
        }
    }
}
