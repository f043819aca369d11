//! The stream: exact length, any offset, bounded reads, and no last bytes of a part that changed.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)] // a test fails by panicking

mod common;

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use common::{bytes_from, case, part, plain_message, stamp};
use proptest::prelude::*;
use signet_mail::{ComposeError, Composed, MAX_ENCODED, Source, SourceChanged, Survey, compose, survey};

proptest! {
    #[test]
    fn a_reader_from_any_offset_gives_the_rest(case in case(), offsets in prop::collection::vec(any::<prop::sample::Index>(), 8)) {
        let composed = case.composed();
        let all = bytes_from(&composed, 0);
        prop_assert_eq!(all.len() as u64, composed.len());
        for offset in offsets {
            let offset = offset.index(all.len() + 1);
            prop_assert_eq!(&bytes_from(&composed, offset as u64), &all[offset..], "offset {}", offset);
        }
        prop_assert!(bytes_from(&composed, composed.len() + 5).is_empty());
    }
}

#[test]
fn a_part_of_many_blocks_reads_the_same_from_every_kind_of_place() {
    const BLOCK: usize = 57 * 1152;
    for len in [0, 1, 56, 57, 58, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 200_003] {
        let bytes: Vec<u8> = (0..len).map(|n| (n * 31 % 251) as u8).collect();
        let composed = with_parts(vec![part("a.bin", bytes), part("b.bin", vec![9; 100])]);
        let all = bytes_from(&composed, 0);
        assert_eq!(all.len() as u64, composed.len(), "{len}");
        for offset in (0..all.len()).step_by(9_973).chain(all.len().saturating_sub(700)..all.len()) {
            assert_eq!(bytes_from(&composed, offset as u64), all[offset..], "{len} from {offset}");
        }
    }
}

/// A source that can be changed, and that notes the largest read.
#[derive(Clone)]
struct Live {
    bytes: Arc<Mutex<Vec<u8>>>,
    largest: Arc<Mutex<usize>>,
}

impl Live {
    fn new(len: usize) -> Self {
        let bytes = (0..len).map(|n| (n % 249) as u8).collect();
        Self { bytes: Arc::new(Mutex::new(bytes)), largest: Arc::default() }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<u8>)) {
        change(&mut self.bytes.lock().unwrap());
    }
}

impl Source for Live {
    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes.lock().unwrap().len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut largest = self.largest.lock().unwrap();
        *largest = buffer.len().max(*largest);
        // Short reads, as a pipe or a network file system gives them.
        let count = buffer.len().div_ceil(2);
        self.bytes.lock().unwrap().read_at(&mut buffer[..count], offset)
    }
}

/// Reads until the end or an error: what was handed out, and the error.
fn drain(mut reader: impl Read) -> (Vec<u8>, Option<io::Error>) {
    let mut out = Vec::new();
    let mut buffer = vec![0; 10_007];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return (out, None),
            Ok(count) => out.extend_from_slice(&buffer[..count]),
            Err(error) => {
                let again = reader.read(&mut buffer).unwrap_err();
                assert_eq!(SourceChanged::of(&again), SourceChanged::of(&error), "it must keep failing");
                return (out, Some(error));
            }
        }
    }
}

const SIZES: [usize; 6] = [1, 57, 1000, 57 * 1152, 57 * 1152 + 1, 150_000];

