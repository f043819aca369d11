//! Every state of every screen: found sound by axe in both themes, and everything fits and can be hit in
//! a small window with large text.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signet_e2e::{AxeFinding, Scope, Stage, Start, Window, axe_findings, layout_faults};

/// How a state is looked at: address, size, what axe is asked.
struct Look {
    name: &'static str,
    query: &'static str,
    size: (u32, u32),
    scope: Scope,
}

const LIGHT: Look = Look { name: "light", query: "theme=light", size: (1280, 800), scope: Scope::Everything };
const DARK: Look = Look { name: "dark", query: "theme=dark", size: (1280, 800), scope: Scope::Contrast };
const DARK_150: Look =
    Look { name: "dark-150", query: "theme=dark&text=150", size: (900, 600), scope: Scope::Contrast };
const SMALL: Look =
    Look { name: "small-de", query: "theme=light&lang=de", size: (900, 600), scope: Scope::Contrast };
const PSEUDO: Look = Look {
    name: "long-150",
    query: "theme=dark&text=150&lang=en-XA",
    size: (900, 600),
    scope: Scope::Contrast,
};
const HUGE: Look = Look { name: "4k", query: "theme=light", size: (3840, 2160), scope: Scope::Contrast };

/// Of so many states, an ordinary run looks at one.
const SAMPLE: usize = 12;

#[test]
fn a_sample_of_states_is_sound_in_both_themes_and_sizes() {
    let (_stage, window) = gallery("gallery-sample");
    let states: Vec<String> = states(&window).into_iter().step_by(SAMPLE).collect();
    look_at(&window, &states, &[LIGHT, DARK_150]);
    the_checks_see_faults(&window);
}

#[test]
fn soak_every_state_is_sound_in_both_themes_and_sizes() {
    let (_stage, window) = gallery("gallery");
    look_at(&window, &states(&window), &[LIGHT, DARK, DARK_150, SMALL]);
}

#[test]
fn soak_every_state_is_sound_with_long_words_and_on_a_large_screen() {
    let (_stage, window) = gallery("gallery-more");
    look_at(&window, &states(&window), &[PSEUDO, HUGE]);
}

fn gallery(journey: &str) -> (Stage, Window) {
    let mut stage = Stage::bare();
    let window = stage.open(Start::Sandbox, journey);
    (stage, window)
}

fn look_at(window: &Window, states: &[String], looks: &[Look]) {
    let mut wrong = Vec::new();
    for look in looks {
        window.resize(look.size.0, look.size.1);
        for state in states {
            if !show(window, &format!("{state}?{}", look.query)) {
                wrong.push(format!("{state} {}: its state does not come about", look.name));
                continue;
            }
            window.picture(&format!("{}-{}", look.name, state.replace('/', "-")));
            let axe = axe_findings(window, look.scope).into_iter().filter(AxeFinding::is_grave);
            wrong.extend(axe.map(|found| format!("{state} {}: {} {}", look.name, found.rule, found.place)));
            let faults = layout_faults(window).into_iter();
            wrong
                .extend(faults.map(|fault| format!("{state} {}: {} {}", look.name, fault.kind, fault.place)));
        }
    }
    let report = wrong.join("\n");
    std::fs::write(window.pictures().folder().join("findings.txt"), &report).expect("a report");
    assert!(wrong.is_empty(), "{} findings:\n{report}", wrong.len());
}

/// The checks' own control: what is put there to be found is found.
fn the_checks_see_faults(window: &Window) {
    assert!(show(window, "settings/all?theme=light"));
    let plant = "const put = (tag, style, text) => {
          const part = document.createElement(tag); part.style = style; part.textContent = text;
          document.querySelector('main').prepend(part); };
        put('p', 'color: #aaa; background: #bbb', 'Hard to read');
        put('p', 'width: 60px; overflow: hidden; white-space: nowrap', 'Cut off in the middle of it');
        put('button', 'width: 10px; height: 10px; padding: 0', ''); return 1";
    window.run(plant, &[]);
    let axe: Vec<String> =
        axe_findings(window, Scope::Everything).into_iter().map(|found| found.rule).collect();
    for rule in ["color-contrast", "button-name"] {
        assert!(axe.iter().any(|found| found == rule), "axe does not see {rule}: {axe:?}");
    }
    let layout: Vec<String> = layout_faults(window).into_iter().map(|fault| fault.kind).collect();
    for kind in ["clipped", "small"] {
        assert!(layout.iter().any(|found| found == kind), "the layout check does not see {kind}: {layout:?}");
    }
}

/// The addresses of all states, as the gallery lists them.
fn states(window: &Window) -> Vec<String> {
    assert!(show(window, ""), "no gallery: was the page built with SIGNET_GALLERY=1?");
    let links = "return [...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))";
    let links = window.run(links, &[]);
    let links = links.as_array().expect("a list").iter().filter_map(Value::as_str);
    let names = links.filter(|link| !link.contains('?')).filter_map(|link| link.strip_prefix("#/__states/"));
    let names: Vec<String> = names.map(str::to_owned).collect();
    assert!(names.len() > 200, "a gallery of {} states", names.len());
    names
}

/// Whether it is shown within 20 s.
fn show(window: &Window, state: &str) -> bool {
    let hash = format!("#/__states{}{state}", if state.is_empty() { "" } else { "/" });
    let go = "const before = location.hash;
        if (before !== arguments[0]) { window.stale = true; location.hash = arguments[0]; }
        return before";
    let before = window.run(go, &[json!(hash)]);
    // From there on, the gallery loads itself again.
    if !before.as_str().unwrap_or_default().starts_with("#/__states") {
        window.session().reload().expect("the gallery");
    }
    let ready = "return !window.stale && (document.body.dataset.ready === 'true' || !!document.querySelector('[data-states]'))";
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(20) {
        if window.session().script(ready, &[]).is_ok_and(|ready| ready == true) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    window.picture("never-ready");
    false
}
