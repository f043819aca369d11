//! The bare key derivation, for `make bench`: `bench_argon2 M_KIB T P RUNS` prints the seconds of each run.
#![allow(clippy::print_stdout, clippy::unwrap_used)] // a measuring program: it prints, and stops at faults

use std::hint::black_box;
use std::time::Instant;

use argon2::{Algorithm, Argon2, Params, Version};

fn main() {
    let numbers: Vec<u32> = std::env::args().skip(1).map(|text| text.parse().unwrap()).collect();
    let &[m, t, p, runs] = numbers.as_slice() else { panic!("M_KIB T P RUNS") };
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(m, t, p, Some(32)).unwrap());
    for _ in 0..runs {
        let begun = Instant::now();
        let mut out = [0; 32];
        argon2.hash_password_into(b"passphrase", &[7; 32], &mut out).unwrap();
        black_box(out);
        println!("{:.6}", begun.elapsed().as_secs_f64());
    }
}
