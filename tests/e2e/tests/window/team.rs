//! A team in two windows: the owner's, and that of a member at another computer.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use signet_core::UnixMillis;
use signet_e2e::{Key, Stage, Start, Target, Window, button, field, heading, t, t_with, tab, target};
use signet_journeys::{Host, Person};
use signet_testkit::{Desk, oathtool_at};

use crate::looks::Looks;
use crate::steps::{SENDER, go, send_button};

const HOST: &str = "Anna’s desk";
const MIA: &str = "Mia Berg";

/// Somebody at a computer of their own: session, keyring, agent, home, screen.
struct Seat {
    stage: Stage,
    window: Window,
}

impl Seat {
    fn of(person: Person, journey: &str) -> Self {
        let mut stage = Stage::of(person);
        let window = stage.open(Start::Sandbox, journey);
        window.resize(1280, 800);
        Self { stage, window }
    }

    /// A member has the programs, and neither vault nor sandbox.
    fn member(journey: &str) -> Self {
        Self::of(Person::without_sandbox(Desk::new()), journey)
    }

    fn words(&self) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll('[data-words] span')].map((word) => word.innerText)";
        self.window.until("for the words", || {
            let words = self.window.run(script, &[]);
            let words: Vec<String> =
                words.as_array()?.iter().filter_map(|word| Some(word.as_str()?.to_owned())).collect();
            (words.len() == 3).then_some(words)
        })
    }
}

#[test]
fn a_member_is_invited_sends_within_the_grant_and_leaves_again() {
    let looks = Looks::default();
    let mut anna = Seat::of(Person::ready(), "team-owner");
    let mut mia = Seat::member("team-member");
    serve(&mut anna, &looks);
    let invite = invite(&anna, &looks);
    join(&mut anna, &mut mia, &invite, &looks);
    send(&anna, &mia, &looks);
    is_refused(&anna, &mia, &looks);
    needs_approval(&mut anna, &mia, &looks);
    what_if(&anna, &looks);
    forbid(&anna, &mia, &looks);
    leaves(&anna, &mia, &looks);
    looks.are_sound();
}

/// The vault becomes a host, and serves for an hour.
fn serve(anna: &mut Seat, looks: &Looks) {
    let listen = signet_testkit::free_address();
    let window = &anna.window;
    go(window, "team");
    window.wait_for(&heading(t("team_host_title")));
    looks.all(window, "host");
    window.fill(&field(t("team_host_name")), HOST);
    window.fill(&field(t("team_host_listen")), &listen);
    let code = anna.stage.person.next_step();
    window.fill(&field(t("team_code")), &code);
    looks.both(window, "host-filled");
    window.click(&button(t("team_host_make")));
    window.wait_text(&t("team_empty_text"));
    looks.all(window, "nobody-yet");
    window.click(&button(t("team_start")));
    window.wait_for(&target("menuitem", t("team_start_hour")));
    looks.both(window, "start");
    window.click(&target("menuitem", t("team_start_hour")));
    window.until("for the host to serve", || window.has(&button(t("team_stop"))).then_some(()));
    looks.all(window, "serving");
}

/// An invite with conditions, made of plain choices. Its text.
fn invite(anna: &Seat, looks: &Looks) -> String {
    let window = &anna.window;
    window.click(&button(t("team_invite")));
    window.fill(&field(t("team_name")), MIA);
    window.fill(&field(t("team_address")), "mia@example.org");
    looks.all(window, "invite");
    slot(window, "senders");
    window.fill(&field(t("team_slot_senders")), SENDER);
    window.press(Key::Enter);
    slot(window, "recipients");
    looks.both(window, "invite-recipients");
    window.fill(&field(t("team_recipients_exact")), "example.org");
    window.press(Key::Enter);
    slot(window, "rate");
    window.click(&button(t_with("team_limit_day", &[("number", "5")])));
    window.click(&button(t("team_slot_bytes")));
    window.click(&Target::with("button", "up to 25"));
    looks.all(window, "invite-conditions");
    window.click(&button(t("team_invite_make")));
    window.wait_text(&t_with("team_invite_give", &[("name", MIA)]));
    looks.all(window, "invite-made");
    let text = window.run("return document.querySelector('[data-invite]').innerText", &[]);
    text.as_str().expect("an invite").trim().to_owned()
}

/// Opens a slot of the sentence, whatever is in it.
fn slot(window: &Window, slot: &str) {
    let name = t_with("team_slot_change", &[("slot", &t(&format!("team_slot_{slot}"))), ("value", "")]);
    window.click(&Target::with("button", name.trim()));
}

