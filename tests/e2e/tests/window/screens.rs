//! Every screen with real content: axe, the accessibility tree, every size.

use std::collections::BTreeSet;

use signet_e2e::{
    AxeFinding, Key, Scope, Stage, Start, Target, Window, accessible_nodes, axe_findings, button, heading,
    layout_faults, t,
};

use crate::steps::{SENDER, go, write_message};

/// The entries of the sidebar.
pub(crate) const PLACES: [&str; 7] = ["compose", "history", "keys", "team", "activity", "inbox", "settings"];

/// A stage with two sent messages, its window at Compose.
pub(crate) fn filled(journey: &str, assistance: bool) -> (Stage, Window) {
    let mut stage = Stage::ready();
    for subject in
        ["First", "A subject that is a good deal longer than the column it is shown in has room for"]
    {
        stage.person.send(["--to", "ada@example.com", "--subject", subject, "--text", "x"]).ok();
    }
    if assistance {
        stage.start_assistance();
    }
    let window = stage.open(Start::Sandbox, journey);
    window.wait_for(&heading(t("compose_title")));
    (stage, window)
}

#[test]
fn every_screen_is_sound_in_both_themes() {
    let (_stage, window) = filled("screens", false);
    let mut wrong = Vec::new();
    for theme in ["light", "dark"] {
        prefer(&window, &serde_json::json!({ "theme": theme }));
        for place in PLACES {
            go(&window, place);
            open_first(&window, place);
            window.picture(&format!("{place}-{theme}"));
            let grave = axe_findings(&window, Scope::Everything).into_iter().filter(AxeFinding::is_grave);
            wrong.extend(grave.map(|found| format!("{place} {theme}: {} {}", found.rule, found.place)));
        }
    }
    tell(&window, &wrong);
}

#[test]
fn every_screen_fits_small_large_and_enlarged() {
    let (_stage, window) = filled("sizes", false);
    let mut wrong = Vec::new();
    for (width, height, text) in
        [(900, 600, 100), (1280, 800, 100), (900, 600, 150), (1280, 800, 80), (3840, 2160, 100)]
    {
        prefer(&window, &serde_json::json!({ "text_size": text }));
        window.resize(width, height);
        for place in PLACES {
            go(&window, place);
            if place == "compose" {
                write_message(&window, "ada@example.com", "Sizes", SENDER);
            }
            open_first(&window, place);
            window.picture(&format!("{place}-{width}x{height}-{text}"));
            let faults = layout_faults(&window).into_iter();
            wrong
                .extend(faults.map(|f| format!("{place} {width}x{height} {text} %: {} {}", f.kind, f.place)));
        }
    }
    tell(&window, &wrong);
}

#[test]
fn no_control_is_without_a_name_for_assistive_technology() {
    let (stage, window) = filled("names", true);
    let mut unnamed = BTreeSet::new();
    for place in PLACES {
        go(&window, place);
        open_first(&window, place);
        unnamed.extend(unnamed_controls(&stage, place, &t("nav_settings")));
    }
    window.chord(false, "k");
    window.wait_for(&Target::any("dialog"));
    unnamed.extend(unnamed_controls(&stage, "palette", &t("nav_history")));
    window.press(Key::Escape);
    window.wait_gone(&Target::any("dialog"));
    assert!(unnamed.is_empty(), "{unnamed:#?}");

    // The test's own control: a button without a name is found.
    window.run("document.querySelector('main').append(document.createElement('button')); return 1", &[]);
    window.run("document.querySelector('main').lastChild.style.padding = '20px'; return 1", &[]);
    window.until("for the button without a name to be found", || {
        let found = unnamed_controls(&stage, "control", &t("nav_settings"));
        (found.len() == 1).then_some(())
    });
    window.chord(false, "l");
    window.wait_for(&heading(t("unlock_title_sandbox")));
    let locked = unnamed_controls(&stage, "lock", &t("unlock_code"));
    assert!(locked.is_empty(), "{locked:#?}");
}

/// The controls on show that have no name. One that is known to be there is seen with its name.
fn unnamed_controls(stage: &Stage, place: &str, known: &str) -> BTreeSet<String> {
    let nodes = accessible_nodes(stage);
    assert!(
        nodes.iter().any(|node| node.name.contains(known)),
        "{place}: {known:?} is not in the tree: {nodes:#?}"
    );
    nodes
        .iter()
        .filter(|node| node.is_control() && node.name.trim().is_empty())
        .map(|node| format!("{place}: {} at {}", node.role, node.path))
        .collect()
}

/// Changes preferences as Settings does; the page is loaded again to show them.
fn prefer(window: &Window, patch: &serde_json::Value) {
    window.call("prefs.change", patch).expect("preferences");
    window.session().reload().expect("the page");
    window.wait_for(&button(t("nav_settings")));
}

/// Opens the first row where there is a list.
pub(crate) fn open_first(window: &Window, place: &str) {
    if ["history", "keys", "activity", "inbox"].contains(&place) {
        window.click(&Target::any("option"));
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
}

#[track_caller]
fn tell(window: &Window, wrong: &[String]) {
    let report = wrong.join("\n");
    std::fs::write(window.pictures().folder().join("findings.txt"), &report).expect("a report");
    assert!(wrong.is_empty(), "{} findings:\n{report}", wrong.len());
}
