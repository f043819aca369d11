//! Uploads that are not what was announced, and requests that come twice.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use futures_util::future::join_all;
use serde_json::json;
use signet_redteam::{Attacker, Manifest, Stage, conditions, runtime, sha256_hex};

const API: &[(&str, &str)] = &[("signet-api", "1")];

fn put(
    mia: &mut Attacker,
    manifest: &Manifest,
    part: &str,
    at: &str,
    bytes: &[u8],
) -> signet_redteam::Answer {
    mia.post(&format!("/v1/part/{}/{part}?at={at}", manifest.request), API, bytes)
}

fn commit(mia: &mut Attacker, manifest: &Manifest) -> signet_redteam::Answer {
    mia.call("send.commit", &json!({ "request": manifest.request, "seen": 0 }))
}

fn parts(bytes: u64, sha256: &str) -> serde_json::Value {
    json!([{ "bytes": bytes, "sha256": sha256 }])
}

#[test]
fn what_arrives_has_to_be_what_was_announced() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({}))]);
    let begin = |mia: &mut Attacker, bytes: &[u8]| {
        let manifest = Manifest::allowed(&key, "Hello").attach("a.bin", bytes);
        mia.call("send.begin", &manifest.json()).ok();
        manifest
    };
    // Committed before anything came, and before everything came.
    let manifest = begin(&mut mia, b"0123456789");
    commit(&mut mia, &manifest).refused("upload-mismatch");
    commit(&mut mia, &manifest).refused("upload-gone");
    let manifest = begin(&mut mia, b"0123456789");
    put(&mut mia, &manifest, "0", "0", b"01234").ok();
    commit(&mut mia, &manifest).refused("upload-mismatch");
    // Other bytes; more bytes; bytes that overlap, leave a hole or lie elsewhere.
    let manifest = begin(&mut mia, b"0123456789");
    put(&mut mia, &manifest, "0", "0", b"0123456780").refused("upload-mismatch");
    commit(&mut mia, &manifest).refused("upload-mismatch");
    let manifest = begin(&mut mia, b"0123456789");
    put(&mut mia, &manifest, "0", "0", &vec![b'x'; 100_000]).refused("upload-mismatch");
    put(&mut mia, &manifest, "0", "0", b"01234").ok();
    for at in ["0", "4", "6", "10", "18446744073709551615"] {
        put(&mut mia, &manifest, "0", at, b"56789").refused("upload-mismatch");
    }
    for at in ["-1", "x", "", "18446744073709551616", "0x5"] {
        assert!(!put(&mut mia, &manifest, "0", at, b"56789").is_ok());
    }
    for part in ["1", "2", "18446744073709551615", "-1", "x", "../0", "%2e"] {
        assert!(!put(&mut mia, &manifest, part, "5", b"56789").is_ok(), "{part}");
    }
    put(&mut mia, &manifest, "0", "5", b"56789").ok();
    put(&mut mia, &manifest, "0", "10", b"x").refused("upload-mismatch");
    put(&mut mia, &manifest, "0", "0", b"0123456789").refused("upload-mismatch");
    // Announced small, and large with a small grant.
    let large = vec![1; 3_200_000];
    let small =
        Manifest::allowed(&key, "Hello").attach("a.bin", &large).set("parts", parts(10, &sha256_hex(&large)));
    mia.call("send.begin", &small.json()).ok();
    put(&mut mia, &small, "0", "0", &large).refused("upload-mismatch");
    let honest = Manifest::allowed(&key, "Hello").attach("a.bin", &large);
    mia.call("send.begin", &honest.json()).refused("denied-size");
    for (bytes, code) in [(u64::MAX, "message-too-large"), (1 << 40, "message-too-large")] {
        let huge = Manifest::allowed(&key, "Hello").attach("a.bin", b"x").set("parts", parts(bytes, ""));
        mia.call("send.begin", &huge.json()).refused(code);
    }
    // Parts and attachments that do not go together.
    let none = Manifest::allowed(&key, "Hello").attach("a.bin", b"x").set("parts", json!([]));
    mia.call("send.begin", &none.json()).refused("upload-mismatch");
    let more = Manifest::allowed(&key, "Hello").set("parts", parts(1, ""));
    mia.call("send.begin", &more.json()).refused("upload-mismatch");
    // The same request with another message.
    let manifest = begin(&mut mia, b"0123456789");
    let mut other = manifest.clone();
    other.draft["subject"] = json!("Another");
    mia.call("send.begin", &other.json()).refused("upload-mismatch");
    // Requests whose name is none.
    for name in ["", "0", "zz", "../../etc", &"0".repeat(33)] {
        let mut odd = manifest.clone();
        odd.request = name.into();
        assert!(!mia.call("send.begin", &odd.json()).is_ok());
        assert!(!put(&mut mia, &odd, "0", "0", b"x").is_ok());
    }
    stage.assert_recorded(Some(&mia), "upload-mismatch");
    stage.ends_with(0);
}

