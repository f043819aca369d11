//! Every screen with real content: axe, the accessibility tree, every size; and Tab goes everywhere.

use std::collections::BTreeSet;

use signet_e2e::{
    AxeFinding, Key, Scope, Stage, Start, Window, accessible_nodes, axe_findings, button, heading,
    layout_faults, t,
};

use crate::steps::{SENDER, go, write_message};

const PLACES: [&str; 6] = ["compose", "history", "keys", "activity", "inbox", "settings"];

fn filled(journey: &str, assistance: bool) -> (Stage, Window) {
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
fn open_no_control_is_without_a_name_for_assistive_technology() {
    let (stage, window) = filled("names", true);
    let mut unnamed = BTreeSet::new();
    for place in PLACES {
        go(&window, place);
        open_first(&window, place);
        let nodes = accessible_nodes(&stage);
        let controls = nodes.iter().filter(|node| node.is_control());
        assert!(controls.clone().count() > 6, "{place}: the tree shows next to nothing: {nodes:#?}");
        // The control of the test itself: what is seen has a name there.
        assert!(controls.clone().any(|node| node.name.contains(&t("nav_settings"))), "{place}: no sidebar");
        unnamed.extend(
            controls
                .filter(|node| node.name.trim().is_empty())
                .map(|node| format!("{place}: {} at {}", node.role, node.path)),
        );
    }
    assert!(unnamed.is_empty(), "{unnamed:#?}");
}

#[test]
fn open_tab_reaches_everything_and_comes_round() {
    let (_stage, window) = filled("tab", false);
    for place in PLACES {
        go(&window, place);
        let count = "return [...document.querySelectorAll(focusable)].filter((e) =>
            isVisible(e) && e.tabIndex >= 0 && !e.disabled && e.tagName !== 'IFRAME').length";
        let all = window.run_with_finder(count, &[]).as_u64().unwrap_or(0);
        let mut seen = BTreeSet::new();
        let mark = "const at = document.activeElement; if (!at || at === document.body) return null;
            at.dataset.seen ??= String(window.seen = (window.seen ?? 0) + 1);
            const style = getComputedStyle(at);
            const shown = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || at.matches('textarea, input');
            return [at.dataset.seen, nameOf(at), shown && isVisible(at)]";
        for _ in 0..(all + 8) {
            window.press(Key::Tab);
            let at = window.run_with_finder(mark, &[]);
            if at.is_null() {
                continue;
            }
            assert_eq!(at[2], true, "{place}: the focus at {} cannot be seen", at[1]);
            seen.insert(at[0].to_string());
        }
        assert!(seen.len() as u64 + 1 >= all, "{place}: Tab reaches {} of {all}", seen.len());
        window.run(
            "document.querySelectorAll('[data-seen]').forEach((e) => delete e.dataset.seen); return 1",
            &[],
        );
    }
}

/// Changes preferences as Settings does; the page is loaded again to show them.
fn prefer(window: &Window, patch: &serde_json::Value) {
    window.call("prefs.change", patch).expect("preferences");
    window.session().reload().expect("the page");
    window.wait_for(&button(t("nav_settings")));
}

/// Opens the first row where there is a list.
fn open_first(window: &Window, place: &str) {
    if ["history", "keys", "activity", "inbox"].contains(&place) {
        window.click(&signet_e2e::Target::any("option"));
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
}

#[track_caller]
fn tell(window: &Window, wrong: &[String]) {
    let report = wrong.join("\n");
    std::fs::write(window.pictures().folder().join("findings.txt"), &report).expect("a report");
    assert!(wrong.is_empty(), "{} findings:\n{report}", wrong.len());
}
