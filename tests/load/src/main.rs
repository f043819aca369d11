//! What a host costs, over the real programs: `signet-load rates|large|memory|flat`. Prints one JSON object a
//! line; `scripts/bench` runs it and says what is wanted of each number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a measuring program
#![allow(clippy::cast_precision_loss)] // rates need no more digits

mod bare;
mod flat;
mod google;
mod large;
mod memory;
mod process;
mod rates;
mod seed;

use serde_json::Value;

fn main() {
    // One TLS provider for the process, before anything asks for it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number =
        |at: usize, otherwise: u64| words.get(at).map_or(otherwise, |n| n.parse().expect("a number"));
    match words.first().map(String::as_str) {
        Some("rates") => rates::measure(number(1, 3)),
        Some("large") => large::measure(number(1, 7)),
        Some("memory") => memory::measure(number(1, 50)),
        Some("flat") => flat::measure(number(1, 100_000), number(2, 10_000_000)),
        // Started by the others.
        Some("bare") => bare::serve(&words[1], &words[2], &words[3]),
        Some("seed") => seed::fill(&words[1..]),
        _ => panic!("signet-load rates [ROUNDS] | large [ROUNDS] | memory [UPLOADS] | flat [MEMBERS] [ROWS]"),
    }
}

/// One line of the result.
fn tell(measured: &Value) {
    println!("{measured}");
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