#[test]
fn an_upload_that_is_taken_up_again_needs_no_second_code() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({ "code_within": 0 }))]);
    let begin =
        |code: &str| Manifest::allowed(&key, "Hello").attach("a.bin", b"0123456789").set("code", json!(code));
    let manifest = begin(&stage.code_of(&mia));
    mia.call("send.begin", &manifest.json()).ok();
    put(&mut mia, &manifest, "0", "0", b"01234").ok();
    // The connection breaks; the same again. Neither is the code wrong now, nor is it one for another message.
    let again = mia.call("send.begin", &manifest.json()).ok();
    assert_eq!(again["have"], json!([5]));
    let mut other = begin(manifest.json()["code"].as_str().unwrap());
    mia.call("send.begin", &other.json()).refused("member-code-wrong");
    other.request.clone_from(&manifest.request);
    other.draft["subject"] = json!("Another");
    assert!(!mia.call("send.begin", &other.json()).is_ok());
    put(&mut mia, &manifest, "0", "5", b"56789").ok();
    commit(&mut mia, &manifest).ok();
    stage.ends_with(1);
}

#[test]
fn words_take_room_like_bytes() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({ "bytes_max": 40_000_000 }))]);
    let long = json!({ "text": "x".repeat(3_500_000) });
    let begun = (0..16).filter(|_| {
        let manifest = Manifest::allowed(&key, "Hello").attach("a.bin", b"0").with(&long);
        mia.call("send.begin", &manifest.json()).is_ok()
    });
    assert_eq!(begun.count(), 10, "72 MB are a member's");
    stage.ends_with(0);
}

#[test]
fn what_is_never_finished_is_bounded() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({ "bytes_max": 40_000_000 }))]);
    let mut tess = stage.enrol("tess", "sender", &[conditions(&json!({}))]);
    let before = stage.descriptors();
    // So many attachments that their files alone would be a host's last.
    let crowd = |n: usize| {
        Manifest::allowed(&key, "Hello")
            .with(&json!({ "attachments": vec![json!({ "name": "a" }); n] }))
            .set("parts", json!(vec![json!({ "bytes": 1, "sha256": "" }); n]))
    };
    let answer = mia.call("send.begin", &crowd(20_000).json());
    assert!(!answer.is_ok(), "{answer:?}");
    let mut begun = 0;
    for _ in 0..40 {
        begun += usize::from(mia.call("send.begin", &crowd(90).json()).is_ok());
    }
    assert_eq!(begun, 2);
    assert!(stage.descriptors() < before + 300, "{} descriptors", stage.descriptors());
    // And bytes.
    let mut sam = stage.enrol("sam", "sender", &[conditions(&json!({ "bytes_max": 40_000_000 }))]);
    let announced =
        |n: u64| Manifest::allowed(&key, "Hello").attach("a", b"x").set("parts", parts(n, &"00".repeat(32)));
    let codes: Vec<String> =
        (0..6).map(|_| sam.call("send.begin", &announced(20_000_000).json()).code().into()).collect();
    assert_eq!(codes, ["", "", "", "host-full", "host-full", "host-full"]);
    // The others go on.
    tess.send(&Manifest::allowed(&key, "Mine").attach("a.txt", b"bytes")).ok();
    stage.ends_with(1);
}

