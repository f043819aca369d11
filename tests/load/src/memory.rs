//! What many large uploads at once take of the host's memory.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use serde_json::json;
use signet_redteam::{Attacker, Manifest, Stage, Wire, conditions, runtime, sha256_hex};

use crate::process::Process;
use crate::rates::no_quota;
use crate::tell;

const BYTES: u32 = 25_000_000;
const API: &[(&str, &str)] = &[("signet-api", "1")];

/// So many members upload 25 MB each, all at once, and send it.
pub(crate) fn measure(uploads: u64) {
    let mut stage = Stage::new();
    no_quota(&stage);
    let key = stage.host.key.clone();
    let grant = conditions(&json!({ "bytes_max": 40_000_000, "per_day": 100 }));
    let mut members: Vec<Attacker> =
        (0..uploads).map(|n| stage.enrol(&format!("m{n}"), "sender", std::slice::from_ref(&grant))).collect();
    let wires: Vec<Wire> =
        members.iter_mut().map(|member| member.wire().patient(Duration::from_mins(5))).collect();
    let bytes: Bytes = (0..BYTES).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let parts = json!([{ "bytes": BYTES, "sha256": sha256_hex(&bytes) }]);
    // One first, so that what is made once is there.
    runtime().block_on(send(&wires[0], &key, &parts, &bytes));
    let host = Process::of(&stage);
    let before = host.kib("VmRSS");
    host.forget_peak();
    let begun = Instant::now();
    runtime().block_on(join_all(wires.iter().map(|wire| send(wire, &key, &parts, &bytes))));
    let took = begun.elapsed().as_secs_f64();
    let peak = host.kib("VmHWM");
    tell(&json!({
        "measure": "memory", "uploads": uploads, "before_mib": before as f64 / 1024.0,
        "peak_mib": peak as f64 / 1024.0, "growth_mib": (peak - before) as f64 / 1024.0, "seconds": took,
    }));
}

async fn send(wire: &Wire, key: &str, parts: &serde_json::Value, bytes: &Bytes) {
    let attachments = json!({ "attachments": [{ "name": "large.bin" }] });
    let manifest = Manifest::allowed(key, "Large").with(&attachments).set("parts", parts.clone());
    wire.call("send.begin", &manifest.json()).await.ok();
    let body = Full::new(bytes.clone()).map_err(|never| match never {}).boxed_unsync();
    wire.send("POST", &format!("/v1/part/{}/0?at=0", manifest.request), API, body).await.ok();
    let commit = json!({ "request": manifest.request, "seen": 0 });
    let report = wire.call("send.commit", &commit).await.ok();
    assert_eq!(report["report"]["outcome"]["outcome"], "sent", "{report}");
}
