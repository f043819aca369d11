//! Every refusal of Google's that the sandbox can show: the code, and never two messages.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use signet_journeys::{Answer, Person};

fn send(person: &Person) -> Answer {
    person.send(["--to", "ada@example.com", "--text", "x"])
}

/// Sets a fault for every request, sends, clears it. Tokens are made anew each time: a lock forgets them.
fn refused(person: &mut Person, fault: &str, more: &[&str], code: &str) {
    person.signet(["lock"]).ok();
    person.unlock().ok();
    let add: Vec<&str> = ["faults", "add", fault, "--always"].iter().chain(more).copied().collect();
    person.google(&add).ok();
    send(person).fails_with(code);
    person.google(["faults", "clear"]).ok();
}

#[test]
fn refusals_of_the_token_are_told_apart() {
    let mut person = Person::ready();
    for (fault, code) in [
        ("token-unauthorized-client", "delegation-missing"),
        ("token-unauthorized-scopes", "delegation-missing"),
        ("token-access-denied", "scope-missing"),
        ("token-admin-policy", "admin-policy"),
        ("token-unknown-user", "sender-unknown"),
        ("token-not-a-user", "sender-unknown"),
        ("token-clock", "clock-skew"),
        ("token-clock-old-words", "clock-skew"),
        ("token-signature", "key-refused"),
        ("token-account-not-found", "account-disabled"),
        ("token-robot-disabled", "account-disabled"),
        ("token-disabled-client", "account-disabled"),
        ("token-org-internal", "admin-policy"),
    ] {
        refused(&mut person, fault, &[], code);
    }
    assert!(person.inbox().is_empty());
    person.verify().ok();
}

#[test]
fn refusals_of_the_message_are_told_apart() {
    let mut person = Person::ready();
    for (fault, code) in [
        ("mail-service-off", "mail-service-off"),
        ("scope-insufficient", "scope-insufficient"),
        ("api-not-enabled", "gmail-api-disabled"),
        ("domain-policy", "admin-policy"),
        ("delegation-denied", "delegation-denied"),
        ("daily-limit", "daily-limit"),
        ("mail-sending-limit", "daily-limit"),
        ("recipient-required", "message-refused"),
        ("upload-too-large", "message-too-large"),
        ("html-413", "message-too-large"),
        ("auth-error", "token-rejected"),
    ] {
        refused(&mut person, fault, &[], code);
    }
    refused(&mut person, "user-rate-limit-until", &["--retry-after", "3600"], "rate-limited");
    assert!(person.inbox().is_empty());
    person.verify().ok();
}

/// What passes is tried again, and exactly one message arrives.
#[test]
fn what_may_pass_is_tried_again_and_sent_once() {
    let person = Person::ready();
    let mut sent = 0;
    for (fault, more) in [
        ("token-internal-503", &[] as &[&str]),
        ("token-no-verifier", &[]),
        ("rate-limit-403", &[]),
        ("backend-error", &[]),
        ("html-503", &[]),
        ("auth-error", &[]),
        ("reset-before", &[]),
        ("reset-before", &["--at", "last-chunk"]),
        ("reset-after", &[]),
        ("keep-fewer", &["--amount", "262144"]),
        ("range-without-unit", &[]),
        ("range-missing", &[]),
        ("gzip", &[]),
        ("backend-error-502", &["--at", "last-chunk"]),
    ] {
        let add: Vec<&str> = ["faults", "add", fault].iter().chain(more).copied().collect();
        person.google(&add).ok();
        let big = person.file("big.bin", &vec![1; 1_500_000]).display().to_string();
        let answer = person.send(["--to", "ada@example.com", "--text", "x", "--attach", &big]).ok();
        sent += 1;
        assert_eq!(answer["outcome"]["outcome"], "sent", "{fault}");
        assert_eq!(person.inbox().len(), sent, "{fault}: sent exactly once");
        person.google(["faults", "clear"]).ok();
    }
    person.verify().ok();
}

/// The session is gone after the last chunk: nobody can say, and nothing is tried again.
#[test]
fn what_nobody_can_know_is_called_unknown() {
    let person = Person::ready();
    person.google(["faults", "add", "session-gone-after-404", "--always"]).ok();
    let answer = send(&person);
    assert_eq!(answer.json["outcome"]["outcome"], "unknown", "{}", answer.json);
    answer.fails_with("send-unknown");
    assert!(person.inbox().len() <= 1);
    person.google(["faults", "clear"]).ok();
    let history = person.signet(["history", "list"]).ok();
    assert_eq!(history["items"][0]["state"], "unknown");
    // Expired before the last chunk of several: nothing complete was ever there, so it is begun again.
    person.google(["faults", "add", "session-gone-404", "--at", "chunk"]).ok();
    let before = person.inbox().len();
    let big = person.file("big.bin", &vec![1; 9_000_000]).display().to_string();
    person.send(["--to", "ada@example.com", "--text", "x", "--attach", &big]).ok();
    assert_eq!(person.inbox().len(), before + 1);
}

#[test]
fn check_names_the_step_and_what_to_paste() {
    let mut person = Person::with_vault();
    let file = person.path("key.json");
    person.google(["new-key", "--no-delegation", "--out", &file.display().to_string()]).ok();
    let imported = person.signet(["key", "import", &file.display().to_string(), "--keep-original"]).ok();
    let check = |person: &Person| person.signet(["check", "--sender", "mia@sandbox.example"]);
    let step = |answer: &Answer, name: &str| {
        let steps = answer.json["steps"].as_array().cloned().unwrap_or_default();
        steps.into_iter().find(|step| step["name"] == name).unwrap_or_default()
    };
    let answer = check(&person);
    let delegation = step(&answer, "delegation");
    assert_eq!(delegation["status"], "failed", "{}", answer.json);
    let facts = &delegation["failure"]["facts"];
    assert_eq!(facts["client_id"], imported["key"]["client_id"]);
    assert_eq!(facts["scopes"], "https://www.googleapis.com/auth/gmail.send");
    assert_ne!(answer.exit, 0);
    for name in ["clock", "keychain", "key", "token"] {
        assert_eq!(step(&answer, name)["status"], "ok", "{name}");
    }
    person.google(["clock", "+400"]).ok();
    let answer = check(&person);
    assert_eq!(step(&answer, "clock")["failure"]["code"], "clock-skew", "{}", answer.json);
    person.google(["clock", "reset"]).ok();
    person.signet(["lock"]).ok();
    check(&person).fails_with("locked");
    person.unlock().ok();
    person.google(["stop"]).ok();
    let answer = check(&person);
    assert_eq!(step(&answer, "clock")["failure"]["code"], "sandbox-away", "{}", answer.json);
    assert!(person.inbox_is_untouched());
}

trait Untouched {
    fn inbox_is_untouched(&self) -> bool;
}

impl Untouched for Person {
    /// A check sends nothing.
    fn inbox_is_untouched(&self) -> bool {
        self.google(["start"]).ok();
        self.inbox().is_empty()
    }
}