#[test]
fn a_part_that_changed_never_gets_its_last_bytes_out() {
    type Change = (&'static str, fn(&mut Vec<u8>));
    let changes: [Change; 5] = [
        ("grew", |bytes| bytes.push(1)),
        ("shrank", |bytes| bytes.truncate(bytes.len() - 1)),
        ("emptied", Vec::clear),
        ("first byte", |bytes| bytes[0] ^= 1),
        ("last byte", |bytes| *bytes.last_mut().unwrap() ^= 1),
    ];
    for len in SIZES {
        for (what, change) in changes {
            let live = Live::new(len);
            let composed = with_parts(vec![part("one.bin", vec![7; 10]), part("two.bin", live.clone())]);
            let all = bytes_from(&composed, 0);
            live.change(change);
            // From the start, from within the changed part, and from its last byte but one.
            let end = end_of_second_part(&all);
            for offset in [0, end - 3 - len.min(400), end - 3] {
                let (out, error) = drain(composed.reader(offset as u64));
                let error = error.unwrap_or_else(|| panic!("{what} at {len} from {offset} went unseen"));
                let expected = SourceChanged { part: 1, name: "two.bin".into() };
                assert_eq!(SourceChanged::of(&error), Some(&expected));
                assert!(offset + out.len() < end - 2, "{what} at {len}: the last bytes got out");
            }
        }
    }
}

#[test]
fn a_change_while_it_is_sent_is_noticed() {
    for (what, change) in [
        ("grew", (|bytes: &mut Vec<u8>| bytes.push(1)) as fn(&mut Vec<u8>)),
        ("shrank", |bytes| bytes.truncate(100_000)),
        ("later byte", |bytes| bytes[140_000] ^= 1),
    ] {
        let live = Live::new(150_000);
        let composed = with_parts(vec![part("two.bin", live.clone())]);
        let mut reader = composed.reader(0);
        reader.read_exact(&mut vec![0; 20_000]).unwrap();
        live.change(change);
        let (_, error) = drain(reader);
        assert!(SourceChanged::of(&error.unwrap()).is_some(), "{what}");
    }
}

#[test]
fn a_resumed_reader_notices_a_change_before_its_offset() {
    let live = Live::new(150_000);
    let composed = with_parts(vec![part("two.bin", live.clone())]);
    live.change(|bytes| bytes[3] ^= 1);
    let (_, error) = drain(composed.reader(120_000));
    assert!(SourceChanged::of(&error.unwrap()).is_some());
}

#[test]
fn an_empty_part_that_grew_is_noticed() {
    let live = Live::new(0);
    let composed = with_parts(vec![part("empty.txt", live.clone())]);
    assert_eq!(bytes_from(&composed, 0).len() as u64, composed.len());
    live.change(|bytes| bytes.push(1));
    let (_, error) = drain(composed.reader(0));
    assert!(SourceChanged::of(&error.unwrap()).is_some());
}

#[test]
fn a_file_on_disk_that_is_appended_to_is_noticed() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&vec![5; 100_000]).unwrap();
    let composed = with_parts(vec![part("log.txt", file.try_clone().unwrap())]);
    assert_eq!(bytes_from(&composed, 0).len() as u64, composed.len());
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(b"one line more").unwrap();
    let (_, error) = drain(composed.reader(0));
    assert!(SourceChanged::of(&error.unwrap()).is_some());
}

/// Fails every third read.
struct Flaky(Mutex<u32>);

impl Source for Flaky {
    fn len(&self) -> io::Result<u64> {
        Ok(1000)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut reads = self.0.lock().unwrap();
        *reads += 1;
        if *reads % 3 == 1 {
            Err(io::ErrorKind::TimedOut.into())
        } else {
            vec![4; 1000].read_at(buffer, offset)
        }
    }
}

#[test]
fn a_failed_read_can_be_tried_again() {
    let survey = survey(&vec![4_u8; 1000]).unwrap();
    let (mut flaky, _) = part("a.bin", vec![4; 1000]);
    flaky.source = Arc::new(Flaky(Mutex::default()));
    let composed = compose(&plain_message(), vec![(flaky, survey)], &stamp()).unwrap();
    let mut reader = composed.reader(0);
    let mut out = Vec::new();
    let mut failures = 0;
    while failures < 100 {
        match reader.read_to_end(&mut out) {
            Ok(_) => break,
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::TimedOut),
        }
        failures += 1;
    }
    assert!(failures > 0);
    assert!(out == bytes_from(&with_parts(vec![part("a.bin", vec![4; 1000])]), 0));
}

#[test]
fn memory_does_not_grow_with_the_part() {
    let live = Live::new(5_000_000);
    let composed = with_parts(vec![part("big.bin", live.clone())]);
    assert_eq!(io::copy(&mut composed.reader(0), &mut io::sink()).unwrap(), composed.len());
    assert!(*live.largest.lock().unwrap() <= 64 * 1024 + 128);
}

struct Zeros(u64);

impl Source for Zeros {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0)
    }

    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        panic!("composing must not read a body")
    }
}

#[test]
fn the_limit_is_exact_and_known_without_reading() {
    let composed = |len| {
        let (mut big, _) = part("big.bin", Vec::new());
        big.source = Arc::new(Zeros(len));
        compose(&plain_message(), vec![(big, Survey { len, sha256: [0; 32] })], &stamp())
    };
    let largest = (26_000_000..27_000_000).rev().step_by(57).find(|len| composed(*len).is_ok()).unwrap();
    let largest = (largest..largest + 57).rev().find(|len| composed(*len).is_ok()).unwrap();
    assert!(MAX_ENCODED - composed(largest).unwrap().len() < 4 + 2);
    let Err(ComposeError::TooLarge(len)) = composed(largest + 1) else { panic!("one byte more fits") };
    assert!((MAX_ENCODED + 1..=MAX_ENCODED + 6).contains(&len));
}

fn with_parts(parts: Vec<(signet_mail::Part, Survey)>) -> Composed {
    compose(&plain_message(), parts, &stamp()).unwrap()
}

/// Where the base64 of the last part ends: before the empty line and the closing delimiter.
fn end_of_second_part(all: &[u8]) -> usize {
    let text = std::str::from_utf8(all).unwrap();
    text.rfind("\r\n--=_").unwrap()
}
