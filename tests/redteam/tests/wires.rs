//! Below the methods: broken TLS and HTTP/2, slow and idle connections, floods.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use signet_redteam::{Attacker, Manifest, Stage, Wire, conditions, runtime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Connects from another address of this computer, as if it were another one.
async fn from(address: &str, at: &str) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(format!("{address}:0").parse().unwrap())?;
    socket.connect(at.parse().unwrap()).await
}

/// A member goes on, with the connection that is there and with a new one.
#[track_caller]
fn goes_on(stage: &Stage, mia: &mut Attacker, subject: &str) {
    mia.send(&Manifest::allowed(&stage.host.key, subject)).ok();
}

#[test]
fn broken_speech_ends_the_connection_and_nothing_else() {
    let mut stage = Stage::new();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let at = stage.host.at.clone();
    let memory = stage.resident_kib();
    // Before TLS: garbage, another protocol, half a hello, a hello that promises more than it has.
    let mut hello = vec![0x16, 3, 1, 0x3f, 0xff, 1, 0, 0x3f, 0xfb, 3, 3];
    hello.extend_from_slice(&[0; 200]);
    let garbage: [&[u8]; 8] = [
        b"GET / HTTP/1.1\r\nhost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &[0; 4096],
        &vec![0xff; 70_000],
        &hello,
        &[0x16, 3, 1, 0, 0],
        &[0x15, 3, 3, 0, 2, 2, 40],
        &[0x80, 0x2e, 1, 0, 2],
    ];
    runtime().block_on(async {
        let speak = async |n: usize, bytes: &[u8]| {
            let mut tcp = from(&format!("127.0.0.{}", 2 + n % 20), &at).await.unwrap();
            let _ = tcp.write_all(bytes).await;
            tcp
        };
        for (n, bytes) in garbage.iter().cycle().take(200).enumerate() {
            drop(speak(n, bytes).await);
        }
        // Nobody is waited for longer than a handshake may take.
        join_all(garbage.iter().enumerate().map(async |(n, bytes)| {
            let (mut tcp, mut rest) = (speak(100 + n, bytes).await, Vec::new());
            let ended = tokio::time::timeout(Duration::from_secs(8), tcp.read_to_end(&mut rest)).await;
            assert!(ended.is_ok(), "the host holds on to {:02x?}", &bytes[..bytes.len().min(16)]);
        }))
        .await;
    });
    goes_on(&stage, &mut mia, "After garbage");
    // After the handshake, as a member: no HTTP/2, broken frames, endless settings, a window of nothing.
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let frames: [Vec<u8>; 8] = [
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        vec![0; 100_000],
        [&preface[..], &[0xff; 9000]].concat(),
        [&preface[..], &[0, 0, 0, 4, 0, 0, 0, 0, 0].repeat(20_000)].concat(),
        [&preface[..], &[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8].repeat(5000)].concat(),
        [&preface[..], &[0, 0, 0, 4, 0, 0, 0, 0, 0], &[0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]].concat(),
        [&preface[..], &[0, 0, 0, 4, 0, 0, 0, 0, 0], &[0, 0x40, 0, 9, 0, 0, 0, 0, 1]].concat(),
        [&preface[..], &[0, 0, 0, 4, 0, 0, 0, 0, 0], &[0, 0, 1, 1, 0, 0, 0, 0, 1, 0x80].repeat(50)].concat(),
    ];
    let copy = mia.copied();
    for bytes in &frames {
        runtime().block_on(async {
            let mut link = copy.linking().await.unwrap();
            let _ = link.stream.write_all(bytes).await;
            let mut some = vec![0; 65_536];
            let _ = tokio::time::timeout(Duration::from_millis(200), link.stream.read(&mut some)).await;
        });
    }
    mia.open().ok();
    goes_on(&stage, &mut mia, "After frames");
    // Headers without end, and paths.
    let long = "x".repeat(60_000);
    let answer = mia.post("/v1/keys.shared", &[("signet-api", "1"), ("x", &long)], b"{}");
    assert!(!answer.is_ok(), "{answer:?}");
    mia.open().ok();
    let answer = mia.post(&format!("/v1/{long}"), &[("signet-api", "1")], b"{}");
    assert!(!answer.is_ok(), "{answer:?}");
    // A body without end.
    mia.open().ok();
    let answer = mia.post("/v1/policy.check", &[("signet-api", "1")], &vec![b' '; 6_000_000]);
    assert!(!answer.is_ok(), "{answer:?}");
    // Requests that are taken back as soon as they were made.
    let wire = mia.wire();
    let nothing = json!({});
    runtime().block_on(async {
        for _ in 0..5000 {
            let call = wire.call("keys.shared", &nothing);
            let _ = tokio::time::timeout(Duration::from_micros(20), call).await;
        }
    });
    mia.open().ok();
    goes_on(&stage, &mut mia, "After resets");
    let now = stage.resident_kib();
    assert!(now < memory + 64 * 1024, "{memory} KiB grew to {now}");
    stage.ends_with(3);
}

