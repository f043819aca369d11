//! The host is killed in the middle of many sends: nothing goes out twice, no budget is exceeded, the log
//! verifies, and every request can be asked what became of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use signet_redteam::{Attacker, Manifest, Stage, conditions, runtime};

fn kill(stage: &Stage) {
    let pid = stage.host.owner.agent().unwrap();
    kill_process(Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(), Signal::KILL).unwrap();
    let begun = Instant::now();
    while std::path::Path::new(&format!("/proc/{pid}/task")).exists() {
        assert!(begun.elapsed() < Duration::from_secs(30), "a killed agent lives");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn serves_again(stage: &mut Stage) {
    stage.host.owner.unlock().ok();
    stage.host.owner.call("host.start", &json!({})).ok();
}

/// `each` requests of every member, of which `budget` may go out.
fn killed_half_way(members: usize, each: usize, budget: usize, kills: usize) {
    let mut stage = Stage::new();
    // Google's own limits are not what is looked at here.
    let quota = ["quota", "--units-per-user-minute", "100000000", "--messages-per-day", "1000000"];
    stage.host.owner.google(quota).ok();
    let key = stage.host.key.clone();
    let mut people: Vec<(Attacker, Vec<Manifest>)> = (0..members)
        .map(|m| {
            let name = format!("m{m}");
            let member = stage.enrol(&name, "sender", &[conditions(&json!({ "per_day": budget }))]);
            let wanted = (0..each).map(|n| Manifest::allowed(&key, &format!("{name} {n}"))).collect();
            (member, wanted)
        })
        .collect();
    for round in 0..=kills {
        let sending: Vec<_> = people
            .iter_mut()
            .map(|(member, wanted)| {
                let (wire, wanted) = (member.wire(), wanted.clone());
                runtime().spawn(async move {
                    let all = futures_util::stream::iter(&wanted);
                    all.for_each_concurrent(8, async |manifest| drop(wire.send_mail(manifest).await)).await;
                })
            })
            .collect();
        if round < kills {
            let half = (round + 1) * members * budget / (kills + 1);
            let begun = Instant::now();
            while stage.host.owner.inbox().len() < half && begun.elapsed() < Duration::from_mins(5) {
                std::thread::sleep(Duration::from_millis(20));
            }
            kill(&stage);
        }
        for one in sending {
            runtime().block_on(one).unwrap();
        }
        if round < kills {
            serves_again(&mut stage);
            for (member, _) in &mut people {
                member.open().ok();
            }
        }
    }
    // Members learn by the request's id what became of each.
    let begun = Instant::now();
    let mut sent_by = BTreeMap::new();
    for (at, (member, wanted)) in people.iter_mut().enumerate() {
        for manifest in wanted.iter() {
            let view = loop {
                let view = member.call("send.state", &json!({ "request": manifest.request })).ok();
                if view["state"] != "sending" {
                    break view;
                }
                assert!(begun.elapsed() < Duration::from_mins(2), "{view} for ever");
                std::thread::sleep(Duration::from_millis(100));
            };
            let sent = view["report"]["outcome"]["outcome"] == "sent";
            let subject = manifest.draft["subject"].as_str().unwrap().to_owned();
            sent_by.insert(subject, (at, sent, view));
        }
    }
    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    for message in stage.host.owner.inbox() {
        *arrived.entry(message["subject"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert!(arrived.values().all(|count| *count == 1), "sent twice: {arrived:?}");
    for (subject, (_, sent, state)) in &sent_by {
        let known = *sent || state["report"]["outcome"]["outcome"] == "unknown";
        assert!(!sent || arrived.contains_key(subject), "{subject} did not arrive: {state}");
        assert!(known || !arrived.contains_key(subject), "{subject} arrived: {state}");
    }
    for at in 0..members {
        let prefix = format!("m{at} ");
        let count = arrived.keys().filter(|subject| subject.starts_with(&prefix)).count();
        assert!(count <= budget, "m{at} sent {count} of {budget}");
        assert!(count + 4 * kills + 8 >= budget, "m{at} could send only {count} of {budget}");
    }
    let sent = arrived.len();
    stage.ends_with(sent);
}

#[test]
fn a_host_killed_half_way_sends_nothing_twice() {
    killed_half_way(4, 50, 40, 1);
}

#[test]
fn soak_a_host_killed_again_and_again_sends_nothing_twice() {
    killed_half_way(20, 500, 450, 3);
}
