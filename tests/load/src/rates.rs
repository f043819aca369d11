//! Sends a second of small messages, beside a bare server, on one connection and on sixteen.

use std::time::Instant;

use futures_util::future::join_all;
use serde_json::json;
use signet_redteam::{Attacker, Haul, Manifest, Stage, Wire, conditions, runtime};

use crate::bare::Bare;
use crate::process::Process;
use crate::{median, tell};

/// Members at once, each with a connection.
const MEMBERS: usize = 16;
/// Messages of each, in one round.
const ALONE: usize = 150;
const EACH: usize = 40;

/// Rounds of both, alternating; the medians of their ratios count.
pub(crate) fn measure(rounds: u64) {
    let mut stage = Stage::new();
    no_quota(&stage);
    let google = google_of(&stage);
    let folder = tempfile::tempdir_in(stage.host.owner.desk.home()).unwrap();
    let bare = Bare::start(folder.path(), &google, &stage.key().text);
    let key = stage.host.key.clone();
    let grant = conditions(&json!({ "per_day": 100_000, "per_minute": 100_000 }));
    let mut members: Vec<Attacker> =
        (0..MEMBERS).map(|n| stage.enrol(&format!("m{n}"), "sender", std::slice::from_ref(&grant))).collect();
    let ours: Vec<Wire> = members.iter_mut().map(Attacker::wire).collect();
    let theirs: Vec<Wire> =
        (0..MEMBERS).map(|_| Attacker::stranger(&bare.at, bare.hash, &Haul::default()).connect()).collect();
    let host = Process::of(&stage);
    for (at_once, each) in [(1, ALONE), (MEMBERS, EACH)] {
        let (mut signet, mut plain, mut ratios, mut cpu) = (vec![], vec![], vec![], vec![]);
        for round in 0..=rounds {
            let before = host.cpu_seconds();
            let one = rate(&ours[..at_once], each, &key, true);
            let used = (host.cpu_seconds() - before) * 1e3 / (at_once * each) as f64;
            let other = rate(&theirs[..at_once], each, &key, false);
            if round > 0 {
                // The first round warms up.
                signet.push(one);
                plain.push(other);
                ratios.push(one / other);
                cpu.push(used);
            }
        }
        tell(&json!({
            "measure": "rate", "at_once": at_once, "signet_per_s": median(signet), "bare_per_s": median(plain),
            "ratio": median(ratios), "host_cpu_ms": median(cpu),
        }));
    }
}

/// Messages a second over these connections at once.
fn rate(wires: &[Wire], each: usize, key: &str, ours: bool) -> f64 {
    let begun = Instant::now();
    runtime().block_on(join_all(wires.iter().map(|wire| async move {
        for n in 0..each {
            let manifest = Manifest::allowed(key, &format!("No. {n}"));
            if ours {
                wire.send_mail(&manifest).await.ok();
            } else {
                wire.post("/send", &[], manifest.draft.to_string().into_bytes()).await.ok();
            }
        }
    })));
    (wires.len() * each) as f64 / begun.elapsed().as_secs_f64()
}

/// Google's own limits are not what is measured.
pub(crate) fn no_quota(stage: &Stage) {
    let quota = ["quota", "--units-per-user-minute", "1000000000", "--messages-per-day", "10000000"];
    stage.host.owner.google(quota).ok();
}

fn google_of(stage: &Stage) -> String {
    let place = stage.host.owner.path("sandbox-google/endpoint.json");
    let place: serde_json::Value = serde_json::from_slice(&std::fs::read(place).unwrap()).unwrap();
    place["http"].as_str().unwrap().trim_end_matches('/').to_owned()
}
