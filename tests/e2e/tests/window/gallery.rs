//! Every state of every screen: found sound by axe in both themes, and everything fits and can be hit in
//! a small window with large text.

use serde_json::{Value, json};
use signet_e2e::{AxeFinding, Scope, Stage, Start, Window, axe_findings, layout_faults};

/// Contrast that axe cannot work out although it is there, and why.
const UNDECIDED: &[(&str, &str)] = &[];

/// How a state is looked at: address, size, what axe is asked.
struct Look {
    name: &'static str,
    query: &'static str,
    size: (u32, u32),
    scope: Scope,
}

const LIGHT: Look = Look { name: "light", query: "theme=light", size: (1280, 800), scope: Scope::Everything };
const DARK: Look =
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

#[test]
fn open_every_state_is_sound_in_both_themes_and_sizes() {
    look_at_all("gallery", &[LIGHT, DARK]);
}

#[test]
fn soak_every_state_is_sound_in_german_with_long_words_and_on_a_large_screen() {
    look_at_all("gallery-more", &[SMALL, PSEUDO, HUGE]);
}

fn look_at_all(journey: &str, looks: &[Look]) {
    let mut stage = Stage::bare();
    let window = stage.open(Start::Sandbox, journey);
    let states = states(&window);
    assert!(states.len() > 60, "a gallery of {} states", states.len());
    let mut wrong = Vec::new();
    for look in looks {
        window.resize(look.size.0, look.size.1);
        for state in &states {
            show(&window, &format!("{state}?{}", look.query));
            window.picture(&format!("{}-{}", look.name, state.replace('/', "-")));
            let grave = |found: &AxeFinding| found.is_grave() && !is_undecided(found);
            let axe = axe_findings(&window, look.scope).into_iter().filter(grave);
            wrong.extend(axe.map(|found| format!("{state} {}: {} {}", look.name, found.rule, found.place)));
            let faults = layout_faults(&window).into_iter();
            wrong
                .extend(faults.map(|fault| format!("{state} {}: {} {}", look.name, fault.kind, fault.place)));
        }
    }
    let report = wrong.join("\n");
    std::fs::write(window.pictures().folder().join("findings.txt"), &report).expect("a report");
    assert!(wrong.is_empty(), "{} findings:\n{report}", wrong.len());
}

/// The addresses of all states, as the gallery lists them.
fn states(window: &Window) -> Vec<String> {
    show(window, "");
    let links = "return [...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))";
    let links = window.run(links, &[]);
    let links = links.as_array().expect("a list").iter().filter_map(Value::as_str);
    let names = links.filter(|link| !link.contains('?')).filter_map(|link| link.strip_prefix("#/__states/"));
    names.map(str::to_owned).collect()
}

fn show(window: &Window, state: &str) {
    let hash = format!("#/__states{}{state}", if state.is_empty() { "" } else { "/" });
    let go = "const before = location.hash;
        if (before !== arguments[0]) { window.stale = true; location.hash = arguments[0]; }
        return before";
    let before = window.run(go, &[json!(hash)]);
    // From there on, the gallery loads itself again.
    if !before.as_str().unwrap_or_default().starts_with("#/__states") {
        window.session().reload().expect("the gallery");
    }
    window.until(&format!("for the state {state}"), || {
        let ready = "return !window.stale && (document.body.dataset.ready === 'true' || !!document.querySelector('[data-states]'))";
        (window.session().script(ready, &[]).ok()? == true).then_some(())
    });
}

fn is_undecided(found: &AxeFinding) -> bool {
    found.incomplete && UNDECIDED.iter().any(|(place, _)| found.place.contains(place))
}
