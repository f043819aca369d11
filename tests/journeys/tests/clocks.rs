//! A host whose clock is set while it serves: what has ended stays ended, what was used stays used.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use serde_json::{Value, json};
use signet_journeys::{Host, Member, Person};
use signet_testkit::Desk;

const SENDER: &str = "mia@sandbox.example";
const HOUR: i64 = 3600;

fn host() -> Host {
    Host::serving_at(Desk::new().with_wrong_clock(), &Host::free_address())
}

fn grant(more: &Value) -> Value {
    let mut conditions = json!({ "senders": [SENDER] });
    conditions.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    conditions
}

fn send(mia: &Member, host: &Host, code: Option<&str>) -> signet_journeys::Reply {
    let draft = json!({ "from": SENDER, "to": ["ada@example.org"], "subject": "Now", "text": "Hello" });
    mia.person.call("shared.send", &json!({ "draft": draft, "key": mia.key(host), "code": code }))
}

#[test]
fn an_invite_ends_and_a_clock_that_goes_back_does_not_revive_it() {
    let host = host();
    let made = host.owner.call("invite.make", &json!({ "name": "mia", "role": "sender" })).ok();
    let mia = Person::without_sandbox(Desk::new());
    mia.signet(["agent", "start"]).ok();
    let join = || mia.call("join.begin", &json!({ "invite": made["text"], "device": "laptop" }));
    let clock = host.owner.desk.wrong_clock();
    clock.set(25 * HOUR);
    join().fails_with("invite-over");
    clock.set(0);
    join().fails_with("invite-over");
    // Not after a restart either.
    host.owner.call("lock", &json!({})).ok();
    let mut host = host;
    assert_eq!(host.owner.unlock().exit, 0);
    host.owner.call("host.start", &json!({})).ok();
    join().fails_with("invite-over");
    let team = host.owner.call("team.show", &json!({})).ok();
    assert_eq!(team["members"], json!([]));
}

#[test]
fn a_code_counts_once_whatever_the_clock_says() {
    let mut host = host();
    let mut mia = host.join("mia", "sender", &[grant(&json!({ "code_within": 0 }))]);
    let code = mia.code(&mut host);
    send(&mia, &host, Some(&code)).ok();
    let clock = |seconds| host.owner.desk.wrong_clock().set(seconds);
    for seconds in [0, -30, 30, -60] {
        clock(seconds);
        send(&mia, &host, Some(&code)).fails_with("member-code-wrong");
    }
    clock(0);
    assert_eq!(host.owner.inbox().len(), 1);
    host.verifies();
}

#[test]
fn a_budget_is_not_given_back_by_a_clock_that_goes_back() {
    let mut host = host();
    let mia = host.join("mia", "sender", &[grant(&json!({ "per_day": 1 }))]);
    send(&mia, &host, None).ok();
    let clock = |seconds| host.owner.desk.wrong_clock().set(seconds);
    for seconds in [0, -HOUR, -30 * HOUR, -365 * 24 * HOUR] {
        clock(seconds);
        send(&mia, &host, None).fails_with("denied-rate");
    }
    // A day later by that clock there is one more; back again, both count.
    clock(25 * HOUR);
    send(&mia, &host, None).ok();
    clock(0);
    send(&mia, &host, None).fails_with("denied-rate");
    assert_eq!(host.owner.inbox().len(), 2);
    host.verifies();
}

#[test]
fn a_grant_ends_when_its_time_has_come() {
    let mut host = host();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let hour = u64::try_from(now).unwrap() + 3_600_000;
    let mia = host.join("mia", "sender", &[grant(&json!({ "not_after": hour }))]);
    send(&mia, &host, None).ok();
    host.owner.desk.wrong_clock().set(2 * HOUR);
    send(&mia, &host, None).fails_with("denied-expired");
    assert_eq!(host.owner.inbox().len(), 1);
}
