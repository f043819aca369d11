//! A second implementation of TOTP, written from RFC 3174, RFC 2104 and RFC 6238 with nothing of the
//! crate, to judge it by.

/// The code of a step as a number, with so many digits.
pub(crate) fn code_with_digits(seed: &[u8], step: u64, digits: u32) -> u32 {
    let mac = hmac_sha1(seed, &step.to_be_bytes());
    let low_nibble = (mac[19] % 16) as usize;
    let mut number: u64 = 0;
    for byte in &mac[low_nibble..low_nibble + 4] {
        number = number * 256 + u64::from(*byte);
    }
    let number = number % (1 << 31);
    (number % 10_u64.pow(digits)) as u32
}

/// The six digits of a step.
pub(crate) fn code(seed: &[u8], step: u64) -> String {
    format!("{:06}", code_with_digits(seed, step, 6))
}

fn hmac_sha1(key: &[u8], message: &[u8]) -> [u8; 20] {
    assert!(key.len() <= 64);
    let mut inner = vec![0x36; 64];
    let mut outer = vec![0x5c; 64];
    for (i, byte) in key.iter().enumerate() {
        inner[i] ^= byte;
        outer[i] ^= byte;
    }
    inner.extend_from_slice(message);
    outer.extend_from_slice(&sha1(&inner));
    sha1(&outer)
}

#[expect(clippy::many_single_char_names, reason = "the names of RFC 3174")]
fn sha1(message: &[u8]) -> [u8; 20] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    let mut h: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded.chunks(64) {
        let mut w: Vec<u32> =
            block.chunks(4).map(|word| u32::from_be_bytes(word.try_into().unwrap())).collect();
        for t in 16..80 {
            w.push((w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = h;
        for (t, word) in w.iter().enumerate() {
            let (f, k) = match t / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(*word);
            (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
        }
        for (sum, part) in h.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(part);
        }
    }
    let mut digest = [0; 20];
    for (target, word) in digest.chunks_mut(4).zip(h) {
        target.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

#[test]
fn the_oracle_gives_the_codes_that_the_rfc_prints() {
    let seed = b"12345678901234567890";
    for (seconds, expected) in [
        (59, 94_287_082),
        (1_111_111_109, 7_081_804),
        (1_234_567_890, 89_005_924),
        (20_000_000_000, 65_353_130),
    ] {
        assert_eq!(code_with_digits(seed, seconds / 30, 8), expected);
    }
}
