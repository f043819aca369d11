//! Text survives: the window killed, the agent killed, the vault locked, at any moment of typing.

use std::time::{Duration, Instant};

use serde_json::Value;
use signet_e2e::{Stage, Start, Window, field, heading, t};

use crate::steps::{composing, unlock};

/// The oldest that a kept state may be when something happens.
const AT_MOST: Duration = Duration::from_millis(300);

#[test]
fn typed_text_survives_kills_and_locks() {
    rounds(6);
}

#[test]
fn soak_typed_text_survives_two_hundred_kills_and_locks() {
    rounds(200);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    KillWindow,
    KillAgent,
    Lock,
}

fn rounds(count: u32) {
    let (mut stage, mut window) = composing("drafts");
    let attachment = stage.file("notes.txt", b"attached");
    stage.next_dialog(&[&attachment]);
    window.click(&signet_e2e::button(t("compose_attach")));
    window.wait_text("notes");
    window.fill(&field(t("compose_subject")), "Survivor");
    let mut random = 0x9E37_79B9_u32;
    let mut next = move || {
        // xorshift32: the same rounds in each run.
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random
    };
    let body = field(t("compose_text_label"));
    window.fill(&body, "Round 0.");
    for round in 1..=count {
        let blow = [Blow::KillWindow, Blow::KillAgent, Blow::Lock][(next() % 3) as usize];
        let before = window.value(&body);
        // Typing goes on until the blow; what was typed by then is told by the page, with the time.
        watch_typing(&window);
        window.append(&body, &format!(" Round {round}:"));
        if round % 20 == 0 {
            signet_e2e::tell(&format!("round {round} of {count}"));
        }
        let pause = Duration::from_millis(u64::from(next() % 700));
        let began = Instant::now();
        let mut word = 0;
        while began.elapsed() < pause {
            word += 1;
            window.append(&body, &format!(" w{word}"));
        }
        let typed = typing(&window);
        let struck = now(&window);
        match blow {
            Blow::KillWindow => {
                let pictures = stage.kill_window(window);
                window = stage.open_with(Start::Sandbox, pictures);
            }
            Blow::KillAgent => {
                stage.kill_agent();
                reopen(&mut stage, &window);
            }
            Blow::Lock => {
                stage.person.signet(["lock"]).ok();
                reopen(&mut stage, &window);
            }
        }
        window.wait_for(&heading(t("compose_title")));
        let text = window.until("for the text", || Some(window.value(&body)).filter(|text| !text.is_empty()));
        // Not older than what was on the screen 300 ms before the blow, and nothing that was never typed.
        let kept = typed.iter().rfind(|(time, _)| *time + 300.0 <= struck);
        let oldest = kept.map_or(before.as_str(), |(_, text)| text);
        let last = typed.last().map_or(before.as_str(), |(_, text)| text);
        assert!(
            text.len() >= oldest.len(),
            "round {round}, {blow:?}: {text:?} is older than {AT_MOST:?}: {oldest:?}"
        );
        assert!(last.starts_with(&text), "round {round}, {blow:?}: {text:?} was never typed: {last:?}");
        assert_eq!(window.value(&field(t("compose_subject"))), "Survivor", "round {round}, {blow:?}");
        assert!(window.text().contains("notes"), "round {round}, {blow:?}: the attachment is gone");
        if text.len() > 400 {
            window.fill(&body, "Short again.");
        }
    }
    window.picture("after-all-rounds");
}

/// After the agent was gone or the vault locked: back to the message.
pub(crate) fn reopen(stage: &mut Stage, window: &Window) {
    let start = signet_e2e::button(t("away_start"));
    let locked = heading(t("unlock_title_sandbox"));
    window.until("for the lock or the way back", || {
        if window.has(&start) {
            window.click(&start);
        }
        window.has(&locked).then_some(())
    });
    let code = stage.person.next_step();
    unlock(window, &code);
}

/// From now on the page notes each state of the text with its time.
fn watch_typing(window: &Window) {
    let script = "window.typed = [];
        if (!window.watching) {
          window.watching = true;
          document.addEventListener('input', (event) => {
            if (event.target.tagName === 'TEXTAREA') window.typed.push([Date.now(), event.target.value]);
          }, true);
        }";
    window.run(script, &[]);
}

fn typing(window: &Window) -> Vec<(f64, String)> {
    let typed = window.run("return window.typed", &[]);
    let state =
        |state: &Value| (state[0].as_f64().unwrap_or(0.0), state[1].as_str().unwrap_or("").to_owned());
    typed.as_array().map(|list| list.iter().map(state).collect()).unwrap_or_default()
}

fn now(window: &Window) -> f64 {
    window.run("return Date.now()", &[]).as_f64().unwrap_or(0.0)
}

#[test]
fn the_caret_is_where_it_was() {
    let (mut stage, window) = composing("caret");
    let body = field(t("compose_text_label"));
    window.fill(&body, "one two three");
    window.press(signet_e2e::Key::Home);
    for _ in 0..4 {
        window.press(signet_e2e::Key::Right);
    }
    std::thread::sleep(Duration::from_millis(900));
    stage.person.signet(["lock"]).ok();
    reopen(&mut stage, &window);
    window.wait_for(&heading(t("compose_title")));
    window.until("for the caret", || {
        let at = window.run("return document.activeElement?.selectionStart", &[]);
        (at == 4).then_some(())
    });
}
