//! What a device does at the host of somebody else, in its window and without a vault: an admin looks after the
//! team, a custodian brings a key, an auditor verifies the log.

use serde_json::{Value, json};
use signet_core::UnixMillis;
use signet_e2e::{Stage, Start, Target, Window, button, field, heading, t, t_with, tab};
use signet_journeys::{Host, Member, Person};
use signet_testkit::Desk;

use crate::looks::Looks;
use crate::steps::SENDER;

const HOST: &str = "Anna's desk";

/// A member's window; the device belongs to the host already.
fn open(member: Member, journey: &str) -> (Stage, Window) {
    let mut stage = Stage::of(member.person);
    let window = stage.open(Start::Sandbox, journey);
    window.resize(1280, 800);
    window.wait_for(&heading(t("first_run_welcome")));
    window.click(&button(t("team_invited")));
    (stage, window)
}

/// The code that the holder of this secret sees now, each time a fresh one.
fn code_of(host: &mut Host, seed: &str) -> String {
    host.owner.next_step();
    signet_testkit::oathtool_at(seed, UnixMillis::from_seconds(host.owner.step() * 30))
}

#[test]
fn an_admin_looks_after_the_team_of_another_host() {
    let looks = Looks::default();
    let mut host = Host::serving();
    let ann = host.join("ann", "admin", &[]);
    let asks = json!({ "senders": [SENDER], "approvals": { "by": "admin", "within_secs": 600 } });
    let mia = host.join("mia", "sender", &[asks]);
    let seed = ann.seed.clone();
    let (_stage, window) = open(ann, "team-admin");
    // There is one team to look after, and it is shown, with its name.
    window.wait_text("mia");
    window.wait_text(&t_with("team_of", &[("host", HOST)]));
    looks.all(&window, "people");
    window.click(&Target::with("option", "mia"));
    window.wait_text(&t_with("team_what_if", &[("name", "mia")]));
    looks.all(&window, "member");

    // Somebody is invited, asks, is compared by words and let in with the admin's own code.
    window.click(&button(t("team_invite")));
    window.fill(&field(t("team_name")), "Tim Koch");
    looks.all(&window, "invite");
    window.click(&button(t("team_invite_make")));
    window.wait_text(&t_with("team_invite_give", &[("name", "Tim Koch")]));
    looks.both(&window, "invite-made");
    let text = window.run("return document.querySelector('[data-invite]').innerText", &[]);
    let tim = Person::without_sandbox(Desk::new());
    tim.signet(["agent", "start"]).ok();
    let invite = text.as_str().expect("an invite").trim().to_owned();
    let asked = tim.call("join.begin", &json!({ "invite": invite, "device": "laptop" })).ok();
    window.wait_text_for(&t("team_words_question"), std::time::Duration::from_secs(30));
    let shown = window
        .run("return [...document.querySelectorAll('[data-words] span')].map((word) => word.innerText)", &[]);
    assert_eq!(shown, asked["words"], "both screens show the same words");
    looks.all(&window, "words");
    window.click(&button(t("team_words_match")));
    window.fill(&field(t("team_code")), &code_of(&mut host, &seed));
    window.wait_text(&t_with("team_what_if", &[("name", "Tim Koch")]));
    let team = host.owner.call("team.show", &json!({})).ok();
    let names: Vec<&Value> =
        team["members"].as_array().expect("members").iter().map(|m| &m["name"]).collect();
    assert!(names.contains(&&json!("Tim Koch")), "{names:?}");

    // A message waits for an admin, who reads it whole.
    let draft = json!({ "from": SENDER, "to": ["ada@example.org"], "subject": "Please", "text": "Dear Ada" });
    mia.send(&host, &draft).fails_with("approval-needed");
    let waits = tab(t_with("team_tab_approvals_count", &[("count", "1")]));
    window.until_for("for the message", std::time::Duration::from_secs(30), || {
        window.has(&waits).then_some(())
    });
    window.click(&waits);
    window.click(&Target::any("option"));
    window.wait_text("Dear Ada");
    looks.all(&window, "approval");
    window.fill(&field(t("team_code")), &code_of(&mut host, &seed));
    window.click(&button(t("team_approve")));
    window.wait_text(&t("team_no_approvals"));
    window.until("for the mail", || (!host.owner.inbox().is_empty()).then_some(()));

    // And somebody leaves.
    window.click(&tab(t("team_tab_people")));
    window.click(&Target::with("option", "mia"));
    let remove = button(t_with("team_remove", &[("name", "mia")]));
    window.click(&remove);
    window.wait_text(&t("team_remove_stops"));
    window.click(&remove.nth(1));
    window.wait_text(&t_with("team_removed", &[("name", "mia")]));
    looks.all(&window, "removed");
    mia.send(&host, &draft).fails_with("membership-ended");
    host.verifies();
    looks.are_sound();
}

#[test]
fn a_custodian_brings_a_key_and_an_auditor_verifies_the_log() {
    let looks = Looks::default();
    let mut host = Host::serving();
    let kim = host.join("kim", "custodian", &[]);
    let olaf = host.join("olaf", "auditor", &[]);
    let key = host.owner.new_key();

    let (stage, window) = open(kim, "team-custodian");
    window.wait_text(&t("team_reachable"));
    looks.all(&window, "card");
    window.click(&button(t("team_seal")));
    window.fill(&field(t("team_seal_name")), "newsletter");
    looks.all(&window, "seal");
    let file = stage.file("newsletter.json", &std::fs::read(&key).expect("a key file"));
    stage.next_dialog(&[&file]);
    window.click(&button(t("first_run_key_choose")));
    window.wait_text(&t_with("team_seal_done", &[("name", HOST)]));
    looks.all(&window, "sealed");
    let keys = host.owner.call("key.list", &json!({})).ok();
    assert!(keys.to_string().contains("newsletter"), "{keys}");

    let (_stage, window) = open(olaf, "team-auditor");
    window.wait_text(&t("team_reachable"));
    window.click(&button(t("team_verify_log")));
    window.until("for the verdict", || {
        let text = window.run("return document.body.innerText", &[]);
        text.as_str()?.contains("unbroken").then_some(())
    });
    looks.all(&window, "verified");
    host.verifies();
    looks.are_sound();
}
