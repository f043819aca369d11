//! 25 MB from a member's terminal through the host, beside 25 MB from the owner's own.

use std::time::Instant;

use serde_json::json;
use signet_journeys::{Answer, Host};
use signet_redteam::SENDER;

use crate::{median, tell};

/// Rounds of both, alternating.
pub(crate) fn measure(rounds: u64) {
    let mut host = Host::serving();
    let mia = host.join("mia", "sender", &[json!({ "senders": [SENDER] })]);
    let bytes: Vec<u8> = (0..25_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let (own, other) = (host.owner.file("large.bin", &bytes), mia.person.file("large.bin", &bytes));
    let message = ["--from", SENDER, "--to", "ada@example.org", "--subject", "Large", "--text", "Hello"];
    let send = [&["send"], message.as_slice()].concat();
    let key = mia.key(&host);
    let (mut local, mut shared, mut ratios) = (vec![], vec![], vec![]);
    for round in 0..=rounds {
        let here =
            timed(|| host.owner.signet([send.as_slice(), &["--attach", own.to_str().unwrap()]].concat()));
        let more = ["--key", &key, "--attach", other.to_str().unwrap()];
        let there = timed(|| mia.person.signet([send.as_slice(), &more].concat()));
        if round > 0 {
            local.push(here);
            shared.push(there);
            ratios.push(there / here);
        }
    }
    tell(&json!({
        "measure": "large", "member_s": median(shared), "local_s": median(local), "ratio": median(ratios),
    }));
}

fn timed(send: impl FnOnce() -> Answer) -> f64 {
    let begun = Instant::now();
    let report = send().ok();
    let took = begun.elapsed().as_secs_f64();
    assert_eq!(report["outcome"]["outcome"], "sent", "{report}");
    took
}