/// The invite is pasted, the words are the same on both screens, the owner agrees, the code is set up.
fn join(anna: &mut Seat, mia: &mut Seat, invite: &str, looks: &Looks) {
    let member = &mia.window;
    member.wait_for(&heading(t("first_run_welcome")));
    looks.both(member, "welcome");
    member.click(&button(t("team_invited")));
    member.wait_for(&field(t("team_join_invite")));
    looks.all(member, "invited");
    member.fill(&field(t("team_join_invite")), invite);
    member.fill(&field(t("team_join_device")), "Mia’s laptop");
    looks.both(member, "invite-pasted");
    member.click(&button(t("team_join_begin")));
    let heard = mia.words();
    looks.all(member, "words");

    let owner = &anna.window;
    owner.wait_text(&t("team_invite_pending"));
    owner.wait_text(&t("team_words_question"));
    assert_eq!(anna.words(), heard, "both screens show the same words");
    looks.all(owner, "words");
    owner.click(&button(t("team_words_match")));
    looks.both(owner, "words-match");
    let code = anna.stage.person.next_step();
    owner.fill(&field(t("team_code")), &code);
    owner.wait_text(&t_with("team_what_if", &[("name", MIA)]));
    looks.all(owner, "member");

    member.wait_for(&heading(t("team_join_code")));
    let seed = member.until("for the code's secret", || {
        let seed = member.run("return document.querySelector('[data-testid=seed]')?.innerText", &[]);
        Some(seed.as_str()?.replace(char::is_whitespace, ""))
    });
    looks.all(member, "code");
    mia.stage.person.seed = seed;
    member.fill(&field(t("team_join_prove")), &code_of(anna, mia));
    member.wait_text(&t_with("team_join_done", &[("name", HOST)]));
    looks.both(member, "joined");
    member.click(&button(t("team_join_show")));
    member.wait_text(&t("team_reachable"));
    member.wait_text("0 of 5 used today");
    looks.all(member, "shared");
}

/// What the member's phone shows: the host's clock decides, and is moved by the owner's steps.
fn code_of(anna: &mut Seat, mia: &Seat) -> String {
    anna.stage.person.next_step();
    oathtool_at(&mia.stage.person.seed, UnixMillis::from_seconds(anna.stage.person.step() * 30))
}

/// Writes with the shared key.
fn write(window: &Window, to: &str, subject: &str) {
    window.fill(&field(t("history_to")), to);
    window.fill(&field(t("team_ask_subject")), subject);
    window.fill(&field(t("team_message_text")), "Dear Ada, here is what you asked for.");
}

fn shows_end(window: &Window, state: &str) -> bool {
    let script = format!("return !!document.querySelector('[data-send={state}]')");
    window.run(&script, &[]) == true
}

#[track_caller]
fn ends(window: &Window, state: &str) {
    window.until_for(&format!("for the send to be {state}"), Duration::from_mins(1), || {
        shows_end(window, state).then_some(())
    });
}