/// Connections that say nothing, some of which finish TLS, while a member works.
fn idle(count: usize, with_tls: usize) {
    let mut stage = Stage::new();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let at = stage.host.at.clone();
    let before = stage.resident_kib();
    let silent = runtime().block_on(async {
        let mut silent = Vec::new();
        for n in 0..count {
            let address = format!("127.0.{}.{}", 1 + n / 250, 1 + n % 250);
            silent.extend(from(&address, &at).await);
        }
        silent
    });
    assert!(silent.len() > count / 2, "only {} were made", silent.len());
    let begun = Instant::now();
    goes_on(&stage, &mut mia, "Beside the silent ones");
    assert!(begun.elapsed() < Duration::from_secs(5), "a send took {:?}", begun.elapsed());
    let now = stage.resident_kib();
    assert!(now < before + 64 * 1024, "{before} KiB grew to {now}");
    assert!(stage.descriptors() < 600, "{} descriptors", stage.descriptors());
    // Nobody is waited for longer than a handshake may take: newcomers get in while these still hold on.
    std::thread::sleep(Duration::from_secs(6));
    mia.open().ok();
    goes_on(&stage, &mut mia, "Again");
    drop(silent);
    // Keys that nobody knows, with TLS: a bounded number is kept, and members have places of their own.
    let strangers = runtime().block_on(async {
        let mut kept = Vec::new();
        for _ in 0..with_tls {
            let stranger = stage.stranger();
            if let Ok(link) = stranger.linking().await
                && let Ok(wire) = Wire::open(link, stage.haul.clone()).await
            {
                kept.push(wire);
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        kept
    });
    let open = strangers.iter().filter(|wire| !wire.is_closed()).count();
    assert!((1..=64).contains(&open), "{open} strangers");
    mia.open().ok();
    goes_on(&stage, &mut mia, "Beside strangers");
    let now = stage.resident_kib();
    assert!(now < before + 64 * 1024, "{before} KiB grew to {now}");
    stage.ends_with(3);
}

#[test]
fn strangers_are_not_listened_to_for_long() {
    let mut stage = Stage::new();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let api = [(signet_api::API_HEADER, signet_api::API_VERSION)];
    let long = vec![b' '; 64 * 1024];
    let mut stranger = stage.stranger();
    for path in ["/v1/enrol.prove", "/v1/session.open", "/v1/team.records"] {
        assert_eq!(stranger.post(path, &api, &long).status, 413, "{path}");
    }
    // Nor is a member's device, before it has shown its join state.
    mia.connect();
    assert_eq!(mia.post("/v1/team.records", &api, &long).status, 413);
    mia.open().ok();
    assert_ne!(mia.post("/v1/team.records", &api, &long).status, 413);
    goes_on(&stage, &mut mia, "Still there");
    stage.ends_with(1);
}

#[test]
fn two_thousand_idle_connections_cost_little() {
    idle(2000, 150);
}

#[test]
fn soak_ten_thousand_idle_connections_cost_little() {
    idle(10_000, 2000);
}

#[test]
fn a_flood_of_refusals_does_not_fill_the_log() {
    let mut stage = Stage::new();
    let mut eve = stage.enrol("eve", "auditor", &[]);
    let before = stage.host.owner.call("audit.list", &json!({ "limit": 1 })).ok()["entries"][0]["seq"]
        .as_u64()
        .unwrap();
    let wire = eve.wire();
    runtime().block_on(async {
        for _ in 0..25 {
            let manifest = Manifest::allowed("00000000000000000000000000000000", "x").json();
            let answers = join_all((0..40).map(|_| wire.call("send.begin", &manifest))).await;
            assert!(answers.iter().all(|answer| answer.code() == "denied-role"), "{:?}", answers[0]);
        }
    });
    let mut stranger = stage.stranger();
    for _ in 0..200 {
        stranger.call("session.open", &json!({ "state": null, "seen": 0 })).refused("not-a-member");
    }
    let after = stage.host.owner.call("audit.list", &json!({ "limit": 1 })).ok()["entries"][0]["seq"]
        .as_u64()
        .unwrap();
    assert!(after - before < 50, "{} entries for 1,200 refusals", after - before);
    stage.ends_with(0);
}

#[test]
fn soak_counted_refusals_are_recorded_when_their_minute_is_over() {
    let mut stage = Stage::new();
    let mut eve = stage.enrol("eve", "auditor", &[]);
    for _ in 0..100 {
        eve.call("team.look", &json!({})).refused("denied-role");
    }
    std::thread::sleep(Duration::from_secs(65));
    let actor = data_encoding::HEXLOWER.encode(signet_team::device_hash(&eve.key().public()).as_bytes());
    let mine: Vec<_> = stage.refusals().into_iter().filter(|refusal| refusal.actor == actor).collect();
    assert_eq!(mine.iter().map(|refusal| refusal.count).sum::<u64>(), 100, "{mine:?}");
    assert!(mine.len() <= 21, "{} entries", mine.len());
    stage.ends_with(0);
}

#[test]
fn whoever_trickles_holds_up_nobody() {
    let mut stage = Stage::new();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let mut slow = stage.enrol("slow", "sender", &[conditions(&json!({}))]);
    let wire = slow.wire();
    let drip = (0..200).map(|_| (Duration::from_millis(50), b" ".to_vec())).collect();
    let dripping = runtime().spawn({
        let wire = wire.clone();
        async move { wire.trickle("/v1/policy.check", drip).await }
    });
    let manifest = Manifest::allowed(&stage.host.key, "Slow").attach("a", &[1; 200]);
    slow.call("send.begin", &manifest.json()).ok();
    let path = format!("/v1/part/{}/0?at=0", manifest.request);
    let pieces = (0..200).map(|_| (Duration::from_millis(20), vec![1])).collect();
    let uploading = runtime().spawn(async move { wire.trickle(&path, pieces).await });
    let begun = Instant::now();
    for n in 0..5 {
        goes_on(&stage, &mut mia, &format!("No. {n}"));
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "five sends took {:?}", begun.elapsed());
    assert!(runtime().block_on(uploading).unwrap().is_ok());
    dripping.abort();
    stage.ends_with(5);
}