#[test]
fn a_request_happens_once() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({ "per_day": 3 }))]);
    let mut eve = stage.enrol("eve", "sender", &[]);
    let first = Manifest::allowed(&key, "First").attach("a.txt", b"bytes");
    mia.send(&first).ok();
    // Again; over another connection; with other bytes; by another device.
    mia.send(&first).refused("repeated");
    mia.open().ok();
    mia.send(&first).refused("repeated");
    commit(&mut mia, &first).refused("upload-gone");
    commit(&mut eve, &first).refused("upload-gone");
    put(&mut eve, &first, "0", "0", b"bytes").refused("upload-gone");
    let view = eve.call("send.state", &json!({ "request": first.request })).ok();
    assert_eq!((&view["state"], &view["report"]), (&json!("unknown-request"), &json!(null)));
    eve.send(&first).refused("denied-no-grant");
    // Another's upload under way can neither be filled, committed nor dropped.
    let second = Manifest::allowed(&key, "Second").attach("a.txt", b"bytes");
    mia.call("send.begin", &second.json()).ok();
    put(&mut eve, &second, "0", "0", b"other").refused("upload-gone");
    commit(&mut eve, &second).refused("upload-gone");
    eve.call("send.drop", &json!({ "request": second.request })).ok();
    // Committed many times at once, and begun again beside it.
    put(&mut mia, &second, "0", "0", b"bytes").ok();
    let wire = mia.wire();
    let request = json!({ "request": second.request, "seen": 0 });
    let answers = runtime().block_on(join_all((0..16).map(|_| wire.call("send.commit", &request))));
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    // One request id, begun, filled and committed from eight sides for a while.
    let third = Manifest::allowed(&key, "Third").attach("a.txt", b"bytes");
    runtime().block_on(join_all((0..8).map(|_| async {
        for _ in 0..6 {
            let _ = wire.send_mail(&third).await;
        }
    })));
    let subjects: Vec<String> =
        stage.host.owner.inbox().iter().map(|m| m["subject"].as_str().unwrap().to_owned()).collect();
    for subject in ["First", "Second", "Third"] {
        assert_eq!(subjects.iter().filter(|s| *s == subject).count(), 1, "{subjects:?}");
    }
    // The budget is used up: thirty different requests at once do not get one more.
    let more: Vec<Manifest> = (0..30).map(|_| Manifest::allowed(&key, "Over")).collect();
    let answers = runtime().block_on(join_all(more.iter().map(|manifest| wire.send_mail(manifest))));
    assert!(answers.iter().all(|answer| !answer.is_ok()), "{answers:?}");
    stage.ends_with(3);
}

#[test]
fn a_budget_holds_for_thirty_at_once() {
    let mut stage = Stage::new();
    let key = stage.host.key.clone();
    let mut mia = stage.enrol("mia", "sender", &[conditions(&json!({ "per_day": 5 }))]);
    let wire = mia.wire();
    let many: Vec<Manifest> = (0..30).map(|n| Manifest::allowed(&key, &format!("No. {n}"))).collect();
    let answers = runtime().block_on(join_all(many.iter().map(|manifest| wire.send_mail(manifest))));
    let sent = answers
        .iter()
        .filter(|answer| answer.is_ok() && answer.body["result"]["report"]["outcome"]["outcome"] == "sent");
    assert_eq!(sent.count(), 5, "{answers:?}");
    stage.ends_with(5);
}