/// What is allowed and left is shown; a message with a file goes out, and how far it is can be seen.
fn send(anna: &Seat, mia: &Seat, looks: &Looks) {
    let window = &mia.window;
    window.click(&button(t("team_write")));
    window.wait_text(&t_with("compose_grants", &[("host", HOST)]));
    looks.all(window, "write");
    let content: Vec<u8> =
        (0..4_000_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
    let file = mia.stage.file("measurements.bin", &content);
    mia.stage.next_dialog(&[&file]);
    window.click(&button(t("team_message_attach")));
    window.wait_text("measurements.bin");
    write(window, "Ada Byron <ada@example.org>", "Measurements of October");
    looks.all(window, "written");
    // So that there is time to see it.
    anna.stage.person.google(["faults", "add", "slow-upload", "--always"]).ok();
    window.click(&send_button());
    ends(window, "going");
    looks.both(window, "sending");
    anna.stage.person.google(["faults", "clear"]).ok();
    ends(window, "accepted");
    looks.all(window, "accepted");
    window.wait_text("1 of 5 used today");
    let inbox = anna.stage.person.inbox();
    assert_eq!(inbox.len(), 1, "{inbox:?}");
    let mail = anna.stage.person.delivered(inbox[0]["id"].as_str().expect("an id"));
    assert_eq!(mail.header("subject"), "Measurements of October");
    assert_eq!(mail.attachments()[0].0, "measurements.bin");
}

/// What the grant does not allow is said before and after, with what to do.
fn is_refused(anna: &Seat, mia: &Seat, looks: &Looks) {
    let window = &mia.window;
    write(window, "eve@example.com", "Somewhere else");
    window.wait_text("eve@example.com");
    looks.both(window, "not-allowed");
    window.click(&send_button());
    ends(window, "failed");
    window.wait_text(&t_with("code_denied_recipient_named", &[("value", "eve@example.com")]));
    looks.all(window, "refused");
    assert_eq!(anna.stage.person.inbox().len(), 1, "refused is not sent");
}

/// The grant is narrowed; the owner reads the whole message before it goes out.
fn needs_approval(anna: &mut Seat, mia: &Seat, looks: &Looks) {
    let owner = &anna.window;
    owner.click(&button(t("team_grant_change")));
    owner.wait_for(&heading(t_with("team_grant_edit", &[("name", MIA)])));
    owner.click(&button(t("team_slot_approval")));
    owner.click(&button(t("team_limit_approval_owner")));
    owner.wait_text(&t("team_narrower"));
    looks.all(owner, "grant-narrowed");
    owner.click(&button(t("team_grant_save")));
    owner.wait_gone(&Target::any("dialog"));
    owner.wait_text(&t("team_limit_approval_owner"));

    let member = &mia.window;
    member.wait_text(&t("team_limit_approval_owner"));
    write(member, "Ada Byron <ada@example.org>", "Invoice 2026-114");
    member.click(&send_button());
    ends(member, "approval");
    looks.all(member, "waits");
    assert_eq!(anna.stage.person.inbox().len(), 1, "nothing is sent yet");

    owner.click(&tab(t_with("team_tab_approvals_count", &[("count", "1")])));
    owner.click(&Target::any("option"));
    owner.wait_text("here is what you asked for.");
    looks.all(owner, "approval");
    let code = anna.stage.person.next_step();
    owner.fill(&field(t("team_code")), &code);
    owner.click(&button(t("team_approve")));
    owner.wait_text(&t("team_no_approvals"));
    looks.both(owner, "approved");
    ends(member, "accepted");
    looks.both(member, "approved");
    assert_eq!(anna.stage.person.inbox().len(), 2);
}

/// The answer comes with the rule that decides.
fn what_if(anna: &Seat, looks: &Looks) {
    let window = &anna.window;
    window.click(&tab(t("team_tab_people")));
    window.fill(&field(t("team_ask_to")), "eve@example.com");
    window.click(&button(t("team_ask")));
    window.wait_text(&t_with("team_condition_fails", &[("name", &t("team_slot_recipients"))]));
    looks.all(window, "what-if-no");
    window.fill(&field(t("team_ask_to")), "ada@example.org");
    window.click(&button(t("team_ask")));
    window.wait_text(&t("team_answer_approval"));
    looks.both(window, "what-if-approval");
}

/// What is forbidden is stopped whatever is granted, and is not forbidden any more when that ends.
fn forbid(anna: &Seat, mia: &Seat, looks: &Looks) {
    let owner = &anna.window;
    owner.click(&tab(t("team_tab_forbids")));
    owner.wait_text(&t("team_forbid_none"));
    looks.all(owner, "forbids-none");
    owner.click(&button(t("team_forbid_add")));
    owner.wait_text(&t("team_forbid_everybody_all"));
    looks.all(owner, "forbid-new");
    owner.click(&target("combobox", t("team_forbid_whom")));
    owner.click(&Target::with("option", MIA));
    owner.fill(&field(t("team_ask_to")), "ada@example.org");
    owner.press(Key::Enter);
    let rule = t_with("team_forbid_member", &[("name", MIA), ("parts", "to ada@example.org")]);
    owner.wait_text(&rule);
    owner.fill(&field(t("team_note")), "Ada is on leave");
    looks.all(owner, "forbid-filled");
    owner.click(&button(t("team_grant_save")));
    owner.wait_gone(&Target::any("dialog"));
    owner.wait_text(&rule);
    looks.all(owner, "forbids");

    let member = &mia.window;
    write(member, "ada@example.org", "Forbidden now");
    member.click(&send_button());
    ends(member, "failed");
    member.wait_text(&t("code_denied_forbidden_what"));
    looks.both(member, "forbidden");

    owner.click(&tab(t("team_tab_people")));
    owner.wait_text(&t_with("team_what_if", &[("name", MIA)]));
    owner.fill(&field(t("team_ask_to")), "ada@example.org");
    owner.click(&button(t("team_ask")));
    owner.wait_text(&t("team_answer_forbid"));
    looks.all(owner, "what-if-forbidden");
    owner.click(&tab(t("team_tab_forbids")));
    owner.click(&button(t("team_forbid_end")));
    owner.wait_text(&t("team_forbid_none"));
}

/// Removed: out at once, told what is left behind; the member's window says so, the log names who did what.
fn leaves(anna: &Seat, mia: &Seat, looks: &Looks) {
    let owner = &anna.window;
    owner.click(&tab(t("team_tab_people")));
    let remove = button(t_with("team_remove", &[("name", MIA)]));
    owner.click(&remove);
    owner.wait_text(&t("team_remove_stops"));
    looks.all(owner, "remove");
    owner.click(&remove.nth(1));
    owner.wait_text(&t_with("team_removed", &[("name", MIA)]));
    looks.all(owner, "removed");
    owner.click(&button(t("close")).nth(1));
    looks.both(owner, "former-member");

    let member = &mia.window;
    member.wait_text_for(&t("code_membership_ended_what"), Duration::from_secs(30));
    looks.all(member, "ended");
    member.click(&button(t("back")));
    looks.both(member, "ended-shared");

    go(owner, "activity");
    owner.wait_text(MIA);
    looks.all(owner, "activity");
    anna.stage.person.verify().ok();
}

#[test]
fn with_a_vault_of_ones_own_a_shared_key_is_one_of_the_senders() {
    let looks = Looks::default();
    let mut host = Host::serving();
    let conditions = json!({ "senders": [SENDER], "recipients": ["example.org"], "per_day": 3 });
    let grants = json!([{ "key": host.key, "conditions": conditions }]);
    let invite = json!({ "name": "Ben Cole", "role": "sender", "grants": grants });
    let made = host.owner.call("invite.make", &invite).ok();
    let ben = Seat::of(Person::ready(), "team-own-vault");
    ben.window.wait_for(&heading(t("compose_title")));

    // A link fills the field, and does nothing by itself.
    let link = made["link"].as_str().expect("a link");
    let mut second = ben.stage.command(&ben.stage.person.desk.programs().app());
    second.args(["--sandbox", link]).stdin(Stdio::null()).stdout(Stdio::null());
    assert!(second.status().expect("it starts").success(), "{}", ben.stage.said());
    ben.window.wait_for(&heading(t("nav_team")));
    assert_eq!(ben.window.value(&field(t("team_join_invite"))), link);
    assert_eq!(first_invite(&host)["state"], "open");
    looks.all(&ben.window, "link");
    ben.window.click(&button(t("team_join_begin")));
    let words = ben.words();
    let asked = first_invite(&host);
    assert_eq!(json!(words), asked["words"]);
    let code = host.owner.next_step();
    host.owner.call("member.approve", &json!({ "id": asked["id"], "words": words, "code": code })).ok();
    looks.both(&ben.window, "words");
    let seed = ben.window.until("for the code's secret", || {
        let seed = ben.window.run("return document.querySelector('[data-testid=seed]')?.innerText", &[]);
        Some(seed.as_str()?.replace(char::is_whitespace, ""))
    });
    host.owner.next_step();
    let code = oathtool_at(&seed, UnixMillis::from_seconds(host.owner.step() * 30));
    looks.all(&ben.window, "code");
    ben.window.fill(&field(t("team_join_prove")), &code);
    ben.window.click(&button(t("team_join_show")));
    ben.window.wait_text(&t("team_reachable"));
    looks.all(&ben.window, "shared");

    ben.window.click(&button(t("team_write")));
    ben.window.wait_for(&heading(t("compose_title")));
    ben.window.wait_text(&t_with("compose_through", &[("host", "Anna's desk")]));
    ben.window.fill(&field(t("compose_to")), "ada@example.org,");
    ben.window.fill(&field(t("compose_subject")), "Through the host");
    ben.window.fill(&field(t("compose_text_label")), "Hello Ada.");
    ben.window.wait_text("0 of 3 used today");
    looks.all(&ben.window, "compose");
    crate::steps::send(&ben.window);
    looks.all(&ben.window, "accepted");
    assert_eq!(host.owner.inbox().len(), 1);
    assert_eq!(ben.stage.person.inbox().len(), 0, "it did not go through the own vault");
    ben.window.wait_text("1 of 3 used today");

    go(&ben.window, "history");
    ben.window.click(&target("radio", t_with("history_via_host", &[("host", "Anna's desk")])));
    ben.window.click(&Target::any("option"));
    looks.all(&ben.window, "history");

    host.owner.call("host.stop", &json!({})).ok();
    go(&ben.window, "compose");
    ben.window.click(&target("combobox", t("compose_from")));
    ben.window.wait_text(&t_with("compose_through_away", &[("host", "Anna's desk")]));
    looks.both(&ben.window, "away-senders");
    ben.window.click(&Target::with("option", t_with("compose_through_away", &[("host", "Anna's desk")])));
    looks.all(&ben.window, "away");
    looks.are_sound();
}

/// The newest invite as the owner sees it.
fn first_invite(host: &Host) -> Value {
    host.owner.call("team.show", &json!({})).ok()["invites"][0].clone()
}
